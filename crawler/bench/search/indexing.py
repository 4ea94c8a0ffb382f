"""What the index costs: to build, to keep up to date, and in bytes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from archive import index
from archive.db import Archive

UPKEPT = 500
"""Articles that come one by one into an index of all others; of small corpora a tenth."""

_SIZES = """
SELECT name, sum(pgsize) FROM dbstat
WHERE aggregate = TRUE AND name GLOB 'search_*' GROUP BY name"""


def upkept(size: int) -> int:
    return min(UPKEPT, size // 10)


def build(
    path: Path, size: int, progress: Callable[[int, int], None] | None = None
) -> tuple[float, list[float]]:
    """Build the index of all articles but the last, then put those in one by one.

    Milliseconds an article of the building, and of each single one: `index.put` in a transaction
    of its own, its commit included.
    """
    last = upkept(size)
    with Archive.open(path) as archive:
        conn = archive.conn
        waiting = conn.execute(
            "SELECT id, version_id FROM article ORDER BY id LIMIT -1 OFFSET ?", (size - last,)
        ).fetchall()
        with archive.transaction():
            conn.executemany(
                "UPDATE article SET version_id = NULL WHERE id = ?", [(row[0],) for row in waiting]
            )
        began = time.perf_counter()
        index.rebuild(archive, progress)
        built = 1000 * (time.perf_counter() - began) / (size - last)
        single = []
        for article_id, version_id in waiting:
            with archive.transaction():
                conn.execute(
                    "UPDATE article SET version_id = ? WHERE id = ?", (version_id, article_id)
                )
            began = time.perf_counter()
            with archive.transaction():
                index.put(archive, version_id)
            single.append(1000 * (time.perf_counter() - began))
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return built, single


def bytes_by_table(path: Path) -> dict[str, int]:
    """Bytes of the tables of the search; each of what FTS5 keeps an index in by itself."""
    with Archive.open(path, readonly=True) as archive:
        return dict(archive.conn.execute(_SIZES).fetchall())
