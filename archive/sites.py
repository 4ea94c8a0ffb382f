"""The committees' sites that the archive knows."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from archive import events
from archive.clock import from_iso, iso
from archive.db import Archive


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


def ensure(
    archive: Archive,
    slug: str,
    name: str,
    province_then: str | None = None,
    province_now: str | None = None,
) -> int:
    """The row number of a site, which is entered or brought up to date."""
    with archive.joined() as conn:
        row = conn.execute(
            """INSERT INTO site (slug, name, province_then, province_now, state_since)
               VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (slug) DO UPDATE SET name = excluded.name,
                   province_then = excluded.province_then, province_now = excluded.province_now
               RETURNING id""",
            (slug, name, province_then, province_now, iso(archive.clock.now())),
        ).fetchall()[0]
    return int(row[0])


def get(archive: Archive, slug: str) -> Site | None:
    """The site of that name, if it is known."""
    row = archive.conn.execute("SELECT * FROM site WHERE slug = ?", (slug,)).fetchone()
    return _site(row) if row is not None else None


def all(archive: Archive) -> list[Site]:
    """All sites, by name."""
    return [_site(row) for row in archive.conn.execute("SELECT * FROM site ORDER BY slug")]


def settle(archive: Archive, site_id: int, state: str) -> None:
    """Write the site's state; a change is told as an event `site`."""
    with archive.joined() as conn:
        changed = conn.execute(
            "UPDATE site SET state = ?, state_since = ? WHERE id = ? AND state != ?",
            (state, iso(archive.clock.now()), site_id, state),
        ).rowcount
        if changed:
            events.tell(archive, "site", site_id=site_id, data={"state": state})


def hold(archive: Archive, site_id: int, who: str | None) -> None:
    """Write down who crawls the site, None: nobody. Only shown: the lock is the kernel's."""
    with archive.joined() as conn:
        conn.execute("UPDATE site SET holder = ? WHERE id = ?", (who, site_id))


def _site(row: sqlite3.Row) -> Site:
    return Site(
        row["id"], row["slug"], row["name"], row["province_then"], row["province_now"],
        row["state"], from_iso(row["state_since"]), row["holder"],
    )  # fmt: skip
