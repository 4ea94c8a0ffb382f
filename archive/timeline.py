"""The captures of a page in the order of time, and of any URL the one nearest to a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive import captures
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.types import REDIRECTS
from archive.urls import canonical, resolve

Want = Literal["page", "content"]
"""What a link is to lead to: `page`, whatever the server answered; `content`, what it sent well."""

_MOST_HOPS = 5
_AT_ONCE = 400  # values bound in one statement

_WANTED: dict[Want, str] = {
    "page": "outcome != 'failure'",
    "content": "(outcome = 'unchanged' OR outcome = 'answer' AND status < 400)",
}

_NEAREST = """
SELECT page.url, page.found_url,
       (SELECT id FROM capture WHERE page_id = page.id AND {wanted} AND time <= :at
        ORDER BY time DESC, id DESC LIMIT 1) AS before,
       (SELECT id FROM capture WHERE page_id = page.id AND {wanted} AND time > :at
        ORDER BY time, id LIMIT 1) AS after
FROM page WHERE page.method = 'GET' AND {named}"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One capture in the time line of its page; ``same``: its content is that of the one before."""

    id: int
    time: datetime
    outcome: Literal["answer", "unchanged", "failure"]
    status: int | None
    failure: str | None
    size: int | None  # of the payload that it brought or left standing, in bytes
    same: bool


def of_page(archive: Archive, page_id: int) -> list[Entry]:
    """All captures of a page, the oldest first."""
    rows = archive.conn.execute(
        """SELECT one.id, one.time, one.outcome, one.status, one.failure, payload.size,
                  coalesce(one.payload_id, earlier.payload_id) AS content
           FROM capture one LEFT JOIN capture earlier ON earlier.id = one.earlier_id
           LEFT JOIN payload ON payload.id = coalesce(one.payload_id, earlier.payload_id)
           WHERE one.page_id = ? ORDER BY one.time, one.id""",
        (page_id,),
    )
    found, before = [], None
    for row in rows:
        same = row["content"] is not None and row["content"] == before
        before = row["content"] or before
        found.append(
            Entry(
                row["id"], from_iso(row["time"]), row["outcome"], row["status"], row["failure"],
                row["size"], same,
            )
        )  # fmt: skip
    return found


def nearest(
    archive: Archive, urls: Iterable[str], at: datetime, *, want: Want, site_id: int | None = None
) -> dict[str, int]:
    """The capture nearest to *at* of each of the absolute *urls*; what has none is left out.

    With `content` redirects are followed. Parameters that a site's profile drops are unknown here:
    URLs of *site_id* that are not found by their canonical form are looked for as first found.
    """
    spellings = {url: names_of(url) for url in urls}
    wanted = sorted({one for all_of in spellings.values() for one in all_of})
    by_name = _captures(archive, "url", wanted, at, want)
    rest = [url for url, names in spellings.items() if names and not by_name.keys() & set(names)]
    if rest and site_id is not None:
        by_name |= _captures(archive, "found_url", sorted(rest), at, want, site_id)
    found: dict[str, int] = {}
    for url, names in spellings.items():
        capture_id = next((by_name[one] for one in (*names, url) if one in by_name), None)
        if capture_id is not None and want == "content":
            capture_id = _followed(archive, capture_id, at)
        if capture_id is not None:
            found[url] = capture_id
    return found


def names_of(url: str) -> tuple[str, ...]:
    """Canonical forms that the page of a URL may stand under, the surest first; none if it has
    none."""
    try:
        name = canonical(url)
        bare = canonical(url, strip_slash=True)
    except ValueError:
        return ()
    scheme, _, rest = name.partition(":")
    other = f"{'http' if scheme == 'https' else 'https'}:{rest}"
    return tuple(dict.fromkeys((name, bare, other)))


def _captures(
    archive: Archive,
    column: Literal["url", "found_url"],
    names: Sequence[str],
    at: datetime,
    want: Want,
    site_id: int | None = None,
) -> dict[str, int]:
    """Name -> the capture nearest to *at* of the page with that name in *column*."""
    moment = iso(at)
    found: dict[str, int] = {}
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        values: dict[str, object] = {f"n{i}": name for i, name in enumerate(some)}
        named = f"page.{column} IN ({', '.join(f':n{i}' for i in range(len(some)))})"
        if site_id is not None:
            named += " AND page.site_id = :site"
        rows = archive.conn.execute(
            _NEAREST.format(wanted=_WANTED[want], named=named),
            {**values, "at": moment, "site": site_id},
        )
        for row in rows:
            capture_id = _nearer(archive, row["before"], row["after"], at)
            if capture_id is not None:
                found[row[column]] = capture_id
    return found


def _nearer(archive: Archive, before: int | None, after: int | None, at: datetime) -> int | None:
    if before is None or after is None:
        return after if before is None else before
    past = at - captures.get(archive, before).time
    coming = captures.get(archive, after).time - at
    return before if past <= coming else after


def _followed(archive: Archive, capture_id: int, at: datetime) -> int | None:
    """Where redirects end, None if that was not captured."""
    for _ in range(_MOST_HOPS):
        one = captures.get(archive, capture_id)
        if one.status is None or not 300 <= one.status < 400 or one.outcome == "unchanged":
            return capture_id
        there = target(archive, capture_id)
        names = names_of(there) if there else ()
        hits = _captures(archive, "url", names, at, "content")
        found = next((hits[name] for name in names if name in hits), None)
        if found is None:
            return None
        capture_id = found
    return None


def target(archive: Archive, capture_id: int) -> str | None:
    """The absolute URL that a redirect names, None if it is no redirect to http(s)."""
    sent = captures.exchange(archive, capture_id, as_sent=True)
    location = sent.header("Location")
    if not location or sent.status not in REDIRECTS:
        return None
    return resolve(sent.url, location)
