"""Withdrawals of two archives, done in both: what was withdrawn in one is so in what comes of them,
whichever comes first, and no byte of it comes in.

A withdrawal closes pages and takes payloads. The other archive may show the same bytes elsewhere,
or others at a closed page: those go too, by the rules of `archive.ops.withdraw_plan`, and so on
until nothing more does. What one archive has decided of its own closed pages stays as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from archive.db import Archive
from archive.ops import withdraw_rows as rows

_CLOSED = """
SELECT page.method, page.url, page.body_digest, withdrawal.* FROM withdrawn_page
JOIN page ON page.id = page_id JOIN withdrawal ON withdrawal.id = withdrawal_id"""
_GONE = """
SELECT payload.digest, withdrawal.* FROM withdrawn_payload
JOIN payload ON payload.id = payload_id JOIN withdrawal ON withdrawal.id = withdrawal_id"""
_CONTENT = f"""
SELECT DISTINCT payload.digest FROM capture JOIN payload ON payload.id = capture.payload_id
LEFT JOIN reading ON reading.capture_id = capture.id
WHERE capture.page_id = ? AND capture.status BETWEEN 200 AND 299
  AND {rows.IS_TEXT}"""
_PAGE = "SELECT id FROM page WHERE method = ? AND url = ? AND body_digest = ?"

Name = tuple[str, str, str]
"""What a page is known by: method, canonical URL, digest of the body."""


class Cause(NamedTuple):
    """A withdrawal, by what it says; the first of two that took one thing is told."""

    time: str
    agent: str
    reason: str
    what: str
    names: str


@dataclass
class Withheld:
    """What is withdrawn in both archives: pages and payloads (by digest), each with its cause."""

    closed: dict[Name, Cause] = field(default_factory=dict)
    gone: dict[str, Cause] = field(default_factory=dict)
    causes: set[Cause] = field(default_factory=set)

    @classmethod
    def of(cls, source: Archive, target: Archive) -> Withheld:
        """All that follows from the withdrawals of both. Writes nothing."""
        found = cls()
        own = [found._own(one) for one in (source, target)]
        while True:
            before = dict(found.closed), dict(found.gone)
            for one, decided in zip((source, target), own, strict=True):
                found._follow(one, decided)
            if (found.closed, found.gone) == before:
                return found

    def keeps_out(self, digest: str) -> bool:
        """Whether the bytes of a payload must not come in."""
        return digest in self.gone

    def _own(self, archive: Archive) -> set[Name]:
        closed = set()
        for row in archive.conn.execute(_CLOSED):
            name = (row["method"], row["url"], row["body_digest"])
            closed.add(name)
            _first(self.closed, name, cause_of(row))
        for row in archive.conn.execute(_GONE):
            _first(self.gone, row["digest"], cause_of(row))
        self.causes |= {cause_of(row) for row in archive.conn.execute("SELECT * FROM withdrawal")}
        return closed

    def _follow(self, archive: Archive, decided: set[Name]) -> None:
        """What follows in one archive, in which the pages *decided* were closed before."""
        for name, cause in list(self.closed.items()):
            page_id = None if name in decided else page_of(archive, name)
            if page_id is None:
                continue
            for (digest,) in archive.conn.execute(_CONTENT, (page_id,)):
                _first(self.gone, digest, cause)
            sql = "SELECT article_id FROM article_page WHERE page_id = ?"
            self._close(archive, {row[0] for row in archive.conn.execute(sql, (page_id,))}, cause)
        for digest, cause in list(self.gone.items()):
            row = archive.conn.execute("SELECT id FROM payload WHERE digest = ?", (digest,))
            there = row.fetchone()
            if there is not None:
                self._close(archive, rows.resting(archive, {there[0]}), cause)

    def _close(self, archive: Archive, article_ids: set[int], cause: Cause) -> None:
        """An article goes with all of its addresses."""
        for page_id in rows.pages_of(archive, article_ids):
            row = archive.conn.execute(
                "SELECT method, url, body_digest FROM page WHERE id = ?", (page_id,)
            ).fetchone()
            _first(self.closed, tuple(row), cause)


def cause_of(row: sqlite3.Row) -> Cause:
    """The withdrawal in a row that has its columns."""
    return Cause(row["time"], row["agent"], row["reason"], row["what"], row["names"])


def page_of(archive: Archive, name: Name) -> int | None:
    """The row of a page, None if the archive does not know it."""
    row = archive.conn.execute(_PAGE, name).fetchone()
    return int(row["id"]) if row is not None else None


def _first(found: dict[Name, Cause] | dict[str, Cause], name: object, cause: Cause) -> None:
    found[name] = min(found.get(name, cause), cause)  # type: ignore[index, call-overload]  # a name of its own kind


def of_names(archive: Archive, names: Iterable[Name]) -> dict[int, Name]:
    """Those pages that the archive knows, by their rows."""
    there = {page_of(archive, name): name for name in names}
    return {page_id: name for page_id, name in there.items() if page_id is not None}
