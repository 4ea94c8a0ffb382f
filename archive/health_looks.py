"""Signs of a site's health in how it answers: its looks, its host, its home page."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

from archive import timeline
from archive.absence import KIND
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.health_signs import Sign, State, counted, day, days
from archive.reading_kinds import NOTICES
from archive.types import REDIRECTS

WINDOW = timedelta(days=14)
LEAST = 0.75  # of the looks of 14 days, below which EDGI's monitors count a page as gone
FEW = 2  # bad days that say something
HOST: dict[str, tuple[timedelta, timedelta | None]] = {
    "dns": (timedelta(days=3), timedelta(days=14)),  # a name that is gone seldom comes back
    "tls": (timedelta(days=7), None),  # a certificate that lapsed: the site stands behind it
    "": (timedelta(days=7), timedelta(days=30)),
}
"""How long a host gives no good answer until its site is dying, and gone; by what it gives."""
HOST_DAYS = 3  # of them, on which it was asked
MOST_CRAWLS = 60

_AT_ONCE: dict[str, State] = {
    "parked": "parked", "foreign": "parked", "elsewhere": "redirected",
}  # fmt: skip
_TOLD = {
    "parked": "is parked", "foreign": "shows another's content", "elsewhere": "leads to ",
    "closed": "shows a notice of the whole site", "login": "asks for a login",
    "error": "shows an error",
}  # fmt: skip
_KINDS = "('article', 'listing', 'robots', 'other')"

# What the looks of a site's crawls met, crawl by crawl and day by day, the newest first. What a
# page's own fault is (404, too large, another type) says nothing of its site.
_MET = f"""
SELECT crawl.id, substr(capture.time, 1, 10) AS day, max(capture.time) AS last,
       CASE WHEN capture.outcome = 'failure'
            THEN substr(failure, 1, instr(failure || ':', ':') - 1)
            WHEN status >= 500 OR status IN (401, 403, 429, 451) THEN 'HTTP ' || status
            ELSE '' END AS met, count(*) AS looks
FROM crawl CROSS JOIN capture ON capture.crawl_id = crawl.id
JOIN page ON page.id = capture.page_id
WHERE crawl.id IN (SELECT id FROM crawl WHERE site_id = ? AND started <= ? AND why != 'import'
                   AND started >= ? ORDER BY started DESC LIMIT ?)
  AND page.site_id = crawl.site_id AND page.kind IN {_KINDS}
  AND substr(coalesce(failure, ''), 1, 4) NOT IN ('too-', 'wron', 'enco', 'refu')
GROUP BY crawl.id, day, met ORDER BY crawl.started DESC, crawl.id DESC, day DESC"""

_HOME = f"""
SELECT look.id, look.time, look.outcome, look.status, {KIND} AS kind
FROM capture look LEFT JOIN capture earlier ON earlier.id = look.earlier_id
WHERE look.page_id = (SELECT min(id) FROM page WHERE site_id = ? AND pinned = 1)
  AND look.time <= ? AND look.outcome != 'failure' AND coalesce(look.status, 500) < 500
ORDER BY look.time DESC, look.id DESC LIMIT 40"""


def signs(archive: Archive, site_id: int, now: datetime) -> Iterator[Sign]:
    """By the share of looks that succeed, by the host's silence, and by what the home page is."""
    recent = _met(archive, site_id, now, now - WINDOW)
    yield from _of_looks(recent)
    if recent and not any(one.well for one in recent):  # back to the last good answer
        recent = _met(archive, site_id, now, datetime.min.replace(tzinfo=now.tzinfo))
    yield from _of_host(recent)
    yield from _of_home(archive, site_id, now)


@dataclass(frozen=True, slots=True)
class _Day:
    """What the looks of one crawl on one day met."""

    day: str
    last: datetime  # of them
    well: int
    bad: Counter[str]


def _met(archive: Archive, site_id: int, now: datetime, since: datetime) -> list[_Day]:
    rows = archive.conn.execute(_MET, (site_id, iso(now), iso(since), MOST_CRAWLS)).fetchall()
    found = []
    for (_, date), group in groupby(rows, key=lambda row: (row["id"], row["day"])):
        looks = list(group)
        bad = Counter({row["met"]: row["looks"] for row in looks if row["met"]})
        well = sum(row["looks"] for row in looks if not row["met"])
        last = from_iso(max(row["last"] for row in looks))
        found.append(_Day(str(date), last, well, bad))
    return found


def _of_looks(met: list[_Day]) -> Iterator[Sign]:
    """Each day counts the same: a day without the site has few looks, one with it thousands."""
    shares = {}
    for date, group in groupby(sorted(met, key=lambda one: one.day), key=lambda one: one.day):
        ones = list(group)
        well = sum(one.well for one in ones)
        shares[date] = well / (well + sum(one.bad.total() for one in ones))
    if not shares:
        return
    mean = sum(shares.values()) / len(shares)
    bad = sum(share < LEAST for share in shares.values())
    met_with: Counter[str] = sum((one.bad for one in met), Counter())
    what = ", ".join(name for name, _ in met_with.most_common(3))
    told = f"{mean:.0%} of looks on {counted(len(shares), 'day')} of the last 14 succeeded"
    state: State = "degraded" if mean < LEAST and bad >= FEW else "healthy"
    doubt = shares[max(shares)] < LEAST
    yield Sign("looks", state, told + (f" ({what})" if what else ""), doubt)


def _of_host(met: list[_Day]) -> Iterator[Sign]:
    """No look at any page has succeeded for days."""
    silent: list[_Day] = []
    good: _Day | None = None
    for one in met:
        if one.well:
            good = one
            break
        silent.append(one)
    if not silent:
        return
    since = good.last if good is not None else silent[-1].last
    span, asked = silent[0].last - since, days(one.last for one in silent)
    kinds: Counter[str] = sum((one.bad for one in silent), Counter())
    (kind, number), *_ = kinds.most_common(1)
    dying, gone = HOST.get(kind if number == kinds.total() else "", HOST[""])
    state: State = "healthy"
    if asked >= HOST_DAYS and span >= dying:
        state = "gone" if gone is not None and span >= gone else "dying"
    what = ", ".join(name for name, _ in kinds.most_common(3))
    told = f"no answer on {counted(asked, 'day')} since {day(since)}: {what}"
    yield Sign("host", state, told, doubt=True)


def _of_home(archive: Archive, site_id: int, now: datetime) -> Iterator[Sign]:
    """What the home page has been on its last days, as long as that is one thing."""
    looks = archive.conn.execute(_HOME, (site_id, iso(now))).fetchall()
    kinds = [(_kind(archive, site_id, row), from_iso(row["time"])) for row in looks]
    if not kinds:
        return
    kind = kinds[0][0]
    moments = []
    for one, moment in kinds:
        if one != kind:
            break
        moments.append(moment)
    seen, span = days(moments), moments[0] - moments[-1]
    told = f"on {counted(seen, 'day')} since {day(moments[-1])}"
    name, _, there = kind.partition(" ")
    if name == "read":
        yield Sign("home", "healthy", f"the home page was read on {day(moments[0])}")
        return
    state: State = "healthy"
    if seen >= FEW and name in _AT_ONCE:
        state = _AT_ONCE[name]
    elif seen >= HOST_DAYS and span >= HOST[""][0]:
        state = "dying"
    elif seen >= FEW:
        state = "degraded"
    yield Sign("home", state, f"the home page {_TOLD[name]}{there} {told}", doubt=True)


def _kind(archive: Archive, site_id: int, row: sqlite3.Row) -> str:
    status = row["status"] or 0
    if row["outcome"] == "answer" and status in REDIRECTS:
        target = timeline.target(archive, row["id"])
        if target is not None and not _is_own(archive, site_id, target):
            return f"elsewhere {urlsplit(target).hostname or target}"
        return "read"
    if status >= 400:
        return "error"
    kind = row["kind"] or "read"
    return kind if kind in NOTICES else "read"


def _is_own(archive: Archive, site_id: int, url: str) -> bool:
    """Whether the crawl went there as to a page of the site: it does to the site's own hosts."""
    names = timeline.names_of(url)
    places = ", ".join("?" * len(names))
    row = archive.conn.execute(
        f"SELECT 1 FROM page WHERE method = 'GET' AND site_id = ? AND url IN ({places})",
        (site_id, *names),
    )
    return row.fetchone() is not None
