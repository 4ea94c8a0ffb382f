"""Dates as Vietnamese sites print them, and the one reader of them that plain text needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

HANOI = timezone(timedelta(hours=7))
WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")

FORMS: dict[str, Callable[[datetime], str]] = {
    "plain": lambda t: f"{t:%d-%m-%Y %H:%M}",
    "weekday": lambda t: f"{WEEKDAYS[t.weekday()]} - {t:%d/%m/%Y %H:%M}",
    "time-first": lambda t: f"{t:%H:%M %d/%m/%Y}",
    "time-comma": lambda t: f"{t:%H:%M, %d/%m/%Y}",
    "day-views": lambda t: f"{t:%d/%m/%Y} | {t.day * 29 + 11}",
    "bar-12h": lambda t: f"{t:%d/%m/%Y} | {t:%I:%M %p}",
    "seconds-12h": lambda t: f"{t:%d/%m/%Y %I:%M:%S %p}",
    "posted": lambda t: f"Đăng ngày {t:%d-%m-%Y %H:%M}",
    "posted-views": lambda t: (
        f"Đăng ngày: {t:%d/%m/%Y} - {t.hour % 12 or 12}:{t:%M:%S %p} | Lượt xem: "
        f"{t.minute * 41 + 7}"
    ),
    "month-word": lambda t: f"{WEEKDAYS[t.weekday()]}, {t.day:02} Tháng {t:%m %Y %H:%M}",
    "dash": lambda t: f"- {t:%d/%m/%Y %H:%M}",
    "bullet": lambda t: f"{t:%d/%m/%Y • %H:%M}",
    "day-brackets": lambda t: f"(Ngày {t.day}/{t.month}/{t.year})",
    "day-updated": lambda t: f"Ngày cập nhật {t:%d/%m/%Y}",
}
"""Name of a form -> how it prints a time. The view counts in two of them are part of the line."""

DAY_ALONE = frozenset({"day-views", "day-brackets", "day-updated"})
WITH_SECONDS = frozenset({"seconds-12h", "posted-views"})

_DAY = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AP]M|SA|CH)\b)?")


def printed(form: str, published: str) -> str:
    """*published* (ISO 8601) in the *form* of that name."""
    return FORMS[form](datetime.fromisoformat(published))


def as_shown(form: str, moment: datetime) -> str:
    """What can be known from the printed *form*: ISO 8601 to the second, the minute or the day."""
    if form in DAY_ALONE:
        return moment.date().isoformat()
    precision = "seconds" if form in WITH_SECONDS else "minutes"
    return moment.isoformat(timespec=precision)


def read(line: str) -> str | None:
    """The date of a line of plain text, day first, ISO 8601 with +07:00 or a day alone."""
    day = _DAY.search(line)
    if day is None:
        return None
    try:
        when = date(int(day[3]), int(day[2]), int(day[1]))
        time = _TIME.search(_DAY.sub(" ", line))
        if time is None:
            return when.isoformat()
        moment = datetime(
            when.year, when.month, when.day, _hour(int(time[1]), time[4]), int(time[2]),
            int(time[3] or 0), tzinfo=HANOI,
        )  # fmt: skip
    except ValueError:
        return None
    return moment.isoformat(timespec="seconds" if time[3] else "minutes")


def _hour(hour: int, half: str | None) -> int:
    if half is None or hour > 12:
        return hour
    return hour % 12 + (12 if half in ("PM", "CH") else 0)
