"""What a profile says of its committee: then and now, and the sites before and after its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from archive.bodies import Body
from archive.errors import ProfileError

Table = Mapping[str, Any]
Check = Callable[[Any], str | None]


def _day_or_year(value: Any) -> str | None:
    year = isinstance(value, int) and not isinstance(value, bool) and 1945 <= value < 3000
    day = isinstance(value, date) and not isinstance(value, datetime)
    return None if year or day else "a day, as in 2025-07-01, or a year: 2025"


def keys(text: Check, texts: Check) -> Table:
    """The keys, each with its check."""
    return {
        "committee_then": text,
        "committee_now": text,
        "dissolved": _day_or_year,
        "merged": _day_or_year,
        "successor": text,
        "predecessors": texts,
    }


def body(table: Table, slug: str, merged: str | None, path: Path) -> Body:
    """The committee then and now; *merged*: when its province was, which holds for it too."""
    before = tuple(table.get("predecessors", ()))
    after = table.get("successor")
    for key, named in (("successor", after), ("predecessors", slug in before and slug)):
        if named == slug:
            raise _wrong(path, key, f"{slug!r} is this site.", "Name another site.")
    if after is not None and after in before:
        raise _wrong(path, "successor", f"{after!r} is a predecessor too.", "Take one of them out.")
    days = {key: str(table[key]) for key in ("dissolved", "merged") if key in table}
    return Body(
        committee_then=table.get("committee_then"),
        committee_now=table.get("committee_now"),
        dissolved=days.get("dissolved"),
        merged=days.get("merged", merged),
        successor=after,
        predecessors=before,
    )


def _wrong(path: Path, key: str, what: str, next_step: str) -> ProfileError:
    return ProfileError(what, next_step, file=str(path), key=key)
