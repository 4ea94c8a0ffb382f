"""Months, quarters and years of Vietnam's calendar as ranges of rows of the index, which rise with
the minute of publication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from archive.index_text import SLOTS_A_MINUTE, row_base
from archive.times import VIETNAM

By = Literal["month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """``name``: 2024-05, 2024-Q2 or 2024; ``first`` and ``last``: its rows."""

    name: str
    first: int
    last: int


def periods(first_row: int, last_row: int, by: By) -> list[Period]:
    """Those from the one of the first row to the one of the last, both of dated articles."""
    year, month = _month(first_row)
    step = _MONTHS[by]
    found = []
    number = (year * 12 + month - 1) // step * step
    while (first := _row(number)) <= last_row:
        found.append(Period(_name(number, by), first, _row(number + step) - 1))
        number += step
    return found


def _month(row: int) -> tuple[int, int]:
    moment = datetime.fromtimestamp(row // SLOTS_A_MINUTE * 60, UTC).astimezone(VIETNAM)
    return moment.year, moment.month


def _name(number: int, by: By) -> str:
    year, month = divmod(number, 12)
    if by == "month":
        return f"{year:04}-{month + 1:02}"
    return f"{year:04}-Q{month // 3 + 1}" if by == "quarter" else f"{year:04}"


@lru_cache(maxsize=4_096)
def _row(number: int) -> int:
    """The first row of a month; months are counted from the year 0."""
    year, month = divmod(number, 12)
    return row_base(datetime(year, month + 1, 1, tzinfo=VIETNAM))
