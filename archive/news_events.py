"""The events of articles, each with the version that it left and the one that stood before it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archive.clock import from_iso
from archive.types import EventKind
from archive.withdrawals import IS_WITHDRAWN

if TYPE_CHECKING:
    from archive.db import Archive

_EVENTS = f"""
SELECT event.*, article.key, article.version_id AS current, site.slug, page.url,
       article.id IS NOT NULL AND {IS_WITHDRAWN} AS withdrawn,
       (SELECT CASE WHEN later.kind = 'changed' AND json_extract(later.data, '$.merged') THEN NULL
               ELSE later.number END
        FROM event later WHERE later.article_id = event.article_id AND later.number > event.number
          AND later.kind IN ('changed', 'reread', 'withdrawn')
          AND json_extract(later.data, '$.past') IS NULL ORDER BY later.number LIMIT 1) AS next
FROM event LEFT JOIN article ON article.id = event.article_id
           LEFT JOIN site ON site.id = coalesce(article.site_id, event.site_id)
           LEFT JOIN article_page own ON own.key = article.key
           LEFT JOIN page ON page.id = own.page_id
WHERE event.number > ? AND event.number <= ? ORDER BY event.number LIMIT ?"""

_BEFORE = """
SELECT other.id FROM version one JOIN capture seen ON seen.id = one.first_capture_id
JOIN version other ON other.article_id = one.article_id
JOIN capture their ON their.id = other.first_capture_id
WHERE one.id = ? AND (their.time, their.id) < (seen.time, seen.id)
ORDER BY their.time DESC, their.id DESC LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Told:
    """One event. ``now`` and ``before``: versions, None where there is none (any more).

    What an article matched was asked right before its text was replaced, for the watches that there
    were, and `watch_before` has it: how it was before this event, if it is ``recorded``, and how it
    was after it under the number ``next``. That says more than the versions: another reading may
    stand in their place.
    """

    number: int
    time: datetime
    kind: EventKind
    key: str | None
    site: str | None
    url: str | None
    data: Mapping[str, Any]
    now: int | None
    before: int | None
    recorded: bool
    next: int | None


def told_after(archive: Archive, after: int, last: int, most: int) -> list[Told]:
    """The next *most* events after that number, up to *last*; those that are of no article, or of
    one whose text was withdrawn since, have neither version."""
    rows = archive.conn.execute(_EVENTS, (after, last, most)).fetchall()
    return [_told(archive, row) for row in rows]


def _told(archive: Archive, row: sqlite3.Row) -> Told:
    data = json.loads(row["data"])
    now, before, recorded = _versions(archive, row, data)
    by_versions = now is None or bool(data.get("past") or data.get("merged"))
    return Told(
        row["number"], from_iso(row["time"]), row["kind"], row["key"] or data.get("vanished"),
        row["slug"], row["url"], data, now, before, recorded, None if by_versions else row["next"],
    )  # fmt: skip


def _versions(
    archive: Archive, row: sqlite3.Row, data: Mapping[str, Any]
) -> tuple[int | None, int | None, bool]:
    """The version after the event, the one that a change left, and whether what matched before is
    recorded."""
    kind, current = row["kind"], row["current"]
    version = row["version_id"] or current
    if kind == "withdrawn":
        return None, None, True
    if row["withdrawn"] or kind == "site":
        return None, None, False
    if kind == "reread":
        # Whichever version was read otherwise, what the article matches is told of its current one.
        return current, None, "appeared" not in data
    if kind == "new":
        return version, None, False
    if kind == "changed":
        before = archive.conn.execute(_BEFORE, (version,)).fetchone()
        # What a merge or import brings into the past was not the article's text just before.
        recorded = not (data.get("merged") or data.get("past"))
        return version, before[0] if before is not None else None, recorded
    return version, None, False
