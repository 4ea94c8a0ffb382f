"""Gaps between numbered addresses: what a crawl of missing pages probes, and tells before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from crawling import SmallSite, article, luutru, served
from offline import HERE, Site

from archive import completeness
from archive.db import Archive
from crawler import gaps

ALL = ("--archive", "a.db", "--sites", "sites", "--format", "json")


def path(number: int) -> str:
    return f"/tin/bai-viet-{number}.html"


def test_gaps_are_told_then_probed_and_then_known(tmp_path: Path) -> None:
    linked = [number for number in range(10, 31) if number not in (13, 17, 22)]
    there = {path(number): article(number) for number in (*linked, 13)}
    with served(tmp_path, SmallSite(there, links=[path(number) for number in linked])) as server:

        def call(*words: str) -> Any:
            done = luutru(tmp_path, *words, *ALL)
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)

        def asked() -> set[str]:
            return {one.path for one in server.log} - {"/robots.txt"}

        call("crawl", "small")
        assert call("crawl", "small", "--missing", "--dry-run") == []
        server.log.clear()
        plan = call("crawl", "small", "--missing", "--gaps", "--dry-run")
        base = server.urls["small"]
        assert {one["url"].removeprefix(base) for one in plan} == set(map(path, (13, 17, 22)))
        assert {(one["kind"], one["how"], one["why"]) for one in plan} == {
            ("other", "gap", "in a gap")
        }
        assert asked() == set(), "a dry run asks for nothing"
        (before,) = call_status(tmp_path)
        assert (before["articles"], before["unknown"], before["probed"]) == (18, 3, 0)
        assert (before["least"], before["most"]) == (0, 3)

        (row,) = call("crawl", "small", "--missing", "--gaps")
        assert asked() == set(map(path, (13, 17, 22))) and row["new"] == 1
        (after,) = call_status(tmp_path)
        assert (after["articles"], after["unknown"]) == (18, 0), "probes apart"
        assert (after["probed"], after["found"]) == (3, 1)

        server.log.clear()
        assert call("crawl", "small", "--missing", "--gaps", "--dry-run") == []
        call("crawl", "small", "--missing", "--gaps")
        assert asked() == set(), "what stood at no number is not asked for again"


def call_status(folder: Path) -> Any:
    done = luutru(folder, "status", "small", "--by", "numbers", "--archive", "a.db",
                  "--format", "json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


KNOWN = [f"/tin/bai-{n}.html" for n in (20, 22, 24, 26, 28)]
GAPS = {f"/tin/bai-{n}.html" for n in (21, 23, 25, 27)}


@pytest.fixture
def site(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    made = Site(archive, {path: article(n) for n, path in enumerate(KNOWN)}, links=KNOWN)
    monkeypatch.setattr("crawler.frontier.monotonic", lambda: made.clock.now().timestamp())
    return made


def probes(site: Site, budget: int = 200, *, any_slug: bool = False) -> list[str]:
    profile = site.profile()
    profile = replace(profile, urls=replace(profile.urls, any_slug=any_slug))
    found = list(gaps.probes(site.archive, 1, profile, budget, site.clock.now()))
    assert {(one.kind, one.how) for one in found} <= {("other", "gap")}
    return [one.url.removeprefix(HERE) for one in found]


def test_no_more_than_the_budget_and_none_twice(site: Site) -> None:
    site.crawl()
    every = probes(site)
    assert set(every) == GAPS and probes(site, 2) == every[:2]
    session = site.crawl(missing=True, gaps=1)
    assert session.tally["gaps probed"] == 1
    assert site.paths == ["/robots.txt", every[0]]
    assert probes(site) == every[1:]


def test_what_waits_to_be_probed_takes_its_place_once(site: Site) -> None:
    site.crawl()
    every = probes(site)
    with site.archive.transaction() as conn:  # entered by a crawl that was killed
        conn.execute(
            """INSERT INTO page (site_id, url, found_url, kind, how, found_at)
               VALUES (1, ?, ?, 'other', 'gap', ?)""",
            (HERE + every[0], HERE + every[0], "2026-03-01T08:00:00.000000Z"),
        )
    assert probes(site, 3) == every[1:3]


def test_words_beside_the_number_are_no_matter_where_the_site_says_so(site: Site) -> None:
    """The table of gaps counts them either way."""
    paths = [f"/tin/{word}-{n}.html" for n, word in zip((20, 22, 24, 26, 28), "abcde", strict=True)]
    site.answers, site.links = {path: article(n) for n, path in enumerate(paths)}, paths
    site.crawl()
    assert probes(site) == []
    assert [path[-7:] for path in sorted(probes(site, any_slug=True))] == [
        "21.html", "23.html", "25.html", "27.html",
    ]  # fmt: skip
    (gap,) = completeness.gaps(site.archive, 1)
    assert (gap.articles, gap.unknown, gap.least, gap.most) == (5, 4, 0, 4)
