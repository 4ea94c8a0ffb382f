"""Threads that read the archive for pages, each with a connection of its own."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from archive.clock import Clock
from archive.db import Archive
from archive.errors import LuutruError
from archive.faults import mended
from archive.snapshot import snapshot

T = TypeVar("T")

THREADS = 3
LIMIT = 5.0
"""Seconds that the statements of one page may take."""

BUSY_MS = 3000
"""How long a page waits for a lock; beside a crawl it need not wait at all."""

CACHE_KB = 48_000
"""Of each thread: facets of 5,000 articles take half the time that they take with 16 MB."""

_STEPS = 20_000  # of SQLite's machine between two looks at the time: about a millisecond


class TooLongError(LuutruError):
    """A page whose statements took longer than :data:`LIMIT`."""


class Pool:
    """Reads for many pages at once; *threads* of them run, the rest wait their turn.

    A connection of Python's may be used in one thread alone, so each thread opens its own, at its
    first job, again when another file has taken the place of that one (`luutru restore`), and
    closes it at the end.
    """

    def __init__(self, path: Path, clock: Clock, threads: int = THREADS) -> None:
        self._path, self._clock = path, clock
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[Archive], Any]] | None] = SimpleQueue()
        self._threads = [
            Thread(target=self._work, name=f"page-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """``work(archive, *args)`` in a thread, on one snapshot; TooLongError past the limit."""
        future: Future[T] = Future()
        self._jobs.put((future, lambda archive: work(archive, *args)))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Let the jobs that run end, and close the connections."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        archive: Archive | None = None
        opened: object = None
        try:
            while (job := self._jobs.get()) is not None:
                future, work = job
                if not future.set_running_or_notify_cancel():
                    continue  # whoever asked has gone
                try:
                    if archive is not None and opened != file_id(self._path):
                        archive.close()
                        archive = None
                    if archive is None:
                        opened = file_id(self._path)
                        archive = Archive.open(self._path, clock=self._clock, readonly=True)
                        archive.conn.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
                        archive.conn.execute(f"PRAGMA cache_size = -{CACHE_KB}")
                    future.set_result(_limited(archive, work))
                except BaseException as error:  # noqa: BLE001  # it is raised where the page waits
                    future.set_exception(error)
        finally:
            if archive is not None:
                archive.close()


def file_id(path: Path) -> tuple[int, int] | None:
    """What tells the file at *path* from one that takes its place; None: nothing is there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _limited(archive: Archive, work: Callable[[Archive], T]) -> T:
    end = time.monotonic() + LIMIT
    archive.conn.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        with mended(archive.path), snapshot(archive):
            return work(archive)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        raise TooLongError(
            f"This page took longer than {LIMIT:.0f} seconds to make.",
            "Narrow it by a site or year, or ask on the command line, which has no limit.",
        ) from error
    finally:
        archive.conn.set_progress_handler(None, 0)
        if archive.conn.in_transaction:  # what was cut off must not hold its snapshot for ever
            archive.conn.rollback()
