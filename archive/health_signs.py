"""What a sign of a site's health is, and how days are counted for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.absence import APART

State = Literal["healthy", "degraded", "dying", "redirected", "parked", "gone"]


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: what it is of, the state that it speaks for, and its evidence in words.

    ``doubt``: the last look met trouble, on too few days to say more; a site is not better by it.
    """

    sign: str
    state: State
    told: str
    doubt: bool = False


def days(moments: Iterable[datetime]) -> int:
    """How many of these are of days of their own: no two within :data:`APART`."""
    count, last = 0, None
    for moment in sorted(moments):
        if last is None or moment - last >= APART:
            count, last = count + 1, moment
    return count


def day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def counted(number: int, what: str) -> str:
    """`1 day`, `2 days`."""
    return f"{number} {what}{'' if number == 1 else 's'}"
