"""Care of FTS5's tables: few segments, which is what a search reads them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.db import Archive

TABLES = ("search_text", "search_pair", "past_text")
_MERGE = 500  # pages of the index that are written in one transaction


def merge(archive: Archive, table: str) -> None:
    """All segments of an index into one, in steps: what was deleted is left out of that.

    The first call with a negative number begins it; it is done when a call changes nothing
    (https://www.sqlite.org/fts5.html#the_merge_command).
    """
    conn = archive.conn
    number = -_MERGE
    while True:
        before = conn.total_changes
        with archive.transaction():
            conn.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (number,))
        if conn.total_changes - before < 2:
            return
        number = _MERGE
