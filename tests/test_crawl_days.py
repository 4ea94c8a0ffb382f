"""The sample sites a day later, and again with nothing changed: the right events, and no other."""

from collections import Counter
from dataclasses import replace

import pytest
from crawling import DAY
from sample import each, site_of

from archive import absence, articles, events
from archive.clock import from_iso
from archive.diff import compare


@pytest.fixture(scope="module")
def archive(demo_days):
    with demo_days.open() as opened:
        yield opened


def told(archive, slug):
    """The events of the second day on that site: kind -> events."""
    (site_id,) = archive.conn.execute("SELECT id FROM site WHERE slug = ?", (slug,)).fetchone()
    found = {}
    for event in events.since(archive, 0):
        if event.site_id != site_id or event.capture_id is None:
            continue
        (shift,) = archive.conn.execute(
            "SELECT clock_shift FROM capture WHERE id = ?", (event.capture_id,)
        ).fetchone()
        if shift:
            found.setdefault(event.kind, []).append(event)
    return found


def path_by(site, day, wanted):
    return next(path for path, article in site.articles_on(day).items() if wanted(article))


@each
def test_exactly_what_happened_is_told(demo_days, archive, slug):
    counts = {kind: len(found) for kind, found in told(archive, slug).items()}
    counts.pop("story", None)
    assert counts == {"new": 3, "changed": 3, "moved": 1}
    second = demo_days.crawls[2, slug]
    assert (second.outcome, second.tally["new"], second.tally["changed"]) == ("finished", 3, 3)


@each
def test_each_edit_is_told_with_the_fields_that_changed(demo_days, archive, slug):
    site, base = site_of(demo_days, slug), demo_days.bases[slug]
    by_article = {event.article_id: event for event in told(archive, slug)["changed"]}
    kinds = Counter()
    for path, article in site.articles_on(1).items():
        if article.later is None:
            continue
        article_id = articles.resolve(archive, base + path)
        event = by_article.pop(article_id)
        before, after = articles.versions(archive, article_id)
        wanted = {
            name for name in ("title", "body") if getattr(article, name)
            != getattr(article.later, name)
        }  # fmt: skip
        assert set(event.data["fields"]) - {"updated"} == wanted
        found = replace(after.article, evidence={})
        assert found == replace(site.truth(path, 2, base), url=found.url)
        kinds[compare(before, after).kind] += 1
    assert not by_article
    assert kinds["tone"] == 1 and sum(kinds.values()) == 3, kinds


@each
def test_a_moved_article_keeps_its_identity(demo_days, archive, slug):
    site, base = site_of(demo_days, slug), demo_days.bases[slug]
    old = path_by(site, 1, lambda article: article.fate == "moved")
    new = path_by(site, 2, lambda article: article.fate == "moved")
    assert old != new
    article_id = articles.resolve(archive, base + old)
    assert articles.resolve(archive, base + new) == article_id
    (event,) = told(archive, slug)["moved"]
    assert event.article_id == article_id
    assert len(articles.versions(archive, article_id)) == 1, "moving is no edit"
    assert articles.current(archive, article_id).state != "gone"


@each
def test_three_articles_are_absent_and_not_gone_yet(demo_days, archive, slug):
    """One day is not enough (tests/test_crawl_absence.py goes on)."""
    site, base = site_of(demo_days, slug), demo_days.bases[slug]
    whys = {}
    for path, article in site.articles_on(1).items():
        if article.fate in ("404", "410", "soft"):
            article_id = articles.resolve(archive, base + path)
            current = articles.current(archive, article_id)
            assert (current.state, current.article.title) == ("live", article.title)
            absent = absence.since(archive, article_id)
            assert absent is not None and (absent.looks, absent.sure) == (1, False)
            whys[article.fate] = absent.why
    assert whys == {"404": "missing", "410": "removed", "soft": "soft-404"}
    states = archive.conn.execute("SELECT DISTINCT state FROM article").fetchall()
    assert [state for (state,) in states] == ["live"]


@each
def test_new_articles_are_read_whole(demo_days, archive, slug):
    site, base = site_of(demo_days, slug), demo_days.bases[slug]
    new = {event.article_id for event in told(archive, slug)["new"]}
    for path, article in site.articles_on(2).items():
        if article.since == 2:
            article_id = articles.resolve(archive, base + path)
            assert article_id in new
            found = replace(articles.current(archive, article_id).article, evidence={})
            assert found == replace(site.truth(path, 2, base), url=found.url)


@each
def test_counters_clocks_and_rotating_boxes_make_no_version(demo_days, archive, slug):
    """The third crawl sees every page in other bytes: counter, clock and box stand elsewhere."""
    third = demo_days.crawls[3, slug]
    if slug == "demo-nukeviet":  # the others say "not modified" in spite of their counters
        assert third.tally["payloads"] > 30, "the bytes did not change, so this proves nothing"
    assert "changed" not in third.tally and "new" not in third.tally
    assert demo_days.counts[2]["version"] == demo_days.counts[1]["version"]
    assert demo_days.counts[2]["event"] == demo_days.counts[1]["event"]
    many = archive.conn.execute(
        """SELECT count(*) FROM article JOIN site ON site.id = site_id AND slug = ?
           WHERE (SELECT count(*) FROM version WHERE article_id = article.id) > 1""",
        (slug,),
    ).fetchone()
    assert many[0] == 3


@each
def test_captures_of_a_moved_clock_say_so(demo_days, archive, slug):
    for number, shift in ((1, 0.0), (2, DAY)):
        began = archive.conn.execute(
            """SELECT crawl.id, started FROM crawl JOIN site ON site.id = site_id
               WHERE slug = ? ORDER BY crawl.id LIMIT 1 OFFSET ?""",
            (slug, number - 1),
        ).fetchone()
        shifts = archive.conn.execute(
            "SELECT DISTINCT clock_shift FROM capture WHERE crawl_id = ?", (began["id"],)
        ).fetchall()
        assert [row[0] for row in shifts] == [shift]
    first, second = (
        from_iso(row[0])
        for row in archive.conn.execute(
            """SELECT started FROM crawl JOIN site ON site.id = site_id WHERE slug = ?
               ORDER BY crawl.id LIMIT 2""",
            (slug,),
        )
    )
    assert DAY < (second - first).total_seconds() < DAY + 600


@each
def test_not_modified_is_a_capture_that_names_the_earlier_one(demo_days, archive, slug):
    asked = [a for a in demo_days.asked(4, slug) if a.status == 304]
    assert asked
    for one in asked:
        row = archive.conn.execute(
            """SELECT capture.outcome, capture.payload_id, earlier.outcome AS old,
                      earlier.payload_id AS stands, earlier.page_id = capture.page_id AS own
               FROM capture JOIN capture earlier ON earlier.id = capture.earlier_id
               WHERE capture.url = ? ORDER BY capture.id DESC""",
            (demo_days.bases[slug] + one.path,),
        ).fetchone()
        assert (row["outcome"], row["payload_id"], row["old"]) == ("unchanged", None, "answer")
        assert row["stands"] is not None and row["own"]


@each
def test_a_second_crawl_asks_for_much_less(demo_days, slug):
    first, second = len(demo_days.asked(1, slug)), len(demo_days.asked(2, slug))
    assert second < first / 2


def test_a_crawl_of_what_did_not_change_writes_nothing_new(demo_days):
    before, after = demo_days.counts[2], demo_days.counts[3]
    for name in ("version", "payload", "event"):
        assert after[name] == before[name], name
    full, still = len(demo_days.asked(1)), len(demo_days.asked(4))
    assert still <= full / 7, f"{still} of {full} requests"


@each
def test_only_listings_are_asked_for_when_nothing_is_due(demo_days, archive, slug):
    for one in demo_days.asked(4, slug):
        row = archive.conn.execute(
            "SELECT kind FROM page JOIN capture ON page_id = page.id WHERE capture.url = ?",
            (demo_days.bases[slug] + one.path,),
        ).fetchone()
        assert row["kind"] in ("robots", "listing"), one.path


def test_a_copy_that_changes_is_still_no_article_of_its_own(demo_days, archive):
    for site in demo_days.sites:
        base = demo_days.bases[site.slug]
        for twin, path in site.twins(2).items():
            one = articles.resolve(archive, base + twin)
            assert one == articles.resolve(archive, base + path)
            assert len(articles.versions(archive, one)) == 1


def test_a_story_holds_its_copies_after_the_second_day(archive):
    alone = archive.conn.execute(
        """SELECT count(*) FROM (SELECT story_id, count(*) AS n FROM article
           WHERE story_id IS NOT NULL GROUP BY story_id HAVING n > 1)"""
    ).fetchone()[0]
    assert alone >= 4
