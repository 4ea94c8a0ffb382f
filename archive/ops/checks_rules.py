"""What must hold between rows: each rule is a query for what breaks it, and the words for that."""

from __future__ import annotations

from archive.ops.checks import Rule
from archive.readings import MOST_ATTEMPTS

_REINDEX = "`luutru reindex` makes the stories anew."
_TIME = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].*Z"

PAYLOADS = (
    Rule(
        """SELECT payload.id, coalesce(site.slug, 'no site') FROM payload
           LEFT JOIN site ON site.id = payload.site_id
           WHERE EXISTS (SELECT 1 FROM capture WHERE capture.payload_id = payload.id)
             AND NOT EXISTS (SELECT 1 FROM capture JOIN page ON page.id = capture.page_id
               WHERE capture.payload_id = payload.id AND page.site_id = payload.site_id)""",
        "Payload {0} is put down to {1}, of which no capture shows it.",
    ),
    Rule(
        """SELECT payload.id, payload.site_id, anchor.site_id FROM anchor
           JOIN payload ON payload.id = anchor.payload_id
           WHERE payload.anchors != '' OR payload.site_id IS NOT anchor.site_id""",
        "Payload {0} of site {1} serves site {2} as an anchor and cannot be one.",
    ),
)

PAGES = (
    Rule(
        """SELECT page.id, page.url, capture.id FROM page
           JOIN capture ON capture.id = page.last_capture_id WHERE capture.page_id != page.id""",
        "Page {0} ({1}): its last capture {2} is of another page.",
    ),
    Rule(
        """SELECT page.id, page.url, capture.id FROM page
           JOIN capture ON capture.id = page.last_answer_id
           WHERE capture.page_id != page.id OR capture.outcome != 'answer'
              OR capture.status NOT BETWEEN 200 AND 299""",
        "Page {0} ({1}): capture {2} is no answer of it.",
    ),
    Rule(
        """SELECT page.id, page.url, later.id FROM page
           LEFT JOIN capture last ON last.id = page.last_capture_id
           JOIN capture later ON later.page_id = page.id AND later.time > coalesce(last.time, '')
           GROUP BY page.id""",
        "Page {0} ({1}): capture {2} is later than what it has as its last one.",
    ),
    Rule(
        """SELECT page.id, page.url, later.id FROM page
           LEFT JOIN capture last ON last.id = page.last_answer_id
           JOIN capture later ON later.page_id = page.id AND later.time > coalesce(last.time, '')
           WHERE later.outcome = 'answer' AND later.status BETWEEN 200 AND 299
           GROUP BY page.id""",
        "Page {0} ({1}): capture {2} is an answer, later than what it has as its last one.",
    ),
    Rule(
        f"""SELECT id, url, found_at, coalesce(due, 'never') FROM page
            WHERE found_at NOT GLOB '{_TIME}' OR due NOT GLOB '{_TIME}'""",
        "Page {0} ({1}): found at {2}, due {3}, one of which is no time.",
    ),
)

ARTICLES = (
    Rule(
        """SELECT article.key, article.version_id FROM article
           LEFT JOIN version ON version.id = article.version_id
           WHERE version.id IS NULL OR version.article_id != article.id""",
        "Article {0}: its current version {1} is none of its own.",
    ),
    Rule(
        """SELECT article.key, version.id, later.id
           FROM article JOIN version ON version.id = article.version_id
           JOIN capture seen ON seen.id = version.first_capture_id
           JOIN version later ON later.article_id = article.id AND later.id != version.id
           JOIN capture after ON after.id = later.first_capture_id
           WHERE (after.time, after.id) > (seen.time, seen.id) GROUP BY article.id""",
        "Article {0}: its current version is {1}, but {2} was seen later.",
    ),
    Rule(
        """SELECT key FROM article WHERE NOT EXISTS (SELECT 1 FROM article_page own
               WHERE own.key = article.key AND own.article_id = article.id)""",
        "Article {0}: its key is not among those of its addresses.",
    ),
    Rule(
        """SELECT article.key, page.id, page.url FROM article JOIN page ON page.id = article.page_id
           WHERE NOT EXISTS (SELECT 1 FROM article_page own
               WHERE own.page_id = article.page_id AND own.article_id = article.id)""",
        "Article {0}: page {1} ({2}) is not among its addresses.",
    ),
    Rule(
        """SELECT article.key, page.id, page.url FROM article JOIN page ON page.id = article.page_id
           WHERE page.site_id != article.site_id""",
        "Article {0}: page {1} ({2}) is of another site.",
    ),
    Rule(
        """SELECT article.key, link.target FROM link JOIN article ON article.id = link.article_id
           JOIN capture first ON first.id = link.first_capture_id
           JOIN capture last ON last.id = link.last_capture_id
           WHERE link.first_capture_id != link.last_capture_id AND first.time > last.time""",
        "Article {0}: its link to {1} was seen first after it was seen last.",
    ),
)

VERSIONS = (
    Rule(
        """SELECT version.id, article.key FROM version
           JOIN article ON article.id = version.article_id
           JOIN capture first ON first.id = version.first_capture_id
           JOIN capture last ON last.id = version.last_capture_id WHERE first.time > last.time""",
        "Version {0} of article {1}: the first capture that shows it is later than the last one.",
    ),
)

STORIES = (
    Rule(
        """SELECT story.key, count(article.id) FROM story
           LEFT JOIN article ON article.story_id = story.id
           GROUP BY story.id HAVING count(article.id) < 2 OR min(article.key) != story.key""",
        "Story {0}: it has {1} articles, or is not named by the smallest of their keys.",
        _REINDEX,
    ),
    Rule(
        """SELECT article.key FROM article JOIN version ON version.id = article.version_id
           WHERE version.text_digest != '' AND EXISTS (
               SELECT 1 FROM version other JOIN article one ON one.version_id = other.id
                   AND one.id = other.article_id
               WHERE other.text_digest = version.text_digest AND one.id != article.id
                 AND (article.story_id IS NULL OR one.story_id IS NOT article.story_id))""",
        "Article {0}: another has the same text, and it is in no story with it.",
        _REINDEX,
    ),
    Rule(
        """SELECT one.key, other.key FROM copy_pair JOIN article one ON one.id = one_id
           JOIN article other ON other.id = other_id
           WHERE one.story_id IS NULL OR one.story_id IS NOT other.story_id""",
        "Articles {0} and {1}: they are near copies, and in no story together.",
        _REINDEX,
    ),
    Rule(
        """SELECT story.key FROM story JOIN article ON article.story_id = story.id
           JOIN version ON version.article_id = article.id
           JOIN capture seen ON seen.id = version.first_capture_id
           GROUP BY story.id HAVING min(seen.time) != story.first_seen""",
        "Story {0}: it was not first seen when it says.",
        _REINDEX,
    ),
    Rule(
        """SELECT key FROM story WHERE first_dated IS NOT (
               SELECT version.published FROM article JOIN version ON version.id = article.version_id
               WHERE article.story_id = story.id AND version.published_utc IS NOT NULL
               ORDER BY version.published_utc, version.published LIMIT 1)""",
        "Story {0}: it was not first dated when it says.",
        _REINDEX,
    ),
)

EVENTS = (
    Rule(
        """SELECT event.number, event.version_id FROM event
           JOIN version ON version.id = event.version_id
           WHERE version.article_id IS NOT event.article_id""",
        "Event {0}: version {1} is not of the article that it tells of.",
    ),
    Rule(
        f"""SELECT number, time FROM event
            WHERE time NOT GLOB '{_TIME}' OR NOT json_valid(data)""",
        "Event {0} (at {1}): its time or what it tells cannot be read.",
    ),
    Rule(
        """SELECT key, name, looked FROM watch WHERE NOT json_valid(filters)
             OR max(began, looked) > (SELECT coalesce(max(number), 0) FROM event)""",
        "Watch {0} ({1}): it was looked at up to event {2}, which never was, or its filters cannot"
        " be read.",
        "`luutru watch remove` its key, and add it anew.",
    ),
)

# After a kill captures wait until the next crawl of their site (or the next import) has begun.
_WAITING = """
SELECT capture.id, capture.url, reading.attempts FROM reading
JOIN capture ON capture.id = reading.capture_id JOIN page ON page.id = capture.page_id
JOIN crawl crawl_of ON crawl_of.id = capture.crawl_id
WHERE reading.state = 'waiting' AND crawl_of.ended IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM crawl now WHERE now.site_id = page.site_id AND now.ended IS NULL)
  AND (SELECT last.outcome FROM crawl last WHERE last.id =
          (SELECT max(id) FROM crawl WHERE site_id IS crawl_of.site_id)) IS NOT 'killed'"""

READINGS = (
    Rule(
        "SELECT count(*) FROM merged_page HAVING count(*) > 0",
        "{0} pages wait to be read since a merge.",
        "`luutru merge` without FILE reads them, with --sites for those of profiles of your own.",
    ),
    Rule(
        f"{_WAITING} AND reading.attempts < {MOST_ATTEMPTS}",
        "Capture {0} of {1} waits to be read, though its crawl has ended.",
        "`luutru crawl SITE` of its site reads it first.",
    ),
    Rule(
        f"{_WAITING} AND reading.attempts >= {MOST_ATTEMPTS}",
        "Capture {0} of {1} was begun {2} times and never read to its end, so it is left alone.",
        "What was captured is kept; a later release may read it.",
    ),
)
