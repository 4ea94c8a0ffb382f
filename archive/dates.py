"""Days as people type them, to the days that they mean: the search's and the export's filters."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from archive.errors import InputError
from archive.vietnamese import settle

_YEAR_FIRST = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(?:(\d{1,2})([/.-]))?(\d{1,2})[/.-](\d{4})")


def days(text: str) -> tuple[date, date]:
    """The first and last day of a day, month or year: 2023, 2023-06, 2023-06-26, 26/6/2023, 6/2023.

    Day first, always, where the year stands last. InputError for a day that there is not.
    """
    text = settle(text)
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, _, month, year = match.groups()
    else:
        raise InputError(
            f"`{text}` is no date that can be read.",
            "Write a day, month or year: 26/6/2023, 2023-06-26, 2023-06 or 2023.",
        )
    return _range(text, int(year), int(month) if month else None, int(day) if day else None)


def _range(text: str, year: int, month: int | None, day: int | None) -> tuple[date, date]:
    if not 1000 <= year <= 9998:  # midnight of year 1 in Vietnam has no UTC that Python can write
        raise InputError(f"There is no year {year} here.", "Write one from 1000 to 9998.")
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= month <= 12:
        hint = "The day stands first: 26/6/2023." if day and day <= 12 else "Months end with 12."
        raise InputError(f"There is no month {month} in `{text}`.", hint)
    last = monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, last)
    if not 1 <= day <= last:
        raise InputError(f"There is no day `{text}`.", f"Month {month} of {year} has {last} days.")
    return date(year, month, day), date(year, month, day)
