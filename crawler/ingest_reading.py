"""Read what was kept, in processes of its own, and store what that teaches, in the file's order."""

from __future__ import annotations

import asyncio
import os
import traceback
from collections import Counter
from collections.abc import Sequence

from archive import captures, readings, versions
from archive.db import Archive
from archive.errors import ArchiveError
from archive.types import Exchange, PageKind, Reading
from crawler.ingest_keeping import Taken, learn
from crawler.profile import SiteProfile
from crawler.reader_pool import ReaderPool, UnreadableError
from crawler.reading import reader_identity

WORKERS = max(1, min(4, os.cpu_count() or 1))

Job = tuple[SiteProfile, Exchange, PageKind]


class Readers:
    """Processes that read pages of any site; a page that kills its process ends nothing."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._pool = ReaderPool(None, WORKERS)

    def read(self, jobs: Sequence[Job]) -> list[Reading | Exception]:
        """The readings of *jobs*, in their order; what went wrong stands in a reading's place."""
        return self._runner.run(self._all(jobs)) if jobs else []

    async def _all(self, jobs: Sequence[Job]) -> list[Reading | Exception]:
        return list(await asyncio.gather(*(self._one(*job) for job in jobs)))

    async def _one(
        self, profile: SiteProfile, exchange: Exchange, kind: PageKind
    ) -> Reading | Exception:
        if len(exchange.body) > profile.crawl.max_bytes:  # a tree takes twenty times as much memory
            return UnreadableError(f"{len(exchange.body):,} bytes are more than max_bytes allows")
        try:
            return await self._pool.read(exchange, kind, profile)
        except Exception as error:  # noqa: BLE001 - a page must not end this import and every later one
            return error

    def close(self) -> None:
        self._pool.close()
        self._runner.close()


def read(archive: Archive, readers: Readers, batch: Sequence[Taken]) -> Counter[str]:
    """Read those of *batch* that wait for it, and store their readings; what came of it."""
    waiting = [taken for taken in batch if taken.captured.to_read]
    _reread_last(archive, readers, waiting)
    found = readers.read([_job(archive, taken) for taken in waiting])
    pairs = list(zip(waiting, found, strict=True))
    try:
        # one commit for all: each alone takes a tenth longer
        with archive.transaction():
            tally: Counter[str] = Counter()
            for taken, reading in pairs:
                tally += _learned(taken, reading)
            return tally
    except ArchiveError:
        raise
    except Exception:  # noqa: BLE001 - each is stored again alone, and its own error is told there
        return sum((_alone(archive, taken, reading) for taken, reading in pairs), Counter())


def _job(archive: Archive, taken: Taken) -> Job:
    exchange = taken.captured.exchange
    if exchange.outcome == "unchanged":  # what it names was never read; a 304 has no body
        exchange = captures.exchange(archive, taken.captured.kept.capture_id)
    return taken.session.profile, exchange, taken.captured.page.kind


def _learned(taken: Taken, reading: Reading | Exception) -> Counter[str]:
    if isinstance(reading, UnreadableError):
        capture_id = taken.captured.kept.capture_id
        readings.failed(taken.session.archive, capture_id, str(reading))
        return Counter({"unreadable": 1})
    if isinstance(reading, Exception):
        raise reading
    return learn(taken, reading)


def _alone(archive: Archive, taken: Taken, reading: Reading | Exception) -> Counter[str]:
    try:
        with archive.transaction():
            return _learned(taken, reading)
    except ArchiveError:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        traceback.print_exception(error)  # a bug: told, and the rest goes on
        problem = repr(error)
    with archive.transaction():
        readings.failed(archive, taken.captured.kept.capture_id, problem)
    return Counter({"unreadable": 1})


def _reread_last(archive: Archive, readers: Readers, waiting: Sequence[Taken]) -> None:
    """A version is compared with one that the same reader read, as in a crawl."""
    old: list[int] = []
    jobs: list[Job] = []
    for taken in waiting:
        page, profile = taken.captured.page, taken.session.profile
        last = versions.last_reader(archive, page.id)
        if last is not None and last[1] != reader_identity(profile):
            old.append(last[0])
            jobs.append((profile, captures.exchange(archive, last[0]), page.kind))
    for capture_id, reading in zip(old, readers.read(jobs), strict=True):
        # one that cannot be read again is told as `reread` by `store`: the new one is worth more
        if isinstance(reading, Reading) and reading.article is not None:
            with archive.transaction():
                versions.reread(archive, capture_id, reading.article, reading.reader)
