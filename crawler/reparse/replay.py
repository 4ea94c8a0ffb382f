"""What a reader makes of the captures of some pages: the crawl's own steps, in a scratch archive.

The captures are taken in the order in which the archive kept them; nothing is written to it. So
what comes out is what it would hold, had this reader been at work from the beginning.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from archive import captures, derived, lineage, migrations, pages, readings, withdrawals
from archive.clock import Clock
from archive.db import Archive
from archive.derived import Derived
from archive.types import Exchange, Page, Reading
from crawler.ingest_keeping import Taken, learn
from crawler.job import CrawlOptions
from crawler.keeping import READABLE, Captured, settle, target_of
from crawler.locks import HostLocks
from crawler.outcomes import judge
from crawler.profile import SiteProfile
from crawler.reparse.order import CAPTURES, is_merged, ordered
from crawler.session import CrawlSession


@dataclass(frozen=True, slots=True)
class Unreadable:
    """In the place of a reading: why there is none, and who tried."""

    problem: str
    reader: str


Readings = Mapping[int, Reading | Unreadable]
"""By capture; of the items of a listing one is enough, of what else it found nothing is needed."""

# A page begins as it was found; what became of it is told by its captures.
_START = {"state": "open", "failures": 0, "due": None, "last_answer_id": None,
          "last_capture_id": None}  # fmt: skip


class MoreError(Exception):
    """The replay cannot be made without these: captures to read, pages that take part."""

    def __init__(self, captures: Collection[int] = (), pages: Collection[int] = ()) -> None:
        super().__init__(f"captures {sorted(captures)}, pages {sorted(pages)}")
        self.captures, self.pages = frozenset(captures), frozenset(pages)


class Scratch:
    """An archive in memory, which holds the rows of the pages at hand while they are replayed."""

    def __init__(self, clock: Clock) -> None:
        conn = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
        conn.row_factory = sqlite3.Row
        migrations.apply(conn)
        for table in ("index_state", "copy_state"):  # nothing is to be indexed or compared here
            conn.execute(f"UPDATE {table} SET rules = -1")
        self.archive = Archive(Path(":memory:"), conn, clock, readonly=False)
        self._columns = {table: _columns(conn, table) for table in ("page", "capture", "reading")}

    def replay(
        self,
        source: Archive,
        page_ids: Collection[int],
        profiles: Callable[[Page], SiteProfile],
        read: Readings,
        unread: Collection[int],
    ) -> Derived:
        """What is derived of these pages by the readings *read*.

        *unread*: captures that still wait for a crawl to read them. MoreError if a reading is
        missing, or a page that an article has moved to.
        """
        archive = self.archive
        archive.whole = source
        archive.conn.execute("BEGIN")
        try:
            run = _Replay(self, source, profiles, read, unread)
            run.take(page_ids)
            pages_ = run.elsewhere(page_ids)
            if run.missing or pages_:
                raise MoreError(run.missing, pages_)
            return derived.load(archive, page_ids)
        finally:
            archive.conn.execute("ROLLBACK")
            archive.cache.clear()

    def insert(self, table: str, row: sqlite3.Row, **other: object) -> None:
        names = self._columns[table]
        values = dict(zip(row.keys(), row, strict=True)) | other
        places = ", ".join("?" * len(names))
        self.archive.conn.execute(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})",
            [values[name] for name in names],
        )

    def close(self) -> None:
        self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class _Replay:
    """One replay: pages and captures come in, and are settled and read as in a crawl."""

    def __init__(
        self,
        scratch: Scratch,
        source: Archive,
        profiles: Callable[[Page], SiteProfile],
        read: Readings,
        unread: Collection[int],
    ) -> None:
        self._scratch, self._archive, self._source = scratch, scratch.archive, source
        self._read, self._unread = read, unread
        self._profiles = profiles
        self._sessions: dict[tuple[int, SiteProfile], CrawlSession] = {}
        self.missing: set[int] = set()

    def take(self, page_ids: Collection[int]) -> None:
        rows: list[sqlite3.Row] = []
        for page_id in sorted(page_ids):
            page = self._source.conn.execute("SELECT * FROM page WHERE id = ?", (page_id,))
            self._scratch.insert("page", page.fetchone(), **_START)
            rows += self._source.conn.execute(CAPTURES, (page_id,)).fetchall()
        merged = is_merged(rows)
        for row in ordered(rows):
            self._take(row, may_be_late=merged or row["why"] == "import")

    def _take(self, row: sqlite3.Row, may_be_late: bool) -> None:
        archive, capture_id = self._archive, row["id"]
        page = pages.get(archive, row["page_id"])
        last = archive.conn.execute(
            """SELECT last.time AS last_time, answer.time AS answer_time FROM page
               LEFT JOIN capture last ON last.id = page.last_capture_id
               LEFT JOIN capture answer ON answer.id = page.last_answer_id WHERE page.id = ?""",
            (page.id,),
        ).fetchone()
        self._scratch.insert("capture", row)
        self._follow(row, last)
        late = may_be_late and row["time"] < (last["last_time"] or "")
        captured = self._settle(page, row, late)
        if not captured.to_read or capture_id in self._unread:
            return
        reading = self._read.get(capture_id)
        if reading is None:
            self.missing.add(capture_id)
        elif isinstance(reading, Reading):
            learn(Taken(self._session(page), captured, late), reading)
        else:
            readings.failed(archive, capture_id, reading.problem, reading.reader)

    def _follow(self, row: sqlite3.Row, last: sqlite3.Row) -> None:
        """The page's last capture and answer, as `captures.keep` writes them."""
        conn, moment = self._archive.conn, row["time"]
        if moment >= (last["last_time"] or ""):
            conn.execute(
                "UPDATE page SET last_capture_id = ? WHERE id = ?", (row["id"], row["page_id"])
            )
        answers = row["outcome"] == "answer" and 200 <= (row["status"] or 0) < 300
        if answers and moment >= (last["answer_time"] or ""):
            conn.execute(
                "UPDATE page SET last_answer_id = ? WHERE id = ?", (row["id"], row["page_id"])
            )

    def _settle(self, page: Page, row: sqlite3.Row, late: bool) -> Captured:
        exchange = captures.without_body(self._source, row)
        withheld = withdrawals.is_withheld(self._source, row["id"])
        kept = replace(captures.kept(self._archive, row["id"]), withheld=withheld)
        self._know_target(page, exchange)
        if not late:
            return settle(self._session(page), page, exchange, kept)
        outcome = judge(page, exchange)
        content = outcome.verdict in ("content", "unchanged") and not kept.withheld
        to_read = content and page.kind in READABLE and not exchange.truncated
        if to_read:
            readings.wait(self._archive, row["id"])
        return Captured(page, exchange, kept, outcome, to_read)

    def _know_target(self, page: Page, exchange: Exchange) -> None:
        """Where a redirect leads is known here under the number that it has in the archive."""
        outcome = judge(page, exchange)
        target = target_of(exchange, outcome) if outcome.verdict == "redirect" else None
        there = self._source_page(page, target) if target else None
        if there is not None:
            with suppress(sqlite3.IntegrityError):  # it is here already
                self._scratch.insert("page", there, **_START)

    def _source_page(self, page: Page, url: str) -> sqlite3.Row | None:
        with suppress(ValueError):
            url = self._session(page).canonical(url)
        goes_on = lineage.page_at(self._source, page.site_id, url)
        name = goes_on[1] if goes_on is not None else url
        row: sqlite3.Row | None = self._source.conn.execute(
            "SELECT * FROM page WHERE method = 'GET' AND url = ? AND body_digest = ''", (name,)
        ).fetchone()
        return row

    def elsewhere(self, page_ids: Collection[int]) -> set[int]:
        """Pages that show one of the articles, beside *page_ids*.

        One that the archive does not know cannot show anything, nor one that was withdrawn.
        """
        rows = self._archive.conn.execute(
            "SELECT id, url FROM page WHERE id IN (SELECT page_id FROM article_page)"
        ).fetchall()
        others = [row for row in rows if row["id"] not in page_ids]
        found = set()
        for row in others:
            same = self._source.conn.execute(
                "SELECT 1 FROM page WHERE id = ? AND url = ?"
                " AND id NOT IN (SELECT page_id FROM withdrawn_page)", (row["id"], row["url"])
            ).fetchone()  # fmt: skip
            if same is not None:
                found.add(int(row["id"]))
            else:
                self._archive.conn.execute(
                    "DELETE FROM article_page WHERE page_id = ?", (row["id"],)
                )
        return found

    def _session(self, page: Page) -> CrawlSession:
        profile = self._profiles(page)
        key = page.site_id, profile
        if key not in self._sessions:
            self._sessions[key] = session_of(self._archive, page, profile)
        return self._sessions[key]


def session_of(archive: Archive, page: Page, profile: SiteProfile) -> CrawlSession:
    """What the steps of a crawl ask for, where nothing is crawled."""
    options, begun = CrawlOptions(why="import"), archive.clock.now()
    own = HostLocks()
    return CrawlSession(profile, archive, options, page.site_id, 0, begun, own, walking=False)


def _columns(conn: sqlite3.Connection, table: str) -> list[str]:
    return [row["name"] for row in conn.execute(f"PRAGMA table_info({table})")]
