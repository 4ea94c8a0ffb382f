"""Which scheduled crawls are to be started now, and when the next one is due. Pure.

Missed occurrences of a site are caught up by one run. What fell into a run that was still at work
counts as missed: it is caught up when that run has ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from archive import schedules
from archive.schedules import Schedule

HELD_AGAIN = timedelta(minutes=5)
"""A site whose hosts another crawl has is tried again after this, until it comes through."""


@dataclass(frozen=True, slots=True)
class Due:
    """A run that is to be started, for the last of the occurrences that it catches up."""

    schedule: Schedule
    occurrence: datetime

    @property
    def site(self) -> str:
        return self.schedule.site


@dataclass(frozen=True, slots=True)
class Decision:
    """*due*: to be started now, what has been due longest first. *next*: the moment and site of
    the first run after those; None if there is no schedule."""

    due: tuple[Due, ...]
    next: tuple[datetime, str] | None


def decide(
    all_schedules: Iterable[Schedule],
    now: datetime,
    *,
    since: datetime | None = None,
    running: Collection[str] = (),
    held: Mapping[str, datetime] = MappingProxyType({}),
) -> Decision:
    """What to start at *now*, by what the table says.

    *since*: when the scheduler began, or the earliest time that its clock has shown after that.
    *running*: sites whose run is at work. *held*: sites whose hosts another crawl had, and when.
    """
    due: list[Due] = []
    later: list[tuple[datetime, str]] = []
    for one in all_schedules:
        later.append((schedules.coming(one, now, since), one.site))
        occurrence = schedules.waiting(one, now, since)
        if occurrence is None or one.site in running:
            continue
        again = held.get(one.site, now - HELD_AGAIN) + HELD_AGAIN
        if now < again <= now + HELD_AGAIN:  # later: the clock was set back meanwhile
            later.append((again, one.site))
        else:
            due.append(Due(one, occurrence))
    due.sort(key=lambda run: (run.occurrence, run.site))
    return Decision(tuple(due), min(later, default=None))
