"""Sites that die, over weeks of crawls: what is told, what is lost, and the last chance."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawling import (
    DAY,
    HTML,
    QUICK,
    Running,
    SmallSite,
    article,
    luutru,
    page,
    rows,
    served,
    value,
)
from offline import Site
from test_pages_foreign import FOREIGN

from archive import health
from archive.clock import FixedClock
from archive.db import Archive
from archive.status import statuses
from crawler import crawling
from crawler.demo.messages import DemoResponse
from crawler.job import CrawlOptions

NAMES = tuple(f"/tin/bai-{n}" for n in range(3))
NEWS = {name: article(n) for n, name in enumerate(NAMES)}
CLOSED = page("Thông báo", body="<p>Trang thông tin điện tử đã dừng hoạt động.</p>")
MISSING = page("Không tìm thấy", status=404)


@pytest.fixture
def site(
    archive: Archive, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Site:
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    monkeypatch.setattr("crawler.frontier.monotonic", lambda: clock.now().timestamp())
    return Site(archive, dict(NEWS), links=NAMES)


def last_crawl(site: Site) -> tuple[str, str]:
    return site.rows("SELECT why, outcome FROM crawl ORDER BY id DESC LIMIT 1")[0]  # type: ignore[return-value]  # two texts


def articles(site: Site) -> list[tuple[str, int]]:
    return site.rows("SELECT state, count(*) FROM article GROUP BY state")  # type: ignore[return-value]  # its rows


def told(site: Site) -> list[str]:
    sql = "SELECT kind FROM event WHERE kind NOT IN ('new', 'story') ORDER BY number"
    return [row[0] for row in site.rows(sql)]


def advertisement() -> DemoResponse:
    title, body, head, _ = FOREIGN["dated as an article"]
    text = f'<html lang="vi"><head><title>{title}</title>{head}</head><body>{body}</body></html>'
    return DemoResponse(200, HTML, text.encode())


def test_a_closed_site_is_dying_and_is_crawled_in_full_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.crawl()
    site.answers["/"] = CLOSED
    states = []
    for _ in range(4):
        site.crawl(days=3)
        states.append(site.health)
    assert states == ["healthy", "degraded", "degraded", "dying"]
    (shown,) = statuses(site.archive, site.slug)
    assert shown.health is not None and shown.health["last_chance"] == "due"
    assert [one for one in shown.health["signs"] if one["state"] == "dying"] == [
        {
            "sign": "home", "state": "dying", "doubt": True,
            "told": "the home page shows a notice of the whole site on 4 days since 2026-03-04",
        }
    ]  # fmt: skip

    site.answers |= dict.fromkeys(NAMES[1:], MISSING)
    site.crawl(days=0.1, why="schedule")
    assert last_crawl(site) == ("last-chance", "finished")
    assert set(site.paths) >= set(NAMES)
    site.crawl(days=0.1, why="schedule")
    assert last_crawl(site) == ("schedule", "finished")
    assert not set(site.paths) & set(NAMES)
    assert articles(site) == [("live", 3)]
    assert told(site) == ["site", "site"]


def test_crawl_due_takes_a_dying_site_whose_pages_are_not(site: Site, tmp_path: Path) -> None:
    site.crawl()
    with site.archive.transaction() as conn:
        conn.execute("UPDATE page SET due = NULL")
    (tmp_path / "sites").mkdir()
    text = 'name = "Trang thử"\nhosts = ["127.0.0.1:9"]\n[start]\nhome = "http://127.0.0.1:9/"\n'
    (tmp_path / "sites" / "small.toml").write_text(text, encoding="utf-8")
    path, dirs = site.archive.path, (tmp_path / "sites",)
    assert crawling.due_sites(path, (), dirs).sites == ()
    (row,) = crawling.plan_rows(path, ["small"], dirs, CrawlOptions())
    assert "article" not in row
    with site.archive.transaction() as conn:
        conn.execute("UPDATE site SET state = 'dying'")
    assert crawling.due_sites(path, (), dirs).sites == ("small",)
    (row,) = crawling.plan_rows(path, ["small"], dirs, CrawlOptions())
    assert row["article"] == len(NAMES)


def test_a_site_that_is_down_loses_nothing(site: Site) -> None:
    """Whatever its pages answer: errors, refusals, a notice at the home page and 404 elsewhere."""
    site.crawl()
    for status in (500, 403, 404, 404, 404, 404, 404):
        down = page("Không tìm thấy", status=status)
        site.answers |= dict.fromkeys(("/", *NAMES), down)
        if status == 404:
            site.answers["/"] = CLOSED
        site.crawl(days=2, full=True)
    assert articles(site) == [("live", 3)]
    site.answers = dict(NEWS)
    for _ in range(2):
        site.crawl(days=2, full=True)
    assert articles(site) == [("live", 3)]
    assert set(told(site)) == {"site"}


def test_a_parked_domain_loses_nothing_and_is_told(site: Site) -> None:
    parked = page("tinhuy.example.vn", body="<p>This domain is for sale!</p>")
    site.crawl()
    site.answers = dict.fromkeys(("/", *NAMES), parked)
    for _ in range(9):
        site.crawl(days=7, full=True)
    assert (site.health, articles(site)) == ("parked", [("live", 3)])
    site.answers = dict(NEWS)
    for _ in range(2):
        site.crawl(days=1, full=True)
    assert site.health == "healthy"
    assert told(site) == ["site", "site"]


def test_a_lapsed_domain(site: Site) -> None:
    """Gamblers on every address: no version, no link followed; the articles go in two weeks."""
    site.crawl()
    site.answers = dict.fromkeys(("/", *NAMES), advertisement())
    for days in (1, 2, 4, 7):
        site.crawl(days=days, full=True)
        assert articles(site) == [("live", 3)]
        assert set(site.paths) <= {"/", "/robots.txt", *NAMES}
    assert health.of_site(site.archive, 1).state == "parked"
    site.crawl(days=2, full=True)
    assert articles(site) == [("gone", 3)]
    assert site.rows("SELECT count(*) FROM version") == [(3,)]
    why = "SELECT DISTINCT json_extract(data, '$.why') FROM event WHERE kind = 'gone'"
    assert site.rows(why) == [("foreign",)]


@pytest.mark.long
def test_a_lapsed_domain_over_weeks_of_real_crawls(tmp_path: Path) -> None:
    """And what is read again of it comes to the same."""
    site = SmallSite(dict(NEWS), links=NAMES)
    path = tmp_path / "a.db"
    with served(tmp_path, site):
        for day in (0, 1, 3, 7, 14, 16):
            done = Running(
                tmp_path, "small", CrawlOptions(full=True), shift=day * DAY, patch=QUICK
            ).end(120)
            assert done.outcome == "finished"
            site.pages = dict.fromkeys(("/", *NAMES), advertisement())
    states = "SELECT state, count(*) FROM article GROUP BY state"
    assert value(path, "SELECT state FROM site") == "parked"
    assert rows(path, states) == [("gone", 3)]
    for call in (["verify", "--all"], ["reparse", "--all", "--apply"], ["verify", "--all"]):
        again = luutru(tmp_path, *call, "--archive", "a.db", "--sites", "sites", timeout=120)
        assert again.returncode == 0, again.stdout + again.stderr
    assert rows(path, states) == [("gone", 3)]
