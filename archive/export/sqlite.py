"""SQLite: a plain relational file with keys and a search table, for any tool that opens SQLite.

Rows are numbered in the order of their keys and go in by one connection, so the same rows give the
same bytes (by one release of SQLite, which writes its number into the file).
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from archive.export import sqlite_schema as schema
from archive.export.record import Kind, Row
from archive.sites import Site
from archive.vietnamese import fold

_BATCH = 200  # rows that are put in together

_OWN = (  # the file is only renamed to its name when it is whole: nothing to roll back to
    "PRAGMA page_size = 4096",
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA secure_delete = ON",  # what was freed is zeroes, not leavings of memory
)


def write(rows: Iterable[Row], path: Path, kind: Kind, sites: Mapping[str, Site]) -> None:
    """Write *rows* to a new file at *path*; *sites*, by slug: those that occur are told."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        for pragma in _OWN:
            _run(conn, pragma)
        _run(conn, "BEGIN")
        for statement in schema.tables(kind):
            _run(conn, statement)
        seen: set[str] = set()
        number = 1
        source = iter(rows)
        while batch := list(islice(source, _BATCH)):
            _put(conn, batch, number, kind)
            number += len(batch)
            seen.update(row["site"] for row in batch)
        found = [sites[slug] for slug in sorted(seen)]
        _insert(
            conn,
            "site",
            [(one.slug, one.name, one.province_then, one.province_now) for one in found],
        )
        for statement in schema.indexes(kind):
            _run(conn, statement)
        _run(conn, "COMMIT")


def _put(conn: sqlite3.Connection, batch: Sequence[Row], number: int, kind: Kind) -> None:
    plain = [field.name for field in schema.plain_fields(kind)]
    _insert(
        conn,
        schema.main_table(kind),
        [
            (place, *(row[name] for name in plain), *_joined(row))
            for place, row in enumerate(batch, number)
        ],
    )
    for part in schema.parts_of(kind):
        values = [
            (place, position, *_values(part, entry))
            for place, row in enumerate(batch, number)
            for position, entry in enumerate(_entries(row[part.field]))
        ]
        _insert(conn, part.table, values)


def _joined(row: Row) -> tuple[str, ...]:
    """The text of the lists, as `JOINED` names them, and all that can be searched, folded."""
    body = "\n".join(block["text"] for block in row["body"])
    captions = "\n".join(caption["text"] for caption in row["captions"])
    authors = "; ".join(author["name"] for author in row["authors"])
    folded = fold("\n".join((row["title"], row["lead"] or "", body, captions, authors)))
    return body, captions, authors, folded


def _entries(value: Any) -> Iterable[Any]:
    return value.items() if isinstance(value, dict) else value


def _values(part: schema.Part, entry: Any) -> tuple[Any, ...]:
    if isinstance(entry, dict):
        return tuple(entry[name] for name in part.columns)
    return entry if isinstance(entry, tuple) else (entry,)


def _insert(conn: sqlite3.Connection, table: str, values: Sequence[tuple[Any, ...]]) -> None:
    if values:
        marks = ", ".join("?" * len(values[0]))
        _run(conn, f"INSERT INTO {table} VALUES ({marks})", values)


def _run(conn: sqlite3.Connection, sql: str, values: Sequence[tuple[Any, ...]] = ()) -> None:
    """Run a statement; a full or failing disk is the OSError that it is for every other format."""
    try:
        if values:
            conn.executemany(sql, values)
        else:
            conn.execute(sql)
    except sqlite3.OperationalError as error:
        numbers = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_IOERR: errno.EIO}
        number = numbers.get(error.sqlite_errorcode & 0xFF)
        if number is None:
            raise
        raise OSError(number, os.strerror(number)) from error
