"""Captured documents read and stored: in a crawl one by one, after an import or a release all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from archive import documents, payloads
from archive.db import Archive
from archive.types import Extracted
from crawler.commits import Commits
from crawler.documents import identity
from crawler.documents.extraction import extract

AT_ONCE = 50  # that are looked up in the table at once
MOST_TAKEN_UP = 200
"""Documents that earlier crawls left and one crawl begins with: a minute or so. The next ones read
what is left, and `luutru reparse --apply` reads all."""


class DocumentReader:
    """Reads the documents of one crawl, one at a time: they share the machine with its pages."""

    def __init__(self, archive: Archive, commits: Commits) -> None:
        self._archive, self._commits = archive, commits
        self._thread = ThreadPoolExecutor(1, "documents")
        self._turn = asyncio.Lock()  # what waits for it holds no document in memory
        self._reader = identity()

    async def read(self, page_id: int, payload_id: int) -> Extracted | None:
        """Read a payload, unless it is known, and put the articles of its page into the index."""
        archive, found = self._archive, None
        async with self._turn:
            if not documents.is_known(archive, payload_id):
                data = payloads.read(archive, payload_id)
                loop = asyncio.get_running_loop()
                found = await loop.run_in_executor(self._thread, extract, data)
                await self._commits.run(
                    partial(documents.store, archive, payload_id, found, self._reader)
                )
        await self._commits.run(partial(documents.show, archive, page_id))
        return found

    async def take_up(self, site_id: int) -> None:
        """Read what earlier crawls left, :data:`MOST_TAKEN_UP` of it at most."""
        for one in documents.waiting(self._archive, site_id=site_id, limit=MOST_TAKEN_UP):
            await self.read(one.page_id, one.payload_id)

    def close(self) -> None:
        self._thread.shutdown()


def read_all(
    archive: Archive,
    *,
    stale: bool = False,
    show: Callable[[int, int], None] = lambda _done, _total: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Counter[str]:
    """Read every document that waits for it; with *stale* also what another extractor has read.

    How many came to which state. *show* is told how many are done and in all.
    """
    reader = identity()
    old = reader if stale else None
    total = len(documents.waiting(archive, stale=old, limit=-1))
    tally: Counter[str] = Counter()
    done = after = 0
    while some := documents.waiting(archive, stale=old, after=after, limit=AT_ONCE):
        for one in some:
            if stopped():
                return tally
            done += 1
            tally[_read(archive, one, reader)] += 1
            show(done, max(total, done))
        after = some[-1].page_id
    return tally


def _read(archive: Archive, one: documents.Waiting, reader: str) -> str:
    if documents.read_by(archive, one.payload_id) == reader:  # two pages with one payload
        with archive.transaction():
            documents.show(archive, one.page_id)
        return "known"
    found = extract(payloads.read(archive, one.payload_id))
    with archive.transaction():
        documents.store(archive, one.payload_id, found, reader)
        documents.show(archive, one.page_id)
    return found.state
