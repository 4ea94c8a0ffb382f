"""Full and broken disks, a reader that never ends, two crawls at once, a clock that goes back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from faulty import Ground, Where, committed, problems, shim

from crawler.bench.site import BenchSite
from crawler.demo.server import DemoServer

pytestmark = pytest.mark.long

DAY = 86_400.0


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    site = BenchSite(60)
    with DemoServer([site]) as server:
        yield Ground(tmp_path, site, server.urls[site.slug])


@pytest.mark.parametrize("lasts", [True, False], ids=["for good", "once"])
@pytest.mark.parametrize(("kind", "told"), [("full", "the disk is full"), ("io", "disk reported")])
@pytest.mark.parametrize("where", ["log", "file"])
def test_a_disk_that_fails_is_told_and_loses_nothing(
    ground: Ground, tmp_path: Path, where: Where, kind: str, told: str, lasts: bool
) -> None:
    environment = {
        "LD_PRELOAD": str(shim(tmp_path)), "LUUTRU_FAULT": kind, "LUUTRU_FAULT_AT": "60",
        "LUUTRU_FAULT_FILE": {"log": "-wal", "file": ".db"}[where],
    }  # fmt: skip
    process = ground.crawl(environment | ({"LUUTRU_FAULT_LASTS": "1"} if lasts else {}))
    out, _ = process.communicate(timeout=300)
    last = json.loads(out.splitlines()[-1])
    if where == "log":
        # A commit that fails ends the crawl: what comes after it could not be kept either.
        assert process.returncode != 0
        assert told in last["error"], last
        assert last["next_step"]
    else:
        # A checkpoint that fails is tried again at the next commit: nothing is lost meanwhile.
        assert last.get("outcome") == "finished" or told in last["error"], last
    ground.look()
    assert problems(ground.archive) == []
    ground.finish()
    ground.look()
    ground.check_whole()


def test_a_reader_that_holds_its_transaction_sees_one_state_and_stops_nobody(
    ground: Ground,
) -> None:
    with closing(sqlite3.connect(ground.archive)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM capture").fetchone() == (0,)
        ground.finish()
        grown = Path(f"{ground.archive}-wal").stat().st_size
        assert reader.execute("SELECT count(*) FROM capture").fetchone() == (0,)
        assert len(committed(ground.archive)) > ground.site.size
    assert grown > 1_000_000
    ground.finish()
    assert not Path(f"{ground.archive}-wal").exists()  # the last to leave has folded it in
    ground.check_whole()


def test_two_crawls_of_one_archive_at_once(tmp_path: Path) -> None:
    """Each of a site of its own; of one site the second is refused (tests/test_crawl_locks.py)."""
    sites = [BenchSite(60, "mot"), BenchSite(60, "hai")]
    with DemoServer(sites) as server:
        grounds = [Ground(tmp_path / one.slug, one, server.urls[one.slug]) for one in sites]
        grounds[1].archive = grounds[0].archive
        crawls = [one.crawl() for one in grounds]
        told = [process.communicate(timeout=300)[0] for process in crawls]
    assert [process.returncode for process in crawls] == [0, 0], told
    assert problems(grounds[0].archive) == []
    with closing(sqlite3.connect(grounds[0].archive)) as connection:
        counted = connection.execute(
            """SELECT site.slug, count(*) FROM article JOIN site ON site.id = article.site_id
               GROUP BY site.slug ORDER BY site.slug"""
        ).fetchall()
    assert counted == [("hai", 60), ("mot", 60)]


def test_a_clock_that_goes_back_a_day(ground: Ground) -> None:
    """What is captured then is older than what is there: it is kept, and changes no present."""
    ground.finish()
    ground.look()
    before = _present(ground.archive)
    process = ground.crawl(full=True, shift=-DAY)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    ground.look()
    assert problems(ground.archive) == []
    assert _present(ground.archive) == before
    ground.finish()
    ground.check_whole()


def _present(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            """SELECT article.key, article.state, version.digest, last.time
               FROM article JOIN version ON version.id = article.version_id
                            JOIN capture last ON last.id = version.last_capture_id
               ORDER BY article.key"""
        ).fetchall()
