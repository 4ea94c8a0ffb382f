"""Ingest, verify and reparse at growing numbers of captures: seconds each, and memory.

Each step is a process of its own, so that its peak of memory is its own too.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive.clock import SystemClock
from archive.db import Archive
from crawler.bench.measure import Figure
from crawler.bench.memory import peak
from crawler.bench.stored import Pages, build_from, of_corpora
from crawler.profile import SiteProfile
from crawler.reading import read
from crawler.reparse.choice import Options
from crawler.reparse.profiles import Profiles
from crawler.reparse.run import Reparse
from crawler.reparse.workers import Processes, Setup

SMALLEST = 2_000
STEPS = ("ingest", "verify", "reparse")
_AT_ONCE = 64  # pages that a process reads before it hands them back


def scale(largest: int) -> list[Figure]:
    """A row for each step at 2,000 captures, ten times as many, …, and *largest*.

    The ratio is the time a capture beside that at the smallest number: 1 is linear.
    """
    figures = []
    first: dict[str, float] = {}
    for size in sizes(largest):
        with TemporaryDirectory(prefix="luutru-scale-") as name:
            for step in STEPS:
                done = _apart(step, Path(name), size)
                each = done["seconds"] / size * 1000
                ratio = each / first.setdefault(step, each)
                memory = f"{done['memory'] / 1e6:.0f} MB at the most"
                if step == "ingest":
                    memory += (
                        f", {(Path(name) / 'a.db').stat().st_size / size:,.0f} bytes a capture"
                    )
                figures.append(
                    Figure(f"{step}, {size:,} captures", f"{each:.2f} ms a capture", memory,
                           f"{ratio:.2f}")
                )  # fmt: skip
    return figures


def sizes(largest: int) -> Iterator[int]:
    size = SMALLEST
    while size < largest:
        yield size
        size *= 10
    yield largest


def _apart(step: str, folder: Path, size: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "crawler.bench.scale", step, str(folder), str(size)],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _ingest(folder: Path, size: int) -> None:
    source = of_corpora(folder, size, ())
    profile = source.profile()
    workers = len(os.sched_getaffinity(0))
    numbers = [range(at, min(at + _AT_ONCE, size)) for at in range(0, size, _AT_ONCE)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        made = _ahead(pool, partial(_read, source, profile), numbers, workers * 4)
        build_from(folder / "a.db", source, profile, made)


def _ahead(pool: ProcessPoolExecutor, call: Any, items: list[range], most: int) -> Iterator[Any]:
    """As `pool.map`, but with no more than *most* results waiting in memory."""
    waiting = [pool.submit(call, one) for one in items[:most]]
    for place in range(len(items)):
        yield items[place], waiting.pop(0).result()
        if place + most < len(items):
            waiting.append(pool.submit(call, items[place + most]))


def _read(source: Pages, profile: SiteProfile, numbers: range) -> list[Any]:
    return [read(source.exchange(number), profile, "article") for number in numbers]


def _verify(folder: Path, _size: int) -> None:
    from archive.ops.verify import Options as Wanted
    from archive.ops.verify import verify

    with Archive.open(folder / "a.db", readonly=True) as archive:
        wrong = [found for one in verify(archive, Wanted()) for found in one.found]
    if wrong:
        raise RuntimeError(wrong[0])


def _reparse(folder: Path, size: int) -> None:
    options, workers = Options(all=True, examples=3), len(os.sched_getaffinity(0))
    path = folder / "a.db"
    with Archive.open(path, clock=SystemClock(), readonly=True) as archive:
        profiles = Profiles(archive, (folder,))
        setup = Setup(path, archive.clock, profiles, options)
        makers = Processes(setup, workers)
        try:
            result = Reparse(archive, profiles, makers, options).run()
        finally:
            makers.close()
    if result.problems or result.pages < size:
        raise RuntimeError(f"{result.pages} pages; {result.problems[:1]}")


def main() -> None:
    step, folder, size = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    calls = {"ingest": _ingest, "verify": _verify, "reparse": _reparse}
    began = time.perf_counter()
    calls[step](folder, size)
    seconds = time.perf_counter() - began
    sys.stdout.write(json.dumps({"seconds": seconds, "memory": peak()}) + "\n")


if __name__ == "__main__":
    main()
