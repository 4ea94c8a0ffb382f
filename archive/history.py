"""An article's versions in the order of their captures, when a capture comes late.

Captures that are imported may be older than those that are there. The versions then come out as if
all had come in the order of their times.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive import index, version_rows
from archive.clock import iso
from archive.content import Content, changed_fields, content_of
from archive.db import Archive
from archive.places import Look
from archive.standing import SEEN
from archive.types import Article


@dataclass(frozen=True, slots=True)
class Read:
    """One reading: which capture, what it shows, by which reader."""

    seen: Look
    article: Article
    content: Content
    reader: str


def insert(archive: Archive, article_id: int, read: Read) -> tuple[int, list[str]]:
    """Put a reading of an older capture where it belongs.

    Returns the version that holds it, and in which fields that differs from the one before it (or
    after it, if it is the first); none if the capture only proves a version that was known.
    """
    moment = iso(read.seen.time)
    rows = archive.conn.execute(
        f"{SEEN} WHERE version.article_id = ? ORDER BY first.time, first.id", (article_id,)
    ).fetchall()
    before = next((row for row in reversed(rows) if row["first_time"] <= moment), None)
    after = next((row for row in rows if row["first_time"] > moment), None)
    if before is not None and before["digest"] == read.content.digest:
        if moment > before["last_time"]:
            _set(archive, before["id"], "last_capture_id", read.seen.capture_id)
        return before["id"], []
    if before is not None and before["last_time"] > moment:
        _split(archive, before, moment)
    elif after is not None and after["digest"] == read.content.digest:
        _set(archive, after["id"], "first_capture_id", read.seen.capture_id)
        return after["id"], []
    version_id = version_rows.insert(
        archive, article_id, read.seen.capture_id, read.article, read.content, read.reader
    )
    return version_id, changed_fields(_content(archive, before or after), read.content)


def _split(archive: Archive, version: sqlite3.Row, moment: str) -> None:
    """Something else stood there in between: before and after it are two versions."""
    article = version_rows.article_of(archive, version, "")
    content = content_of(article)
    until = _look(archive, version, "time >= ? AND time < ? ORDER BY time DESC", "first", moment)
    since = _look(archive, version, "time <= ? AND time > ? ORDER BY time", "last", moment)
    _set(archive, version["id"], "last_capture_id", until)
    again = version_rows.insert(
        archive, version["article_id"], since, article, content, version["reader"]
    )
    _set(archive, again, "last_capture_id", version["last_capture_id"])
    moved = archive.conn.execute(
        "UPDATE article SET version_id = ? WHERE id = ? AND version_id = ?",
        (again, version["article_id"], version["id"]),
    )
    if moved.rowcount:
        index.put(archive, again)


def _look(archive: Archive, version: sqlite3.Row, which: str, end: str, moment: str) -> int:
    """The last look at a version before *moment*, or the first after it."""
    row = archive.conn.execute(
        f"""SELECT id FROM capture WHERE page_id = (SELECT page_id FROM capture WHERE id = ?)
              AND (outcome = 'unchanged' OR status BETWEEN 200 AND 299) AND {which}, id LIMIT 1""",
        (version[f"{end}_capture_id"], version[f"{end}_time"], moment),
    ).fetchone()
    return int(row[0] if row is not None else version[f"{end}_capture_id"])


def _set(archive: Archive, version_id: int, column: str, capture_id: int) -> None:
    archive.conn.execute(f"UPDATE version SET {column} = ? WHERE id = ?", (capture_id, version_id))


def _content(archive: Archive, row: sqlite3.Row | None) -> Content:
    if row is None:
        raise LookupError("an article without versions has no history")
    return content_of(version_rows.article_of(archive, row, ""))
