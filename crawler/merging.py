"""Archives merged into one: what they keep is copied, and then read, as if one had made it all.

`archive.ops.merge` copies; pages that got captures are noted, read and replayed here with all that
belongs to them (`crawler.reparse`). A merge that was cut off is called again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from archive import merges
from archive.clock import Clock, SystemClock
from archive.db import Archive
from archive.errors import ArchiveError, CrawlError, LuutruError
from archive.ops import cleaning
from archive.ops.merge import run as copying
from archive.ops.merge.run import Bar, Merged
from archive.ops.merge.source import opened
from crawler.attached import read_all
from crawler.locks import HostLocks
from crawler.reparse.choice import Options
from crawler.reparse.profiles import Profiles
from crawler.reparse.run import Makers, Reparse

Stopped = Callable[[], bool]


class Reading(Makers, Protocol):
    """Who reads, until it is closed."""

    def close(self) -> None: ...


MakeMakers = Callable[[Archive, Profiles, Options], Reading]

_TOLD = """
SELECT merge.archive_id, event.kind, count(*) FROM event
JOIN capture ON capture.id = event.capture_id
JOIN merged_crawl ON merged_crawl.crawl_id = capture.crawl_id
JOIN merge ON merge.id = merged_crawl.merge_id
WHERE event.number > ? AND event.kind IN ('new', 'changed') AND json_extract(data, '$.merged')
GROUP BY merge.archive_id, event.kind"""


@dataclass
class FileResult:
    """What came of one file. *fault*: why nothing was taken from it. *read*: events told of it.
    The archive itself stands for what an earlier merge has left unread."""

    path: Path
    merged: Merged | None = None
    interrupted: bool = False
    fault: LuutruError | None = None
    read: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """`merged`, `known` if nothing was new, `read` of what was left, `not merged`, or
        `interrupted`."""
        if self.fault is not None:
            return "not merged"
        if self.interrupted:
            return "interrupted"
        if self.merged is None:
            return "read"
        new = any(self.merged.tally[name] for name in ("captures", "pages", "crawls"))
        return "merged" if new else "known"

    @property
    def fine(self) -> bool:
        return self.outcome in ("merged", "known", "read") and not self.problems

    def row(self) -> dict[str, Any]:
        tally = self.merged.tally if self.merged is not None else Counter[str]()
        return {
            "file": self.path.name, "outcome": self.outcome, "captures": tally["captures"],
            "known": tally["known"], "payloads": tally["payloads"], "pages": tally["pages"],
            "crawls": tally["crawls"], "new": self.read["new"], "changed": self.read["changed"],
            "left": self.merged.left if self.merged is not None else 0,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setup:
    """How a merge is done: by whom, by which profiles, who reads, what is shown; *stopped* is asked
    between two pieces of work."""

    agent: str
    profiles: Callable[[Archive], Profiles]
    makers: MakeMakers
    bar: Bar
    stopped: Stopped


class Merge:
    """Files into one archive, one after the other, under its lock."""

    def __init__(self, archive: Archive, setup: Setup) -> None:
        self._archive, self._setup = archive, setup
        self.left: dict[str, str] = {}  # sites whose pages are not read, and why

    def run(self, files: Sequence[Path]) -> list[FileResult]:
        """Merge *files*; without any, read what an earlier merge has left.

        CrawlError if another one is at work.
        """
        archive, locks = self._archive, HostLocks()
        with ExitStack() as stack:
            stack.callback(locks.release)
            for work in ("merge", "reparse"):
                if not locks.take(f"{work} {archive.id}"):
                    raise CrawlError(
                        f"Another merge or reparse is at work on {archive.path}.",
                        "Wait until it has ended.",
                    )
            results: list[FileResult] = []
            for path in dict.fromkeys(files):
                if results and merges.waiting(archive) and self._withdraws(path):
                    self._read(results)  # what goes with it is told by the articles that rest on it
                results.append(self._copy(path))
            results = results or [FileResult(archive.path)]
            if not self._setup.stopped():
                self._read(results)
            if self._setup.stopped():
                for one in results:
                    one.interrupted = True
            else:
                with self._setup.bar("Reading documents") as show:
                    read_all(archive, show=show, stopped=self._setup.stopped)
        return results

    def _copy(self, path: Path) -> FileResult:
        result, setup = FileResult(path), self._setup
        if setup.stopped():
            return result
        try:
            result.merged = copying.merge(
                self._archive, path, setup.agent, setup.bar, setup.stopped
            )
        except LuutruError as error:
            result.fault = error
            return result
        if result.merged.dirty:
            self._clean(result)
        return result

    def _withdraws(self, path: Path) -> bool:
        """Whether something was withdrawn here, or in the archive at *path*."""
        sql = "SELECT 1 FROM withdrawal"
        if self._archive.conn.execute(sql).fetchone() is not None:
            return True
        try:
            with opened(path, self._archive.path, self._archive.clock) as source:
                return source.conn.execute(sql).fetchone() is not None
        except LuutruError:  # `_copy` tells it
            return False

    def _clean(self, result: FileResult) -> None:
        """What was withdrawn elsewhere was here: no byte of it is to be left in the file."""
        try:
            with self._setup.bar("Writing the file anew") as show:
                cleaning.clean(self._archive, show)
        except ArchiveError as error:
            result.problems.append(str(error))

    def _read(self, results: Sequence[FileResult]) -> None:
        """Read the pages that got captures, and put what is derived of them in its place."""
        archive, setup = self._archive, self._setup
        (before,) = archive.conn.execute("SELECT coalesce(max(number), 0) FROM event").fetchone()
        profiles = setup.profiles(archive)
        options = Options(apply=True, merged=True)
        makers = setup.makers(archive, profiles, options)
        with closing(makers), setup.bar("Reading") as show:
            done = Reparse(archive, profiles, makers, options, show, setup.stopped).run()
        results[-1].problems += done.problems
        of = {one.merged.archive_id: one for one in reversed(results) if one.merged is not None}
        for archive_id, kind, number in archive.conn.execute(_TOLD, (before,)):
            of.get(archive_id, results[-1]).read[kind] += number
        if merges.waiting(archive):
            self.left = profiles.left


def checked(archive: Path, files: Sequence[Path]) -> None:
    """InputError or ArchiveError if none of *files* can be merged into *archive*: before that is
    made."""
    faults = []
    for path in files:
        try:
            with opened(path, archive, SystemClock()):
                return
        except LuutruError as error:
            faults.append(error)
    if faults:
        raise type(faults[0])(" ".join(one.what for one in faults), faults[0].next_step)


def plan(archive: Path, files: Sequence[Path], clock: Clock) -> list[FileResult]:
    """What a merge of *files* would bring, by file; writes nothing."""
    results = [FileResult(path) for path in dict.fromkeys(files)]
    with ExitStack() as stack:
        target = None
        if archive.exists():
            target = stack.enter_context(Archive.open(archive, clock=clock, readonly=True))
        for result in results:
            try:
                with opened(result.path, archive, clock) as source:
                    result.merged = copying.plan(target, result.path, source)
            except LuutruError as error:
                result.fault = error
    return results
