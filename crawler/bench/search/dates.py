"""When the articles of `luutru bench search` were published, as their pages print it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from archive.times import VIETNAM

LATEST = datetime(2026, 6, 1, tzinfo=VIETNAM)
"""All articles are older."""

_YEARS = 20
_UNDATED, _DAY_ALONE = 0.01, 0.1


def published(dice: random.Random) -> str | None:
    """As printed, or None; half of the articles are of the last five of the twenty years."""
    if dice.random() < _UNDATED:
        return None
    moment = LATEST - timedelta(minutes=1 + int(_YEARS * 525_600 * dice.random() ** 2))
    return _printed(moment, dice.random() < _DAY_ALONE)


def later(dice: random.Random, first: str | None) -> str | None:
    """The same of a copy: up to three days after the original."""
    if first is None or len(first) == len("2026-06-01"):
        return first
    moment = datetime.fromisoformat(first) + timedelta(minutes=dice.randint(10, 4320))
    return _printed(min(moment, LATEST - timedelta(minutes=1)), day_alone=False)


def _printed(moment: datetime, day_alone: bool) -> str:
    return moment.strftime("%Y-%m-%d") if day_alone else moment.strftime("%Y-%m-%dT%H:%M+07:00")
