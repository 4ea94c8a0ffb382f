"""The archive's migrations: named, append-only, recorded in the file by sqlite-utils.

Each is a frozen SQL file beside this module. A migration calls no code that can change later.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib.resources import files

# sqlite-utils takes 0.1 s to import: it is loaded only when there is something to apply, so that
# `luutru search` starts fast. What is applied is read from its table by the two lines below.
SET = "luutru"
NAMES = (
    "schema_1", "schema_2", "schema_3", "schema_4", "schema_5", "schema_7", "schema_8", "schema_9",
    "schema_10", "schema_11", "schema_12", "schema_13", "schema_14",
    "schema_15",
)  # fmt: skip


def applied(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Names of the migrations that the file has had, in their order."""
    there = conn.execute("SELECT 1 FROM sqlite_schema WHERE name = '_sqlite_migrations'").fetchone()
    if there is None:
        return ()
    rows = conn.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id", (SET,)
    )
    return tuple(row[0] for row in rows)


def pending(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Names of the migrations that are still to be applied."""
    there = applied(conn)
    return tuple(name for name in NAMES if name not in there)


def unknown(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Names of applied migrations that this release does not know: a later one wrote the file."""
    return tuple(name for name in applied(conn) if name not in NAMES)


def apply(conn: sqlite3.Connection) -> None:
    """Apply what is pending. Inside an open transaction each migration is a savepoint of it."""
    from sqlite_utils import Database, Migrations

    migrations = Migrations(SET)
    for name in NAMES:
        migrations(name=name)(_SqlFile(name))
    migrations.apply(Database(conn, recursive_triggers=False))


class _SqlFile:
    """A migration that runs one packaged SQL file."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, db: object, /) -> None:
        sql = (files("archive") / f"{self.__name__}.sql").read_text(encoding="utf-8")
        for statement in statements(sql):
            db.conn.execute(statement)  # type: ignore[attr-defined]  # sqlite_utils.Database


def statements(sql: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit before the first."""
    gathered = ""
    for line in sql.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
