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

LONGEST = 60.0  # seconds that reading one page may take
DIED = "{}: what reads it died, or took more than {:g} s, twice"  # its URL, LONGEST


class UnreadableError(Exception):
    """This page kills or stalls the process that reads it, twice."""


def start_worker(parent: int) -> None:
    """What each process that reads pages does first; *parent* is the one that it is to end with."""
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


def _read(exchange: Exchange, profile: bytes, expected: PageKind, longest: float) -> Reading:
    from crawler.reading import read

    # SIGALRM's own action ends the process, also one that is inside a parser's C code. The time
    # runs from here: what waits in the queue behind a slow page is not slow itself.
    signal.setitimer(signal.ITIMER_REAL, longest)
    try:
        return read(exchange, _profile_of(profile), expected)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class ReaderPool:
    """Processes that read pages, of the site of *profile* unless another is named."""

    def __init__(self, profile: SiteProfile | None, workers: int) -> None:
        self._profile = profile
        self._pickled: dict[SiteProfile | None, bytes] = {}
        self._workers = workers
        self._pool = _new_pool(workers)
        self._quarantine: ProcessPoolExecutor | None = None
        self._alone = asyncio.Lock()

    async def read(
        self, exchange: Exchange, expected: PageKind, profile: SiteProfile | None = None
    ) -> Reading:
        """The reading of one exchange; UnreadableError if it kills its process twice."""
        profile = profile or self._profile
        if profile not in self._pickled:
            self._pickled[profile] = pickle.dumps(profile)
        job = (exchange, self._pickled[profile], expected)
        pool = self._pool
        try:
            return await _submit(pool, *job)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = _new_pool(self._workers)
        return await self._read_alone(*job)

    async def _read_alone(self, exchange: Exchange, profile: bytes, expected: PageKind) -> Reading:
        """A process that dies fails all that were handed to it: here each is alone with its own."""
        async with self._alone:
            self._quarantine = self._quarantine or _new_pool(1)
            try:
                return await _submit(self._quarantine, exchange, profile, expected)
            except BrokenProcessPool as error:
                self._quarantine = None
                raise UnreadableError(DIED.format(exchange.url, LONGEST)) from error

    def close(self) -> None:
        for pool in (self._pool, self._quarantine):
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)


def _new_pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=start_worker,
        initargs=(os.getpid(),),
    )


async def _submit(
    pool: ProcessPoolExecutor, exchange: Exchange, profile: bytes, expected: PageKind
) -> Reading:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(pool, _read, exchange, profile, expected, LONGEST)
