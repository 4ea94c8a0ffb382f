"""Pages: entered once, asked for in order, and due again when something new is learned."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import Walker

from archive import pages
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import Found, Page, PageKind
from archive.urls import canonical


@pytest.fixture
def walker(archive: Archive) -> Walker:
    return Walker.begin(archive)


def add(walker: Walker, *found: Found, **how: object) -> list[Page]:
    with walker.archive.transaction():
        return pages.add(
            walker.archive, walker.site_id, found, at=walker.clock.now(), **how  # type: ignore[arg-type]  # options of pages.add
        )  # fmt: skip


def one(url: str, kind: PageKind = "article", **more: str) -> Found:
    return Found(url, kind, "listing", **more)  # type: ignore[arg-type]  # fields of Found


def test_a_new_page(walker: Walker, clock: FixedClock) -> None:
    start = add(walker, one("http://x.vn/", "listing"), pinned=True)[0]
    found = one("http://x.vn/a?utm_source=z", lastmod="2026-02-01")
    (page,) = add(walker, found, found_on=start.id, depth=2, due=clock.now(), root_id=start.id)
    assert (page.url, page.found_url) == ("http://x.vn/a", "http://x.vn/a?utm_source=z")
    assert (page.kind, page.how, page.depth, page.root_id) == ("article", "listing", 2, start.id)
    assert (page.found_at, page.due, page.lastmod) == (clock.now(), clock.now(), "2026-02-01")
    assert (page.state, page.failures, page.pinned, page.backfilled) == ("open", 0, False, False)
    assert start.pinned
    assert pages.get(walker.archive, page.id) == page
    assert pages.by_url(walker.archive, "http://x.vn/a") == page


def test_known_pages_stay_as_they_are(walker: Walker, clock: FixedClock) -> None:
    (first,) = add(walker, one("http://x.vn/a"))
    assert add(walker, one("http://x.vn/a#b", "listing"), due=clock.now(), depth=5) == []
    assert pages.get(walker.archive, first.id) == first
    assert add(walker, one("http://x.vn/a"), pinned=True) == []
    assert pages.get(walker.archive, first.id).pinned


def test_what_is_no_url_is_left_out(walker: Walker) -> None:
    assert add(walker, one("http://x.vn:0/"), one("mailto:a@x.vn"), one("http://x.vn/a"))[0].id == 1


def test_a_form_s_bodies_are_pages_of_their_own(walker: Walker) -> None:
    new = add(
        walker,
        one("http://x.vn/l", "listing"),
        Found("http://x.vn/l", "listing", "pagination", "POST", b"page=2"),
        Found("http://x.vn/l", "listing", "pagination", "POST", b"page=3"),
        Found("http://x.vn/l", "listing", "pagination", "POST", b"page=2"),
    )
    assert [(page.method, page.body) for page in new] == [
        ("GET", b""), ("POST", b"page=2"), ("POST", b"page=3"),
    ]  # fmt: skip
    assert pages.by_url(walker.archive, "http://x.vn/l", "POST", b"page=3") == new[2]
    assert pages.by_url(walker.archive, "http://x.vn/l", "POST", b"page=4") is None


def test_a_site_s_own_canonical_form(walker: Walker) -> None:
    def strip(url: str) -> str:
        return canonical(url, strip_slash=True)

    new = add(walker, one("http://x.vn/a/"), one("http://x.vn/a"), canonicalize=strip)
    assert [page.url for page in new] == ["http://x.vn/a"]


@pytest.mark.parametrize(
    ("lastmod", "again"),
    [
        ("2026-03-01T08:30:00Z", True),  # after the answer at 08:00:01
        ("2026-03-01T07:30:00Z", False),
        ("2026-03-01T15:30:00+07:00", True),
        ("2026-03-01", True),  # later that day, perhaps
        ("2026-02-28", False),  # that day ended in Vietnam at 17:00 UTC
        ("2026-03-02", True),
        ("yesterday", False),
    ],
)
def test_lastmod_after_the_answer_makes_due(
    walker: Walker, clock: FixedClock, lastmod: str, again: bool
) -> None:
    walker.look("http://x.vn/a")
    clock.advance(86400)
    add(walker, one("http://x.vn/a", lastmod=lastmod))
    page = pages.get(walker.archive, 1)
    assert page.due == (clock.now() if again else None)
    assert page.lastmod == lastmod
    with walker.archive.transaction():
        pages.set_state(walker.archive, 1, due=None)
    add(walker, one("http://x.vn/a", lastmod=lastmod))  # it says nothing new
    assert pages.get(walker.archive, 1).due is None


def test_due_in_order(walker: Walker, clock: FixedClock) -> None:
    archive, now = walker.archive, clock.now()
    kinds: list[PageKind] = [
        "asset", "document", "photo", "article", "listing", "robots", "other", "article", "listing",
    ]  # fmt: skip
    for number, kind in enumerate(kinds):
        add(walker, one(f"http://x.vn/{number}", kind), due=now - timedelta(seconds=number))
    add(walker, one("http://x.vn/start", "listing"), due=now, pinned=True)
    add(walker, one("http://x.vn/later"), due=now + timedelta(seconds=1))
    add(walker, one("http://x.vn/never"))
    other = Walker.begin(archive, "khac")
    add(other, one("http://y.vn/"), due=now)
    names = [page.url[12:] for page in pages.due(archive, walker.site_id, now, 99)]
    assert names == ["5", "start", "8", "4", "7", "3", "1", "2", "6", "0"]
    assert [page.url[12:] for page in pages.due(archive, walker.site_id, now, 3, {6, 10})] == [
        "8", "4", "7",
    ]  # fmt: skip
    assert pages.count_due(archive, walker.site_id, now) == 10
    assert pages.next_due(archive, walker.site_id) == now - timedelta(seconds=8)
    assert pages.next_due(archive, 99) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.integers(1, 12), st.sets(st.integers(1, 20)))
def test_due_never_repeats_or_forgets(walker: Walker, limit: int, taken: set[int]) -> None:
    archive, now = walker.archive, walker.clock.now()
    kinds: list[PageKind] = ["listing", "article", "photo", "other"]
    add(walker, *(one(f"http://x.vn/{n}", kinds[n % 4]) for n in range(20)), due=now)
    got: list[int] = []
    while batch := pages.due(archive, walker.site_id, now, limit, taken | set(got)):
        assert len(batch) <= limit
        got += [page.id for page in batch]
    assert sorted(got) == sorted(set(range(1, 21)) - taken)


def test_the_frontier_does_not_sort_all_that_is_due(walker: Walker) -> None:
    plan = walker.archive.conn.execute(
        """EXPLAIN QUERY PLAN SELECT * FROM page WHERE site_id = 1 AND due <= '2'
           AND kind = 'article' ORDER BY due, id LIMIT 9"""
    ).fetchall()
    assert "page_next" in plan[0]["detail"]
    assert len(plan) == 1 or "RIGHT PART OF ORDER BY" in plan[-1]["detail"]


def test_state(walker: Walker, clock: FixedClock) -> None:
    (page,) = add(walker, one("http://x.vn/a"))
    later: datetime = clock.now() + timedelta(days=3)
    with walker.archive.transaction():
        pages.set_state(walker.archive, page.id, state="gone", due=later, failures=2)
        pages.pin(walker.archive, page.id)
    after = pages.get(walker.archive, page.id)
    assert (after.state, after.due, after.failures, after.pinned) == ("gone", later, 2, True)
    with pytest.raises(TypeError, match="no state of a page: url"):
        pages.set_state(walker.archive, page.id, url="http://x.vn/b")
    with pytest.raises(KeyError):
        pages.get(walker.archive, 99)
