"""Rows of the full-text tables: their columns, and where a new one finds room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from archive.index_text import COLUMNS, day_rows

if TYPE_CHECKING:
    from archive.db import Archive

NAMES = ", ".join((*COLUMNS, *(f"{name}_folded" for name in COLUMNS), "site"))
PLACES = ", ".join("?" * (2 * len(COLUMNS) + 1))


def free(archive: Archive, base: int, table: Literal["search_row", "past_row"]) -> int:
    """The first free row from *base* on: articles with a day alone all begin at its midnight. Where
    the day ends before that, the last free one before *base*; where the day is full, one after it.
    """
    (row,) = archive.conn.execute(
        f"SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM {table} WHERE id = :base) THEN :base ELSE"
        f" (SELECT one.id + 1 FROM {table} one WHERE one.id >= :base AND NOT EXISTS"
        f"  (SELECT 1 FROM {table} two WHERE two.id = one.id + 1) ORDER BY one.id LIMIT 1) END",
        {"base": base},
    ).fetchone()
    day = day_rows(base)
    if day is None or row <= day[1]:
        return int(row)
    (before,) = archive.conn.execute(
        f"""SELECT one.id - 1 FROM {table} one WHERE one.id <= :base AND NOT EXISTS
             (SELECT 1 FROM {table} two WHERE two.id = one.id - 1)
           ORDER BY one.id DESC LIMIT 1""",
        {"base": base},
    ).fetchone()
    return int(before if before >= day[0] else row)
