"""Another's captures, and our own, into the archive's one time line: WARC and WACZ files.

A file is a crawl of its own, sealed at its end; one that brings nothing new leaves no trace. An
import that was cut off goes on where it stopped: what it kept is known, what it left unread is read
first. Captures are kept, and then read, in batches that the file alone decides, so what comes of it
is the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from archive import crawls, readings
from archive.clock import Clock
from archive.db import Archive
from archive.errors import CrawlError, InputError
from archive.interchange.looks import Look
from archive.interchange.reading import Skipped, Wrong
from crawler.attached import read_all
from crawler.ingest_files import Item, Show, SourceFile, Told, checked, summed
from crawler.ingest_keeping import Taken, session_of, take, taken_before, unread
from crawler.ingest_originals import DifferentError, MissingError, known, whole
from crawler.ingest_reading import Readers, read
from crawler.ingest_result import FileResult
from crawler.ingest_sites import Home, Sites
from crawler.locks import HostLocks
from crawler.session import CrawlSession

BATCH = 32  # looks that are kept together and then read side by side
BATCH_BYTES = 32 << 20
MOST_DEFERRED = 50_000  # revisits that wait for their original, some 2 kB each

Entry = tuple[Look, Home]


@dataclass
class _Batch:
    """Looks at different pages: two of one page are kept one after the other was read."""

    entries: list[Entry] = field(default_factory=list)
    size: int = 0
    _pages: set[tuple[str, str, bytes]] = field(default_factory=set)

    def takes(self, look: Look, home: Home) -> bool:
        full = len(self.entries) >= BATCH or self.size + len(look.exchange.body) > BATCH_BYTES
        return not self.entries or not (full or self._key(home) in self._pages)

    def add(self, look: Look, home: Home) -> None:
        self.entries.append((look, home))
        self.size += len(look.exchange.body)
        self._pages.add(self._key(home))

    @staticmethod
    def _key(home: Home) -> tuple[str, str, bytes]:
        return home.url, home.found.method, home.found.body


class Import:
    """Files into one archive, one after the other. *stopped* is asked between two batches."""

    def __init__(
        self,
        archive: Archive,
        sites: Sites,
        show: Callable[[], None],
        stopped: Callable[[], bool],
    ) -> None:
        self._archive = archive
        self._sites = sites
        self._show = show
        self._stopped = stopped
        self._readers = Readers()
        self._locks = HostLocks()
        self._deferred: list[tuple[FileResult, Look, Home]] = []
        self._source: SourceFile | None = None
        self._crawl_id: int | None = None
        self._sessions: dict[str, CrawlSession] = {}

    def begin(self) -> None:
        """Take the archive for imports; end and read what one that was killed left behind."""
        archive = self._archive
        if not self._locks.take(f"import {archive.id}"):
            raise CrawlError(
                f"Another import is at work on {archive.path}.", "Wait until it has ended."
            )
        crawls.close_killed(archive, None)
        while left := unread(archive, BATCH):
            with archive.transaction():
                for capture_id in left:
                    readings.attempt(archive, capture_id)
            read(archive, self._readers, [taken_before(self._sites, archive, n) for n in left])

    def close(self) -> None:
        self._readers.close()
        self._locks.release()

    def take(self, source: SourceFile, result: FileResult) -> None:
        """One file, from its beginning to the seal over what it brought."""
        self._source, self._crawl_id, self._sessions = source, None, {}
        self._sites.next_file()
        try:
            self._walk(source, result)
        except InputError as error:
            result.fault = str(error)
        self._take_deferred()
        if self._crawl_id is not None:
            outcome = "interrupted" if result.interrupted else "finished"
            crawls.end(self._archive, self._crawl_id, outcome, dict(result.tally))

    def end(self) -> None:
        """Count the revisits whose original did not come."""
        for result, _, _ in self._deferred:
            result.tally["missing"] += 1
        self._deferred.clear()

    def _walk(self, source: SourceFile, result: FileResult) -> None:
        batch = _Batch()
        for item in source.items():
            self._show()
            entry = self._entry(item, result)
            if entry is None:
                continue
            if not batch.takes(*entry):
                self._flush(batch.entries, result)
                batch = _Batch()
                if self._stopped():
                    result.interrupted = True
                    return
            batch.add(*entry)
        self._flush(batch.entries, result)

    def _entry(self, item: Item, result: FileResult) -> Entry | None:
        if isinstance(item, Look):
            result.tally["looks"] += 1
            result.tally["odd"] += item.odd
            try:
                return item, self._sites.home(item)
            except ValueError:
                item = Wrong("damaged", f"no address: {item.exchange.url!r}", item.offset)
        if isinstance(item, Wrong):
            result.wrong(item)
        elif isinstance(item, Skipped):
            result.tally[f"skipped {item.type}"] += 1
        elif isinstance(item, Told):
            self._sites.tell(item.site)
        return None

    def _flush(self, entries: Sequence[Entry], result: FileResult) -> None:
        archive = self._archive
        new = [
            (look, home)
            for look, home in entries
            if not known(archive, look, self._sites.page(home))
        ]
        result.tally["known"] += len(entries) - len(new)
        for look, home in self._keep(new, result):
            if len(self._deferred) < MOST_DEFERRED:
                self._deferred.append((result, look, home))
            else:
                result.tally["missing"] += 1

    def _take_deferred(self) -> None:
        """Revisits whose original stood behind them; one by one, since they name each other."""
        waiting, self._deferred = self._deferred, []
        for result, look, home in waiting:
            if self._keep([(look, home)], result):
                self._deferred.append((result, look, home))

    def _keep(self, new: Sequence[Entry], result: FileResult) -> list[Entry]:
        """Keep these and read them; those whose original is missing are given back."""
        archive, missing = self._archive, []
        taken: list[Taken] = []
        digest = self._source.sha256 if new and self._source is not None else ""
        with archive.transaction():
            for look, home in new:
                try:
                    exchange, earlier_id = whole(archive, look, home)
                except MissingError:
                    missing.append((look, home))
                    continue
                except DifferentError:
                    why = "a capture that is not the one its record's id proves"
                    result.wrong(Wrong("damaged", why, look.offset))
                    continue
                taken.append(take(self._session(home, digest), home, exchange, earlier_id))
        result.tally["captures"] += len(taken)
        result.tally.update(read(archive, self._readers, taken))
        return missing

    def _session(self, home: Home, digest: str) -> CrawlSession:
        """The part of this file's crawl that is of one site. Inside a transaction."""
        archive, source = self._archive, self._source
        if self._crawl_id is None:
            assert source is not None
            agent = f"luutru/{version('luutru')}, process {os.getpid()}"
            settings = {"file": source.path.name, "bytes": source.size, "sha256": digest}
            self._crawl_id = crawls.begin(archive, None, "import", agent, settings)
        slug = home.profile.slug
        if slug not in self._sessions:
            self._sessions[slug] = session_of(archive, self._crawl_id, home)
        self._sessions[slug].profile = home.profile  # it may know another host by now
        return self._sessions[slug]


def ingest(
    archive_path: Path,
    files: Sequence[Path],
    sites: Callable[[Archive], Sites],
    show: Show,
    stopped: Callable[[], bool],
    clock: Clock | None = None,
) -> list[FileResult]:
    """Import *files* in their order; the archive is made if it is not there.

    InputError if none of the files can be read; else each has its own result.
    """
    results, sources = checked(files)
    make = Archive.open if archive_path.exists() else Archive.create
    with make(archive_path, clock=clock) as archive:
        run = Import(archive, sites(archive), summed(show, sources), stopped)
        try:
            run.begin()
            for result, source in zip(results, sources, strict=True):
                if source is None:
                    continue
                if stopped():
                    result.interrupted = True
                else:
                    run.take(source, result)
            if not stopped():  # else it may be in what was not read
                run.end()
            read_all(archive, stopped=stopped)
        finally:
            run.close()
    return results
