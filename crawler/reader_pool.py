"""Pages are read apart in another process, so that the network never waits for a parser.

A worker that dies takes no crawl with it: what it was reading is tried once more, alone, and
then noted as unreadable.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from archive.types import Exchange, PageKind, Reading
from crawler.profile import SiteProfile

LONGEST = 60.0  # seconds that one page may take

_profile: SiteProfile | None = None


class UnreadableError(Exception):
    """This page kills or stalls the process that reads it, twice."""


def _start_worker(profile: SiteProfile, parent: int) -> None:
    global _profile
    _profile = profile
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the work in its own order
    if sys.platform == "linux":
        # a worker must not outlive a killed crawl: prctl(PR_SET_PDEATHSIG, SIGKILL)
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    import crawler.reading  # noqa: F401 - loaded before the first page, not with it


def _read(exchange: Exchange, expected: PageKind) -> Reading:
    from crawler.reading import read

    assert _profile is not None
    return read(exchange, _profile, expected)


class ReaderPool:
    """Processes that read pages of one site."""

    def __init__(self, profile: SiteProfile, workers: int) -> None:
        self._profile = profile
        self._workers = workers
        self._pool = self._new()
        self._alone = asyncio.Lock()

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=(self._profile, os.getpid()),
        )

    async def read(self, exchange: Exchange, expected: PageKind) -> Reading:
        """The reading of one exchange; UnreadableError if it kills its process twice."""
        try:
            return await self._submit(exchange, expected)
        except (BrokenProcessPool, TimeoutError):
            async with self._alone:
                try:
                    return await self._submit(exchange, expected)
                except (BrokenProcessPool, TimeoutError) as error:
                    self._renew(self._pool)
                    raise UnreadableError(f"{exchange.url}: {error!r}") from error

    async def _submit(self, exchange: Exchange, expected: PageKind) -> Reading:
        pool = self._pool
        loop = asyncio.get_running_loop()
        try:
            work = loop.run_in_executor(pool, _read, exchange, expected)
            return await asyncio.wait_for(work, LONGEST)
        except (BrokenProcessPool, TimeoutError):
            self._renew(pool)
            raise

    def _renew(self, broken: ProcessPoolExecutor) -> None:
        if self._pool is broken:
            self._pool = self._new()
            for process in list((broken._processes or {}).values()):
                process.kill()
            broken.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
