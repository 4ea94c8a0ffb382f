"""A site's health in lines: what to do about it, the signs, and its committee."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_BODY = {
    "committee_then": "committee then", "committee_now": "committee now", "dissolved": "dissolved",
    "merged": "merged", "successor": "successor",
}  # fmt: skip


def health_lines(health: Mapping[str, Any]) -> Iterator[str]:
    """One line a fact; *health* as in `archive.health.Health.row`."""
    from archive.clock import from_iso
    from archive.cron import local

    if not health:
        return
    yield f"{'since:':<12} {local(from_iso(health['since']))}"
    if health["last_chance"] == "due":
        yield "THIS SITE IS DYING: its next crawl is a full one, a last chance."
    elif health["last_chance"]:
        made = local(from_iso(health["last_chance"]))
        yield f"This site is dying. Its last full crawl was made at {made}."
    for one in health["signs"]:
        yield f"{one['sign'] + ':':<12} {one['state']}: {one['told']}"
    body = health["body"]
    for key, name in _BODY.items():
        if body[key]:
            yield f"{name + ':':<12} {body[key]}"
    if body["predecessors"]:
        yield f"{'before it:':<12} {', '.join(body['predecessors'])}"
