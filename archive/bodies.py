"""Bodies: the committee behind a site, before and after 1 July 2025, and the sites around it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

COLUMNS = (
    "committee_then", "committee_now", "dissolved", "merged", "successor", "predecessors",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """What became of a site's committee. ``dissolved``, ``merged``: a day (ISO 8601) or a year.

    ``successor``, ``predecessors``: slugs of the sites that go on with this one, or that it goes
    on with; they need not be in the archive, or have a profile.
    """

    committee_then: str | None = None
    committee_now: str | None = None
    dissolved: str | None = None
    merged: str | None = None
    successor: str | None = None
    predecessors: tuple[str, ...] = ()

    @property
    def ended(self) -> str | None:
        """When the committee ended as it was: the earlier of the two."""
        return min(filter(None, (self.dissolved, self.merged)), default=None)

    def values(self) -> tuple[str | None, ...]:
        """For the columns of :data:`COLUMNS`."""
        return (
            self.committee_then, self.committee_now, self.dissolved, self.merged, self.successor,
            json.dumps(self.predecessors),
        )  # fmt: skip


UNKNOWN = Body()


def of_row(row: sqlite3.Row) -> Body:
    """The body in a row of `site`."""
    then, now, dissolved, merged, successor, before = (row[name] for name in COLUMNS)
    return Body(then, now, dissolved, merged, successor, tuple(json.loads(before)))
