"""Signs of a site's health in its articles: what is lost of them, and whether new ones come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from archive import bodies
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.health_signs import Sign, State, counted, day

LATELY = timedelta(days=90)
"""What was lost before is no sign: a site may live on after a clearing."""
LOST = ((0.5, 10, "dying"), (0.2, 5, "degraded"))
"""Share of the articles that were lost lately, and how many at least."""
HABIT = 50  # articles by whose dates the habit is told
LEAST = 5  # fewer tell no habit
QUIET = (
    (timedelta(days=180), 6, "dying"),
    (timedelta(days=30), 3, "degraded"),
)
"""Without a new article for so long, and so many times the longest gap of its habit."""
WATCHED = timedelta(days=14)
"""What was never watched, its first crawls look at in full: there is nothing to tell yet."""
DAYS = 3  # of them, on which it was looked at
WINDING_UP = timedelta(days=60)  # after a merger: reports of the old committee still come
AFTER = timedelta(days=90)  # looks so long after a merger tell that nothing more comes

_LOST = """
SELECT count(*) AS known,
       coalesce(sum(article.state = 'gone' AND article.state_since >= ?), 0) AS gone,
       coalesce(sum(article.state = 'live' AND page.state = 'gone'), 0) AS absent
FROM article JOIN page ON page.id = article.page_id
WHERE article.site_id = ? AND NOT (article.state = 'gone' AND article.state_since < ?)"""

_DATES = """
SELECT min(version.published_utc, capture.time) AS day FROM article
JOIN version ON version.id = article.version_id
JOIN capture ON capture.id = version.first_capture_id
WHERE article.site_id = ? AND version.published_utc <= ?
ORDER BY day DESC LIMIT ?"""

# When start points answered well: at no other time could anybody have seen a new article.
_LISTED = """
SELECT min(capture.time) AS first, max(capture.time) AS last,
       count(DISTINCT substr(capture.time, 1, 10)) AS days
FROM page CROSS JOIN capture ON capture.page_id = page.id
WHERE page.site_id = ? AND page.pinned = 1 AND page.kind = 'listing' AND capture.time <= ?
  AND (capture.outcome = 'unchanged' OR capture.status BETWEEN 200 AND 299)"""


def signs(archive: Archive, site_id: int, now: datetime) -> Iterator[Sign]:
    """By the share of articles that were lost lately; by how long none is new."""
    yield from _of_lost(archive, site_id, now)
    looks = archive.conn.execute(_LISTED, (site_id, iso(now))).fetchone()
    rows = archive.conn.execute(_DATES, (site_id, iso(now), HABIT))
    dates = [from_iso(row["day"]) for row in rows]
    if looks["last"] is None or not dates:
        return
    listed = from_iso(looks["last"])
    watched = looks["days"] >= DAYS and listed - from_iso(looks["first"]) >= WATCHED
    row = archive.conn.execute("SELECT * FROM site WHERE id = ?", (site_id,)).fetchone()
    found = (_of_silence(dates, listed), *_of_merger(bodies.of_row(row), dates[0], listed))
    yield from (one if watched else replace(one, state="healthy") for one in found)


def _of_lost(archive: Archive, site_id: int, now: datetime) -> Iterator[Sign]:
    lately = iso(now - LATELY)
    row = archive.conn.execute(_LOST, (lately, site_id, lately)).fetchone()
    lost = row["gone"] + row["absent"]
    if not row["known"]:
        return
    share = lost / row["known"]
    state: State = "healthy"
    for least, number, name in reversed(LOST):
        if share >= least and lost >= number:
            state = name  # type: ignore[assignment]  # the table holds states
    told = f"{lost} of {counted(row['known'], 'article')} were lost in 90 days ({share:.0%})"
    yield Sign("articles", state, told)


def _of_silence(dates: list[datetime], listed: datetime) -> Sign:
    """*dates*: of the newest articles, the newest first."""
    quiet = listed - dates[0]
    told = f"the newest article is of {day(dates[0])}, {counted(max(quiet.days, 0), 'day')} before "
    told += f"the last look at a listing ({day(listed)})"
    if len(dates) < LEAST:
        return Sign("news", "healthy", told)
    habit = max(later - earlier for later, earlier in pairwise(dates))
    state: State = "healthy"
    for least, times, name in reversed(QUIET):
        if quiet >= max(least, habit * times):
            state = name  # type: ignore[assignment]  # the table holds states
    return Sign("news", state, f"{told}; its longest gap was {counted(habit.days, 'day')}")


def _of_merger(body: bodies.Body, newest: datetime, listed: datetime) -> Iterator[Sign]:
    """Frozen since its committee ended, as many sites were in 2025."""
    if body.ended is None:
        return
    end = _last_moment(body.ended)
    frozen = newest <= end + WINDING_UP and listed >= end + AFTER
    what = "was dissolved" if body.ended == body.dissolved else "was merged"
    told = f"its committee {what} ({body.ended}); the newest article is of {day(newest)}"
    yield Sign("merger", "dying" if frozen else "healthy", told)


def _last_moment(ended: str) -> datetime:
    """Of the day, or of the year where no day is known."""
    if len(ended) == 4:
        return datetime(int(ended) + 1, 1, 1, tzinfo=UTC)
    return datetime.fromisoformat(ended).replace(tzinfo=UTC) + timedelta(days=1)
