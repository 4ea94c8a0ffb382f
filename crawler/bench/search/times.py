"""How long queries take, in a process that does nothing else.

    python -m crawler.bench.search.times warm|cold FILE < queries.json > times.json

`warm`: each query once, then three times, of which the median is told. `cold`: the file's pages
are put out of the system's memory first, then each query once; meant for one query a process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from archive import facets, search
from archive.db import Archive
from crawler.bench.memory import peak
from crawler.bench.search.asked import Asked

ROUNDS = 3


@dataclass(frozen=True)
class Times:
    """Milliseconds of one query: the search, the facets, and both; and how many it found."""

    search: float
    facets: float
    both: float
    found: int


@dataclass(frozen=True)
class Measured:
    """Times of each query in their order; the most memory of the process, in bytes."""

    times: list[Times]
    memory: int


def measured(how: str, path: Path, queries: Sequence[Asked]) -> Measured:
    """Ask *queries* in a process of its own; `how` as above."""
    told = run("crawler.bench.search.times", [how, str(path)], queries)
    return Measured([Times(**one) for one in told["times"]], told["memory"])


def cold(path: Path, queries: Sequence[Asked]) -> list[Times]:
    """Each query in a process of its own, with nothing of the file in memory.

    Empty where the system cannot be told to forget a file.
    """
    if not hasattr(os, "posix_fadvise"):
        return []
    return [measured("cold", path, [one]).times[0] for one in queries]


def run(module: str, arguments: Sequence[str], queries: Sequence[Asked]) -> dict[str, Any]:
    """What a module of ours tells that gets *queries* as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        input=json.dumps([one.to_json() for one in queries]),
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def asked() -> list[Asked]:
    """The queries that this process got."""
    return [Asked.of_json(one) for one in json.load(sys.stdin)]


def forget(path: Path) -> None:
    """Have the system put the file's pages out of its memory."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _once(archive: Archive, query: Asked) -> Times:
    began = time.perf_counter()
    if query.text:
        found = search.search(archive, query.text, query.filters)
    else:
        found = search.browse(archive, query.filters)
    between = time.perf_counter()
    facets.facets(archive, query.text, query.filters)
    ended = time.perf_counter()
    return Times(
        1000 * (between - began), 1000 * (ended - between), 1000 * (ended - began), found.total
    )


def _median(times: Sequence[Times]) -> Times:
    return Times(
        median(one.search for one in times), median(one.facets for one in times),
        median(one.both for one in times), times[0].found,
    )  # fmt: skip


def main() -> None:
    how, path = sys.argv[1], Path(sys.argv[2])
    queries = asked()
    if how == "cold":
        forget(path)
    with Archive.open(path, readonly=True) as archive:
        times = [_once(archive, one) for one in queries]
        if how == "warm":
            times = [_median([_once(archive, one) for _ in range(ROUNDS)]) for one in queries]
    told = {"times": [asdict(one) for one in times], "memory": peak()}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
