"""Dates as sites print them, made fit to sort by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from archive.clock import iso

VIETNAM = timezone(timedelta(hours=7))

Precision = Literal["second", "minute", "day"]


def sortable(printed: str | None) -> tuple[str, Precision] | tuple[None, None]:
    """UTC moment and precision of an ISO 8601 date or time; a day alone counts from its midnight.

    Vietnamese time where no offset is said; nothing for what is not ISO 8601.
    """
    if not printed:
        return None, None
    try:
        moment = datetime.fromisoformat(printed)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=VIETNAM)
        utc = iso(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        return None, None
    clock = printed[11:].split("+")[0].split("-")[0].rstrip("Z")
    return utc, "day" if not clock else "minute" if clock.count(":") < 2 else "second"
