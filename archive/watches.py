"""Watches: searches that are kept, so that what comes to match is told from then on.

Each has a key, the same in every archive that it comes to, and a place in this file's journal: the
event up to which all was told. `archive.news` tells what comes after it. A watch that is removed
stays on record.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archive.clock import from_iso, iso
from archive.digest import canonical_json, sha256
from archive.errors import InputError, LuutruError, UnknownReferenceError
from archive.filters import Filters
from archive.scopes import Scope, scope_of
from archive.synonyms import parsed
from archive.vietnamese import settle

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.query_tree import Query

KEY_LENGTH = 16
_LAST = "SELECT coalesce(max(number), 0) FROM event"


@dataclass(frozen=True, slots=True)
class Watch:
    """One watch. ``query``: as typed. ``began``: this file's newest event when it came to it;
    ``looked``: the event up to which all was told, when that was, and to whom."""

    id: int
    key: str
    name: str
    query: str
    filters: Filters
    agent: str
    added: datetime
    removed: datetime | None
    removed_by: str | None
    began: int
    looked: int
    looked_at: datetime | None
    looked_by: str | None


def add(
    archive: Archive,
    query: str,
    agent: str,
    *,
    name: str | None = None,
    filters: Filters | None = None,
    since: int | None = None,
) -> Watch:
    """Keep a search; by itself it is named as its query, and tells what comes from now on.

    *since*: tell what came after that event. QueryError for a query that cannot be read,
    UnknownReferenceError for a filter that names nothing here, InputError for a name that is taken.
    """
    filters = filters or Filters()
    called = settle(name) if name is not None else settle(query)
    _scope(archive, query, filters)
    try:
        query.encode()
    except UnicodeEncodeError as error:
        raise InputError("The query is not in UTF-8.", "Type it anew.") from error
    with archive.transaction(full=True) as conn:
        if any(one.name == called for one in all(archive)):
            raise InputError(
                f"There is a watch `{called}` already.",
                f"Give another name with --name, or call `luutru watch remove '{called}'` first.",
            )
        (last,) = conn.execute(_LAST).fetchone()
        values: dict[str, object] = {
            "name": called, "query": query, "filters": written(filters), "agent": agent,
            "added": iso(archive.clock.now()),
        }  # fmt: skip
        key = sha256(canonical_json(values)).removeprefix("sha256:")[:KEY_LENGTH]
        values |= {"key": key, "began": last, "looked": last if since is None else since}
        conn.execute(
            f"INSERT INTO watch ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            tuple(values.values()),
        )
    return next(one for one in all(archive) if one.key == key)


def all(archive: Archive, *, removed: bool = False) -> list[Watch]:
    """Every watch by name; with *removed* those as well that were."""
    rows = archive.conn.execute(
        "SELECT * FROM watch WHERE ? OR removed IS NULL ORDER BY name, key", (removed,)
    )
    return [_of(row) for row in rows]


def named(archive: Archive, text: str) -> list[Watch]:
    """The watches of that name or key, of which a merge may bring several; UnknownReferenceError
    names those that there are."""
    known = all(archive)
    found = [one for one in known if settle(text) in (one.name, one.key)]
    if not found:
        names = ", ".join(f"`{one.name}`" for one in known)
        raise UnknownReferenceError(
            f"There is no watch `{settle(text)}`.",
            f"There are {names}." if names else "`luutru watch add QUERY` makes one.",
        )
    return found


def remove(archive: Archive, text: str, agent: str) -> Watch:
    """Mark the watch of that name or key as removed; UnknownReferenceError, or InputError if it
    names several."""
    with archive.transaction(full=True) as conn:
        found = named(archive, text)
        if len(found) > 1:
            keys = ", ".join(one.key for one in found)
            raise InputError(f"There are {len(found)} watches `{text}`.", f"Name a key: {keys}.")
        conn.execute(
            "UPDATE watch SET removed = ?, removed_by = ? WHERE id = ?",
            (iso(archive.clock.now()), agent, found[0].id),
        )
    return found[0]


def move(archive: Archive, watches: Collection[Watch], to: int, agent: str) -> None:
    """Note that all up to the event *to* was told; never back."""
    with archive.transaction(full=True) as conn:
        conn.executemany(
            """UPDATE watch SET looked = max(looked, ?), looked_at = ?, looked_by = ?
               WHERE id = ?""",
            [(to, iso(archive.clock.now()), agent, one.id) for one in watches],
        )


def _scope(archive: Archive, query: str, filters: Filters) -> Scope:
    return scope_of(archive, parsed(archive, query, filters), filters)


def read(archive: Archive, watch: Watch) -> Query:
    """A watch's query as a tree; QueryError as in `archive.query.parse`."""
    return parsed(archive, watch.query, watch.filters)


def scope(archive: Archive, watch: Watch) -> Scope:
    """What a watch lets through; InputError if this archive or release can read it no more."""
    try:
        return _scope(archive, watch.query, watch.filters)
    except LuutruError as error:
        raise InputError(
            f"The watch `{watch.name}` cannot be asked: {error.what}",
            f"`luutru watch remove {watch.key}` removes it.",
        ) from error


def written(filters: Filters) -> str:
    """Filters as JSON: only those that are set."""
    return json.dumps({k: v for k, v in asdict(filters).items() if v}, ensure_ascii=False)


def _read(text: str) -> Filters:
    found: dict[str, Any] = json.loads(text)
    return Filters(**found | {"sites": tuple(found.get("sites", ()))})


def _of(row: sqlite3.Row) -> Watch:
    removed, looked_at = row["removed"], row["looked_at"]
    return Watch(
        row["id"], row["key"], row["name"], row["query"], _read(row["filters"]), row["agent"],
        from_iso(row["added"]), from_iso(removed) if removed else None, row["removed_by"],
        row["began"], row["looked"], from_iso(looked_at) if looked_at else None, row["looked_by"],
    )  # fmt: skip
