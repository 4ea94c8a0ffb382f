"""One process that only searches: the time of each query, warm or from a file that no cache holds,
and the most memory that it ever took."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from archive.db import Archive
from archive.facets import facets
from archive.filters import Filters
from archive.search import search
from crawler.bench.processes import peak_bytes
from crawler.bench.search.queries import Asked, Item

_ROUNDS = 3


def ask(path: Path, asked: list[Asked], *, cold: bool) -> list[dict[str, Any]]:
    """For each query its kind, text, milliseconds of searching and of facets, and what was found.

    Warm: the median of three after one that does not count. Cold: each by itself, from a new
    connection, after the file's pages were given up.
    """
    if cold:
        found = []
        for one in asked:
            _forget(path)
            with Archive.open(path, readonly=True) as archive:
                found.append(_timed(archive, one))
        return found
    with Archive.open(path, readonly=True) as archive:
        found = []
        for one in asked:
            _timed(archive, one)
            runs = [_timed(archive, one) for _ in range(_ROUNDS)]
            found.append(runs[0] | {
                name: median(run[name] for run in runs) for name in ("search", "facets", "both")
            })  # fmt: skip
        return found


def known(path: Path, items: list[Item], limit: int = 10) -> float:
    """The share of *items* that stand among the first *limit* hits, or whose copy does."""
    found = 0
    with Archive.open(path, readonly=True) as archive:
        keys = dict(archive.conn.execute("SELECT key, id - 1 FROM article"))
        for item in items:
            hits = search(archive, item.text, limit=limit).hits
            found += any(keys[hit.key] in item.copies for hit in hits)
    return found / len(items)


def _timed(archive: Archive, one: Asked) -> dict[str, Any]:
    filters = Filters(**{
        name: tuple(value) if isinstance(value, list) else value
        for name, value in one.filters.items()
    })  # type: ignore[arg-type]  # fmt: skip
    results, search_ms = _clocked(lambda: search(archive, one.text, filters))
    _, facets_ms = _clocked(lambda: facets(archive, one.text, filters))
    return {
        "kind": one.kind, "text": one.text, "search": search_ms, "facets": facets_ms,
        "both": search_ms + facets_ms, "hits": len(results.hits), "total": results.total,
    }  # fmt: skip


def _clocked(call: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    result = call()
    return result, (time.perf_counter() - began) * 1000


def _forget(path: Path) -> None:
    """Let the system's cache give up the file's pages, so that the next reads are from the disk."""
    for name in (path, path.with_name(f"{path.name}-wal")):
        if name.exists():
            with name.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main() -> None:
    """argv: how (warm, cold, known), the archive, a file of queries as JSON."""
    how, path = sys.argv[1], Path(sys.argv[2])
    given = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
    answer: Any
    if how == "known":
        items = [Item(one["text"], one["number"], frozenset(one["copies"])) for one in given]
        answer = known(path, items)
    else:
        answer = ask(path, [Asked(**one) for one in given], cold=how == "cold")
    sys.stdout.write(json.dumps({"answer": answer, "memory": peak_bytes()}))


def as_json(asked: list[Asked] | list[Item]) -> str:
    """What :func:`main` reads."""
    return json.dumps(
        [{name: sorted(value) if isinstance(value, frozenset) else value
          for name, value in asdict(one).items()} for one in asked]
    )  # fmt: skip


if __name__ == "__main__":
    main()
