"""As of a day: which moment that is, and what is told of an article then."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from archive.clock import iso
from archive.dates import days
from archive.errors import InputError
from archive.times import VIETNAM

if TYPE_CHECKING:
    from archive.db import Archive

_PLACE = """
SELECT count(*) FROM version one JOIN capture seen ON seen.id = one.first_capture_id
JOIN version this ON this.article_id = one.article_id
JOIN capture first ON first.id = this.first_capture_id
WHERE this.id = ? AND (seen.time, seen.id) <= (first.time, first.id)"""

_TOLD = """
SELECT event.kind FROM event JOIN capture ON capture.id = event.capture_id
WHERE event.article_id = ? AND event.kind IN ('gone', 'back') AND capture.time <= ?
ORDER BY capture.time DESC, event.number DESC LIMIT 1"""


def moment(text: str, now: datetime) -> datetime:
    """The last moment, in Vietnam, of the day, month or year that was typed; InputError if that
    cannot be read, or begins after *now*."""
    first, last = days(text)
    today = now.astimezone(VIETNAM).date()
    if first > today:
        raise InputError(
            f"`{text}` is yet to come.", f"Name a day until today, {today.isoformat()}."
        )
    return datetime.combine(last, time.max, VIETNAM)


def place(archive: Archive, version_id: int) -> int:
    """The number of a version among its article's, from 1 on."""
    return int(archive.conn.execute(_PLACE, (version_id,)).fetchone()[0])


def state(archive: Archive, article_id: int, at: datetime) -> str:
    """Whether an article was `live` or `gone` at that moment, as far as looks by then showed."""
    row = archive.conn.execute(
        "SELECT state, state_since FROM article WHERE id = ?", (article_id,)
    ).fetchone()
    if row["state_since"] <= iso(at):
        return str(row["state"])
    told = archive.conn.execute(_TOLD, (article_id, iso(at))).fetchone()
    return "gone" if told is not None and told["kind"] == "gone" else "live"
