"""The table `site`: the committees' sites that this archive knows."""

from __future__ import annotations

from dataclasses import dataclass

from archive.clock import iso
from archive.db import Archive


@dataclass(frozen=True, slots=True)
class Site:
    """A row of `site`. *holder*: who crawls it now, only to be shown."""

    id: int
    slug: str
    name: str
    province_then: str | None
    province_now: str | None
    state: str
    state_since: str
    holder: str | None


def ensure(
    archive: Archive, slug: str, name: str, province_then: str | None, province_now: str | None
) -> int:
    """The site's row number; its name and provinces become those given."""
    row = archive.conn.execute(
        """INSERT INTO site (slug, name, province_then, province_now, state_since)
           VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (slug) DO UPDATE SET name = excluded.name,
               province_then = excluded.province_then, province_now = excluded.province_now
           RETURNING id""",
        (slug, name, province_then, province_now, iso(archive.clock.now())),
    ).fetchone()
    return int(row[0])


def get(archive: Archive, slug: str) -> Site | None:
    """The site of that slug, if this archive has it."""
    row = archive.conn.execute("SELECT * FROM site WHERE slug = ?", (slug,)).fetchone()
    return Site(*row) if row else None


def all(archive: Archive) -> list[Site]:
    """Every site, by slug."""
    return [Site(*row) for row in archive.conn.execute("SELECT * FROM site ORDER BY slug")]


def hold(archive: Archive, site_id: int, who: str | None) -> None:
    """Say who crawls it now; None: nobody."""
    archive.conn.execute("UPDATE site SET holder = ? WHERE id = ?", (who, site_id))
