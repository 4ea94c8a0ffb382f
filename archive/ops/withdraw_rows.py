"""What a withdrawal's plan asks of the tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

from archive import around
from archive.errors import UnknownReferenceError
from archive.reading_kinds import NOTICES, listed

if TYPE_CHECKING:
    from archive.db import Archive

IS_TEXT = f"coalesce(reading.kind, '') NOT IN {listed(NOTICES)}"
"""Whether a row of `reading`, if there is one, may be of an article's text."""

_ELSEWHERE = """
SELECT DISTINCT page.id, page.url FROM capture JOIN page ON page.id = capture.page_id
WHERE capture.payload_id = ? AND page.id NOT IN (SELECT value FROM json_each(?)) ORDER BY page.id"""

# A version rests on its first capture, whatever its article's addresses are by now.
_RESTING = f"""
SELECT article_id FROM version WHERE first_capture_id IN (
    SELECT id FROM capture WHERE payload_id IN (SELECT value FROM json_each(?)))
UNION SELECT article_page.article_id FROM capture
JOIN article_page ON article_page.page_id = capture.page_id
LEFT JOIN reading ON reading.capture_id = capture.id
WHERE capture.payload_id IN (SELECT value FROM json_each(?))
  AND capture.status BETWEEN 200 AND 299 AND {IS_TEXT}"""


def pages_of(archive: Archive, article_ids: set[int]) -> dict[int, str]:
    """The addresses of these articles: row number -> URL."""
    rows = archive.conn.execute(
        """SELECT page.id, page.url FROM article_page JOIN page ON page.id = article_page.page_id
           WHERE article_page.article_id IN (SELECT value FROM json_each(?)) ORDER BY page.id""",
        (json.dumps(sorted(article_ids)),),
    )
    return {row[0]: row[1] for row in rows}


def elsewhere(archive: Archive, payload_ids: Iterable[int], own: dict[int, str]) -> dict[int, str]:
    """The pages, but for *own*, that show one of these payloads: row number -> URL."""
    found: dict[int, str] = {}
    ours = json.dumps(sorted(own))
    for payload_id in payload_ids:
        found |= {row[0]: row[1] for row in archive.conn.execute(_ELSEWHERE, (payload_id, ours))}
    return found


def resting(archive: Archive, payload_ids: set[int]) -> set[int]:
    """The articles whose text is one of these payloads, but for those that are withdrawn."""
    ids = json.dumps(sorted(payload_ids))
    found = {row[0] for row in archive.conn.execute(_RESTING, (ids, ids))}
    sql = """SELECT article_id FROM article_page
             WHERE page_id IN (SELECT page_id FROM withdrawn_page)"""
    return found - {row[0] for row in archive.conn.execute(sql)}


def keys_of(archive: Archive, article_ids: set[int]) -> dict[int, str]:
    """Row number -> key, in the order of keys."""
    rows = archive.conn.execute(
        "SELECT id, key FROM article WHERE id IN (SELECT value FROM json_each(?)) ORDER BY key",
        (json.dumps(sorted(article_ids)),),
    )
    return {row[0]: row[1] for row in rows}


def gone_before(archive: Archive) -> set[int]:
    """The payloads that were withdrawn before."""
    return {row[0] for row in archive.conn.execute("SELECT payload_id FROM withdrawn_payload")}


def capture_named(archive: Archive, name: str) -> sqlite3.Row:
    """The capture of that number or identity, with its `page_url`; UnknownReferenceError."""
    by = (
        "capture.id = CAST(? AS INTEGER)" if name.isascii() and name.isdecimal() else "identity = ?"
    )
    row: sqlite3.Row | None = archive.conn.execute(
        f"""SELECT capture.*, page.url AS page_url FROM capture
            JOIN page ON page.id = capture.page_id WHERE {by}""",
        (name,),
    ).fetchone()
    if row is None:
        raise UnknownReferenceError(
            f"There is no capture {name}.", "A capture has a number, or `sha256:` and 64 digits."
        )
    return row


def copies_of(archive: Archive, article_ids: set[int]) -> tuple[str, ...]:
    """Keys of other articles with the same text, which are not withdrawn by this."""
    found = {one.key for number in article_ids for one in around.copies(archive, number)}
    return tuple(sorted(found - set(keys_of(archive, article_ids).values())))
