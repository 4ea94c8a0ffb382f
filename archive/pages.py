"""The table `page`: every URL ever known, and the state of the frontier there."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from archive.clock import from_iso, iso
from archive.db import Archive
from archive.types import Found, Page
from archive.urls import canonical

_COLUMNS = (
    "id, site_id, method, url, found_url, body, kind, how, depth, found_at, due, failures, "
    "pinned, root_id, backfilled, last_answer_id, lastmod, state"
)
# what is asked for first when several pages are due
_ORDER = """CASE kind WHEN 'robots' THEN 0 WHEN 'listing' THEN 1 WHEN 'article' THEN 2
            WHEN 'other' THEN 3 WHEN 'document' THEN 4 WHEN 'photo' THEN 5 ELSE 6 END"""


def add(  # noqa: PLR0913 - what is known of all of *found* alike
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
    """Enter requests into the table; those that are new to it.

    Known ones stay as they are, but for one whose ``lastmod`` moved after its last answer: it is
    due at once. What is no URL is left out.
    """
    new: list[Page] = []
    for one in found:
        try:
            url = canonicalize(one.url)
        except ValueError:
            continue
        page = _insert(archive, site_id, one, url, (at, found_on, depth, due, root_id, pinned))
        if page is not None:
            new.append(page)
        elif one.lastmod is not None:
            _modified(archive, url, one.lastmod, at)
        if page is None and pinned:
            archive.conn.execute(
                "UPDATE page SET pinned = 1, due = ?, state = 'open' WHERE method = ? AND url = ?",
                (iso(due or at), one.method, url),
            )
    return new


def _insert(
    archive: Archive, site_id: int, one: Found, url: str, told: tuple[Any, ...]
) -> Page | None:
    at, found_on, depth, due, root_id, pinned = told
    row = archive.conn.execute(
        f"""INSERT INTO page (site_id, method, url, found_url, body, body_digest, kind, how,
                found_on, found_at, depth, due, root_id, pinned, lastmod)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (method, url, body_digest) DO NOTHING RETURNING {_COLUMNS}""",
        (
            site_id, one.method, url, one.url, one.body, _body_digest(one.body), one.kind, one.how,
            found_on, iso(at), depth, iso(due) if due else None, root_id, pinned, one.lastmod,
        ),
    ).fetchone()  # fmt: skip
    return _page(row) if row else None


def _modified(archive: Archive, url: str, lastmod: str, at: datetime) -> None:
    archive.conn.execute(
        """UPDATE page SET lastmod = ?,
               due = CASE WHEN last_answer_id IS NULL OR lastmod IS NULL THEN due ELSE ? END
           WHERE method = 'GET' AND url = ? AND lastmod IS NOT ? AND state != 'disallowed'""",
        (lastmod, iso(at), url, lastmod),
    )


def _body_digest(body: bytes) -> str:
    return "sha256:" + hashlib.sha256(body).hexdigest() if body else ""


def by_url(archive: Archive, url: str, method: str = "GET", body: bytes = b"") -> Page | None:
    """The page of that canonical URL."""
    row = archive.conn.execute(
        f"SELECT {_COLUMNS} FROM page WHERE method = ? AND url = ? AND body_digest = ?",
        (method, url, _body_digest(body)),
    ).fetchone()
    return _page(row) if row else None


def get(archive: Archive, page_id: int) -> Page:
    """The page of that row number, which must be there."""
    row = archive.conn.execute(
        f"SELECT {_COLUMNS} FROM page WHERE id = ?", (page_id,)
    ).fetchone()
    if row is None:
        raise LookupError(f"no page {page_id}")
    return _page(row)


def due(
    archive: Archive, site_id: int, now: datetime, limit: int, exclude: Collection[int] = ()
) -> list[Page]:
    """Pages of a site that are due by *now*: robots.txt, start points, listings, articles, rest."""
    rows = archive.conn.execute(
        f"""SELECT {_COLUMNS} FROM page WHERE site_id = ? AND due <= ?
            AND id NOT IN (SELECT value FROM json_each(?))
            ORDER BY {_ORDER}, pinned DESC, due, id LIMIT ?""",
        (site_id, iso(now), json.dumps(list(exclude)), limit),
    )
    return [_page(row) for row in rows]


def next_due(archive: Archive, site_id: int) -> datetime | None:
    """When the soonest page of a site is due."""
    row = archive.conn.execute(
        "SELECT min(due) FROM page WHERE site_id = ? AND due IS NOT NULL", (site_id,)
    ).fetchone()
    return from_iso(row[0]) if row[0] else None


def set_state(archive: Archive, page_id: int, **columns: Any) -> None:
    """Change columns of a page; times are datetimes."""
    values = [iso(v) if isinstance(v, datetime) else v for v in columns.values()]
    names = ", ".join(f"{name} = ?" for name in columns)
    archive.conn.execute(f"UPDATE page SET {names} WHERE id = ?", (*values, page_id))


def _page(row: sqlite3.Row) -> Page:
    return Page(
        id=row[0], site_id=row[1], method=row[2], url=row[3], found_url=row[4], body=row[5],
        kind=row[6], how=row[7], depth=row[8], found_at=from_iso(row[9]),
        due=from_iso(row[10]) if row[10] else None, failures=row[11], pinned=bool(row[12]),
        root_id=row[13], backfilled=bool(row[14]), last_answer_id=row[15], lastmod=row[16],
        state=row[17],
    )  # fmt: skip
