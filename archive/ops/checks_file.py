"""The file itself: tables and indexes as this release makes them, SQLite's pages, references."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import cache
from importlib.resources import files

from archive import migrations
from archive.ops.checks import RESTORE, Look

_OBJECTS = (
    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
)


@cache
def _expected() -> dict[tuple[str, str], str]:
    """What the migrations make, by type and name."""
    with closing(sqlite3.connect(":memory:")) as conn:
        for name in migrations.NAMES:
            sql = (files("archive") / f"{name}.sql").read_text(encoding="utf-8")
            for statement in migrations.statements(sql):
                conn.execute(statement)
        return _objects(conn)


def _objects(conn: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """The SQL of each table and index, without comments and line breaks, which change nothing."""
    return {
        (row[0], row[1]): " ".join(re.sub(r"--.*", "", row[2]).split())
        for row in conn.execute(_OBJECTS)
    }


def schema(look: Look) -> None:
    """Every table and index is there, as the migrations made it. More may be there."""
    there = _objects(look.conn)
    for (kind, name), sql in _expected().items():
        look.at()
        if (kind, name) not in there:
            look.problem(f"The {kind} `{name}` is missing.")
        elif there[kind, name] != sql:
            look.problem(f"The {kind} `{name}` is not as this release makes it.")


def sqlite(look: Look) -> None:
    """SQLite's own check: pages, order of rows, types, and each index against its table."""
    (pages,) = look.conn.execute("PRAGMA page_count").fetchone()
    if not _messages(look, "PRAGMA integrity_check(1)"):
        look.at(pages)
        return
    # Once more, a table at a time: whose pages they are tells what is lost.
    whole = True
    names = look.conn.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
        " AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    for (name,) in names.fetchall():
        told = _messages(look, f'PRAGMA integrity_check("{name}")')
        if told:
            whole = False
            look.problem(f"The table `{name}` or one of its indexes is damaged: {'; '.join(told)}.")
    if whole:
        for line in _messages(look, "PRAGMA integrity_check"):
            look.problem(f"SQLite finds the file damaged: {line}.")
    look.at(pages)


def _messages(look: Look, pragma: str, most: int = 5) -> list[str]:
    """What SQLite says of damage, the first *most* lines; empty if it says `ok`."""
    told: list[str] = []
    try:
        for (text,) in look.conn.execute(pragma):
            told += [line for line in text.splitlines() if not line.startswith("***")]
    except sqlite3.DatabaseError as error:
        look.require_damage(error)
        told.append(str(error))
    if told == ["ok"]:
        return []
    return [*told[:most], f"and {len(told) - most} more"] if len(told) > most else told


def references(look: Look) -> None:
    """Every row that is pointed to is there."""
    for (name,) in look.conn.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%REFERENCES%'"
    ).fetchall():
        keys = {row["id"]: row for row in look.conn.execute(f'PRAGMA foreign_key_list("{name}")')}
        try:
            look.at(look.conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] * len(keys))
            for row in look.conn.execute(f'PRAGMA foreign_key_check("{name}")'):
                _tell(look, name, row["rowid"], keys[row["fkid"]])
        except sqlite3.DatabaseError as error:
            look.require_damage(error)
            look.problem(f"What `{name}` points to cannot be checked ({error}).")


def _tell(look: Look, table: str, rowid: int | None, key: sqlite3.Row) -> None:
    if rowid is None:  # of a table WITHOUT ROWID, SQLite does not say which
        look.problem(f"A row of `{table}` names a `{key['table']}` that is not there.", RESTORE)
        return
    value = look.conn.execute(
        f'SELECT "{key["from"]}" FROM "{table}" WHERE rowid = ?', (rowid,)
    ).fetchone()[0]
    look.problem(
        f"Row {rowid} of `{table}`: its `{key['from']}` is {value}, and there is no such"
        f" `{key['table']}`."
    )
