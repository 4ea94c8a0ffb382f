"""Servers that go to and fro between two states of a page: recognised, and told once.

Several machines behind one address, or a cache, may hold different states of an article. Each look
then shows one or the other, and each would be told as an edit, which drowns the real ones. Every
state stays a version, since that is what was captured; only the telling ends.
"""

from __future__ import annotations

import sqlite3

from archive.clock import from_iso
from archive.db import Archive
from archive.edits import STILL
from archive.standing import SEEN


def of(archive: Archive, last: sqlite3.Row, digest: str) -> tuple[bool, bool]:
    """Whether a look that shows the content *digest* after the version *last* is a flap, and
    whether it is to be told: not if the article has gone to and fro between these two already.

    A state that stood for :data:`archive.edits.STILL` was meant: what comes after it is an edit.
    """
    rows = archive.conn.execute(
        f"""{SEEN} WHERE version.article_id = ? AND (first.time, first.id) <= (?, ?)
            ORDER BY first.time DESC, first.id DESC LIMIT 3""",
        (last["article_id"], last["first_time"], last["first_capture_id"]),
    ).fetchall()
    if len(rows) < 2 or rows[1]["digest"] != digest or _stood(rows[0]):
        return False, True
    again = len(rows) > 2 and rows[2]["digest"] == rows[0]["digest"] and not _stood(rows[1])
    return True, not again


def _stood(version: sqlite3.Row) -> bool:
    return from_iso(version["last_time"]) - from_iso(version["first_time"]) >= STILL
