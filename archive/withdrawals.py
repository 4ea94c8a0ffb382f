"""Withdrawals: what was taken out of the archive, for a takedown or to protect a person.

Text and payloads go; digests, addresses and times stay, so that seals and identities hold. Only the
tables are here: `archive.ops.withdraw` does it, and `archive.ops.cleaning` writes the file anew.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from archive.clock import from_iso
from archive.errors import WithdrawnError

if TYPE_CHECKING:
    from archive.db import Archive

What = Literal["article", "page", "capture"]

IS_WITHDRAWN = "EXISTS (SELECT 1 FROM withdrawn_page WHERE page_id = article.page_id)"
"""SQL: whether the row of `article` is withdrawn: all pages of such an article are closed."""

STATE = f"CASE WHEN {IS_WITHDRAWN} THEN 'withdrawn' ELSE article.state END"
"""SQL: an article's state as it is told; where it stood on its site no longer matters."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One withdrawal. ``names``: keys of articles, URLs of pages or identities of captures.

    ``cleaned`` is None while its bytes may still stand in free room of the file.
    """

    id: int
    time: datetime
    agent: str
    reason: str
    what: What
    names: tuple[str, ...]
    cleaned: datetime | None

    def told(self) -> str:
        """When, by whom and why, in one sentence."""
        return f"Withdrawn on {self.time:%Y-%m-%d} by {self.agent}: {self.reason}"


def all(archive: Archive) -> list[Withdrawal]:
    """Every withdrawal, in order."""
    return [_of(row) for row in archive.conn.execute("SELECT * FROM withdrawal ORDER BY id")]


def of_article(archive: Archive, article_id: int) -> Withdrawal | None:
    """The withdrawal of that article, None if it was not withdrawn."""
    return _one(
        archive,
        """SELECT withdrawal_id FROM withdrawn_page
           JOIN article ON article.page_id = withdrawn_page.page_id WHERE article.id = ?""",
        article_id,
    )


def of_page(archive: Archive, page_id: int) -> Withdrawal | None:
    """The withdrawal that closed that page, None if it may be asked for."""
    sql = "SELECT withdrawal_id FROM withdrawn_page WHERE page_id = ?"
    return _one(archive, sql, page_id)


def of_capture(archive: Archive, capture_id: int) -> Withdrawal | None:
    """The withdrawal that took what this capture brought or left standing, None if it is there."""
    return _one(
        archive,
        """SELECT withdrawal_id FROM capture one
           LEFT JOIN capture earlier ON earlier.id = one.earlier_id
           JOIN withdrawn_payload gone
             ON gone.payload_id = coalesce(one.payload_id, earlier.payload_id) WHERE one.id = ?""",
        capture_id,
    )


def is_withheld(archive: Archive, capture_id: int) -> bool:
    """Whether a capture must not be read: its page is closed, or its payload was withdrawn."""
    row = archive.conn.execute(
        """SELECT 1 FROM capture one LEFT JOIN capture earlier ON earlier.id = one.earlier_id
           WHERE one.id = ? AND (
               EXISTS (SELECT 1 FROM withdrawn_page WHERE page_id = one.page_id)
               OR EXISTS (SELECT 1 FROM withdrawn_payload
                   WHERE payload_id = coalesce(one.payload_id, earlier.payload_id)))""",
        (capture_id,),
    ).fetchone()
    return row is not None


def closed_pages(archive: Archive) -> frozenset[int]:
    """Row numbers of all pages that are closed."""
    rows = archive.conn.execute("SELECT page_id FROM withdrawn_page")
    return frozenset(row[0] for row in rows)


def refuse_payload(archive: Archive, payload_id: int) -> None:
    """WithdrawnError if the bytes of that payload were withdrawn."""
    sql = "SELECT withdrawal_id FROM withdrawn_payload WHERE payload_id = ?"
    found = _one(archive, sql, payload_id)
    if found is not None:
        raise WithdrawnError(f"{found.told()}.", "Its digest and size are kept, its bytes are not.")


def refuse_article(archive: Archive, article_id: int, key: str) -> None:
    """WithdrawnError if that article was withdrawn."""
    found = of_article(archive, article_id)
    if found is not None:
        raise WithdrawnError(
            f"{found.told()}.", f"`luutru history {key}` lists the digests of its versions."
        )


def _one(archive: Archive, sql: str, number: int) -> Withdrawal | None:
    row = archive.conn.execute(f"SELECT * FROM withdrawal WHERE id = ({sql})", (number,)).fetchone()
    return _of(row) if row is not None else None


def _of(row: sqlite3.Row) -> Withdrawal:
    cleaned = from_iso(row["cleaned"]) if row["cleaned"] else None
    return Withdrawal(
        row["id"], from_iso(row["time"]), row["agent"], row["reason"], row["what"],
        tuple(json.loads(row["names"])), cleaned,
    )  # fmt: skip
