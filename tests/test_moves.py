"""Moves to other hosts and sites of one committee: the article keeps its identity."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from crawling import DAY, QUICK, Running, SmallSite, luutru, redirect, rows, served
from crawling import article as shown_page
from indexed import wrong
from offline import HERE, THERE, Site
from strategies import Walker, article

from archive import articles, captures, events, lineage, pages, readings, sites, versions
from archive.bodies import Body
from archive.clock import FixedClock
from archive.db import Archive
from archive.reading_kinds import NO_MORE
from archive.types import Exchange
from archive.urls import host_key
from crawler.demo.messages import DemoResponse
from crawler.job import CrawlOptions
from crawler.profile import SiteProfile

OLD = "http://cu.vn/tin/1.html"
NEW = "http://moi.vn/tin/1.html"
LATER = "http://moi-nua.vn/bai/mot.html"
DATED = {"published": "2024-05-02T08:00+07:00"}


@pytest.fixture
def old(archive: Archive) -> Walker:
    return Walker.begin(archive, "cu")


def successor(old: Walker, slug: str, before: str) -> Walker:
    made = Walker.begin(old.archive, slug)
    with old.archive.transaction():
        sites.ensure(old.archive, before, before, body=Body(successor=slug))
    return made


def told(walker: Walker) -> list[tuple[str, object]]:
    kinds = ("new", "moved", "gone", "back")
    return [
        (one.kind, one.data.get("to"))
        for one in events.since(walker.archive, 0)
        if one.kind in kinds
    ]


def where(walker: Walker, number: int = 1) -> tuple[str, str, str]:
    assert wrong(walker.archive) == []
    row = walker.archive.conn.execute(
        """SELECT article.state, page.url, site.slug FROM article
           JOIN page ON page.id = article.page_id JOIN site ON site.id = article.site_id
           WHERE article.id = ?""",
        (number,),
    ).fetchone()
    return row[0], row[1], row[2]


def silent(walker: Walker, url: str, days: int) -> None:
    """The host gives no answer on so many days."""
    for _ in range(days):
        walker.clock.advance(DAY)
        failed = Exchange(url, walker.clock.now(), outcome="failure", failure="dns: no such name")
        with walker.archive.transaction():
            captures.keep(walker.archive, failed, walker.page_id(url), walker.crawl_id)


def shows(walker: Walker, url: str, kind: str, days: int) -> None:
    """The page shows what is no article on so many days, as a crawl stores it."""
    for day in range(days):
        walker.clock.advance(DAY)
        kept = walker.look(url, f"<html>{kind} {day}".encode())
        with walker.archive.transaction():
            readings.done(walker.archive, kept.capture_id, kind, "r1")
            if kind in NO_MORE:
                pages.set_state(walker.archive, walker.page_id(url), state="gone")
                versions.gone(walker.archive, walker.page_id(url), kept.capture_id)


# -- lineage --------------------------------------------------------------------------------------


def test_sites_before_and_after_are_kin_and_those_beside_are_not(archive: Archive) -> None:
    ids = {}
    for slug, body in {
        "binh-phuoc": Body(successor="dong-nai"),
        "dong-nai-cu": Body(),
        "dong-nai": Body(predecessors=("dong-nai-cu", "nobody"), successor="dong-nai-moi"),
        "dong-nai-moi": Body(successor="binh-phuoc-sai"),
        "hue": Body(),
    }.items():
        ids[slug] = sites.ensure(archive, slug, slug, body=body)
    names = {number: slug for slug, number in ids.items()}

    def kin(slug: str) -> set[str]:
        return {names[one] for one in lineage.of(archive, ids[slug])}

    assert kin("binh-phuoc") == {"binh-phuoc", "dong-nai", "dong-nai-moi"}
    assert kin("dong-nai") == {"binh-phuoc", "dong-nai-cu", "dong-nai", "dong-nai-moi"}
    assert kin("hue") == {"hue"}


def test_sites_that_name_each_other_end(archive: Archive) -> None:
    one = sites.ensure(archive, "a", "A", body=Body(successor="b"))
    two = sites.ensure(archive, "b", "B", body=Body(successor="a"))
    assert lineage.of(archive, one) == {one, two}


# -- to a successor's site ------------------------------------------------------------------------


def test_the_text_at_a_successor_while_the_old_address_says_no_more(old: Walker) -> None:
    new = successor(old, "moi", "cu")
    old.see(article(OLD, **DATED))
    key = articles.key_of_url(OLD)
    assert old.lose(OLD)
    assert new.see(article(NEW, **DATED)).outcome == "moved"
    assert where(new) == ("live", NEW, "moi")
    assert articles.resolve(new.archive, OLD) == articles.resolve(new.archive, NEW) == 1
    assert articles.key_of(new.archive, 1) == key
    assert told(new) == [("new", None), ("gone", None), ("moved", NEW)]
    assert new.see(article(NEW, **DATED)).outcome == "unchanged"
    assert len(told(new)) == 3


def test_a_chain_of_sites_and_the_way_back(old: Walker) -> None:
    new = successor(old, "moi", "cu")
    last = successor(old, "moi-nua", "moi")
    old.see(article(OLD, **DATED))
    old.lose(OLD)
    new.see(article(NEW, **DATED))
    new.lose(NEW)
    assert last.see(article(LATER, **DATED)).outcome == "moved"
    assert where(last) == ("live", LATER, "moi-nua")
    assert old.see(article(OLD, **DATED)).outcome == "copy"  # it is live at its last address
    with old.archive.transaction():
        pages.set_state(old.archive, old.page_id(OLD), state="open")  # as a crawl does
    last.lose(LATER)
    assert where(last) == ("live", OLD, "cu")  # an address that shows it still
    assert told(last)[-1] == ("moved", OLD)
    for url in (OLD, NEW, LATER):
        assert articles.resolve(last.archive, url) == 1


def test_a_copy_at_the_successor_is_a_copy(old: Walker) -> None:
    """An agency's text, on other days and under other paths, is an article of each site."""
    new = successor(old, "moi", "cu")
    old.see(article(OLD, **DATED))
    old.lose(OLD)
    assert new.see(article(LATER, published="2025-08-01")).outcome == "new"
    other = Walker.begin(old.archive, "khac")
    assert other.see(article("http://khac.vn/tin/1.html", **DATED)).outcome == "new"


def test_both_live_are_two_articles(old: Walker) -> None:
    new = successor(old, "moi", "cu")
    old.see(article(OLD, **DATED))
    assert new.see(article(NEW, **DATED)).outcome == "new"


def test_a_canonical_link_to_the_successor_moves_it(old: Walker) -> None:
    new = successor(old, "moi", "cu")
    old.see(article(OLD, canonical=NEW))
    assert new.see(article(NEW)).article_id == 1
    assert where(new) == ("live", NEW, "moi")
    assert told(new) == [("new", None), ("moved", NEW)]
    assert old.see(article(OLD, canonical=NEW)).outcome == "copy"
    assert len(told(new)) == 2


# -- to a new domain of the same site -------------------------------------------------------------


def test_a_domain_that_fell_silent(old: Walker) -> None:
    old.see(article(OLD))
    silent(old, OLD, 15)
    assert where(old)[0] == "live"  # a site that is down loses nothing
    assert old.see(article(NEW)).outcome == "moved"
    assert where(old) == ("live", NEW, "cu")
    assert told(old) == [("new", None), ("moved", NEW)]
    assert articles.resolve(old.archive, OLD) == 1


@pytest.mark.parametrize(("days", "outcome"), [(9, "new"), (15, "moved")])
def test_a_domain_that_is_down_for_some_days_is_still_one_of_two(
    old: Walker, days: int, outcome: str
) -> None:
    old.see(article(OLD))
    silent(old, OLD, days)
    assert old.see(article(NEW)).outcome == outcome


def test_a_domain_that_nobody_asked_is_not_silent(old: Walker) -> None:
    old.see(article(OLD))
    old.clock.advance(30 * DAY)
    assert old.see(article(NEW)).outcome == "new"


@pytest.mark.parametrize("kind", ["foreign", "parked"])
def test_a_domain_that_lapsed(old: Walker, kind: str) -> None:
    old.see(article(OLD))
    shows(old, OLD, kind, 16)
    assert old.see(article(NEW)).outcome == "moved"
    assert where(old) == ("live", NEW, "cu")
    shows(old, OLD, kind, 4)
    assert where(old) == ("live", NEW, "cu")
    gone = [("gone", None)] if kind == "foreign" else []
    assert told(old) == [("new", None), *gone, ("moved", NEW)]


# -- as a crawl does it ---------------------------------------------------------------------------


class Heir(Site):
    """A site at :data:`THERE`."""

    def profile(self) -> SiteProfile:
        made = super().profile()
        start = replace(made.start, home=f"{THERE}/", listings=())
        return replace(made, start=start, hosts=(host_key(THERE),))


class Forerunner(Site):
    """A site that names another as its successor."""

    def profile(self) -> SiteProfile:
        return replace(super().profile(), body=Body(successor="moi"))


NAMES = tuple(f"/tin/bai-{n}" for n in range(3))
NEWS = {name: shown_page(n) for n, name in enumerate(NAMES)}


def moved_to(there: str) -> dict[str, DemoResponse]:
    """All articles are sent to a successor for good: the first to its home page."""
    return {name: redirect(there + (name if n else "/"), 301) for n, name in enumerate(NAMES)}


STANDING = """SELECT article.state, site.slug, substr(page.url, -5) FROM article
    JOIN site ON site.id = article.site_id JOIN page ON page.id = article.page_id ORDER BY 3"""
TOLD = "SELECT kind, count(*) FROM event WHERE kind IN ('new', 'moved', 'gone') GROUP BY 1"


def test_a_site_that_redirects_to_its_successor_keeps_its_articles(
    archive: Archive, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    monkeypatch.setattr("crawler.frontier.monotonic", lambda: clock.now().timestamp())
    old = Forerunner(archive, dict(NEWS), links=NAMES)
    new = Heir(archive, {}, slug="moi")
    old.crawl()
    new.crawl()
    old.answers, new.answers = dict(moved_to(THERE)), dict(NEWS)
    for _ in range(2):
        old.crawl(days=1, full=True)
        assert not any(url.startswith(THERE) for url in old.asked)  # it is the heir's to ask
        new.crawl()
    assert old.rows(STANDING) == [
        ("live", "small", "bai-0"), ("live", "moi", "bai-1"), ("live", "moi", "bai-2"),
    ]  # fmt: skip
    assert dict(old.rows(TOLD)) == {"new": 3, "moved": 2}
    assert wrong(archive) == []
    assert articles.resolve(archive, HERE + NAMES[1]) == articles.resolve(archive, THERE + NAMES[1])


@pytest.mark.long
def test_what_moved_to_a_successor_is_read_again_the_same(tmp_path: Path) -> None:
    """Real crawls of two sites; verify makes again what is derived of both."""
    new = SmallSite({}, slug="moi")
    old = SmallSite(dict(NEWS), links=NAMES, profile='successor = "moi"')
    path = tmp_path / "a.db"
    with served(tmp_path, old, new) as server:
        for day in range(3):
            for slug in ("small", "moi"):
                run = Running(tmp_path, slug, CrawlOptions(full=True), shift=day * DAY, patch=QUICK)
                assert run.end(120).outcome == "finished"
            old.pages, new.pages = dict(moved_to(server.urls["moi"])), dict(NEWS)
    assert [state for state, *_ in rows(path, STANDING)] == ["live"] * 3
    assert dict(rows(path, TOLD)) == {"new": 3, "moved": 2}
    for call in (["verify", "--all"], ["reparse", "--all", "--apply"], ["verify", "--all"]):
        again = luutru(tmp_path, *call, "--archive", "a.db", "--sites", "sites", timeout=120)
        assert again.returncode == 0, again.stdout + again.stderr
    assert dict(rows(path, TOLD)) == {"new": 3, "moved": 2}
