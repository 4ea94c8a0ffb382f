"""Versions that are not current, in an index of their own: `past_row` and `past_text`.

It says when each stood: from the first look at it to the first look at the next, so that a search
as of a day is a comparison. Contentless like the index of the current versions: a row is deleted by
giving its old text again. `archive.index` calls all of this; nothing else does.
"""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from typing import TYPE_CHECKING

from archive import index_lists, index_rows
from archive.index_text import Entry, entry_of

if TYPE_CHECKING:
    from archive.db import Archive

MICROSECONDS = """(CAST(strftime('%s', first.time) AS INTEGER) * 1000000
    + CAST(substr(first.time, 21, 6) AS INTEGER))"""
"""SQL: the time of the capture `first` in microseconds of Unix time."""

_VERSIONS = f"""
SELECT version.id, {MICROSECONDS} FROM version JOIN capture first
ON first.id = version.first_capture_id
WHERE version.article_id = ? ORDER BY first.time, first.id"""


def follow(archive: Archive, article_id: int, current: int) -> None:
    """Bring an article's rows in line with its versions, of which *current* is the current one."""
    rows = [tuple(row) for row in archive.conn.execute(_VERSIONS, (article_id,))]
    stood = {one[0]: (one[1], after[1]) for one, after in pairwise(rows) if one[0] != current}
    archive.conn.execute(
        "UPDATE search_row SET since = ?1 WHERE article_id = ?2 AND since != ?1",
        (dict(rows)[current], article_id),
    )
    for row in _rows(archive, article_id):
        times = stood.pop(row["version_id"], None)
        if times is None:
            _delete(archive, row)
        elif times != (row["since"], row["until"]):
            archive.conn.execute(
                "UPDATE past_row SET since = ?, until = ? WHERE id = ?", (*times, row["id"])
            )
    for version_id, times in stood.items():
        _insert(archive, entry_of(archive, version_id, ()), *times)


def drop(archive: Archive, article_id: int) -> None:
    """Take all of an article out, while its version rows still are as they were put in."""
    for row in _rows(archive, article_id):
        _delete(archive, row)


def clear(archive: Archive) -> None:
    """Empty it. The lists that its rows name are left to the caller."""
    archive.conn.execute("INSERT INTO past_text (past_text) VALUES ('delete-all')")
    archive.conn.execute("DELETE FROM past_row")


def _rows(archive: Archive, article_id: int) -> list[sqlite3.Row]:
    return archive.conn.execute(
        "SELECT * FROM past_row WHERE article_id = ?", (article_id,)
    ).fetchall()


def _insert(archive: Archive, entry: Entry, since: int, until: int) -> None:
    row = index_rows.free(archive, entry.base, "past_row")
    archive.conn.execute(
        "INSERT INTO past_row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row, entry.article_id, entry.version_id, entry.digest(), entry.site_id,
            index_lists.take(archive, "section", entry.sections),
            index_lists.take(archive, "author", entry.authors), since, until,
        ),
    )  # fmt: skip
    archive.conn.execute(
        f"INSERT INTO past_text (rowid, {index_rows.NAMES}) VALUES (?, {index_rows.PLACES})",
        (row, *entry.words()),
    )


def _delete(archive: Archive, old: sqlite3.Row) -> None:
    entry = entry_of(archive, old["version_id"], ())
    if entry.digest() != old["digest"]:
        raise RuntimeError(
            f"version {entry.version_id} was changed before index.drop: its words cannot be"
            " taken out of a contentless index any more"
        )
    archive.conn.execute(
        f"INSERT INTO past_text (past_text, rowid, {index_rows.NAMES})"
        f" VALUES ('delete', ?, {index_rows.PLACES})",
        (old["id"], *entry.words()),
    )
    archive.conn.execute("DELETE FROM past_row WHERE id = ?", (old["id"],))
    index_lists.leave(archive, (old["section_id"], old["author_id"]))
