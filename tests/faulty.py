"""Crawls under faults: kills inside a write, full disks, broken disks, cuts of power.

A library of ours (faults.c) is preloaded into a crawl's process and strikes at one of its writes to
the archive; `Ground` is a sample site, an archive, and what must hold of it after each fault.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

import pytest

from archive.clock import SystemClock
from archive.db import Archive
from archive.ops.verify import Options, verify
from crawler.bench.site import BenchSite
from crawler.job import CrawlOptions, Job

SOURCE = Path(__file__).with_name("faults.c")
Where = Literal["log", "file", "any moment"]
ENDINGS = {"log": "-wal", "file": ".db"}


def shim(folder: Path) -> Path:
    """The library, compiled; skips where that cannot be."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs Linux and a C compiler to strike inside a write")
    library = folder / "faults.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"], check=True
    )
    return library


def committed(path: Path) -> set[str]:
    """Identities of all captures, as another process sees them."""
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT identity FROM capture")}


def problems(path: Path, sample: int | None = None) -> list[str]:
    """What `verify` finds wrong, check by check."""
    with Archive.open(path) as archive:
        return [f"{one.check}: {found}" for one in verify(archive, Options(sample))
                for found in one.found]  # fmt: skip


@dataclass
class Ground:
    """A site that is served at *base*, and an archive of it in *folder*."""

    folder: Path
    site: BenchSite
    base: str
    chance: Random = field(default_factory=lambda: Random(2026))
    archive: Path = field(init=False)
    kept: set[str] = field(default_factory=set)  # identities that were committed once
    tally: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        profiles = self.folder / "sites"
        profiles.mkdir(parents=True, exist_ok=True)
        profile = self.site.profile_toml(self.base)
        (profiles / f"{self.site.slug}.toml").write_text(profile, encoding="utf-8")
        self.begin("a.db")

    def begin(self, name: str) -> None:
        """Go on with a new archive of that name."""
        self.archive = self.folder / name
        self.kept = set()
        Archive.create(self.archive, SystemClock()).close()

    def crawl(
        self, environment: Mapping[str, str] | None = None, *, full: bool = True, shift: float = 0
    ) -> subprocess.Popen[str]:
        """A crawl as a process of its own."""
        options = CrawlOptions(full=full)
        profiles = (str(self.folder / "sites"),)
        job = Job(self.site.slug, str(self.archive), profiles, options, clock_shift=shift)
        return subprocess.Popen(
            [sys.executable, "-m", "crawler.spiders", job.to_json()],
            env=os.environ | dict(environment or {}),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def finish(self) -> str:
        """A crawl that nothing disturbs; what it prints last."""
        out, _ = (process := self.crawl(full=False)).communicate(timeout=300)
        assert process.returncode == 0, out
        return out.splitlines()[-1]

    def kill(self, library: Path, where: Where, most: int = 1500) -> bool:
        """A crawl, killed inside a write to the log or the file, or at any moment; False if it had
        ended before. Nothing that was committed is lost by it."""
        environment = {}
        if where != "any moment":
            environment = {
                "LD_PRELOAD": str(library),
                "LUUTRU_FAULT_AT": str(self.chance.randint(1, most)),
                "LUUTRU_FAULT_FILE": ENDINGS[where],
            }
        process = self.crawl(environment)
        if where == "any moment":
            self._strike(process)
        process.communicate(timeout=300)
        killed = process.returncode == -signal.SIGKILL
        self.tally[f"kills, {where}"] += killed
        self.tally["kills"] += killed
        self.tally["crawls that ended before"] += not killed
        self.look()
        return killed

    def _strike(self, process: subprocess.Popen[str]) -> None:
        """Kill it at a random moment after its first commits: under load, not while it starts."""
        before, began = len(self.kept), time.monotonic()
        while process.poll() is None and time.monotonic() - began < 60:
            self.look()
            if len(self.kept) > before + 3:
                break
            time.sleep(0.02)
        time.sleep(self.chance.uniform(0, 0.8))
        self.look()
        process.kill()

    def look(self) -> None:
        """What was committed once is there."""
        now = committed(self.archive)
        lost = self.kept - now
        assert not lost, f"{len(lost)} committed captures were lost"
        self.tally["captures"] += len(now) - len(self.kept)
        self.kept = now

    def check_whole(self) -> None:
        """After a crawl to the end: each page is there once, each article told once, all clean."""
        assert problems(self.archive) == []
        with Archive.open(self.archive, readonly=True) as archive:
            one = archive.conn.execute
            size = self.site.size
            (captured,) = one(
                """SELECT count(DISTINCT page.url) FROM page
                   JOIN capture ON capture.page_id = page.id
                   WHERE page.kind = 'article' AND capture.outcome = 'answer'"""
            ).fetchone()
            assert captured == size, "a page was lost"
            articles = one("SELECT count(*), count(DISTINCT page_id) FROM article").fetchone()
            assert tuple(articles) == (size, size), "an article was lost or doubled"
            assert one("SELECT count(*) FROM version").fetchone()[0] == size
            new = one(
                "SELECT count(*), count(DISTINCT article_id) FROM event WHERE kind = 'new'"
            ).fetchone()
            assert tuple(new) == (size, size), "an event was lost or told twice"
            assert one("SELECT count(*) FROM reading WHERE state != 'read'").fetchone()[0] == 0
            unsealed = one(
                """SELECT count(*) FROM crawl LEFT JOIN seal ON seal.crawl_id = crawl.id
                   WHERE seal.id IS NULL AND EXISTS
                       (SELECT 1 FROM capture WHERE capture.crawl_id = crawl.id)"""
            ).fetchone()
            assert unsealed[0] == 0
