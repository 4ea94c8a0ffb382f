"""Site health: several signs, each with its evidence, and the state that they come to.

One bad day says nothing: each sign asks for several days of its own, and a site is better again
only when every crawl of a day says so. A dying site has one last full crawl (`crawler.session`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from archive import bodies, health_looks, health_news, sites
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.health_signs import Sign, State

RANKS: tuple[State, ...] = ("healthy", "degraded", "dying", "redirected", "parked", "gone")
"""From the best to the worst; the worst sign decides."""
BETTER = timedelta(hours=20)  # as long as every crawl must say so: two days' crawls, at least
ATTEMPTS = 3  # last full crawls that came to no end, before no more are made

_LAST_CHANCE = """
SELECT started, outcome FROM crawl WHERE site_id = ? AND why = 'last-chance' AND started >= ?
ORDER BY started DESC, id DESC"""


@dataclass(frozen=True, slots=True)
class Health:
    """How a site stands, ``since`` when (ISO 8601), and why. ``last_chance``: `due` (the next crawl
    is the last full one), the time of the one that was made, or None."""

    state: State
    since: str
    signs: tuple[Sign, ...]
    last_chance: str | None
    body: bodies.Body

    def row(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def signs(archive: Archive, site_id: int, now: datetime) -> tuple[Sign, ...]:
    """All signs of a site's health up to *now*; those that can say nothing are left out."""
    found = (*health_looks.signs(archive, site_id, now), *health_news.signs(archive, site_id, now))
    return tuple(sorted(found, key=lambda one: -RANKS.index(one.state)))


def verdict(found: tuple[Sign, ...]) -> State:
    """The state that the signs come to."""
    return max((one.state for one in found), key=RANKS.index, default="healthy")


def settle(archive: Archive, site_id: int) -> None:
    """Write what the signs come to, after a crawl. Call inside a transaction."""
    now = archive.clock.now()
    row = archive.conn.execute(
        "SELECT state, better_since FROM site WHERE id = ?", (site_id,)
    ).fetchone()
    found = signs(archive, site_id, now)
    state = verdict(found)
    better = RANKS.index(state) < RANKS.index(row["state"])
    since = from_iso(row["better_since"]) if row["better_since"] else now
    doubt = any(one.doubt for one in found)
    if better and (doubt or now - since < BETTER):
        _better_since(archive, site_id, None if doubt else since)
        return
    _better_since(archive, site_id, None)
    sites.settle(archive, site_id, state, [one.told for one in found if one.state != "healthy"])


def _better_since(archive: Archive, site_id: int, moment: datetime | None) -> None:
    archive.conn.execute(
        "UPDATE site SET better_since = ? WHERE id = ?", (iso(moment) if moment else None, site_id)
    )


def of_site(archive: Archive, site_id: int) -> Health:
    """How a site stands now; KeyError if there is none in that row."""
    row = archive.conn.execute("SELECT * FROM site WHERE id = ?", (site_id,)).fetchone()
    if row is None:
        raise KeyError(site_id)
    return Health(
        row["state"], row["state_since"], signs(archive, site_id, archive.clock.now()),
        last_chance(archive, site_id), bodies.of_row(row),
    )  # fmt: skip


def last_chance(archive: Archive, site_id: int) -> str | Literal["due"] | None:
    """Of a dying site: `due` before its last full crawl, its time after that; None of others."""
    row = archive.conn.execute(
        "SELECT state, state_since FROM site WHERE id = ?", (site_id,)
    ).fetchone()
    if row is None or row["state"] != "dying":
        return None
    made = archive.conn.execute(_LAST_CHANCE, (site_id, row["state_since"])).fetchall()
    done = next((one for one in made if one["outcome"] in ("finished", "limit")), None)
    if done is not None:
        return str(done["started"])
    return "due" if len(made) < ATTEMPTS else str(made[0]["started"])
