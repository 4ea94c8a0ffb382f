"""Statements over the index: the rows that words and filters let through, and the look at one row.

Where `search_pair` knows just what is meant, it alone is asked. Else it proposes rows, the newest
first, and each is looked at in `search_text`, which knows the places of words: a look costs some
20 µs, while a phrase of frequent words costs `search_text` by all articles that have them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from archive.scopes import Scope, Words

if TYPE_CHECKING:
    from archive.db import Archive

_PATIENCE = 2_000
"""Rows that are looked at one by one before `search_text` is asked for all others."""


def verified(
    archive: Archive, scope: Scope, words: Words, limit: int, looks: int | None
) -> Iterator[int]:
    """The newest *limit* (-1: all) rows that match; with *looks* those that so many looks find."""
    found = 0
    for number, row in enumerate(proposed(archive, scope, words), 1):
        if fits(archive, scope, words, row):
            yield row
            found += 1
        if found == limit or number == looks:
            return
        if looks is None and number == _PATIENCE:
            older = scope.rows[0], row - 1
            sql, values = select(scope, "s.rowid", ("search_text", words.text), older)
            rest = plain(
                archive, f"{sql} ORDER BY s.rowid DESC LIMIT ?", [*values, max(limit - found, -1)]
            )
            yield from (one for (one,) in rest)
            return


def proposed(archive: Archive, scope: Scope, words: Words) -> Iterator[int]:
    """Rows that may match, the newest first."""
    sql, values = select(scope, "s.rowid", ("search_pair", words.pairs))
    for (row,) in plain(archive, f"{sql} ORDER BY s.rowid DESC", values):
        yield row


def fits(archive: Archive, scope: Scope, words: Words, row: int) -> bool:
    """Whether a row that was proposed does match."""
    known = scope.looked.get((words.rest, row))
    if known is None:
        sql = "SELECT 1 FROM search_text WHERE search_text MATCH ? AND rowid = ?"
        known = plain(archive, sql, [words.rest, row]).fetchone() is not None
        scope.looked[words.rest, row] = known
    return known


def whole(words: Words) -> tuple[str, str]:
    """The table that knows just what is meant, and what it is asked."""
    return ("search_pair", words.pairs) if words.equal else ("search_text", words.text)


def plain(archive: Archive, sql: str, values: list[object]) -> Any:
    """A cursor of plain tuples: a third of the time goes into rows with names."""
    cursor = archive.conn.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, values)


def order(words: Words) -> str:
    """The row of the index, from the table that gives it in its order."""
    return "s.rowid" if words.text else "r.id"


def select(
    scope: Scope,
    columns: str,
    source: tuple[str, str],
    within: tuple[int, int] | None = None,
    *,
    rows: bool = False,
) -> tuple[str, list[object]]:
    """The rows that *source*, a table of words and an expression for it, and the scope's filters
    let through; *rows*: `search_row r` is asked for *columns*."""
    table, matches = source
    # CROSS JOIN keeps the order of the tables: the index first, its rows as it gives them.
    sql = f"SELECT {columns} FROM " + (f"{table} s" if matches else "search_row r")
    if matches and (rows or scope.condition != "1"):
        sql += " CROSS JOIN search_row r ON r.id = s.rowid"
    if scope.article:
        sql += (
            " CROSS JOIN article ON article.id = r.article_id"
            " CROSS JOIN version ON version.id = r.version_id"
        )
    number = "s.rowid" if matches else "r.id"
    where = f"{number} BETWEEN ? AND ? AND {scope.condition}"
    values: list[object] = [*(within or scope.rows), *scope.values]
    if matches:
        where, values = f"s.{table} MATCH ? AND {where}", [matches, *values]
    return f"{sql} WHERE {where}", values
