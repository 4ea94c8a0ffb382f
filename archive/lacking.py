"""How each known page stands: captured, missing, or not to be had; as SQL over a row of `page`.

One definition for the frontier, the status and the completeness meter, so that of the pages of a
site *known = captured + missing + unavailable* wherever they are counted. A page that only ever
redirected is none of these: its content is that of another page, which is counted itself.
Subqueries stand behind the conditions that need them, so that most rows cost none.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive.clock import iso
from archive.reading_kinds import OF_A_SITE, listed

if TYPE_CHECKING:
    from archive.db import Archive

SEVERAL = 3
"""Looks with the same lasting answer (404, too large, …) after which a page is not to be had."""

# As `crawler.outcomes` judges: what passes by itself is never lasting.
_LASTING = """EXISTS (SELECT 1 FROM capture last WHERE last.id = page.last_capture_id AND (
    last.status >= 400
      AND last.status NOT IN (408, 421, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)
    OR last.outcome = 'failure'
      AND substr(last.failure, 1, instr(last.failure || ':', ':') - 1)
          NOT IN ('dns', 'connection', 'timeout', 'protocol')))"""
_SAME = """(SELECT CASE WHEN last.status = 410 THEN 1000 ELSE (
        SELECT count(*) FROM capture one WHERE one.page_id = page.id
          AND one.status IS last.status AND (one.failure IS NULL) = (last.failure IS NULL)) END
    FROM capture last WHERE last.id = page.last_capture_id)"""
_REDIRECTS = """EXISTS (SELECT 1 FROM capture last WHERE last.id = page.last_capture_id
    AND last.status BETWEEN 300 AND 399)"""
_NO_ARTICLE = """page.kind = 'article'
    AND NOT EXISTS (SELECT 1 FROM article_page WHERE page_id = page.id)"""
_NOTICE = f"""EXISTS (SELECT 1 FROM capture one JOIN reading ON reading.capture_id = one.id
    WHERE one.page_id = page.id AND reading.kind IN {listed(OF_A_SITE)})"""

STANDING = f"""(CASE
  WHEN page.last_answer_id IS NOT NULL THEN CASE
    WHEN {_NO_ARTICLE} THEN CASE
      WHEN page.state = 'gone' AND page.last_capture_id = page.last_answer_id THEN 'unavailable'
      WHEN {_NOTICE} THEN 'missing'
      ELSE 'captured' END
    ELSE 'captured' END
  WHEN page.state IN ('disallowed', 'refused') THEN 'unavailable'
  WHEN EXISTS (SELECT 1 FROM withdrawn_page WHERE page_id = page.id) THEN 'unavailable'
  WHEN page.last_capture_id IS NULL THEN 'missing'
  WHEN page.state = 'moved' OR {_REDIRECTS} THEN 'elsewhere'
  WHEN {_LASTING} AND {_SAME} >= (CASE page.how WHEN 'gap' THEN 1 ELSE {SEVERAL} END)
    THEN 'unavailable'
  ELSE 'missing' END)"""
"""`captured`, `missing`, `unavailable` or `elsewhere`."""

REASON = """(CASE
  WHEN EXISTS (SELECT 1 FROM withdrawn_page WHERE page_id = page.id) THEN 'withdrawn'
  WHEN page.state = 'disallowed' THEN 'robots.txt'
  WHEN page.last_answer_id IS NOT NULL THEN
    CASE WHEN page.state = 'gone' THEN 'says it is not there' ELSE 'showed a notice' END
  WHEN page.last_capture_id IS NULL THEN 'never asked for'
  ELSE (SELECT CASE
      WHEN last.outcome = 'failure'
        THEN substr(last.failure, 1, instr(last.failure || ':', ':') - 1)
      WHEN last.status BETWEEN 300 AND 399 THEN 'redirected away'
      ELSE 'HTTP ' || last.status END
    FROM capture last WHERE last.id = page.last_capture_id) END)"""
"""Why a page that is not captured is not: its last look in a word or two."""

UNFINISHED = """(page.kind = 'listing' AND page.method = 'GET' AND page.state = 'open' AND EXISTS (
    SELECT 1 FROM page root WHERE root.id = coalesce(page.root_id, page.id)
      AND root.backfilled = 0))"""
"""A page of a listing that was never walked to its end."""

_TO_ASK = f"""page.method = 'GET' AND {STANDING} = 'missing'
    AND (page.due <= :now OR NOT {_LASTING})"""
# A listing is walked anew from its start if no page of it is left to go on with.
_TO_WALK = f"""page.last_answer_id IS NOT NULL AND page.root_id IS NULL AND {UNFINISHED}
    AND (page.pinned OR page.depth <= 1
         OR EXISTS (SELECT 1 FROM page next WHERE next.root_id = page.id))
    AND NOT EXISTS (SELECT 1 FROM page next WHERE next.root_id = page.id
                      AND next.last_answer_id IS NULL AND next.state = 'open')"""
GOAL = f"page.kind != 'robots' AND (({_TO_ASK}) OR ({_TO_WALK}))"
"""What a crawl of missing pages makes due: one that 404'd waits for its day; parameter `:now`."""

WANTED = f"""(page.kind = 'robots' OR {UNFINISHED} OR (({STANDING}) = 'missing'
    AND (page.found_at <= :started
         OR page.how IN ('listing', 'pagination', 'sitemap', 'feed', 'redirect', 'gap'))))"""
"""What such a crawl asks for of all that is due. Links that it meets on the way are left to others,
or it would never end; `:started` is its beginning."""

NEWEST = """coalesce(page.told, page.lastmod) IS NULL, coalesce(page.told, page.lastmod) DESC,
    page.found_at DESC"""


@dataclass(frozen=True, slots=True)
class Lacking:
    """One page that a crawl of missing pages would ask for; ``dated`` as printed."""

    kind: str
    url: str
    how: str
    dated: str | None
    why: str


def goal(archive: Archive, site_id: int, now: datetime) -> list[Lacking]:
    """What a crawl of a site's missing pages would ask for first, in its order."""
    rows = archive.conn.execute(
        f"""SELECT kind, found_url, how, coalesce(told, lastmod) AS dated,
                   CASE WHEN last_answer_id IS NOT NULL AND kind = 'listing'
                        THEN 'not walked to its end' ELSE {REASON} END AS why
            FROM page WHERE site_id = :site AND {GOAL}
              AND id NOT IN (SELECT page_id FROM withdrawn_page)
            ORDER BY CASE kind WHEN 'listing' THEN 1 WHEN 'article' THEN 2 WHEN 'document' THEN 3
                     WHEN 'photo' THEN 4 ELSE 5 END, {NEWEST}, id""",
        {"site": site_id, "now": iso(now)},
    )
    return [Lacking(*row) for row in rows]


def counts(archive: Archive, site_id: int, *, articles: bool = False) -> Counter[str]:
    """Of a site's pages of any kind but robots.txt, or of its *articles*: how they stand -> how
    many."""
    kinds = "page.kind = 'article'" if articles else "page.kind != 'robots'"
    rows = archive.conn.execute(
        f"""SELECT {STANDING} AS standing, count(*) FROM page
            WHERE site_id = ? AND {kinds} GROUP BY standing""",
        (site_id,),
    )
    return Counter({row[0]: row[1] for row in rows})


def reasons(archive: Archive, site_id: int, *, articles: bool = False) -> dict[str, dict[str, int]]:
    """Of a site's pages of any kind but robots.txt, or of its *articles*: `missing` and
    `unavailable` -> why -> how many, the most first."""
    kinds = "page.kind = 'article'" if articles else "page.kind != 'robots'"
    rows = archive.conn.execute(
        f"""SELECT standing, why, count(*) FROM (
                SELECT {STANDING} AS standing, {REASON} AS why FROM page
                WHERE site_id = ? AND {kinds} AND (last_answer_id IS NULL OR {_NO_ARTICLE}))
            WHERE standing IN ('missing', 'unavailable')
            GROUP BY standing, why ORDER BY standing, count(*) DESC, why""",
        (site_id,),
    )
    found: dict[str, dict[str, int]] = {"missing": {}, "unavailable": {}}
    for standing, why, count in rows:
        found[standing][why] = count
    return found
