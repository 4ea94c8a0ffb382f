"""Schedules: when a site is crawled by itself, which run is waiting, and how the last one went."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive import cron, sites
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.errors import ArchiveError, InputError

SET_BACK = timedelta(days=1)
"""What is dated up to this after now was done before the clock was set back, and is not done twice.
What is dated later comes from a clock that was wrong, and counts for nothing."""

_SELECT = """SELECT schedule.*, site.slug FROM schedule JOIN site ON site.id = schedule.site_id"""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A row of the table `schedule`; ``started`` to ``problem`` are of the last run.

    ``done``: the last occurrence that a run has ended for. A run that has ``started`` and not
    ``ended`` is at work, or was cut off by a kill.
    """

    site_id: int
    site: str  # slug
    cron: str
    set_at: datetime
    done: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    outcome: str | None = None
    problem: str | None = None

    @property
    def unfinished(self) -> bool:
        """Its last run has no end: it is at work, or was cut off."""
        return self.started is not None and self.ended is None


# -- which run is waiting, pure -------------------------------------------------------------------


def settled(schedule: Schedule, now: datetime, since: datetime | None = None) -> datetime:
    """Occurrences up to this moment need no run any more.

    *since* (when somebody began to look) stands in where all that is known is far after *now*.
    """
    known = [one for one in (schedule.set_at, schedule.done) if one and one <= now + SET_BACK]
    return max(known, default=min(since or now, now))


def waiting(schedule: Schedule, now: datetime, since: datetime | None = None) -> datetime | None:
    """The occurrence that a run is due for: the last one, however many were missed; None: none."""
    last = cron.latest(schedule.cron, now)
    return last if last is not None and last > settled(schedule, now, since) else None


def coming(schedule: Schedule, now: datetime, since: datetime | None = None) -> datetime:
    """The next occurrence after *now* that a run is needed for."""
    return cron.following(schedule.cron, max(now, settled(schedule, now, since)))


def next_run(schedule: Schedule, now: datetime) -> datetime:
    """When the next run is due; not later than *now*: it is waiting for a scheduler."""
    return waiting(schedule, now) or coming(schedule, now)


# -- the table ------------------------------------------------------------------------------------


def put(archive: Archive, site_id: int, expression: str) -> None:
    """Set a site's schedule, on the disk when it returns; InputError for a wrong *expression*.

    Runs count from now on. The same expression again changes nothing: no missed run is forgotten.
    """
    with archive.transaction(full=True) as conn:
        conn.execute(
            """INSERT INTO schedule (site_id, cron, set_at) VALUES (?, ?, ?)
               ON CONFLICT (site_id) DO UPDATE SET cron = excluded.cron, set_at = excluded.set_at
               WHERE cron != excluded.cron""",
            (site_id, cron.checked(expression), iso(archive.clock.now())),
        )


def remove(archive: Archive, slug: str) -> bool:
    """Forget a site's schedule; False if there is none. A run that is at work goes on."""
    site = sites.get(archive, slug)
    if site is None:
        return False
    with archive.transaction(full=True) as conn:
        return conn.execute("DELETE FROM schedule WHERE site_id = ?", (site.id,)).rowcount > 0


def all(archive: Archive) -> list[Schedule]:
    """Every schedule, by site; ArchiveError if one cannot be used."""
    return [_schedule(row) for row in archive.conn.execute(f"{_SELECT} ORDER BY site.slug")]


def by_site(archive: Archive) -> Mapping[int, Schedule]:
    """Row number of the site -> its schedule."""
    return {one.site_id: one for one in all(archive)}


def begin(archive: Archive, site_id: int, started: datetime) -> None:
    """Write that a run begins, on the disk when it returns."""
    with archive.transaction(full=True) as conn:
        conn.execute(
            """UPDATE schedule SET started = ?, ended = NULL, outcome = NULL, problem = NULL
               WHERE site_id = ?""",
            (iso(started), site_id),
        )


def end(
    archive: Archive,
    site_id: int,
    started: datetime,
    outcome: str,
    problem: str | None,
    done: datetime | None,
) -> None:
    """Write how the run that began at *started* ended, on the disk when it returns.

    *done*: the occurrence that it was for; None: that one stays due. A schedule that was removed
    meanwhile, or set anew after that, is left as it is.
    """
    with archive.transaction(full=True) as conn:
        conn.execute(
            """UPDATE schedule SET ended = ?, outcome = ?, problem = ?, done = coalesce(?, done)
               WHERE site_id = ? AND started = ?""",
            (iso(archive.clock.now()), outcome, problem, iso(done) if done else None, site_id,
             iso(started)),
        )  # fmt: skip


def _schedule(row: sqlite3.Row) -> Schedule:
    def moment(name: str) -> datetime | None:
        return from_iso(row[name]) if row[name] else None

    try:
        cron.checked(row["cron"])
    except InputError as error:  # not written by `put`: by hand
        raise ArchiveError(
            f"The schedule of {row['slug']} in the archive cannot be used: {error.what}",
            f"""`luutru schedule set {row["slug"]} "0 2 * * *"` puts another in its place.""",
        ) from error
    return Schedule(
        row["site_id"], row["slug"], row["cron"], from_iso(row["set_at"]), moment("done"),
        moment("started"), moment("ended"), row["outcome"], row["problem"],
    )  # fmt: skip
