"""Pages: every URL ever known, and its state. This is also the frontier."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from archive import lacking
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.digest import sha256
from archive.times import sortable
from archive.types import Found, Page, PageKind
from archive.urls import canonical

_ADD = """
INSERT INTO page (site_id, method, url, found_url, body, body_digest, kind, how, found_on, found_at,
                  depth, due, pinned, root_id, lastmod, told)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (method, url, body_digest) DO NOTHING RETURNING *"""

_COLUMNS = frozenset(
    ["kind", "state", "due", "failures", "pinned", "root_id", "backfilled", "lastmod", "depth"]
)

# What stands first is asked for first: without robots.txt nothing may be, and listings tell most.
_CLASSES: tuple[tuple[PageKind, str], ...] = (
    ("robots", "due"),
    ("listing", "pinned DESC, due"),
    ("article", "due"),
    ("document", "due"),
    ("photo", "due"),
    ("other", "due"),
    ("asset", "due"),
)


def add(  # noqa: PLR0913 - all of it is how a page became known
    archive: Archive,
    site_id: int,
    found: Iterable[Found],
    *,
    at: datetime,
    found_on: int | None = None,
    depth: int = 0,
    due: datetime | None = None,
    root_id: int | None = None,
    pinned: bool = False,
    canonicalize: Callable[[str], str] = canonical,
) -> list[Page]:
    """Enter what was found, and return the pages that are new, in order.

    A known page stays as it is, but for four things: it is due *at* once if it was changed (as
    `lastmod` says) after its last answer; a start point becomes pinned; it gets the date that it
    is told, if it had none; and what an article shows or hands out is a photo or document, if it
    never answered as anything else. URLs that have no
    canonical form (ValueError) are left out.
    """
    new: list[Page] = []
    found_at, due_at = iso(at), iso(due) if due else None
    with archive.joined() as conn:
        for one in found:
            try:
                url = canonicalize(one.url)
            except ValueError:
                continue
            digest = sha256(one.body) if one.body else ""
            row = conn.execute(
                _ADD,
                (site_id, one.method, url, one.url, one.body, digest, one.kind, one.how, found_on,
                 found_at, depth, due_at, pinned, root_id, one.lastmod, one.told),
            ).fetchall()  # fmt: skip
            if row:
                new.append(page_of(row[0]))
                continue
            if one.lastmod or pinned:
                _learn(conn, one, url, digest, at, pinned)
            if one.told:
                conn.execute(
                    """UPDATE page SET told = ? WHERE method = ? AND url = ? AND body_digest = ?
                         AND told IS NULL""",
                    (one.told, one.method, url, digest),
                )
            if one.kind in ("photo", "document"):
                # first met in the layout or by a bare link; an article says what it is
                conn.execute(
                    """UPDATE page SET kind = ? WHERE method = ? AND url = ? AND body_digest = ?
                         AND kind IN ('asset', 'other') AND last_answer_id IS NULL""",
                    (one.kind, one.method, url, digest),
                )
    return new


def _learn(
    conn: sqlite3.Connection, one: Found, url: str, digest: str, at: datetime, pinned: bool
) -> None:
    row = conn.execute(
        """SELECT page.id, page.lastmod, page.pinned, capture.time AS answered FROM page
           LEFT JOIN capture ON capture.id = page.last_answer_id
           WHERE page.method = ? AND page.url = ? AND page.body_digest = ?""",
        (one.method, url, digest),
    ).fetchone()
    if pinned and not row["pinned"]:
        conn.execute("UPDATE page SET pinned = 1 WHERE id = ?", (row["id"],))
    if not one.lastmod or one.lastmod == row["lastmod"]:
        return
    conn.execute("UPDATE page SET lastmod = ? WHERE id = ?", (one.lastmod, row["id"]))
    changed, precision = sortable(one.lastmod)
    if changed is None or row["answered"] is None:
        return
    moment = from_iso(changed)
    if precision == "day":  # it may mean that day's last minute
        moment += timedelta(days=1)
    if moment > from_iso(row["answered"]):
        conn.execute(
            "UPDATE page SET due = ? WHERE id = ? AND state != 'disallowed'", (iso(at), row["id"])
        )


def by_url(archive: Archive, url: str, method: str = "GET", body: bytes = b"") -> Page | None:
    """The page with that canonical URL, method and body."""
    row = archive.conn.execute(
        "SELECT * FROM page WHERE method = ? AND url = ? AND body_digest = ?",
        (method, url, sha256(body) if body else ""),
    ).fetchone()
    return page_of(row) if row is not None else None


def get(archive: Archive, page_id: int) -> Page:
    """The page in that row; KeyError if there is none."""
    row = archive.conn.execute("SELECT * FROM page WHERE id = ?", (page_id,)).fetchone()
    if row is None:
        raise KeyError(page_id)
    return page_of(row)


def due(
    archive: Archive,
    site_id: int,
    now: datetime,
    limit: int,
    exclude: Collection[int] = (),
    *,
    missing: datetime | None = None,
    without: Collection[PageKind] = (),
) -> list[Page]:
    """Up to *limit* pages that are due, without those in *exclude*.

    *missing*: only what a crawl of missing pages that began then goes for; *without*: no pages of
    these kinds.

    In order: robots.txt, start points, listings, articles, documents, photos, the rest; in each
    class what has been due longest, of missing pages what is dated last.
    """
    out: list[Page] = []
    only = f"AND {lacking.WANTED}" if missing else ""
    for kind, order in _CLASSES:
        if kind in without:
            continue
        rows = archive.conn.execute(
            f"""SELECT * FROM page WHERE site_id = :site AND due <= :now AND kind = :kind {only}
                ORDER BY {lacking.NEWEST if missing else order}, id LIMIT :limit""",
            {
                "site": site_id, "now": iso(now), "kind": kind,
                "limit": limit - len(out) + len(exclude),
                "started": iso(missing) if missing else None,
            },
        )  # fmt: skip
        out += [page_of(row) for row in rows if row["id"] not in exclude][: limit - len(out)]
        if len(out) >= limit:
            break
    return out


def count_due(archive: Archive, site_id: int, now: datetime) -> int:
    """How many pages of the site are due."""
    row = archive.conn.execute(
        "SELECT count(*) FROM page WHERE site_id = ? AND due <= ?", (site_id, iso(now))
    ).fetchone()
    return int(row[0])


def next_due(archive: Archive, site_id: int) -> datetime | None:
    """When the next page of the site is, or was, due."""
    row = archive.conn.execute(
        "SELECT min(due) FROM page WHERE site_id = ? AND due IS NOT NULL", (site_id,)
    ).fetchone()
    return from_iso(row[0]) if row[0] else None


def set_state(archive: Archive, page_id: int, **columns: Any) -> None:
    """Change columns of a page's state; datetimes and booleans are taken as they are."""
    strange = columns.keys() - _COLUMNS
    if strange:
        raise TypeError(f"no state of a page: {', '.join(sorted(strange))}")
    values = [iso(v) if isinstance(v, datetime) else v for v in columns.values()]
    names = ", ".join(f"{name} = ?" for name in columns)
    archive.conn.execute(f"UPDATE page SET {names} WHERE id = ?", (*values, page_id))


def pin(archive: Archive, page_id: int, pinned: bool = True) -> None:
    """Make a page a start point that is looked at in every crawl, or no longer one."""
    archive.conn.execute("UPDATE page SET pinned = ? WHERE id = ?", (pinned, page_id))


def page_of(row: sqlite3.Row) -> Page:
    """The value of a whole row of `page`."""
    return Page(
        id=row["id"],
        site_id=row["site_id"],
        method=row["method"],
        url=row["url"],
        found_url=row["found_url"],
        body=row["body"],
        kind=row["kind"],
        how=row["how"],
        depth=row["depth"],
        found_at=from_iso(row["found_at"]),
        due=from_iso(row["due"]) if row["due"] else None,
        failures=row["failures"],
        pinned=bool(row["pinned"]),
        root_id=row["root_id"],
        backfilled=bool(row["backfilled"]),
        last_answer_id=row["last_answer_id"],
        lastmod=row["lastmod"],
        state=row["state"],
    )
