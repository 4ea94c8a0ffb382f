"""Large tables: what a crawl asks of its frontier must not grow with the pages that are known."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from statistics import median

import pytest

from archive import pages, sites
from archive.clock import FixedClock, iso
from archive.db import Archive
from archive.types import Found
from tests.bulk import NOW, Row, create

pytestmark = pytest.mark.long

SMALL, LARGE = 2_000, 300_000
SLOWER = 15  # times, at the most, for 150 times the pages; two noisy cores


def frontier(path: Path, known: int) -> tuple[Archive, int]:
    """An archive that knows *known* captured pages of a site, 1,500 of them due."""
    archive = Archive.create(path, FixedClock(NOW))
    with archive.transaction():
        site_id = sites.ensure(archive, "lon", "Trang lớn", None, None)
        archive.conn.executemany(
            """INSERT INTO page (site_id, url, found_url, kind, how, found_at, due)
               VALUES (?, ?, ?, 'article', 'listing', ?, ?)""",
            (
                (site_id, url := f"https://lon.example/bai-{n}.html", url, iso(NOW),
                 iso(NOW if n % (known // 1_500) == 0 else NOW + timedelta(days=30)))
                for n in range(known)
            ),
        )  # fmt: skip
    return archive, site_id


def seconds(archive: Archive, site_id: int) -> float:
    """The median of a refill, a count, and twenty links of a page that are known or new."""
    taken: set[int] = set()
    times = []
    for turn in range(9):
        began = time.process_time()
        due = pages.due(archive, site_id, NOW, 100, taken)
        pages.count_due(archive, site_id, NOW)
        with archive.transaction():
            found = [
                Found(f"https://lon.example/bai-{turn * 10 + n}.html", "article", "link")
                for n in range(20)
            ]
            pages.add(archive, site_id, found, at=NOW)
        times.append(time.process_time() - began)
        taken.update(page.id for page in due)
    assert len(taken) == 900
    return median(times)


def test_the_frontier_does_not_slow_down(tmp_path: Path) -> None:
    few = seconds(*frontier(tmp_path / "few.db", SMALL))
    many = seconds(*frontier(tmp_path / "many.db", LARGE))
    assert many < few * SLOWER


def test_a_search_among_many_articles_is_bounded(tmp_path: Path) -> None:
    """A phrase that stands in each of 20,000 articles, beside 1,000 of them."""
    from archive import index
    from archive.search import search

    def took(size: int) -> float:
        body = ("Ban Thường vụ Đảng ủy Khối họp bàn công tác tuyên truyền miệng.",)
        rows = (
            Row(f"Tin số {n} về công tác đảng", body, published=NOW - timedelta(hours=n))
            for n in range(size)
        )
        archive = create(tmp_path / f"{size}.db", rows)
        index.rebuild(archive)
        times = []
        for _ in range(5):
            began = time.process_time()
            found = search(archive, "tuyen truyen mieng", limit=20)
            times.append(time.process_time() - began)
            assert len(found.hits) == 20
        archive.close()
        return median(times)

    assert took(20_000) < took(1_000) * SLOWER
