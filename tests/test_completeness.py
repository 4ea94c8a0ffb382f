"""The completeness meter: what is known, captured, missing and not to be had adds up, always."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from crawling import HTML, SmallSite, article, luutru, page, redirect, robots, served
from hypothesis import given
from hypothesis import strategies as st
from offline import HERE, Site
from stored import START

from archive import completeness, due, lacking, listings, pages, sites
from archive.clock import FixedClock, iso
from archive.db import Archive
from archive.status import statuses
from archive.types import Found, How
from crawler.demo.messages import DemoResponse

GONE = DemoResponse(404, HTML, b"<title>404</title><h1>404</h1>")
DOWN = DemoResponse(503, (*HTML, ("Retry-After", "0")), b"")


@pytest.fixture
def site(archive, clock, tmp_path, monkeypatch):  # type: ignore[no-untyped-def]  # the fixtures
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    monkeypatch.setattr("crawler.frontier.monotonic", lambda: clock.now().timestamp())
    return Site(archive, {})


def xml(*urls: tuple[str, str]) -> DemoResponse:
    rows = "".join(f"<url><loc>{HERE}{u}</loc><lastmod>{day}</lastmod></url>" for u, day in urls)
    head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return DemoResponse(
        200, (("Content-Type", "application/xml"),), f"{head}{rows}</urlset>".encode()
    )


def listing(number: int, last: int, size: int = 3, pager: str = "") -> DemoResponse:
    """Page *number* of the listing /muc; its articles are of 2023, one month a page."""
    items = "".join(
        f'<div class="item"><h3><a href="/tin/{number}{n}.html">Tiêu đề của bài viết số {number}{n}'
        f" về hội nghị</a></h3><span>0{n + 1}/{number:02}/2023</span>"
        "<p>Đồng chí Bí thư phát biểu chỉ đạo.</p></div>"
        for n in range(size)
    )
    more = f'<a href="/muc?page={number + 1}">Trang sau</a>' if number < last else ""
    text = (
        f"<!DOCTYPE html><html><head><title>Mục</title></head><body><h1>Mục tin</h1>"
        f'<div class="list">{items}</div><div class="pagination">{pager}{more}</div></body></html>'
    )
    return DemoResponse(200, HTML, text.encode())


def walk(last: int = 4, pager: str = "") -> dict[str, Any]:
    """The answers of a listing of *last* pages; none of its articles is there yet."""
    return {
        "/muc" if n == 1 else f"/muc?page={n}": listing(n, last, pager=pager)
        for n in range(1, last + 1)
    }


def meter(site: Site) -> completeness.Coverage:
    return whole_of(completeness.articles(site.archive, 1))


def whole_of(articles: Iterable[completeness.Known]) -> completeness.Coverage:
    """Counts of all of them together."""
    found = completeness.Coverage("all")
    for one in articles:
        found.add(one)
    return found


def counts(site: Site) -> tuple[int, int, int, int]:
    one = meter(site)
    return one.known, one.captured, one.missing, one.unavailable


# -- it adds up -----------------------------------------------------------------------------------

LOOKS = st.lists(st.sampled_from((200, 301, 302, 403, 404, 410, 500, "timeout", "too-large")),
                 max_size=5)  # fmt: skip
Drawn = list[tuple[str, How, list[int | str], str | None]]
STATES = st.sampled_from(("open", "disallowed", "gone", "moved", "refused"))
HOWS = st.sampled_from(("listing", "sitemap", "feed", "related", "link", "redirect"))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):  # type: ignore[no-untyped-def]  # the fixture
    with Archive.create(tmp_path_factory.mktemp("drawn") / "a.db", FixedClock(START)) as archive:
        with archive.transaction() as conn:
            sites.ensure(archive, "small", "Trang thử")
            conn.execute(
                "INSERT INTO crawl (id, site_id, why, started, agent, settings)"
                " VALUES (1, 1, 'asked', ?, 'test', '{}')",
                (iso(START),),
            )
        yield archive


class UndoError(Exception):
    """Ends a transaction without a trace."""


@given(many=st.lists(st.tuples(STATES, HOWS, LOOKS, st.sampled_from((None, "2023-05-01"))),
                     max_size=12))  # fmt: skip
def test_known_is_captured_missing_and_unavailable(drawn: Archive, many: Drawn) -> None:
    """Of pages in any state, with any looks, possible or not; and all who count agree."""
    with pytest.raises(UndoError), drawn.transaction():
        fill(drawn, many)
        articles = completeness.articles(drawn, 1)
        bys: tuple[completeness.By, ...] = ("month", "section", "how")
        for by in bys:
            rows = completeness.coverage(articles, by)
            assert sum(row.known for row in rows) == len(articles)
            for row in rows:
                assert row.known == row.captured + row.missing + row.unavailable
                assert row.missing == row.missing_by.total()
        whole, (status,) = whole_of(articles), statuses(drawn)
        assert (status.known, status.captured, status.missing, status.unavailable) == (
            whole.known, whole.captured, whole.missing, whole.unavailable,
        )  # fmt: skip
        why = lacking.reasons(drawn, 1, articles=True)
        assert sum(why["missing"].values()) == whole.missing
        assert sum(why["unavailable"].values()) == whole.unavailable
        goal = lacking.goal(drawn, 1, drawn.clock.now())
        assert len(goal) <= whole.missing and all(one.why for one in goal)
        raise UndoError


def fill(archive: Archive, many: Drawn) -> None:
    conn = archive.conn
    for number, (state, how, looks, told) in enumerate(many, 1):
        found = Found(f"{HERE}/tin/{number}.html", "article", how, told=told)
        (page_,) = pages.add(archive, 1, [found], at=START)
        last = answer = None
        for k, look in enumerate(looks):
            failed = isinstance(look, str)
            last = conn.execute(
                "INSERT INTO capture (page_id, crawl_id, time, method, url, request_headers,"
                " outcome, status, failure, identity) VALUES (?, 1, ?, 'GET', ?, '[]', ?, ?, ?, ?)",
                (page_.id, iso(START), found.url, "failure" if failed else "answer",
                 None if failed else look, f"{look}: words" if failed else None,
                 f"sha256:{number}.{k}"),
            ).lastrowid  # fmt: skip
            answer = last if look == 200 else answer
        conn.execute(
            "UPDATE page SET state = ?, last_capture_id = ?, last_answer_id = ? WHERE id = ?",
            (state, last, answer, page_.id),
        )


# -- a site with holes ----------------------------------------------------------------------------


def test_a_site_with_holes_over_the_wire(tmp_path) -> None:  # type: ignore[no-untyped-def]  # the fixture
    """Every kind of hole, and what --missing makes of it, as a user sees it."""
    small = SmallSite(
        {
            "/robots.txt": robots("Disallow: /tin/cam"),
            "/tin/1.html": article(1),
            "/tin/2.html": redirect("/tin/1.html", 301),
            "/tin/3.html": DemoResponse(403, HTML, b"no"),
            "/tin/5.html": DOWN,
        },
        links=[*(f"/tin/{n}.html" for n in range(1, 6)), "/tin/cam.html"],
    )
    with served(tmp_path, small) as server:
        call = ("--archive", "a.db", "--format", "json")
        assert luutru(tmp_path, "crawl", "small", "--sites", "sites", *call).returncode == 0

        def row(*more: str) -> Any:
            return json.loads(luutru(tmp_path, "status", "small", *more, *call).stdout)

        (whole,) = row()
        told = {name: whole[name] for name in ("known", "captured", "missing", "unavailable")}
        assert told == {"known": 5, "captured": 1, "missing": 2, "unavailable": 2}
        reasons = row("--by", "reason")
        assert {(one["standing"], one["why"], one["articles"]) for one in reasons} == {
            ("missing", "HTTP 404", 1), ("missing", "HTTP 503", 1),
            ("unavailable", "HTTP 403", 1), ("unavailable", "robots.txt", 1),
        }  # fmt: skip

        small.pages["/tin/5.html"] = article(5)
        server.log.clear()
        done = luutru(tmp_path, "crawl", "small", "--missing", "--sites", "sites", *call)
        asked = [one.path for one in server.log if one.path != "/robots.txt"]
        assert asked == ["/tin/5.html"], "what 404'd waits for its day"
        assert done.stderr == (
            "small: 1 got; 1 (HTTP 404: 1) still missing, "
            "2 (HTTP 403: 1, robots.txt: 1) not to be had.\n"
        )
        words = luutru(tmp_path, "status", "small", "--archive", "a.db").stdout
        assert re.search(
            r"coverage: +40 % of 5 articles captured, 1 missing, 2 not to be had", words
        )
        table = luutru(tmp_path, "status", "small", "--coverage", "--archive", "a.db").stdout
        assert re.search(r"2024-05 +2 +2 +0 +0 +100 %", table)
        assert re.search(r"unknown +3 +0 +1 +2 +0 %", table)
        bare = luutru(tmp_path, "status", "--coverage", "--archive", "a.db")
        assert (bare.returncode, "name the SITE" in bare.stderr) == (2, True)


@pytest.mark.parametrize("kind", ["closed", "login", "parked", "foreign"])
def test_a_page_that_showed_a_notice_alone_is_missing(site: Site, kind: str) -> None:
    site.answers, site.links = {"/tin/1.html": GONE}, ["/tin/1.html"]
    site.crawl()
    with site.archive.transaction() as conn:
        conn.execute(
            """UPDATE capture SET status = 200 WHERE page_id =
               (SELECT id FROM page WHERE url LIKE '%/tin/1.html')"""
        )
        conn.execute(
            "UPDATE page SET last_answer_id = last_capture_id, state = 'open'"
            " WHERE url LIKE '%/tin/1.html'"
        )
        conn.execute(
            """INSERT INTO reading (capture_id, state, kind)
               SELECT last_capture_id, 'read', ? FROM page WHERE url LIKE '%/tin/1.html'""",
            (kind,),
        )
    assert counts(site) == (1, 0, 1, 0)


def test_what_404s_three_times_is_not_to_be_had(site: Site) -> None:
    site.answers, site.links = {"/tin/1.html": GONE}, ["/tin/1.html"]
    site.crawl()
    assert counts(site) == (1, 0, 1, 0)
    for day, standing in ((1.1, (1, 0, 1, 0)), (1.1, (1, 0, 0, 1))):
        site.crawl(days=day, missing=True)
        assert site.paths.count("/tin/1.html") == 1 and counts(site) == standing
    site.crawl(days=30, missing=True)
    assert site.paths == [], "it is left alone"
    site.answers["/tin/1.html"] = article(1)
    site.crawl(days=30)  # but the usual crawl looks again, ever more rarely
    assert counts(site) == (1, 1, 0, 0)


def test_410_is_for_good_at_once_and_a_timeout_never(site: Site) -> None:
    site.answers = {"/tin/1.html": DemoResponse(410, HTML, b"gone"), "/tin/2.html": DOWN}
    site.links = list(site.answers)
    site.crawl()
    for _ in range(4):
        site.crawl(days=1, missing=True)
        assert set(site.paths) - {"/robots.txt"} == {"/tin/2.html"}
    assert counts(site) == (2, 0, 1, 1)


def test_a_notice_is_no_article(site: Site) -> None:
    """Pages that all show "closed" were not captured, whatever the status."""
    notice = page("Thông báo", body="<p>Hệ thống đang bảo trì, vui lòng quay lại sau.</p>")
    site.answers, site.links = {"/tin/1.html": notice}, ["/tin/1.html"]
    site.crawl()
    assert site.rows("SELECT kind FROM reading WHERE kind = 'closed'") == [("closed",)]
    assert counts(site) == (1, 0, 1, 0)
    site.answers = {"/tin/1.html": article(1)}
    site.crawl(missing=True)
    assert counts(site) == (1, 1, 0, 0)


# -- how it became known --------------------------------------------------------------------------


def test_a_sitemap_names_articles_that_nothing_links_to(site: Site) -> None:
    """They are asked for, what is dated last first; what is found on the way is left to others."""
    days = ["2021-03-04", "2024-06-30T20:00:00+00:00", "2023-01-02"]
    site.answers = {"/sitemap.xml": xml(*((f"/tin/{n}.html", day) for n, day in enumerate(days)))}
    site.listings = ["/sitemap.xml"]
    site.crawl(limit=2)
    months = {row.group: row for row in completeness.coverage(
        completeness.articles(site.archive, 1), "month")}  # fmt: skip
    assert list(months) == ["2024-07", "2023-01", "2021-03"], "in the time of Vietnam"
    assert months["2024-07"].missing_by == {"sitemap": 1} and months["2024-07"].share == 0
    site.answers |= {f"/tin/{n}.html": article(n, "/tin/9.html") for n in (0, 1, 2, 9)}
    site.crawl(missing=True)
    asked = [path for path in site.paths if "tin" in path]
    assert asked == ["/tin/1.html", "/tin/2.html", "/tin/0.html"]
    assert counts(site) == (4, 3, 1, 0)
    site.crawl()
    assert site.row("/tin/9.html", "last_answer_id IS NOT NULL") == (1,), "it was due for others"


def test_listing_feed_and_related_tell_dates(site: Site) -> None:
    feed = (
        '<rss version="2.0"><channel><title>Tin</title><item><title>Bài của nguồn tin về hội nghị'
        f"</title><link>{HERE}/tin/f.html</link>"
        "<pubDate>Sat, 02 Sep 2023 08:00:00 +0700</pubDate></item></channel></rss>"
    )
    related = (
        '<div class="tin-lien-quan"><h3>Tin liên quan</h3><ul><li><a href="/tin/r.html">Tiêu đề '
        "bài liên quan dài về hội nghị</a> <em>(16/11/2022)</em></li></ul></div>"
    )
    one = article(1)
    text = one.body.decode().replace("</article>", f"</article>{related}")
    site.answers = walk(1) | {
        "/rss.xml": DemoResponse(200, (("Content-Type", "application/rss+xml"),), feed.encode()),
        "/tin/1.html": DemoResponse(200, HTML, text.encode()),
    }
    site.links, site.listings = ["/tin/1.html"], ["/muc", "/rss.xml"]
    site.crawl()
    found = {known.url.removeprefix(HERE): known
             for known in completeness.articles(site.archive, 1)}  # fmt: skip
    assert (found["/tin/f.html"].how, found["/tin/f.html"].month) == ("feed", "2023-09")
    assert (found["/tin/r.html"].how, found["/tin/r.html"].month) == ("related", "2022-11")
    assert (found["/tin/12.html"].how, found["/tin/12.html"].month) == ("listing", "2023-01")
    assert found["/tin/1.html"].month == "2024-05"


def test_a_missing_article_is_of_the_section_of_its_folder(archive: Archive) -> None:
    rows = [
        {"section": '["Tin tức", "Xây dựng Đảng"]', "url": f"{HERE}/xdd/{n}.html", "root": None}
        for n in range(3)
    ]
    rows.append({"section": '["Khác"]', "url": f"{HERE}/xdd/9.html", "root": 7})
    sections = completeness._Sections(rows)  # type: ignore[arg-type]  # rows by name
    gone: Any = {"section": None, "url": f"{HERE}/xdd/5.html", "root": None}
    assert sections.of(gone) == "Tin tức / Xây dựng Đảng"
    assert sections.of(gone | {"url": f"{HERE}/5.html"}) is None
    assert sections.of(gone | {"url": f"{HERE}/5.html", "root": 7}) == "Khác"


# -- listings -------------------------------------------------------------------------------------

PAGER = '<a href="/muc?page=2">2</a> <a href="/muc?page=3">3</a> <a href="/muc?page=4">4</a> '


def test_a_truncated_listing_says_where_and_is_walked_to_its_end(site: Site) -> None:
    site.answers, site.listings = walk(pager=PAGER) | {"/muc?page=3": DOWN}, ["/muc"]
    site.crawl()
    (broken,) = [one for one in listings.walks(site.archive, 1) if one.url.endswith("/muc")]
    assert (broken.state, broken.breaks_at, broken.why) == (
        "broken",
        f"{HERE}/muc?page=3",
        "HTTP 503",
    )
    assert (broken.read, broken.told, broken.known) == (2, 4, 6)
    assert (broken.expected_least, broken.expected_most) == (10, 12)
    site.answers |= walk(pager=PAGER) | {f"/tin/{n}{k}.html": article(n) for n in range(1, 5)
                                         for k in range(3)}  # fmt: skip
    site.crawl(days=1.1, missing=True)
    assert "/muc?page=4" in site.paths and site.count() == 12
    (whole,) = [one for one in listings.walks(site.archive, 1) if one.url.endswith("/muc")]
    assert (whole.state, whole.known, whole.breaks_at) == ("whole", 12, None)
    site.crawl(missing=True)
    assert site.paths == [], "it ends"


def test_a_walk_that_was_cut_off_goes_on(site: Site) -> None:
    site.answers, site.listings = walk(), ["/muc"]
    site.crawl(limit=3)
    (cut,) = [one for one in listings.walks(site.archive, 1) if one.url.endswith("/muc")]
    assert cut.state == "open"
    site.crawl(missing=True)
    (whole,) = [one for one in listings.walks(site.archive, 1) if one.url.endswith("/muc")]
    assert (whole.state, whole.known) == ("whole", 12)


def test_a_listing_that_ends_too_soon_is_short(site: Site) -> None:
    """Its pager counts 40 pages, and the fourth names no next: the rest cannot be reached."""
    pager = '<a href="/muc?page=2">2</a> … <a href="/muc?page=40">40</a>'
    site.answers, site.listings = walk(pager=pager), ["/muc"]
    site.answers["/muc?page=4"] = listing(4, 4)
    site.crawl()
    (short,) = [one for one in listings.walks(site.archive, 1) if one.url.endswith("/muc")]
    assert (short.state, short.told, short.known) == ("short", 40, 12)
    assert (short.expected_least, short.expected_most) == (118, 120)


def test_a_listing_that_grows_is_not_short(site: Site) -> None:
    site.answers, site.listings = walk(pager=PAGER), ["/muc"]
    site.crawl()
    new = listing(1, 5, pager=PAGER.replace("4", "5"))
    text = new.body.decode()
    for n, name in enumerate(("a", "b", "c")):
        text = text.replace(f"/tin/1{n}.html", f"/tin/{name}.html")
    site.answers["/muc"] = DemoResponse(200, HTML, text.encode())
    site.crawl(days=1)
    (grown,) = [one for one in listings.walks(site.archive, 1) if one.url.endswith("/muc")]
    assert (grown.state, grown.told, grown.known) == ("whole", 5, 15)


def test_the_plan_and_the_goal_are_the_same(site: Site) -> None:
    site.answers, site.listings, site.links = walk(), ["/muc"], ["/tin/x.html"]
    site.crawl(limit=4)
    now = datetime(2030, 1, 1, tzinfo=UTC)
    goal = lacking.goal(site.archive, 1, now)
    plan = due.plan(site.archive, 1, now, full=False, missing=True)
    assert sum(plan.values()) == len(goal) > 3
    assert [one.kind for one in goal] == sorted((one.kind for one in goal), key=["listing",
                                                "article"].index)  # fmt: skip
