"""The threads that read the archive for the reader's pages."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from stored import ARTICLE, Store

from archive.clock import SystemClock
from archive.db import Archive
from archive.web import pool
from archive.web.pool import Pool, TooLongError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = Store(tmp_path / "a.db")
    store.see(ARTICLE)
    store.end()
    return tmp_path / "a.db"


def test_pages_wait_for_each_other_and_see_one_moment(path: Path) -> None:
    def slow(archive: Archive, number: int) -> tuple[int, int]:
        assert archive.readonly and archive.conn.in_transaction
        time.sleep(0.05)
        return number, archive.conn.execute("SELECT count(*) FROM article").fetchone()[0]

    async def all_at_once(threads: Pool) -> list[tuple[int, int]]:
        return await asyncio.gather(*(threads.run(slow, number) for number in range(12)))

    threads = Pool(path, SystemClock())
    try:
        assert asyncio.run(all_at_once(threads)) == [(number, 1) for number in range(12)]
    finally:
        threads.close()


def test_a_page_that_takes_too_long_is_cut_off(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    monkeypatch.setattr(pool, "LIMIT", 0.2)
    threads = Pool(path, SystemClock(), threads=1)
    try:
        with pytest.raises(TooLongError, match="Narrow it"):
            asyncio.run(threads.run(lambda archive: archive.conn.execute(endless).fetchone()))
        with pytest.raises(ZeroDivisionError):
            asyncio.run(threads.run(lambda archive: 1 / 0))
        assert asyncio.run(threads.run(lambda archive: archive.conn.in_transaction))
        assert asyncio.run(threads.run(lambda archive: archive.path)) == path
    finally:
        threads.close()
