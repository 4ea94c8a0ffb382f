"""The one clock, passed in: the system's, one that is set ahead, or one that stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where time comes from. ``shift``: seconds ahead of the machine's clock, kept in captures."""

    @property
    def shift(self) -> float: ...

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    shift = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's clock, set ahead by *seconds*: the demo's "next day"."""

    def __init__(self, seconds: float) -> None:
        self.shift = seconds

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.shift)


class FixedClock:
    """A clock that moves only when it is told to, for tests of days."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._now = start.astimezone(UTC)
        self._start = self._now

    @property
    def shift(self) -> float:
        return (self._now - self._start).total_seconds()

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with ``Z``, microseconds always there, so that strings sort as times do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_iso(text: str) -> datetime:
    """The aware datetime of :func:`iso`."""
    return datetime.fromisoformat(text)
