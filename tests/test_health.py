"""Site health: what each sign needs, what it says, and when a state changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Walker, article

from archive import captures, crawls, events, health, pages, readings, sites
from archive.bodies import Body
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import Exchange
from crawler import last_chance
from crawler.job import CrawlOptions

DAY = 86_400
HOME = "http://x.vn/"


@pytest.fixture
def site(archive: Archive) -> Walker:
    return begun(archive)


def begun(archive: Archive) -> Walker:
    made = Walker.begin(archive)
    made.look(HOME, b"<html>home", kind="listing")
    with archive.transaction():
        pages.set_state(archive, made.page_id(HOME), pinned=True)
    return made


@dataclass(frozen=True)
class Met:
    """What a crawl met: its home page, and looks at other pages."""

    home: str = "read"  # the kind of its reading; a failure; a status; or where it leads
    well: int = 4
    bad: int = 0
    failure: str = "timeout: 30 s"


def crawl(
    walker: Walker, met: Met, days: float = 1, why: str = "asked", outcome: str = "finished"
) -> str:
    """The state of the site after one crawl more."""
    archive = walker.archive
    walker.clock.advance(days * DAY)
    with archive.transaction():
        walker.crawl_id = crawls.begin(archive, walker.site_id, why, "test", {})
    _home(walker, met)
    for n in range(met.well):
        walker.look(f"http://x.vn/tin/{n}.html", f"<html>{n}".encode())
    for n in range(met.bad):
        _fails(walker, f"http://x.vn/tin/{n}.html", met.failure)
    crawls.end(archive, walker.crawl_id, outcome, {})
    with archive.transaction():
        health.settle(archive, walker.site_id)
    return state(walker)


def _home(walker: Walker, met: Met) -> None:
    if met.home.startswith("http"):
        walker.look(HOME, b"", status=301, headers=(("Location", met.home),), kind="listing")
    elif met.home.isdigit():
        walker.look(HOME, b"no", status=int(met.home), kind="listing")
    elif ":" in met.home:
        _fails(walker, HOME, met.home)
    else:
        kept = walker.look(HOME, f"<html>{walker.clock.now()}".encode(), kind="listing")
        with walker.archive.transaction():
            readings.done(walker.archive, kept.capture_id, met.home, "r1")  # type: ignore[arg-type]  # a kind


def _fails(walker: Walker, url: str, failure: str) -> None:
    walker.clock.advance(1)
    looked = Exchange(url, walker.clock.now(), outcome="failure", failure=failure)
    with walker.archive.transaction():
        captures.keep(walker.archive, looked, walker.page_id(url), walker.crawl_id)


def state(walker: Walker) -> str:
    found = sites.get(walker.archive, "binh-son")
    assert found is not None
    return found.state


def sign(walker: Walker, name: str) -> tuple[str, str]:
    found = health.of_site(walker.archive, walker.site_id).signs
    one = next(one for one in found if one.sign == name)
    return one.state, one.told


def told(walker: Walker) -> list[tuple[str, str]]:
    kept = events.since(walker.archive, 0)
    return [(one.data["was"], one.data["state"]) for one in kept if one.kind == "site"]


GOOD = Met()
DOWN = Met(home="timeout: 30 s", well=0)
NO_NAME = Met(home="dns: no such name", well=0)
CASES: dict[str, tuple[list[Met], float, list[str]]] = {
    # crawls, days between them, the state after each
    "a good site": ([GOOD] * 3, 1, ["healthy"] * 3),
    "one bad day says nothing": ([GOOD, GOOD, DOWN, GOOD], 1, ["healthy"] * 4),
    "two do": ([GOOD, GOOD, DOWN, DOWN], 1, ["healthy"] * 3 + ["degraded"]),
    "half of all looks": ([Met(well=3, bad=4)] * 3, 1, ["healthy", "degraded", "degraded"]),
    "errors of single pages": ([Met(well=5, bad=1)] * 4, 1, ["healthy"] * 4),
    "what is too large is no trouble": (
        [Met(well=1, bad=4, failure="too-large: 9")] * 4, 1, ["healthy"] * 4,
    ),
    "down for a week": (
        [GOOD, *[DOWN] * 9], 1, ["healthy"] * 2 + ["degraded"] * 5 + ["dying"] * 3,
    ),
    "down for a month": (
        [GOOD, *[DOWN] * 6], 7, ["healthy"] * 2 + ["degraded", "dying", "dying", "gone", "gone"],
    ),
    "its name is gone": (
        [GOOD, *[NO_NAME] * 5], 3,
        ["healthy", "healthy", "degraded", "dying", "dying", "gone"],
    ),
    "its certificate lapsed": (
        [GOOD, *[Met(home="tls: expired", well=0)] * 6], 8,
        ["healthy", "healthy", "degraded", "dying", "dying", "dying", "dying"],
    ),
    "a notice of the whole site": (
        [GOOD, *[Met(home="closed")] * 9], 1, ["healthy"] * 2 + ["degraded"] * 6 + ["dying"] * 2,
    ),
    "a login": ([GOOD, *[Met(home="login")] * 2], 1, ["healthy", "healthy", "degraded"]),
    "a parked domain": ([GOOD, *[Met(home="parked", well=0)] * 2], 1, ["healthy"] * 2 + ["parked"]),
    "another's content": ([GOOD, *[Met(home="foreign")] * 2], 1, ["healthy"] * 2 + ["parked"]),
    "led elsewhere": (
        [GOOD, *[Met(home="https://moi.vn/")] * 2], 1, ["healthy"] * 2 + ["redirected"],
    ),
    "led to another page of its own": (
        [GOOD, *[Met(home="http://x.vn/tin/1.html")] * 3], 1, ["healthy"] * 4,
    ),
    "parked for an hour": ([GOOD, *[Met(home="parked")] * 4], 0.1, ["healthy"] * 5),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_how_a_site_answers(site: Walker, case: str) -> None:
    met, apart, states = CASES[case]
    assert [crawl(site, one, apart) for one in met] == states


def test_a_change_is_told_once_with_its_reasons(site: Walker) -> None:
    for met in (GOOD, DOWN, DOWN, DOWN):
        crawl(site, met)
    (one,) = [event for event in events.since(site.archive, 0) if event.kind == "site"]
    assert (one.data["was"], one.data["state"]) == ("healthy", "degraded")
    (why,) = one.data["why"]
    assert why.endswith("days of the last 14 succeeded (timeout)")


def test_it_is_better_when_two_days_say_so(site: Walker) -> None:
    parked = Met(home="parked")
    for met in (GOOD, parked, parked):
        crawl(site, met)
    assert state(site) == "parked"
    assert {crawl(site, met) for met in (GOOD, parked, parked)} == {"parked"}
    found = [crawl(site, GOOD), crawl(site, GOOD, 0.1), crawl(site, GOOD)]
    assert found == ["parked", "parked", "healthy"]
    assert told(site) == [("healthy", "parked"), ("parked", "healthy")]


def test_many_articles_that_are_lost(site: Walker) -> None:
    urls = [f"http://x.vn/bai/{n}.html" for n in range(12)]
    for n, url in enumerate(urls):
        site.see(
            article(
                url, f"Bài số {n}", f"Nội dung riêng của bài số {n}, viết cho đủ dài để phân biệt."
            )
        )
    assert crawl(site, GOOD) == "healthy"
    states = []
    for lost in (urls[:2], urls[2:5], urls[5:10]):
        for url in lost:
            with site.archive.transaction():
                pages.set_state(site.archive, site.page_id(url), state="gone")
        states.append(crawl(site, GOOD))
    assert states == ["healthy", "degraded", "dying"]
    assert sign(site, "articles") == ("dying", "10 of 12 articles were lost in 90 days (83%)")


def published(site: Walker, *days: datetime) -> None:
    for n, day in enumerate(days):
        text = f"Nội dung riêng của bài số {n}, viết cho đủ dài để phân biệt với bài khác."
        site.see(
            article(f"http://x.vn/bai/{n}.html", f"Bài số {n}", text, published=f"{day:%Y-%m-%d}")
        )


def watched(site: Walker) -> str:
    """The state after crawls of some weeks."""
    return [crawl(site, GOOD, 5) for _ in range(3)][-1]


@pytest.mark.parametrize(
    ("gap", "quiet", "wanted"),
    [(2, 10, "healthy"), (2, 30, "degraded"), (20, 30, "healthy"), (2, 200, "dying"),
     (60, 150, "healthy"), (60, 200, "degraded")],
)  # fmt: skip
def test_no_new_article_for_longer_than_its_habit(
    site: Walker, gap: int, quiet: int, wanted: str
) -> None:
    now = site.clock.now()
    published(site, *(now - timedelta(days=quiet + n * gap) for n in range(8)))
    assert [crawl(site, GOOD, 0.1), crawl(site, GOOD, 0.1)] == ["healthy"] * 2  # not watched yet
    assert watched(site) == wanted
    assert sign(site, "news")[0] == wanted


def test_whom_nobody_looked_at_is_not_quiet(site: Walker) -> None:
    now = site.clock.now()
    published(site, *(now - timedelta(days=n) for n in range(8)))
    site.clock.advance(400 * DAY)
    assert sign(site, "news")[0] == "healthy"


@pytest.mark.parametrize(
    ("body", "newest", "wanted"),
    [
        (Body(merged="2025-07-01"), "2025-06-30", "dying"),
        (Body(merged="2025-07-01"), "2025-08-15", "dying"),
        (Body(merged="2025-07-01"), "2026-01-15", "healthy"),
        (Body(dissolved="2025"), "2025-11-30", "healthy"),  # it may have been in December
        (Body(), "2025-06-30", "healthy"),
    ],
)
def test_frozen_since_the_merger(archive: Archive, body: Body, newest: str, wanted: str) -> None:
    assert isinstance(archive.clock, FixedClock)
    archive.clock.advance((datetime(2026, 3, 1, tzinfo=UTC) - archive.clock.now()).total_seconds())
    site = begun(archive)
    with archive.transaction():
        sites.ensure(archive, "binh-son", "Đảng ủy Khối", body=body)
    published(site, datetime.fromisoformat(newest))
    assert watched(site) == wanted


# -- the last chance ------------------------------------------------------------------------------


def dying(site: Walker) -> None:
    for met in (GOOD, *[Met(home="closed")] * 9):
        crawl(site, met)
    assert state(site) == "dying"


def asked(site: Walker, **options: bool | int | str) -> CrawlOptions:
    return last_chance.options(site.archive, site.site_id, CrawlOptions(**options))  # type: ignore[arg-type]  # options


def test_a_dying_site_has_one_last_full_crawl(site: Walker) -> None:
    assert asked(site) == CrawlOptions()
    dying(site)
    assert health.last_chance(site.archive, site.site_id) == "due"
    assert asked(site, why="schedule") == CrawlOptions(full=True, why="last-chance")
    for narrowed in ({"limit": 5}, {"missing": True}, {"follow": False}):
        assert asked(site, **narrowed) == CrawlOptions(**narrowed)  # type: ignore[arg-type]  # options
    crawl(site, Met(home="closed"), why="last-chance", outcome="limit")
    assert asked(site) == CrawlOptions()
    made = health.last_chance(site.archive, site.site_id)
    assert made is not None and made != "due"


def test_one_that_came_to_no_end_is_made_again_twice(site: Walker) -> None:
    dying(site)
    for _ in range(health.ATTEMPTS):
        assert asked(site).why == "last-chance"
        crawl(site, Met(home="closed"), why="last-chance", outcome="failed")
    assert asked(site).why == "asked"


# -- properties -----------------------------------------------------------------------------------

METS = st.sampled_from(
    [GOOD, DOWN, NO_NAME, Met(home="closed"), Met(home="parked", well=0), Met("503", 0)]
)


@settings(max_examples=12, deadline=None)
@given(st.lists(METS, min_size=1, max_size=4), st.integers(0, 4))
def test_one_day_that_differs_changes_nothing(before: list[Met], at: int) -> None:
    """A day of trouble among good ones, whatever it is of, is never told."""
    with TemporaryDirectory() as folder:
        clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
        with Archive.create(f"{folder}/a.db", clock) as archive:
            site = begun(archive)
            for n in range(5):
                crawl(site, before[0] if n == at else GOOD)
            assert told(site) == []
            for met in before:
                crawl(site, met)
            states = [one for pair in told(site) for one in pair]
            assert all(one in health.RANKS for one in states)
            assert all(a != b for a, b in told(site))
