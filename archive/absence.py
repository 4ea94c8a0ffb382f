"""Absence: a page says that it is no more. When that is to be believed, and since when it says so.

Servers lose pages for an hour, a migration breaks all addresses for a day. So an article is gone
only after several looks on several days, each at a time at which its site was up. Looks that got no
answer, were refused, or met a notice of the whole site say nothing: a site that is down loses no
article. EDGI's monitors wait for 14 days; that is too long where a site's last days are counted.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive import timeline
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.reading_kinds import HIDDEN, NO_MORE, OF_A_SITE
from archive.types import REDIRECTS

LOOKS = 3
"""Looks in a row that find the page absent, no two of them within :data:`APART`."""
LOOKS_AT_410 = 2  # "this condition is likely to be permanent": RFC 9110, 15.5.11
APART = timedelta(hours=20)
"""Two looks of one day are one: what broke in the morning is mended by night. A daily crawl, which
may begin a little earlier than the day before, counts each time."""
SPAN = timedelta(days=2)  # from the first of them to the last; a day is enough for 410
LAPSED = timedelta(days=14)
"""The same where another's content stands: a site that was broken into is mended in days, and a
domain that lapsed has a new owner for good. No other page need answer: they show the same."""
AGAIN = timedelta(days=1)  # until the next look, doubled with each that follows
LONGEST = timedelta(days=180)
_THAT_DAY = timedelta(days=1)
_MOST = 60  # looks back: an absence that is older than those is decided long ago

_OWN = ("article", "listing", "home", "gallery", "document", "sitemap", "feed", "search", "other")

KIND = """(SELECT reading.kind FROM capture same JOIN reading ON reading.capture_id = same.id
        WHERE same.page_id = look.page_id AND reading.state = 'read'
          AND same.payload_id = coalesce(look.payload_id, earlier.payload_id)
        ORDER BY same.id DESC LIMIT 1)"""
"""What a capture `look` met, if the look before it, which it names, is `earlier`."""

_LOOKS = f"""
SELECT look.id, look.time, look.crawl_id, look.outcome, look.status, look.page_id, page.site_id,
       {KIND} AS kind
FROM capture look JOIN page ON page.id = look.page_id
LEFT JOIN capture earlier ON earlier.id = look.earlier_id
WHERE look.page_id = ? AND (look.time, look.id) <= (?, ?)
ORDER BY look.time DESC, look.id DESC LIMIT ?"""

_UP = """
SELECT 1 FROM capture other JOIN page ON page.id = other.page_id
WHERE other.crawl_id = ? AND page.site_id = ? AND other.page_id != ? AND other.time BETWEEN ? AND ?
  AND page.kind IN ('article', 'listing') AND other.outcome != 'failure'
  AND (other.outcome = 'unchanged' OR other.status BETWEEN 200 AND 299) LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Absent:
    """A page's absence: the looks that say so without a break, on days of their own.

    *why* is what the last of them met: ``missing`` (404), ``removed`` (410), ``soft-404`` (a page
    that says so under status 200), ``home`` (sent to the home page), ``foreign`` (another's
    content), ``login`` (a form in its place), ``parked`` (a domain without a site). ``sure``: its
    article is gone, which it never is by the last two.
    """

    since: datetime
    looks: int
    why: str
    sure: bool


def of_page(archive: Archive, page_id: int, capture_id: int | None = None) -> Absent | None:
    """The absence of a page at that capture (None: its last one); None if it was there then."""
    row = archive.conn.execute(
        """SELECT id, time, crawl_id FROM capture
           WHERE id = coalesce(?, (SELECT last_capture_id FROM page WHERE id = ?))""",
        (capture_id, page_id),
    ).fetchone()
    if row is None:
        return None
    known = from_iso(row["time"]) if capture_id is not None else from_iso(row["time"]) + _THAT_DAY
    met: list[tuple[datetime, str]] = []  # newest first
    hidden: list[tuple[datetime, str]] = []
    for look in archive.conn.execute(_LOOKS, (page_id, row["time"], row["id"], _MOST)):
        why = _why(archive, look)
        if why == "there":
            break
        if why in HIDDEN:
            _add(hidden, look, why)
        elif why == "foreign" or (why and _site_was_up(archive, look, row["crawl_id"], known)):
            _add(met, look, why)
    if not met:
        return Absent(hidden[-1][0], len(hidden), hidden[0][1], False) if hidden else None
    return Absent(met[-1][0], len(met), met[0][1], _is_sure(met))


def _add(met: list[tuple[datetime, str]], look: sqlite3.Row, why: str) -> None:
    """Count a look, which is older than those before; with one of the same day it is one."""
    moment = from_iso(look["time"])
    if not met or met[-1][0] - moment >= APART:
        met.append((moment, why))
    else:
        met[-1] = moment, met[-1][1]


def _is_sure(met: list[tuple[datetime, str]]) -> bool:
    span = met[0][0] - met[-1][0]
    whys = [why for _, why in met]
    if "foreign" in whys:
        return len(met) >= LOOKS and span >= LAPSED
    removed = all(why == "removed" for why in whys[:LOOKS_AT_410])
    return (len(met) >= LOOKS and span >= SPAN) or (
        removed and len(met) >= LOOKS_AT_410 and span >= APART
    )


def next_look(archive: Archive, page_id: int, at: datetime) -> datetime:
    """When to look again at a page that was found absent *at*: soon, until it is sure."""
    found = of_page(archive, page_id)
    looks = found.looks if found is not None else 1
    wait: timedelta = AGAIN * 2 ** min(looks - 1, 8)
    return at + min(wait, LONGEST)


def _why(archive: Archive, look: sqlite3.Row) -> str | None:
    """What a look met: `there`, a kind of absence, or None if it says nothing of the page."""
    status = look["status"] or 0
    if look["outcome"] == "unchanged" or (look["outcome"] == "answer" and 200 <= status < 300):
        if look["kind"] == "closed":
            return None
        if look["kind"] in (*NO_MORE, *HIDDEN):
            return "soft-404" if look["kind"] == "error" else str(look["kind"])
        return "there"
    if look["outcome"] == "answer" and status in (404, 410):
        return "missing" if status == 404 else "removed"
    if look["outcome"] == "answer" and status in REDIRECTS:
        return "home" if _leads_home(archive, look["id"]) else None
    return None


def _leads_home(archive: Archive, capture_id: int) -> bool:
    target = timeline.target(archive.whole, capture_id)
    if target is None:
        return False
    names = timeline.names_of(target)
    places = ", ".join("?" * len(names))
    row = archive.whole.conn.execute(
        f"SELECT 1 FROM page WHERE method = 'GET' AND pinned = 1 AND url IN ({places})", names
    )
    return row.fetchone() is not None


def _site_was_up(archive: Archive, look: sqlite3.Row, judged_in: int, known: datetime) -> bool:
    """Whether another page of the site answered well in the same crawl and within a day.

    An import is one crawl of years. *known*: what was captured later is not known yet, so that the
    first look of a crawl may count only when the next crawl asks.
    """
    if look["crawl_id"] != judged_in and _was_dark(archive, look["crawl_id"]):
        return False
    moment = from_iso(look["time"])
    begin, end = iso(moment - _THAT_DAY), iso(min(moment + _THAT_DAY, known))
    values = (look["crawl_id"], look["site_id"], look["page_id"], begin, end)
    return archive.whole.conn.execute(_UP, values).fetchone() is not None


def _was_dark(archive: Archive, crawl_id: int) -> bool:
    """Whether all that an earlier crawl read were notices: its site was not up, whatever answered.

    Told by the figures of its end, which are kept; what was read of single pages is derived. Of the
    crawl in which a page is judged they are not there yet.
    """
    row = archive.whole.conn.execute("SELECT figures FROM crawl WHERE id = ?", (crawl_id,))
    figures = json.loads((row.fetchone() or (None,))[0] or "{}")
    read = {kind: figures.get(f"read as {kind}", 0) for kind in (*OF_A_SITE, *_OWN)}
    return any(read[kind] for kind in OF_A_SITE) and not any(read[kind] for kind in _OWN)


def since(archive: Archive, article_id: int) -> Absent | None:
    """Since when the page of an article that still counts as live is absent, if it is."""
    row = archive.conn.execute(
        "SELECT page_id FROM article WHERE id = ? AND state = 'live'", (article_id,)
    ).fetchone()
    return of_page(archive, row["page_id"]) if row is not None else None


def told(one: Absent) -> dict[str, object]:
    """What the event `gone` tells of it."""
    return {"why": one.why, "since": iso(one.since), "looks": one.looks}
