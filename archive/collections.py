"""Collections of articles that archivists put together. What is taken out stays on record."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive.clock import from_iso, iso
from archive.errors import InputError, UnknownReferenceError
from archive.vietnamese import settle

if TYPE_CHECKING:
    from archive.db import Archive

CONTAINS = """article.id IN (
    SELECT shown.article_id FROM collected
    JOIN collection ON collection.id = collected.collection_id
    JOIN article_page shown ON shown.key = collected.article_key
    WHERE collection.name = ? AND collected.taken_out IS NULL)"""
"""SQL: whether the row of `article` is in the collection of that name (NFC)."""

_ALL = """
SELECT collection.*, count(DISTINCT shown.article_id) AS articles FROM collection
LEFT JOIN collected ON collected.collection_id = collection.id AND collected.taken_out IS NULL
LEFT JOIN article_page shown ON shown.key = collected.article_key
GROUP BY collection.id ORDER BY collection.name"""


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection; ``articles``: how many are in it."""

    id: int
    name: str
    about: str | None
    agent: str
    time: datetime
    articles: int


def create(archive: Archive, name: str, about: str | None, agent: str) -> int:
    """Make a collection and return its row number; InputError if there is one of that name."""
    with archive.transaction(full=True) as conn:
        if _row(archive, name) is not None:
            raise InputError(
                f"There is a collection `{settle(name)}` already.",
                f'`luutru collection show "{settle(name)}"` shows it.',
            )
        cursor = conn.execute(
            "INSERT INTO collection (name, about, agent, time) VALUES (?, ?, ?, ?)",
            (settle(name), about, agent, iso(archive.clock.now())),
        )
    return int(cursor.lastrowid or 0)


def all(archive: Archive) -> list[Collection]:
    """Every collection, by name."""
    return [_of(row) for row in archive.conn.execute(_ALL)]


def get(archive: Archive, name: str) -> Collection:
    """The collection of that name, in any form of Unicode; UnknownReferenceError."""
    require(archive, name)
    return next(one for one in all(archive) if one.name == settle(name))


def require(archive: Archive, name: str) -> int:
    """The row number of a collection; UnknownReferenceError names those that there are."""
    row = _row(archive, name)
    if row is None:
        names = [f"`{one.name}`" for one in all(archive)]
        known = f"There are {', '.join(names)}." if names else "None was made yet."
        raise UnknownReferenceError(f"There is no collection `{settle(name)}`.", known)
    return int(row["id"])


def add(archive: Archive, name: str, keys: Iterable[str], agent: str) -> int:
    """Put articles into a collection, all or none; how many were not in it."""
    now, added = iso(archive.clock.now()), 0
    with archive.transaction(full=True) as conn:
        number = require(archive, name)
        there = {key for key, _ in _members(archive, number)}
        for key in dict.fromkeys(keys):
            if key not in there:
                conn.execute(
                    """INSERT INTO collected (collection_id, article_key, agent, time)
                       VALUES (?, ?, ?, ?)""",
                    (number, key, agent, now),
                )
                added += 1
    return added


def take_out(archive: Archive, name: str, keys: Iterable[str], agent: str) -> int:
    """Take articles out of a collection; how many were in it."""
    now, taken = iso(archive.clock.now()), 0
    with archive.transaction(full=True) as conn:
        number = require(archive, name)
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for key, row in _members(archive, number):
            rows[key].append(row)
        for key in dict.fromkeys(keys):
            taken += key in rows
            conn.executemany(
                "UPDATE collected SET taken_out = ?, taken_out_by = ? WHERE id = ?",
                [(now, agent, row) for row in rows.get(key, ())],
            )
    return taken


def keys(archive: Archive, name: str) -> list[str]:
    """The articles in a collection, in the order in which they came."""
    members = _members(archive, require(archive, name))
    return list(dict.fromkeys(key for key, _ in members))


def names_of(archive: Archive, article_id: int) -> list[str]:
    """The collections that an article is in, by name."""
    return of_articles(archive, [article_id]).get(article_id, [])


def of_articles(archive: Archive, article_ids: Sequence[int]) -> dict[int, list[str]]:
    """By article the names of its collections; those in none are left out."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in archive.conn.execute(
        """SELECT DISTINCT shown.article_id, collection.name FROM article_page shown
           JOIN collected ON collected.article_key = shown.key AND collected.taken_out IS NULL
           JOIN collection ON collection.id = collected.collection_id
           WHERE shown.article_id IN (SELECT value FROM json_each(?)) ORDER BY collection.name""",
        (json.dumps(list(article_ids)),),
    ):
        found[row[0]].append(row[1])
    return dict(found)


def _members(archive: Archive, number: int) -> list[tuple[str, int]]:
    """Key of the article now (else as it was then), and the row that says so."""
    rows = archive.conn.execute(
        """SELECT coalesce(article.key, collected.article_key), collected.id FROM collected
           LEFT JOIN article_page shown ON shown.key = collected.article_key
           LEFT JOIN article ON article.id = shown.article_id
           WHERE collected.collection_id = ? AND collected.taken_out IS NULL
           ORDER BY collected.id""",
        (number,),
    )
    return [(row[0], row[1]) for row in rows]


def _row(archive: Archive, name: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = archive.conn.execute(
        "SELECT * FROM collection WHERE name = ?", (settle(name),)
    ).fetchone()
    return row


def _of(row: sqlite3.Row) -> Collection:
    return Collection(
        row["id"], row["name"], row["about"], row["agent"], from_iso(row["time"]), row["articles"]
    )
