"""How far the tables of near copies are: which articles were compared, and by which rules."""

from __future__ import annotations

import sqlite3

from archive.db import Archive
from archive.fingerprints import RULES_VERSION


def state(archive: Archive) -> sqlite3.Row:
    """The row of `copy_state`."""
    row: sqlite3.Row = archive.conn.execute("SELECT * FROM copy_state").fetchone()
    return row


def complete(archive: Archive) -> bool:
    """Whether all articles were compared, by the rules of this release."""
    row = state(archive)
    return bool(row["complete"]) and row["rules"] in (None, RULES_VERSION)


def clear(archive: Archive) -> None:
    """Empty the tables, inside a transaction; until `finish` they count as incomplete."""
    for table in ("copy_pair", "copy_text", "sentence"):
        archive.conn.execute(f"DELETE FROM {table}")
    archive.conn.execute("UPDATE copy_state SET rules = ?, complete = 0", (RULES_VERSION,))


def waiting(archive: Archive, limit: int) -> list[int]:
    """The next articles that were not compared yet, at most *limit*."""
    rows = archive.conn.execute(
        """SELECT id FROM article WHERE version_id IS NOT NULL AND NOT EXISTS
               (SELECT 1 FROM copy_text WHERE article_id = article.id) ORDER BY id LIMIT ?""",
        (limit,),
    )
    return [row[0] for row in rows]


def finish(archive: Archive) -> None:
    """All articles were put in."""
    archive.conn.execute("UPDATE copy_state SET complete = 1")


def ready(archive: Archive) -> bool:
    """Whether rows of today's rules may go in; tables that hold nothing take them at once."""
    rules = state(archive)["rules"]
    if rules is None:
        archive.conn.execute("UPDATE copy_state SET rules = ?", (RULES_VERSION,))
    return rules in (None, RULES_VERSION)
