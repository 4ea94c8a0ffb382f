"""Absence: what a page must say, and for how long, before its article counts as gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Walker, article

from archive import absence, articles, captures, crawls, events, pages, readings, versions
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import Exchange

HOUR = 3_600
URL = "http://x.vn/tin/bai.html"
HOME = "http://x.vn/"
OTHER = "http://x.vn/tin/khac.html"


@pytest.fixture
def walker(archive: Archive) -> Walker:
    made = Walker.begin(archive)
    made.see(article(URL))
    with archive.transaction():
        pages.set_state(archive, made.page(HOME, "listing").id, pinned=True)
    return made


@dataclass(frozen=True)
class Meets:
    """What one look at the page meets; *up*: another page answered well before (*late*: after)."""

    status: int = 404
    kind: str = ""  # of the reading of a 200
    to: str = ""
    up: bool = True
    late: bool = False
    after: float = 24  # hours since the last look
    failure: bool = False


def look(walker: Walker, met: Meets) -> bool:
    """Whether the article is gone by it."""
    walker.clock.advance(met.after * HOUR)
    if met.up and not met.late:
        walker.look(OTHER, b"<html>another")
    page = walker.page_id(URL)
    if met.failure:
        exchange = Exchange(URL, walker.clock.now(), outcome="failure", failure="timeout: 30 s")
        with walker.archive.transaction():
            captures.keep(walker.archive, exchange, page, walker.crawl_id)
        return False
    headers = (("Location", met.to),) if met.to else ()
    kept = walker.look(URL, b"<html>not there", status=met.status, headers=headers)
    with walker.archive.transaction():
        if met.kind:
            readings.done(walker.archive, kept.capture_id, met.kind, "r1")  # type: ignore[arg-type]  # a kind
        gone = versions.gone(walker.archive, page, kept.capture_id)
    if met.late:
        walker.clock.advance(1)
        walker.look(OTHER, b"<html>another")
    return gone


SOFT = Meets(200, kind="error")
CASES: dict[str, tuple[list[Meets], int | None, str]] = {
    # looks, which of them makes it gone (from 1 on), and why
    "404 on three days": ([Meets()] * 4, 3, "missing"),
    "410 is surer": ([Meets(410)] * 3, 2, "removed"),
    "404, then 410": ([Meets(), Meets(410), Meets(410)], 3, "removed"),
    "a notice under status 200": ([SOFT] * 3, 3, "soft-404"),
    "sent to the home page": ([Meets(302, to=HOME)] * 3, 3, "home"),
    "sent elsewhere": ([Meets(302, to="http://x.vn/dang-nhap")] * 5, None, ""),
    "many looks in one day": ([Meets(after=2)] * 9, None, ""),
    "the site is down beside it": ([Meets(up=False)] * 6, None, ""),
    "errors of the server": ([Meets(503)] * 6, None, ""),
    "refused": ([Meets(403)] * 6, None, ""),
    "no answer": ([Meets(failure=True)] * 6, None, ""),
    "a notice of the whole site": ([Meets(200, kind="closed")] * 6, None, ""),
    "a login": ([Meets(200, kind="login")] * 6, None, ""),
    "another's content": ([Meets(200, kind="foreign")] * 20, 15, "foreign"),
    "another's content on all of a lapsed domain": (
        [Meets(200, kind="foreign", up=False, after=7 * 24)] * 4, 3, "foreign",
    ),
    "a hijacked page, then 404": ([Meets(200, kind="foreign")] + [Meets()] * 16, 15, "missing"),
    "a parked domain": ([Meets(200, kind="parked", after=72)] * 9, None, ""),
    "trouble in between counts for nothing": (
        [Meets(), Meets(503), Meets(failure=True), Meets(), Meets()], 5, "missing",
    ),
    "the first that each crawl asks for": ([Meets(late=True, after=30)] * 4, 4, "missing"),
    "a daily crawl that begins a little earlier": ([Meets(after=23.5)] * 4, 4, "missing"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_when_an_article_is_gone(walker: Walker, case: str) -> None:
    looks, gone_at, why = CASES[case]
    found = [number for number, met in enumerate(looks, 1) if look(walker, met)]
    assert found == ([gone_at] if gone_at else [])
    told = [event.data for event in events.since(walker.archive, 0) if event.kind == "gone"]
    assert [one["why"] for one in told] == ([why] if gone_at else [])
    assert articles.current(walker.archive, 1).state == ("gone" if gone_at else "live")


def test_what_is_seen_again_begins_anew(walker: Walker) -> None:
    for _ in range(2):
        assert not look(walker, Meets())
    walker.clock.advance(24 * HOUR)
    walker.see(article(URL))
    assert absence.since(walker.archive, 1) is None
    assert not look(walker, Meets())
    absent = absence.since(walker.archive, 1)
    assert absent is not None
    assert (absent.since, absent.looks, absent.sure) == (walker.clock.now(), 1, False)
    kinds = [event.kind for event in events.since(walker.archive, 0)]
    assert kinds == ["new"]  # it never went, so it did not come back


@pytest.mark.parametrize("kind", ["login", "parked"])
def test_what_hides_a_page_is_told_and_no_more(walker: Walker, kind: str) -> None:
    for _ in range(3):
        look(walker, Meets(200, kind=kind))
    absent = absence.since(walker.archive, 1)
    assert absent is not None and (absent.looks, absent.why, absent.sure) == (3, kind, False)
    look(walker, Meets())
    absent = absence.since(walker.archive, 1)
    assert absent is not None and (absent.looks, absent.why) == (1, "missing")


def test_a_crawl_that_read_nothing_but_notices_saw_no_site(walker: Walker) -> None:
    """Its home page answered well, with a notice; all else was 404."""
    archive = walker.archive
    for day in range(4):
        assert not look(walker, Meets())
        figures = {"captures": 2, "read as closed": 1}
        crawls.end(archive, walker.crawl_id, "finished", figures if day < 3 else {})
        with archive.transaction():
            walker.crawl_id = crawls.begin(archive, walker.site_id, "asked", "test", {})
    assert articles.current(archive, 1).state == "live"
    found = [look(walker, Meets()) for _ in range(2)]
    assert found == [False, True]


def test_the_next_look_is_soon(walker: Walker) -> None:
    page, waits = walker.page_id(URL), []
    for _ in range(3):
        look(walker, Meets())
        now = walker.clock.now()
        waits.append(absence.next_look(walker.archive, page, now) - now)
    assert waits == [timedelta(days=1), timedelta(days=2), timedelta(days=4)]


SILENT = st.sampled_from(
    [Meets(503), Meets(403), Meets(429), Meets(failure=True), Meets(up=False), Meets(410, up=False),
     Meets(200, kind="closed"), Meets(200, kind="login"), Meets(200, kind="parked", after=99)]
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(SILENT, max_size=12))
def test_a_site_that_is_down_loses_no_article(looks: list[Meets]) -> None:
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    with TemporaryDirectory() as folder, Archive.create(f"{folder}/a.db", clock) as archive:
        made = Walker.begin(archive)
        made.see(article(URL))
        assert not any(look(made, met) for met in looks)
        assert articles.current(archive, 1).state == "live"
