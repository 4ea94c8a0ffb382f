"""Articles that are withdrawn in both archives and were one in one of them: one of both comes out,
known by the address that was seen first. No page is read for it, since there is no text left."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from archive import stories
from archive.db import Archive

# An article is known by what it was seen first as; two that share that capture by the lesser key.
_FIRST = """
SELECT article.id FROM article JOIN version ON version.article_id = article.id
JOIN capture ON capture.id = version.first_capture_id
WHERE article.id IN (SELECT value FROM json_each(?)) ORDER BY capture.time, article.key LIMIT 1"""

SAYS = ("digest", "reader", "published", "published_utc", "published_precision", "updated")
"""All that a withdrawn version still says."""


def later(one: str, other: str) -> str:
    """SQL: of two rows for one version *one* is that which stands: it was shown for longer. An
    address that is looked at later may have become the article's own, and its reading the version.
    """
    of = "(SELECT time FROM capture WHERE id = {0}.last_capture_id) || {0}.digest"
    return f"{of.format(one)} > {of.format(other)}"


_LATER = f"""
UPDATE version SET (last_capture_id, {", ".join(SAYS)}) = (
    SELECT last_capture_id, {", ".join(SAYS)} FROM version other
    WHERE other.article_id = :other AND other.first_capture_id = version.first_capture_id)
WHERE article_id = :kept AND EXISTS (
    SELECT 1 FROM version other WHERE other.article_id = :other
      AND other.first_capture_id = version.first_capture_id AND {later("other", "version")})"""

_EVENTS = """
UPDATE event SET article_id = :kept, version_id = (
    SELECT one.id FROM version one JOIN version other USING (first_capture_id)
    WHERE other.id = event.version_id AND one.article_id = :kept)
WHERE article_id = :other"""

_LINKS = """
INSERT OR IGNORE INTO link SELECT :kept, kind, target, title, published, position,
    first_capture_id, last_capture_id FROM link WHERE article_id = :other"""


def join(archive: Archive, article_ids: Collection[int]) -> int:
    """Make one article of several blank ones, inside a transaction; the row of that one."""
    (kept,) = archive.conn.execute(_FIRST, (json.dumps(sorted(article_ids)),)).fetchone()
    others = sorted(set(article_ids) - {kept})
    left = stories.leave(archive, others)
    for other in others:
        _move(archive.conn, int(kept), other)
    if others:
        stories.update(archive, kept, left=left)
    return int(kept)


def name(archive: Archive, article_id: int, key: str, page_id: int, first: int) -> None:
    """Let another archive's key stand if that saw the article earlier, at the capture *first*. Call
    it before the other's versions are there."""
    archive.conn.execute(
        """UPDATE article SET key = :key, page_id = :page WHERE id = :id
             AND (SELECT time FROM capture WHERE id = :first) || :key < (
               SELECT min(capture.time) || article.key FROM version
               JOIN capture ON capture.id = first_capture_id WHERE article_id = article.id)""",
        {"id": article_id, "key": key, "page": page_id, "first": first},
    )


def settle(archive: Archive, article_id: int) -> None:
    """The latest of its versions is the current one."""
    archive.conn.execute(
        """UPDATE article SET version_id = (SELECT version.id FROM version
             JOIN capture ON capture.id = first_capture_id WHERE article_id = article.id
             ORDER BY capture.time DESC, capture.id DESC LIMIT 1) WHERE id = ?""",
        (article_id,),
    )
    stories.update(archive, article_id)


def _move(conn: sqlite3.Connection, kept: int, other: int) -> None:
    """All that hangs on one article, to another."""
    which = {"kept": kept, "other": other}
    conn.execute(_LATER, which)
    conn.execute(
        """UPDATE version SET article_id = :kept WHERE article_id = :other
             AND first_capture_id NOT IN (
               SELECT first_capture_id FROM version WHERE article_id = :kept)""",
        which,
    )
    conn.execute(_EVENTS, which)
    conn.execute(_LINKS, which)
    conn.execute("DELETE FROM link WHERE article_id = :other", which)
    conn.execute("UPDATE article_page SET article_id = :kept WHERE article_id = :other", which)
    conn.execute("UPDATE article SET version_id = NULL WHERE id = :other", which)
    conn.execute("DELETE FROM version WHERE article_id = :other", which)
    conn.execute("DELETE FROM article WHERE id = :other", which)
