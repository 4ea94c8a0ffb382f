"""Runs of a crawl and of its peers, each in a process of its own; medians and ratios."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from archive.clock import SystemClock
from archive.db import Archive
from crawler.bench.site import BenchSite
from crawler.job import CrawlOptions, Job

CONCURRENCY = 8  # of Scrapy's own default, for both


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured, beside what, and the ratio of the two."""

    what: str
    ours: str
    peer: str
    ratio: str

    def row(self) -> dict[str, Any]:
        return {"what": self.what, "Luutru": self.ours, "beside": self.peer, "ratio": self.ratio}


@contextmanager
def served(size: int) -> Iterator[tuple[Path, str, BenchSite]]:
    """A folder with the profile of a bench site, its address, and the site; its server runs in
    another process, as a real one would."""
    site = BenchSite(size)
    with TemporaryDirectory(prefix="luutru-bench-") as name:
        folder = Path(name)
        server = subprocess.Popen(
            [sys.executable, "-m", "crawler.bench.serve", str(size)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert server.stdout is not None
            base = server.stdout.readline().strip()
            (folder / "bench.toml").write_text(
                site.profile_toml(base, concurrency=CONCURRENCY), encoding="utf-8"
            )
            (folder / "urls.txt").write_text("\n".join(base + path for path in site.paths()))
            yield folder, base, site
        finally:
            server.terminate()
            server.wait()


def bare_rate(folder: Path) -> float:
    """Pages a second of Scrapy with an empty callback."""
    done = subprocess.run(
        [sys.executable, "-m", "crawler.bench.bare", str(folder / "urls.txt"), str(CONCURRENCY)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    return float(told["pages"] / told["seconds"])


def own_rate(folder: Path, archive: Path, options: CrawlOptions) -> float:
    """Pages a second of a crawl, from the opening of the spider to its end, as of the peer."""
    told = crawl(folder, archive, options)
    return float(told["tally"]["captures"] / told["seconds"])


def crawl(folder: Path, archive: Path, options: CrawlOptions) -> dict[str, Any]:
    """One crawl of the bench site in a process of its own; what it told last."""
    if not archive.exists():
        Archive.create(archive, SystemClock()).close()
    job = Job("bench", str(archive), (str(folder),), options)
    done = subprocess.run(
        [sys.executable, "-m", "crawler.spiders", job.to_json()],
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, Any] = {}
    for line in done.stdout.splitlines():
        told.update(json.loads(line))
    return told


def speed(size: int, rounds: int) -> list[Figure]:
    """Capture alone, and the whole way, beside bare Scrapy in turns."""
    rates: dict[str, list[float]] = {"bare": [], "capture": [], "whole": []}
    with served(size) as (folder, _, _):
        for n in range(rounds):
            rates["bare"].append(bare_rate(folder))
            for name, read in (("capture", False), ("whole", True)):
                archive = folder / f"{name}-{n}.db"
                rates[name].append(own_rate(folder, archive, CrawlOptions(read=read)))
    bare = median(rates["bare"])
    return [
        Figure(label, f"{median(rates[name]):.0f} pages/s", f"bare Scrapy {bare:.0f} pages/s",
               f"{median(rates[name]) / bare:.2f}")
        for name, label in (("capture", "fetch and capture"),
                            ("whole", "the whole way: read, version, index too"))
    ]  # fmt: skip
