"""Notes of archivists on articles: kept, shown and exported with them; retracted, never deleted.

A note holds the key that its article had then. A key stays that of the article which shows that
address, whatever a later reading makes of it, so the note is found there.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive.clock import from_iso, iso
from archive.errors import InputError, UnknownReferenceError

if TYPE_CHECKING:
    from archive.db import Archive

_NOTES = """
SELECT note.*, shown.article_id, article.key AS now_key
FROM note LEFT JOIN article_page shown ON shown.key = note.article_key
          LEFT JOIN article ON article.id = shown.article_id"""


@dataclass(frozen=True, slots=True)
class Note:
    """One note. ``key``: of its article now; as it was then, if nothing shows that address.

    ``retracted``: when it was taken back, and by whom; None while it stands.
    """

    id: int
    key: str
    text: str
    agent: str
    time: datetime
    retracted: datetime | None
    retracted_by: str | None


def add(archive: Archive, key: str, text: str, agent: str) -> int:
    """Write a note on the article *key*, and return its number. *text* is in NFC."""
    with archive.transaction(full=True) as conn:
        cursor = conn.execute(
            "INSERT INTO note (article_key, text, agent, time) VALUES (?, ?, ?, ?)",
            (key, text, agent, iso(archive.clock.now())),
        )
    return int(cursor.lastrowid or 0)


def retract(archive: Archive, number: int, agent: str) -> Note:
    """Mark a note as retracted; UnknownReferenceError, or InputError if it was before."""
    with archive.transaction(full=True) as conn:
        row = conn.execute(f"{_NOTES} WHERE note.id = ?", (number,)).fetchone()
        if row is None:
            raise UnknownReferenceError(
                f"There is no note {number}.", "`luutru note list` lists them."
            )
        if row["retracted"] is not None:
            raise InputError(
                f"Note {number} was retracted on {row['retracted'][:10]}.", "Nothing is left to do."
            )
        conn.execute(
            "UPDATE note SET retracted = ?, retracted_by = ? WHERE id = ?",
            (iso(archive.clock.now()), agent, number),
        )
    return _note(row)


def all(archive: Archive) -> list[Note]:
    """Every note, retracted ones too, in order."""
    return [_note(row) for row in archive.conn.execute(f"{_NOTES} ORDER BY note.id")]


def of_article(archive: Archive, article_id: int, *, retracted: bool = False) -> list[Note]:
    """The notes on an article in order; with *retracted* those as well that were taken back."""
    rows = archive.conn.execute(
        f"""{_NOTES} WHERE shown.article_id = ? AND (? OR note.retracted IS NULL)
            ORDER BY note.id""",
        (article_id, retracted),
    )
    return [_note(row) for row in rows]


def of_articles(archive: Archive, article_ids: Sequence[int]) -> dict[int, list[Note]]:
    """The notes that stand, by article; those without one are left out."""
    found: defaultdict[int, list[Note]] = defaultdict(list)
    for row in archive.conn.execute(
        f"""{_NOTES} WHERE shown.article_id IN (SELECT value FROM json_each(?))
            AND note.retracted IS NULL ORDER BY note.id""",
        (json.dumps(list(article_ids)),),
    ):
        found[row["article_id"]].append(_note(row))
    return dict(found)


def to_json(note: Note) -> dict[str, str]:
    """The JSON of a note that stands: ``text``, ``by``, ``time``."""
    return {"text": note.text, "by": note.agent, "time": iso(note.time)}


def _note(row: sqlite3.Row) -> Note:
    return Note(
        row["id"], row["now_key"] or row["article_key"], row["text"], row["agent"],
        from_iso(row["time"]), from_iso(row["retracted"]) if row["retracted"] else None,
        row["retracted_by"],
    )  # fmt: skip
