"""Cron expressions, always in the time of Asia/Ho_Chi_Minh; moments come and go in UTC.

Five fields as in Debian's cron: minute, hour, day of the month, month, day of the week.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from cronsim import CronSim, CronSimError

from archive.errors import InputError

# +07:00 the year round: no summer time since 1975, so no time zone data is needed on the machine.
ZONE = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
_SECOND = timedelta(seconds=1)
_HOW = 'Write minute, hour, day, month and weekday, like "0 2 * * *" for each day at 02:00.'


def checked(expression: str) -> str:
    """*expression* with single spaces; InputError if it cannot be read or never comes about."""
    fields = expression.split()
    told = " ".join(fields)
    if len(fields) != 5:  # cronsim would take six, the first for seconds
        raise InputError(f"{told!r} is no schedule: it has {len(fields)} fields, not 5.", _HOW)
    try:
        first = next(CronSim(told, datetime(2024, 1, 1)), None)  # noqa: DTZ001 - as `_sim` does
    except CronSimError as error:
        what = str(error).removeprefix("Bad ").replace("-", " ")
        # of 30 February cronsim says that the day is bad
        if what != "day of month" or not _parses([*fields[:3], "*", fields[4]]):
            raise InputError(f"{told!r} is no schedule: its {what} is wrong.", _HOW) from error
        first = None
    if first is None:
        raise InputError(
            f"{told!r} never comes about: no day is like that.", "Mend its day, month and weekday."
        )
    return told


def _parses(fields: list[str]) -> bool:
    try:
        CronSim(" ".join(fields), datetime(2024, 1, 1))  # noqa: DTZ001 - as `_sim` does
    except CronSimError:
        return False
    return True


def following(expression: str, after: datetime) -> datetime:
    """The first occurrence later than *after*."""
    return _utc(next(_sim(expression, after)))


def latest(expression: str, now: datetime) -> datetime | None:
    """The last occurrence that is not later than *now*; None if there was none for 50 years."""
    # cronsim begins one second before what it is given
    found = next(_sim(expression, now.replace(microsecond=0) + _SECOND, reverse=True), None)
    return _utc(found) if found is not None else None


def local(moment: datetime) -> str:
    """A moment for people: `2026-03-02 02:00 +07:00`."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M} +07:00"


def _sim(expression: str, moment: datetime, reverse: bool = False) -> CronSim:
    # without a zone: cronsim's rules for summer time are not needed, and take time
    return CronSim(expression, moment.astimezone(ZONE).replace(tzinfo=None), reverse)


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=ZONE).astimezone(UTC)
