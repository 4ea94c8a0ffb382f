"""The committees' sites that the archive knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from archive import bodies, events
from archive.bodies import UNKNOWN, Body
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.errors import UnknownReferenceError


@dataclass(frozen=True, slots=True)
class Site:
    """A row of the table `site`."""

    id: int
    slug: str
    name: str
    province_then: str | None
    province_now: str | None
    state: str
    state_since: datetime
    holder: str | None
    body: Body = UNKNOWN


def ensure(
    archive: Archive,
    slug: str,
    name: str,
    province_then: str | None = None,
    province_now: str | None = None,
    body: Body | None = None,
) -> int:
    """The row number of a site, which is entered or brought up to date.

    *body* None: what is known of it stays.
    """
    with archive.joined() as conn:
        row = conn.execute(
            """INSERT INTO site (slug, name, province_then, province_now, state_since)
               VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (slug) DO UPDATE SET name = excluded.name,
                   province_then = excluded.province_then, province_now = excluded.province_now
               RETURNING id""",
            (slug, name, province_then, province_now, iso(archive.clock.now())),
        ).fetchall()[0]
        if body is not None:
            names = ", ".join(f"{name} = ?" for name in bodies.COLUMNS)
            conn.execute(f"UPDATE site SET {names} WHERE id = ?", (*body.values(), row[0]))
    return int(row[0])


def get(archive: Archive, slug: str) -> Site | None:
    """The site of that name, if it is known."""
    row = archive.conn.execute("SELECT * FROM site WHERE slug = ?", (slug,)).fetchone()
    return _site(row) if row is not None else None


def require(archive: Archive, slug: str) -> Site:
    """The site of that name; UnknownReferenceError if there is none here."""
    found = get(archive, slug)
    if found is None:
        raise UnknownReferenceError(
            f"There is no site `{slug}` in this archive.",
            "`luutru status` lists its sites; `luutru crawl SITE` adds one.",
        )
    return found


def all(archive: Archive) -> list[Site]:
    """All sites, by name."""
    return [_site(row) for row in archive.conn.execute("SELECT * FROM site ORDER BY slug")]


def settle(archive: Archive, site_id: int, state: str, why: Sequence[str] = ()) -> None:
    """Write the site's state; a change is told as an event `site`, with the reasons in words."""
    with archive.joined() as conn:
        (was,) = conn.execute("SELECT state FROM site WHERE id = ?", (site_id,)).fetchone()
        if was == state:
            return
        conn.execute(
            "UPDATE site SET state = ?, state_since = ? WHERE id = ?",
            (state, iso(archive.clock.now()), site_id),
        )
        data = {"state": state, "was": was, "why": list(why)}
        events.tell(archive, "site", site_id=site_id, data=data)


def hold(archive: Archive, site_id: int, who: str | None) -> None:
    """Write down who crawls the site, None: nobody. Only shown: the lock is the kernel's."""
    with archive.joined() as conn:
        conn.execute("UPDATE site SET holder = ? WHERE id = ?", (who, site_id))


def _site(row: sqlite3.Row) -> Site:
    return Site(
        row["id"], row["slug"], row["name"], row["province_then"], row["province_now"],
        row["state"], from_iso(row["state_since"]), row["holder"], bodies.of_row(row),
    )  # fmt: skip
