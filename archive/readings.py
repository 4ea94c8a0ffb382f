"""Readings: which captures were read, and which still wait; the first thing after a kill."""

from __future__ import annotations

from archive.db import Archive

MOST_ATTEMPTS = 3
"""A page that kills its reader is left alone after that, or every start would fail on it."""


def wait(archive: Archive, capture_id: int) -> None:
    """Put a capture in line to be read."""
    archive.conn.execute(
        """INSERT INTO reading (capture_id, state) VALUES (?, 'waiting')
           ON CONFLICT (capture_id) DO UPDATE SET state = 'waiting', attempts = 0,
               problem = NULL""",
        (capture_id,),
    )


def done(archive: Archive, capture_id: int, kind: str, reader: str) -> None:
    """It was read: as a page of that kind, by that reader."""
    archive.conn.execute(
        """INSERT INTO reading (capture_id, state, kind, reader) VALUES (?, 'read', ?, ?)
           ON CONFLICT (capture_id) DO UPDATE SET state = 'read', kind = excluded.kind,
               reader = excluded.reader, problem = NULL""",
        (capture_id, kind, reader),
    )


def attempt(archive: Archive, capture_id: int) -> int:
    """Count an attempt before it is made, and return how many there were, this one included."""
    rows = archive.conn.execute(
        "UPDATE reading SET attempts = attempts + 1 WHERE capture_id = ? RETURNING attempts",
        (capture_id,),
    ).fetchall()
    return int(rows[0][0]) if rows else 0


def failed(archive: Archive, capture_id: int, problem: str, reader: str | None = None) -> None:
    """It could not be read, and will not be tried again by itself; by that *reader*, if named."""
    archive.conn.execute(
        """INSERT INTO reading (capture_id, state, attempts, problem, reader)
           VALUES (?, 'failed', 1, ?, ?)
           ON CONFLICT (capture_id) DO UPDATE SET state = 'failed', attempts = attempts + 1,
               problem = excluded.problem, reader = excluded.reader""",
        (capture_id, problem, reader),
    )


def waiting(archive: Archive, site_id: int, limit: int) -> list[int]:
    """Captures of a site that wait to be read, in the order of their time; at most *limit*.

    Those that were begun :data:`MOST_ATTEMPTS` times and never ended are left out.
    """
    rows = archive.conn.execute(
        """SELECT reading.capture_id FROM reading
           JOIN capture ON capture.id = reading.capture_id
           JOIN page ON page.id = capture.page_id
           WHERE reading.state = 'waiting' AND page.site_id = ? AND reading.attempts < ?
           ORDER BY capture.time, capture.id LIMIT ?""",
        (site_id, MOST_ATTEMPTS, limit),
    )
    return [row[0] for row in rows]


def stands(archive: Archive, capture_id: int) -> bool:
    """Whether what was read before is true of this capture too.

    That is so if the answer before it on its page had the same payload, and that payload was read
    there.
    """
    row = archive.conn.execute(
        """SELECT one.page_id, one.time, coalesce(one.payload_id, earlier.payload_id) AS payload_id
           FROM capture one LEFT JOIN capture earlier ON earlier.id = one.earlier_id
           WHERE one.id = ?""",
        (capture_id,),
    ).fetchone()
    if row is None:
        raise KeyError(capture_id)
    before = archive.conn.execute(
        """SELECT payload_id FROM capture WHERE page_id = ? AND (time, id) < (?, ?)
             AND outcome = 'answer' AND status BETWEEN 200 AND 299
           ORDER BY time DESC, id DESC LIMIT 1""",
        (row["page_id"], row["time"], capture_id),
    ).fetchone()
    if before is None or before["payload_id"] != row["payload_id"]:
        return False
    read = archive.conn.execute(
        """SELECT 1 FROM capture JOIN reading ON reading.capture_id = capture.id
           WHERE capture.page_id = ? AND capture.payload_id = ? AND reading.state = 'read'""",
        (row["page_id"], row["payload_id"]),
    ).fetchone()
    return read is not None


def last_kind(archive: Archive, page_id: int) -> str | None:
    """What the page was read as when it was last read."""
    row = archive.conn.execute(
        """SELECT reading.kind FROM capture JOIN reading ON reading.capture_id = capture.id
           WHERE capture.page_id = ? AND reading.state = 'read'
           ORDER BY capture.time DESC, capture.id DESC LIMIT 1""",
        (page_id,),
    ).fetchone()
    return row["kind"] if row is not None else None
