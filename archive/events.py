"""Events: this file's journal of what happened to articles and sites, in commit order."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from archive.clock import from_iso, iso
from archive.db import Archive
from archive.types import Event, EventKind


def tell(
    archive: Archive,
    kind: EventKind,
    *,
    site_id: int | None,
    article_id: int | None = None,
    version_id: int | None = None,
    capture_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Write an event and return its number. It belongs into the transaction of what it tells."""
    cursor = archive.conn.execute(
        """INSERT INTO event (time, kind, site_id, article_id, version_id, capture_id, data)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (iso(archive.clock.now()), kind, site_id, article_id, version_id, capture_id,
         json.dumps(data or {}, ensure_ascii=False)),
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def since(archive: Archive, number: int) -> Iterator[Event]:
    """All events after that number, in order; 0 begins at the beginning."""
    rows = archive.conn.execute("SELECT * FROM event WHERE number > ? ORDER BY number", (number,))
    return map(_event, rows)


def of_article(archive: Archive, article_id: int) -> list[Event]:
    """All events of one article, in order."""
    rows = archive.conn.execute(
        "SELECT * FROM event WHERE article_id = ? ORDER BY number", (article_id,)
    )
    return [_event(row) for row in rows]


def _event(row: sqlite3.Row) -> Event:
    return Event(
        row["number"], from_iso(row["time"]), row["kind"], row["site_id"], row["article_id"],
        row["version_id"], row["capture_id"], json.loads(row["data"]),
    )  # fmt: skip
