"""Stored captures, read again by today's reader: what that would change, and the change itself.

Pages are read in processes of their own, as in a crawl. Those whose captures can be taken for one
article are then replayed together (`crawler.reparse_replay`) and compared with what the archive
holds; to apply it is to write the difference, in one transaction. Who reads is kept with each
reading, so a run that was cut off goes on with the pages that another reader has read.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from archive import derived, pages, rewriting
from archive.db import Archive
from archive.derived import Derived
from archive.sites import Site
from archive.types import Page
from crawler import reparse_choice as choice
from crawler.reparse_choice import Options
from crawler.reparse_kin import Kinship
from crawler.reparse_profiles import Profiles
from crawler.reparse_reading import Pool, Read, Rereader
from crawler.reparse_replay import MoreError, Scratch, Unreadable
from crawler.reparse_report import Report

AHEAD = 32  # groups of pages that are read while one is replayed
AT_ONCE = 16  # captures that are with the readers or wait for them
TRIES = 5  # of a group that a crawl writes to meanwhile


@dataclass
class Result:
    """What came of it: numbers of pages, articles and addresses, and what went wrong in words."""

    report: Report
    pages: int = 0
    differ: int = 0  # articles that were rewritten
    found: int = 0  # addresses that are new
    problems: list[str] = field(default_factory=list)
    interrupted: bool = False


@dataclass
class _Group:
    """Pages that are read and replayed together. *number*: how many pages were begun with it."""

    site: Site
    number: int
    page_ids: set[int]
    read: dict[int, dict[int, Read]] = field(default_factory=dict)  # page -> capture -> reading


class Reparse:
    """One run over an archive. *show* is told pages done and in all; *stopped* is asked often."""

    def __init__(
        self,
        archive: Archive,
        profiles: Profiles,
        pool: Pool,
        options: Options,
        show: Callable[[int, int], None] = lambda _done, _total: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._archive, self._profiles, self._options = archive, profiles, options
        self._show, self._stopped = show, stopped
        self._reader = Rereader(archive, profiles, pool, AT_ONCE, finds=options.apply)
        self._kin = Kinship(archive, profiles.of)
        self._begun: set[int] = set()
        self._finished: set[int] = set()
        self.result = Result(Report(options.examples))

    def count(self) -> int:
        """How many pages are to be read again."""
        return choice.count(self._archive, self._profiles, self._options)

    async def run(self) -> Result:
        """Read all that is to be read; errors as of the archive."""
        total = self.count()
        ahead: deque[tuple[_Group, asyncio.Task[None]]] = deque()
        with Scratch(self._archive.clock) as scratch:
            try:
                for group in self._groups():
                    ahead.append((group, asyncio.create_task(self._read(group))))
                    if len(ahead) >= AHEAD:
                        await self._next(scratch, ahead, total)
                while ahead and not self._stopped():
                    await self._next(scratch, ahead, total)
                self.result.interrupted = self._stopped()
            finally:
                for _, task in ahead:
                    task.cancel()
                await asyncio.gather(*(task for _, task in ahead), return_exceptions=True)
        return self.result

    async def _next(
        self, scratch: Scratch, ahead: deque[tuple[_Group, asyncio.Task[None]]], total: int
    ) -> None:
        group, task = ahead[0]
        await task
        ahead.popleft()
        if not group.page_ids <= self._finished:
            await self._finish(scratch, group)
        self._show(min(group.number, total), total)

    def _groups(self) -> Iterator[_Group]:
        chosen = choice.pages_of(self._archive, self._profiles, self._options)
        for number, (site, page_id) in enumerate(chosen, 1):
            if self._stopped():
                return
            if page_id not in self._begun:
                page_ids = self._kin.before({page_id})
                self._begun |= page_ids
                yield _Group(site, number, page_ids)

    # -- one group --------------------------------------------------------------------------------

    async def _read(self, group: _Group, captures: Collection[int] = ()) -> None:
        """Read the pages of a group that are not read yet, and those *captures* of them."""
        jobs: list[tuple[Page, list[int]]] = []
        for page_id in sorted(group.page_ids):
            page = pages.get(self._archive, page_id)
            if page_id in group.read:
                ids = [one for one in captures if self._page_of(one) == page_id]
            else:
                ids = choice.captures_of(self._archive, page_id)
            jobs.append((page, ids))
        made = await asyncio.gather(*(self._reader.read(page, ids) for page, ids in jobs))
        for (page, _), read in zip(jobs, made, strict=True):
            group.read.setdefault(page.id, {}).update(read)

    def _page_of(self, capture_id: int) -> int:
        row = self._archive.conn.execute("SELECT page_id FROM capture WHERE id = ?", (capture_id,))
        return int(row.fetchone()[0])

    async def _finish(self, scratch: Scratch, group: _Group) -> None:
        for _ in range(TRIES):
            old, new = await self._replay(scratch, group)
            problem = _unreadable(old, group)
            if problem:
                # what was read of it before is worth more than nothing
                self.result.problems.append(problem)
                return
            if self._settle(group, old, new):
                return
        urls = ", ".join(pages.get(self._archive, one).url for one in sorted(group.page_ids)[:3])
        self.result.problems.append(f"{urls}: a crawl writes to it again and again; left as it is.")

    async def _replay(self, scratch: Scratch, group: _Group) -> tuple[Derived, Derived]:
        """What the archive holds of the group, and what the new readings make of it."""
        while True:
            old = derived.load(self._archive, group.page_ids)
            read = {n: one.reading for of_page in group.read.values() for n, one in of_page.items()}
            waiting = {n for n, row in old.readings.items() if choice.waits(row)}
            try:
                new = scratch.replay(
                    self._archive, group.page_ids, self._profiles.of, read, waiting
                )
            except MoreError as more:
                group.page_ids = self._kin.before(group.page_ids | more.pages)
                await self._read(group, more.captures)
                continue
            together = self._kin.after(new)
            if together <= group.page_ids:
                return old, new
            group.page_ids = self._kin.before(group.page_ids | together)
            await self._read(group)

    def _settle(self, group: _Group, old: Derived, new: Derived) -> bool:
        """Report the difference, and write it; False if it is no longer true."""
        members = [pages.get(self._archive, one) for one in sorted(group.page_ids)]
        differ: list[str] = []
        found = 0
        if self._options.apply:
            with self._archive.transaction():
                if not derived.load(self._archive, group.page_ids).same_ground(old):
                    return False
                differ = rewriting.rewrite(self._archive, old, new)
                for page in members:
                    found += self._reader.enter(page, group.read[page.id], new.captures)
        fresh = group.page_ids - self._finished
        urls = {page.id: page.url for page in members}
        self.result.report.compare(group.site.slug, old, new, urls, fresh)
        self.result.pages += len(fresh)
        self.result.differ += len(differ)
        self.result.found += found
        self._finished |= group.page_ids
        self._begun |= group.page_ids
        return True


def _unreadable(old: Derived, group: _Group) -> str | None:
    """Why the group is left as it is: what was read once cannot be read again."""
    for of_page in group.read.values():
        for capture_id, one in of_page.items():
            was = old.readings.get(capture_id)
            if isinstance(one.reading, Unreadable) and was is not None and was[0] == "read":
                return one.reading.problem
    return None
