"""Dates as Vietnamese pages print them, read day first: pure functions on strings.

Own patterns first (microseconds), dateparser only for what remains. What comes out is ISO 8601 as
in an article's JSON: with the offset said, +07:00 where none is said, or a day alone; a time is
never invented, and seconds stand only where the page has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crawler.pages.months import named_dates

ZONE = "+07:00"
SLACK = timedelta(hours=26)  # a date alone may be a day ahead of UTC; servers' clocks run ahead
FIRST_YEAR = 1990  # older dates on a page are history, not its publication

_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DAY = re.compile(
    rf"""(?<![\d/.,-])(?:
      (?P<d>\d{{1,2}})\s?(?P<sep>[/.-])\s?(?P<m>\d{{1,2}})\s?(?P=sep)\s?{_YEAR}(?![\d/-]|\.\d)
    | (?P<d2>\d{{1,2}})\s*(?:,\s*)?tháng\s*(?P<m2>\d{{1,2}})\s*(?:,|năm|-|/)?\s*
      (?P<y2>(?:19|20)\d\d)
    | (?P<y3>(?:19|20)\d\d)(?P<sep3>[-/.])(?P<m3>\d{{1,2}})(?P=sep3)(?P<d3>\d{{1,2}})(?!\d)
    )""",
    re.X | re.I,
)
_CENTURY = re.compile(r"(?:19|20)\d\d")
_CLOCK = (
    r"(?P<h>\d{1,2})\s?(?::|h|g|giờ)\s?(?P<min>\d{2})(?:\s?phút)?(?:\s?:\s?(?P<s>\d{2}))?(?:\.\d+)?"
    r"(?:\s?(?P<half>[AP]\.?M\b\.?|SA\b|CH\b))?"
    r"(?:\s*\(?(?P<zone>Z\b|(?:GMT|UTC)?\s?[+-]\d{1,2}(?::?\d{2})?"
    r"|(?:GMT|UTC|[ECMP][SD]T|BST|W?ES?T|CES?T|MES?Z|JST|KST)\b)\)?)?(?![\d:])"
)
_ZONES = {
    **dict.fromkeys(("GMT", "UTC", "WET"), "+00:00"),
    **dict.fromkeys(("BST", "CET", "MEZ", "WEST"), "+01:00"),
    **dict.fromkeys(("CEST", "MESZ"), "+02:00"),
    **dict.fromkeys(("JST", "KST"), "+09:00"),
    "EDT": "-04:00",
    **dict.fromkeys(("EST", "CDT"), "-05:00"),
    **dict.fromkeys(("CST", "MDT"), "-06:00"),
    **dict.fromkeys(("MST", "PDT"), "-07:00"),
    **dict.fromkeys(("PST",), "-08:00"),
}
_BETWEEN = r"(?:[\s,;|•·–—()\[\]-]|T(?=\d)|lúc|vào|hồi|ngày|giờ|at|tại|um|kl|alle|à|às){0,14}?"
_AFTER = re.compile(_BETWEEN + _CLOCK, re.I)
_WEEKDAY = r"(?:(?:thứ\s+\w+|chủ\s+nhật|t[2-7]|cn)\W{0,4})?"
_BEFORE = re.compile(rf"(?<![\d:]){_CLOCK}(?:[\s,;|•·–—()-]|ngày|{_WEEKDAY}){{0,14}}$", re.I)
_PHP = re.compile(r"^\s*(\d{4}-\d\d-\d\d)([+-]\d\d)(\d\d:\d\d:\d\d)")
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?$")


@dataclass(frozen=True, slots=True)
class When:
    """A date in a text: ISO 8601, and where it stands there."""

    value: str
    start: int
    end: int

    @property
    def timed(self) -> bool:
        return len(self.value) > 10


def dates_in(text: str) -> Iterator[When]:
    """The possible dates in *text*, in order; impossible ones (31 February) are passed over."""
    if not _CENTURY.search(text):
        return  # as most lines: a tenth of the time
    for day, start, end in _days(text):
        clock = _AFTER.match(text, end)
        if clock is not None:
            end = clock.end()
        else:
            clock = _BEFORE.search(text, max(0, start - 40), start)
            start = clock.start() if clock is not None else start
        time = _time(clock) if clock is not None else ""
        yield When(day.isoformat() + time, start, end)


def _days(text: str) -> list[tuple[date, int, int]]:
    """Days with where they stand in *text*, in order: of numbers, and with a month's name."""
    days = [(day, m.start(), m.end()) for m in _DAY.finditer(text) if (day := _day(m))]
    for start, end, year, month, number in named_dates(text):
        try:
            days.append((date(year, month, number), start, end))
        except ValueError:
            continue
    return sorted(days, key=lambda one: one[1])


def _day(found: re.Match[str]) -> date | None:
    group = found.groupdict()
    for suffix in ("", "2", "3"):
        if group[f"d{suffix}"]:
            try:
                return date(
                    int(group[f"y{suffix}"]), int(group[f"m{suffix}"]), int(group[f"d{suffix}"])
                )
            except ValueError:
                return None
    return None


def _time(clock: re.Match[str]) -> str:
    """`THH:MM[:SS]±HH:MM`, empty if there is no such time of day."""
    hour, minute = int(clock["h"]), int(clock["min"])
    half = (clock["half"] or "").upper().replace(".", "")
    if half in {"PM", "CH"} and hour < 12:
        hour += 12
    elif half in {"AM", "SA"} and hour == 12:
        hour = 0
    second = clock["s"]
    if hour > 23 or minute > 59 or (second and int(second) > 59):
        return ""
    tail = f":{second}" if second else ""
    return f"T{hour:02d}:{minute:02d}{tail}{offset(clock['zone'])}"


def offset(zone: str | None) -> str:
    """`+07:00` of what a page says of its zone."""
    if not zone:
        return ZONE
    name = zone.strip().upper()
    if name == "Z":
        return "+00:00"
    if name in _ZONES:
        return _ZONES[name]
    found = _OFFSET.search(zone.strip())
    if not found or int(found[2]) > 14:
        return ZONE
    return f"{found[1]}{int(found[2]):02d}:{found[3] or '00'}"


def of_metadata(value: str) -> str | None:
    """A machine's date: ISO 8601 with what programs make of it, else as `first` reads it.

    `2017-05-30+0716:29:00` is what NukeViet writes (PHP's `T` is the zone's name).
    """
    value = value.strip()
    broken = _PHP.match(value)
    if broken:
        value = f"{broken[1]}T{broken[3]}{broken[2]}:00"
    try:
        moment = datetime.fromisoformat(value.replace(" UTC", "+00:00"))
    except ValueError:
        return first(value)
    if len(value) <= 10:
        return moment.date().isoformat()
    spec = "minutes" if re.search(r"[T ]\d\d:?\d\d(?:$|[Z+-])", value) else "seconds"
    text = moment.replace(microsecond=0).isoformat(timespec=spec)
    return text if moment.tzinfo else text + ZONE


def first(text: str, language: str = "vi") -> str | None:
    """The first date in a short *text* that should be one, with dateparser's help if needed."""
    for found in dates_in(text):
        return found.value
    text = " ".join(text.split())
    if not 6 <= len(text) <= 60 or not any(char.isdecimal() for char in text):
        return None
    return _by_dateparser(text, language)


def _by_dateparser(text: str, language: str) -> str | None:
    import dateparser  # 300 ms to load, 1 ms a call: only for what the patterns do not know

    languages = ["vi"] if language == "vi" else [language, "vi"]
    settings = {
        "DATE_ORDER": "DMY",
        "REQUIRE_PARTS": ["day", "month", "year"],
        "RETURN_AS_TIMEZONE_AWARE": False,
        "PARSERS": ["absolute-time"],  # "two hours ago" is not a date of the page
    }
    try:
        moment = dateparser.parse(text, languages=languages, settings=settings)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    if moment is None:
        return None
    if not re.search(r"\d{1,2}\s?[:h.]\s?\d{2}\b", text):
        return moment.date().isoformat()
    zone = moment.isoformat()[19:]
    return moment.strftime("%Y-%m-%dT%H:%M") + (zone or ZONE)


def refusal(value: str, seen: datetime) -> str | None:
    """Why *value* cannot be when a page that was seen at *seen* was published; None if it can."""
    moment = to_utc(value)
    if moment > seen + SLACK:
        return "in the future of the capture"
    if moment.year < FIRST_YEAR:
        return f"before {FIRST_YEAR}"
    return None


def to_utc(value: str) -> datetime:
    """An ISO value of this module as a moment; a day alone is its beginning at +07:00."""
    return datetime.fromisoformat(value if len(value) > 10 else f"{value}T00:00{ZONE}").astimezone(
        UTC
    )


def same_day(one: str, other: str) -> bool:
    """Whether two values name one day, each in its own zone."""
    return one[:10] == other[:10]


def same_minute(one: str, other: str) -> bool:
    """Whether two values can be one moment: to the minute, or to the day if one has no time."""
    if len(one) <= 10 or len(other) <= 10:
        return same_day(one, other)
    return abs(to_utc(one) - to_utc(other)) < timedelta(minutes=1)
