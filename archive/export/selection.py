"""What a call selects: as it was typed, and as it was understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archive.errors import InputError
from archive.filters import Filters
from archive.query_tree import ALL, Atom, Days, Near, Node, OfSites, Province, Query, Site
from archive.synonyms import parsed
from archive.vietnamese import has_marks, settle

if TYPE_CHECKING:
    from archive.db import Archive


@dataclass(frozen=True, slots=True)
class Selection:
    """All of these must hold. ``since``: the number of an event that the articles come after.

    ``given``: the options as they were typed, for the manifest.
    """

    filters: Filters = field(default_factory=Filters)
    query: str | None = None
    since: int | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


def cursor(archive: Archive) -> str:
    """How far this archive's journal is: `archive-id:number`, for `--since`."""
    return f"{archive.id}:{_last_event(archive)}"


def event_number(archive: Archive, text: str) -> int:
    """The number that *text* means: an event's, alone or as :func:`cursor` gives it.

    InputError if it is of another archive or not there yet.
    """
    owner, _, number = text.strip().rpartition(":")
    readable = number.isascii() and number.isdecimal() and len(number) < 100
    if not readable or (owner and owner != archive.id):
        if owner and number.isdecimal():
            raise InputError(
                f"The cursor {text} is of another archive: this one is {archive.id}.",
                "Events have other numbers there. Leave --since out, or name that archive.",
            )
        raise InputError(
            f"{text!r} is no event.",
            "Give its number or a cursor as in a manifest, like"
            f" {archive.id}:{_last_event(archive)}.",
        )
    last = _last_event(archive)
    if int(number) > last:
        raise InputError(
            f"There is no event {number} yet: the last one of this archive is {last}.",
            "Was it put back from a backup? Then leave --since out once.",
        )
    return int(number)


def understood(archive: Archive, selection: Selection) -> dict[str, Any]:
    """The selection as it was read: only what narrows it."""
    one = selection.filters
    found: dict[str, Any] = {}
    if selection.query is not None:
        found["query"] = told(parsed(archive, selection.query, one))
    if one.sites:
        found["sites"] = sorted(set(one.sites))
    for name in ("section", "author", "province"):
        if text := getattr(one, name):
            marks = "as they stand" if has_marks(settle(text)) else "ignored"
            found[name] = {"text": settle(text), "marks": marks}
    if one.collection:
        found["collection"] = settle(one.collection)
    if one.since:
        found["published_from"] = one.since
    if one.until:
        found["published_to"] = one.until
    if selection.since is not None:
        found["events_after"] = selection.since
    return found


def told(query: Query) -> str:
    """A query in one spelling: every word with its mode, every operator with its brackets."""
    parts = [*([] if query.root == ALL else [_told(query.root)]), *map(_told_days, query.days)]
    return " AND ".join(parts)


def _told(node: Node) -> str:
    if isinstance(node, Site):
        return f"site:{node.name}"
    if isinstance(node, Province):
        return f'province:"{node.name}"'
    if isinstance(node, OfSites):
        raise TypeError("a filter stands in no query")
    if isinstance(node, Near):
        return f"({f' NEAR/{node.distance} '.join(map(_told, node.parts))})"
    if isinstance(node, Atom):
        place = f"{node.field}:" if node.field else ""
        sign = "=" if node.mode == "exact" else "~"
        star = "*" if node.prefix else ""
        forms = [f'{place}{sign}"{" ".join(form.words)}{star}"' for form in node.forms]
        return forms[0] if len(forms) == 1 else f"({' OR '.join(forms)})"
    parts = [_told(part) for part in node.parts]
    if node.kind == "not":
        return f"NOT {parts[0]}"
    return f"({f' {node.kind.upper()} '.join(parts)})"


def _told_days(days: Days) -> str:
    return f"date:{days.since or ''}..{days.until or ''}"


def _last_event(archive: Archive) -> int:
    (number,) = archive.conn.execute("SELECT coalesce(max(number), 0) FROM event").fetchone()
    return int(number)
