"""Which sites go on with each other: an article that moved to one of them keeps its identity.

What profiles name as successors and predecessors, followed to the ends. Two sites that were merged
into a third are no kin of each other: what both had is a copy. Told by `archive.whole`, since a
scratch copy holds pages alone.
"""

from __future__ import annotations

import json
from collections import defaultdict

from archive import timeline
from archive.db import Archive
from archive.urls import canonical, origin


def of(archive: Archive, site_id: int) -> frozenset[int]:
    """Row numbers of the site, those before it, and those after it."""
    later = _links(archive)
    if not later:
        return frozenset({site_id})
    earlier: defaultdict[str, set[str]] = defaultdict(set)
    for one, others in later.items():
        for other in others:
            earlier[other].add(one)
    ids = {
        str(row[1]): int(row[0]) for row in archive.whole.conn.execute("SELECT id, slug FROM site")
    }
    slug = next((name for name, number in ids.items() if number == site_id), "")
    found = _reached(slug, later) | _reached(slug, earlier)
    return frozenset({site_id, *(ids[name] for name in found if name in ids)})


def _links(archive: Archive) -> dict[str, set[str]]:
    """Slug -> the slugs of what goes on with it."""
    rows = archive.whole.conn.execute(
        """SELECT slug, successor, predecessors FROM site
           WHERE successor IS NOT NULL OR predecessors != '[]'"""
    )
    later: defaultdict[str, set[str]] = defaultdict(set)
    for slug, successor, predecessors in rows:
        if successor:
            later[slug].add(successor)
        for one in json.loads(predecessors):
            later[one].add(slug)
    return dict(later)


def _reached(slug: str, ways: dict[str, set[str]]) -> set[str]:
    found, fresh = set[str](), {slug}
    while fresh:
        fresh = {there for one in fresh for there in ways.get(one, ())} - found
        found |= fresh
    return found


def _heir(archive: Archive, site_id: int, url: str) -> int | None:
    """The site that goes on with this one and has its pages where *url* is; None if none does."""
    others = of(archive, site_id) - {site_id}
    if not others:
        return None
    try:
        there = origin(canonical(url))
    except ValueError:
        return None
    row = archive.whole.conn.execute(
        """SELECT site_id FROM page WHERE method = 'GET' AND url >= ? AND url < ?
             AND site_id IN (SELECT value FROM json_each(?)) LIMIT 1""",
        (f"{there}/", f"{there}0", json.dumps(sorted(others))),  # `0` follows `/`
    ).fetchone()
    return int(row[0]) if row is not None else None


def page_at(archive: Archive, site_id: int, url: str) -> tuple[int, str] | None:
    """The site that goes on with this one where *url* is, and the canonical URL under which it
    knows that page, or is to enter it; None if no site does."""
    heir = _heir(archive, site_id, url)
    if heir is None:
        return None
    for name in timeline.names_of(url):
        row = archive.whole.conn.execute(
            "SELECT 1 FROM page WHERE method = 'GET' AND url = ? AND body_digest = ''", (name,)
        ).fetchone()
        if row is not None:
            return heir, name
    return heir, canonical(url)
