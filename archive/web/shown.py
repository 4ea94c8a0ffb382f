"""How numbers, days and moments are written in each language."""

from __future__ import annotations

from datetime import date, datetime

from archive.times import VIETNAM
from archive.web.i18n import Lang

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: int, lang: Lang) -> str:
    """With the thousands divided: 1.234 in Vietnamese, 1,234 in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if lang == "vi" else text


def day(printed: str | None, lang: Lang) -> str:
    """A date or time as a site printed it (ISO 8601), in its own offset; as it is if it is none."""
    if not printed:
        return ""
    try:
        if len(printed) == 10:
            return _day(date.fromisoformat(printed), lang)
        when = datetime.fromisoformat(printed)
    except ValueError:
        return printed
    return f"{_day(when, lang)}, {when:%H:%M}"


def moment(iso: str | datetime | None, lang: Lang) -> str:
    """A moment (ISO 8601 with an offset, or aware) as the clocks in Vietnam showed it."""
    if not iso:
        return ""
    when = (datetime.fromisoformat(iso) if isinstance(iso, str) else iso).astimezone(VIETNAM)
    return f"{_day(when, lang)}, {when:%H:%M}"


def _day(when: date, lang: Lang) -> str:
    if lang == "vi":
        return f"{when:%d/%m/%Y}"
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
