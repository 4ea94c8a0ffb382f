"""Pages are read apart in another process, so that the network never waits for a parser.

A worker that dies takes no crawl with it: what it was reading is tried once more, alone, and
then noted as unreadable.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import pickle
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache

from archive.types import Exchange, PageKind, Reading
from crawler.profile import SiteProfile

LONGEST = 60.0  # seconds that one page may take


class UnreadableError(Exception):
    """This page kills or stalls the process that reads it, twice."""


def _start_worker(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the work in its own order
    if sys.platform == "linux":
        # a worker must not outlive a killed crawl: prctl(PR_SET_PDEATHSIG, SIGKILL)
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    import crawler.reading  # noqa: F401 - loaded before the first page, not with it


@lru_cache(maxsize=64)
def _profile_of(pickled: bytes) -> SiteProfile:
    """The profile, made once in a worker: what was judged of its URLs hangs on it."""
    profile: SiteProfile = pickle.loads(pickled)  # noqa: S301 - the parent's own
    return profile


def _read(exchange: Exchange, profile: bytes, expected: PageKind) -> Reading:
    from crawler.reading import read

    return read(exchange, _profile_of(profile), expected)


class ReaderPool:
    """Processes that read pages, of the site of *profile* unless another is named."""

    def __init__(self, profile: SiteProfile | None, workers: int) -> None:
        self._profile = profile
        self._pickled: dict[SiteProfile | None, bytes] = {}
        self._workers = workers
        self._pool = self._new()
        self._alone = asyncio.Lock()

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=(os.getpid(),),
        )

    async def read(
        self, exchange: Exchange, expected: PageKind, profile: SiteProfile | None = None
    ) -> Reading:
        """The reading of one exchange; UnreadableError if it kills its process twice."""
        profile = profile or self._profile
        if profile not in self._pickled:
            self._pickled[profile] = pickle.dumps(profile)
        job = (exchange, self._pickled[profile], expected)
        try:
            return await self._submit(*job)
        except (BrokenProcessPool, TimeoutError):
            async with self._alone:
                try:
                    return await self._submit(*job)
                except (BrokenProcessPool, TimeoutError) as error:
                    self._renew(self._pool)
                    raise UnreadableError(f"{exchange.url}: {error!r}") from error

    async def _submit(self, exchange: Exchange, profile: bytes, expected: PageKind) -> Reading:
        pool = self._pool
        loop = asyncio.get_running_loop()
        try:
            work = loop.run_in_executor(pool, _read, exchange, profile, expected)
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
