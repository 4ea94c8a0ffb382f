"""Stored captures, read again by today's reader: what that would change, and the change itself.

Processes read the captures of some pages, replay those that can be taken for one article together
(`crawler.reparse.replay`), and compare that with what the archive holds (`crawler.reparse.making`).
Here their reports are put together in the order of the pages, and to apply it is to write the
difference, all of a page in one transaction. Who reads is kept with each reading, so a run that was
cut off goes on with the pages that another reader has read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from archive import derived, merges, pages, quiet, rewriting
from archive.clock import from_iso
from archive.db import Archive
from archive.quiet import Quiet
from crawler.reparse import choice
from crawler.reparse.choice import Options
from crawler.reparse.joining import Written
from crawler.reparse.profiles import Profiles
from crawler.reparse.replay import session_of
from crawler.reparse.report import Report
from crawler.reparse.values import Batch, Entry, Made

TOGETHER = 16  # pages of a batch: 0.1 s of work, and of one transaction
TRIES = 5  # of a group that a crawl writes to meanwhile


class Makers(Protocol):
    """Who makes batches: `crawler.reparse.workers.Processes`. *places*: how many to submit."""

    places: int

    def submit(self, batch: Batch, *, first: bool = False) -> None: ...

    def result(self, number: int, stopped: Callable[[], bool]) -> list[Made] | None: ...


@dataclass
class Result:
    """What came of it: numbers of pages, articles and addresses, and what went wrong in words."""

    report: Report
    pages: int = 0
    differ: int = 0  # articles that were rewritten
    found: int = 0  # addresses that are new
    problems: list[str] = field(default_factory=list)
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class _Sent:
    """A batch that was submitted, and how far the archive was: what was written by this run, and
    SQLite's number for what others have written."""

    batch: Batch
    written: int
    others: int


class Reparse:
    """One run over an archive. *show* is told pages done and in all; *stopped* is asked often."""

    def __init__(
        self,
        archive: Archive,
        profiles: Profiles,
        makers: Makers,
        options: Options,
        show: Callable[[int, int], None] = lambda _done, _total: None,
        stopped: Callable[[], bool] = lambda: False,
        together: int = TOGETHER,
    ) -> None:
        self._archive, self._profiles, self._options = archive, profiles, options
        self._makers, self._show, self._stopped = makers, show, stopped
        self._together = together
        self._finished = bytearray()  # by page: whether it is done
        self._written = Written()
        self._number = 0  # of the last batch
        self._others = self._by_others()  # at that batch
        self._sent: deque[_Sent] = deque()
        self.result = Result(Report(options.examples))

    def count(self) -> int:
        """How many pages are to be read again."""
        return choice.count(self._archive, self._profiles, self._options)

    def run(self) -> Result:
        """Read all that is to be read; errors as of the archive."""
        total, done = self.count(), 0
        batches = self._batches()
        while not self._stopped():
            while len(self._sent) < self._makers.places and (ids := next(batches, None)):
                self._sent.append(self._submit(ids))
            if not self._sent:
                return self.result
            if not self._next(self._sent.popleft()):
                break
            done += self._together
            self._show(min(done, total), total)
        self.result.interrupted = True
        return self.result

    def _batches(self) -> Iterator[tuple[int, ...]]:
        chosen = choice.pages_of(self._archive, self._profiles, self._options)
        some: list[int] = []
        for _, page_id in chosen:
            some.append(page_id)
            if len(some) == self._together:
                yield tuple(some)
                some = []
        if some:
            yield tuple(some)

    def _submit(self, page_ids: tuple[int, ...], *, again: bool = False) -> _Sent:
        others = self._by_others()
        self._number += 1
        # While a crawl writes, each group is compared once more before it is written.
        batch = Batch(self._number, page_ids, whole=again or others != self._others)
        self._others = others
        sent = _Sent(batch, self._written.number, others)
        self._makers.submit(batch, first=again)
        return sent

    def _by_others(self) -> int:
        """SQLite's number for what others have written: another one after each of their commits."""
        return int(self._archive.conn.execute("PRAGMA data_version").fetchone()[0])

    def _next(self, sent: _Sent) -> bool:
        """Finish the pages of a batch; False if it was stopped before."""
        made = self._makers.result(sent.batch.number, self._stopped)
        if made is None:
            return False
        late = self._finish(sent, made)
        return all(self._again(one) for one in late)

    def _again(self, group: Made) -> bool:
        """Make a group once more, alone: what it was compared with is no longer so."""
        left = [group]
        for _ in range(TRIES):
            ids = tuple(sorted({page for one in left for page in one.page_ids}))
            sent = self._submit(ids, again=True)
            made = self._makers.result(sent.batch.number, self._stopped)
            if made is None:
                return False
            left = self._finish(sent, made)
            if not left:
                return True
        page_ids = sorted({page for one in left for page in one.page_ids})
        urls = ", ".join(pages.get(self._archive, one).url for one in page_ids[:3])
        self.result.problems.append(f"{urls}: a crawl writes to it again and again; left as it is.")
        return True

    # -- what came back ---------------------------------------------------------------------------

    def _finish(self, sent: _Sent, groups: list[Made]) -> list[Made]:
        """Write what was made, and report it; the groups for which that came too late."""
        todo = [one for one in groups if not self._are_finished(one.page_ids)]
        done: list[tuple[Made, int, int]] = []
        late: list[Made] = []
        if self._options.apply and todo:
            with self._archive.transaction():
                others = self._by_others()
                for one in todo:
                    if self._is_late(sent, one, others != sent.others):
                        late.append(one)
                        continue
                    differ, found = self._write(one)
                    self._written.add((*one.page_ids, *one.names), self._oldest(sent))
                    done.append((one, differ, found))
        else:
            done = [(one, 0, 0) for one in todo]
        for one, differ, found in done:
            self._tell(one, differ, found)
        return late

    def _are_finished(self, page_ids: Iterable[int]) -> bool:
        return all(one < len(self._finished) and self._finished[one] for one in page_ids)

    def _oldest(self, sent: _Sent) -> int:
        return min(sent.written, self._sent[0].written if self._sent else sent.written)

    def _is_late(self, sent: _Sent, group: Made, others: bool) -> bool:
        """Whether the archive is no longer what the group was compared with."""
        if self._written.since(sent.written, (*group.page_ids, *group.seeks)):
            return True
        if not others or group.change is None:
            return False
        if isinstance(group.change, Quiet):
            return True
        now = derived.load(self._archive, group.page_ids)
        return not now.same_ground(group.change.old)

    def _write(self, group: Made) -> tuple[int, int]:
        """How many articles differ, and how many addresses are new."""
        change, differ = group.change, 0
        if isinstance(change, Quiet):
            quiet.write(self._archive, change)
            differ = change.articles
        elif change is not None:
            fresh = merges.fresh(self._archive, group.page_ids)
            differ = len(rewriting.rewrite(self._archive, change.old, change.new, fresh))
        if group.problem is None:
            merges.read(self._archive, group.page_ids)
        return differ, sum(self._enter(one) for one in group.entries)

    def _enter(self, entry: Entry) -> int:
        """Enter what a capture has found, due at once for the next crawl; how many are new."""
        page = pages.get(self._archive, entry.page_id)
        session = session_of(self._archive, page, self._profiles.of(page))
        at: datetime = from_iso(entry.at)
        new = pages.add(
            self._archive, page.site_id, entry.found, at=at, found_on=page.id,
            depth=page.depth + 1, due=at, canonicalize=session.canonical,
        )  # fmt: skip
        return len(new)

    def _tell(self, group: Made, differ: int, found: int) -> None:
        if group.problem:
            self.result.problems.append(group.problem)
            return
        highest = max(group.page_ids)
        if highest >= len(self._finished):
            self._finished.extend(bytes(highest + 1024 - len(self._finished)))
        for page_id, report in (group.reports or {}).items():
            if not self._finished[page_id]:
                self._finished[page_id] = 1
                self.result.report.add(report)
                self.result.pages += 1
        self.result.differ += differ
        self.result.found += found
