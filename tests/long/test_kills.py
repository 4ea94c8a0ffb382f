"""Fifty crawls killed, and started again: nothing committed is lost, nothing is there twice.

Half of the kills strike inside a commit, in the middle of a write to SQLite's log (a library
preloaded into the crawl cuts the write in half); the others at a random moment.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from archive import payloads
from archive.clock import SystemClock
from archive.db import Archive
from crawler.bench.site import BenchSite
from crawler.demo.server import DemoServer
from crawler.job import CrawlOptions, Job

pytestmark = pytest.mark.long

KILLS = 50
PAGES = 400
SHIM = Path(__file__).with_name("kill_at_write.c")


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs Linux and a C compiler to kill inside a write")
    library = tmp_path_factory.mktemp("shim") / "kill.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SHIM), "-ldl"], check=True
    )
    return library


def committed(path: Path) -> tuple[set[str], int]:
    """Identities of all captures, and the last event, as another process sees them."""
    with sqlite3.connect(path) as connection:
        captures = {row[0] for row in connection.execute("SELECT identity FROM capture")}
        last = connection.execute("SELECT coalesce(max(number), 0) FROM event").fetchone()[0]
    connection.close()
    return captures, last


def crawl(job: Job, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.runner", job.to_json()],
        env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def test_fifty_kills(tmp_path: Path, shim: Path) -> None:
    site = BenchSite(PAGES)
    chance = random.Random(2026)
    path = tmp_path / "kills.db"
    Archive.create(path, SystemClock()).close()
    kept: set[str] = set()
    tally: Counter[str] = Counter()
    with DemoServer([site]) as server:
        base = server.urls[site.slug]
        profiles = tmp_path / "sites"
        profiles.mkdir()
        (profiles / "bench.toml").write_text(site.profile_toml(base), encoding="utf-8")
        rounds = 0
        while tally["kills"] < KILLS:
            rounds += 1
            assert rounds < KILLS * 4, tally
            job = Job("bench", str(path), (str(profiles),), CrawlOptions(full=True))
            inside = tally["inside"] <= tally["kills"] / 2
            environment = (
                {"LD_PRELOAD": str(shim), "LUUTRU_KILL_AT": str(chance.randint(1, 1500))}
                if inside
                else {}
            )
            process = crawl(job, environment)
            if not inside:
                _strike(process, path, chance)
            code = process.wait(timeout=120)
            tally["kills"] += code == -signal.SIGKILL
            tally["inside"] += inside and code == -signal.SIGKILL
            now, _ = committed(path)
            assert kept <= now, "a committed capture was lost"
            kept = now
        last = Job("bench", str(path), (str(profiles),), CrawlOptions())
        assert crawl(last, {}).wait(timeout=300) == 0
    _check(path, site)
    assert tally["inside"] >= KILLS / 3
    print(json.dumps(tally))  # noqa: T201 - the figures of the run


def _strike(process: subprocess.Popen[bytes], path: Path, chance: random.Random) -> None:
    """Kill it at a random moment after its first commits: under load, not while it starts."""
    before, began = committed(path)[0], time.monotonic()
    while process.poll() is None and time.monotonic() - began < 60:
        if len(committed(path)[0]) > len(before) + 3:
            break
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 0.8))
    process.kill()


def _check(path: Path, site: BenchSite) -> None:
    archive = Archive.open(path, readonly=True)
    one = archive.conn.execute
    assert one("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert not one("PRAGMA foreign_key_check").fetchall()
    captured = {
        row[0]
        for row in one(
            """SELECT DISTINCT page.url FROM page JOIN capture ON capture.page_id = page.id
               WHERE page.kind = 'article' AND capture.outcome = 'answer'"""
        )
    }
    assert len(captured) == site.size, "a page was lost"
    articles = one("SELECT count(*), count(DISTINCT page_id) FROM article").fetchone()
    assert tuple(articles) == (site.size, site.size), "an article was lost or doubled"
    assert one("SELECT count(*) FROM version").fetchone()[0] == site.size
    new = one(
        "SELECT count(*), count(DISTINCT article_id) FROM event WHERE kind = 'new'"
    ).fetchone()
    assert tuple(new) == (site.size, site.size), "an event was lost or told twice"
    assert one("SELECT count(*) FROM reading WHERE state != 'read'").fetchone()[0] == 0
    assert one("SELECT count(*) FROM search_row").fetchone()[0] == site.size
    digests = one("SELECT count(*), count(DISTINCT digest) FROM payload").fetchone()
    assert digests[0] == digests[1]
    for row in one("SELECT id FROM payload").fetchall():
        payloads.read(archive, row[0])  # refuses bytes whose digest is wrong
    unsealed = one(
        """SELECT count(*) FROM crawl LEFT JOIN seal ON seal.crawl_id = crawl.id
           WHERE seal.id IS NULL AND EXISTS
               (SELECT 1 FROM capture WHERE capture.crawl_id = crawl.id)"""
    ).fetchone()
    assert unsealed[0] == 0
    archive.close()
