"""Filters over articles: what a search, an export and a listing can be narrowed by."""

from __future__ import annotations

from dataclasses import dataclass

from archive.collections import CONTAINS
from archive.db import Archive
from archive.times import sortable
from archive.vietnamese import exact, fold, has_marks, settle

_THERE = "SELECT 1 FROM pragma_function_list WHERE name = 'part_of_text'"


@dataclass(frozen=True, slots=True)
class Filters:
    """All of these must hold; what is empty filters nothing.

    ``sites``: slugs, any of them. ``section``: one of the article's sections, whole.
    ``author``: part of an author's name. ``province``: before or since July 2025, whole.
    Text without marks is compared without marks; with marks, exactly but for case and the place of
    tone marks. ``collection``: the name of one, in any form of Unicode.
    ``since`` and ``until``: ISO 8601, the day or moment of publication, both included.
    ``spellings`` filters nothing: by it a query's words with i and y find each other (kỹ, kĩ).
    """

    sites: tuple[str, ...] = ()
    section: str | None = None
    author: str | None = None
    province: str | None = None
    since: str | None = None
    until: str | None = None
    collection: str | None = None
    spellings: bool = False


def where(filters: Filters) -> tuple[str, list[object]]:
    """An SQL condition and its values, over `site`, `article` and `version` under these names.

    It uses the functions that :func:`prepare` defines.
    """
    parts: list[str] = []
    values: list[object] = []
    if filters.sites:
        parts.append(f"site.slug IN ({', '.join('?' * len(filters.sites))})")
        values += filters.sites
    if filters.section:
        parts.append("EXISTS (SELECT 1 FROM json_each(version.section) WHERE same_text(value, ?))")
        values.append(filters.section)
    if filters.author:
        parts.append(
            "EXISTS (SELECT 1 FROM byline WHERE byline.version_id = version.id"
            " AND part_of_text(byline.name, ?))"
        )
        values.append(filters.author)
    if filters.province:
        parts.append("(same_text(site.province_then, ?) OR same_text(site.province_now, ?))")
        values += [filters.province] * 2
    if filters.collection:
        parts.append(CONTAINS)
        values.append(settle(filters.collection))
    for column, moment in (("since", filters.since), ("until", filters.until)):
        if moment:
            bound = _bound(moment, end=column == "until")
            parts.append(f"version.published_utc {'>=' if column == 'since' else '<='} ?")
            values.append(bound)
    return " AND ".join(parts) or "1", values


def _bound(printed: str, *, end: bool) -> str:
    """The first or last moment of a day, or the moment itself, in UTC."""
    utc, precision = sortable(printed)
    if utc is None:
        raise ValueError(f"no date: {printed!r}")
    if end and precision == "day":
        utc = sortable(f"{printed}T23:59:59.999999+07:00")[0]
    elif end and precision == "minute":
        return f"{utc[:17]}59.999999Z"
    return utc or ""


def prepare(archive: Archive) -> None:
    """Define the SQL functions `same_text` and `part_of_text` on the archive's connection.

    For reading alone: no trigger or index uses them, so any SQLite can write to the file.
    """
    if "filters" not in archive.cache:
        archive.cache["filters"] = True
        if archive.conn.execute(_THERE).fetchone() is not None:
            return  # only the cache was emptied; a statement that is at work forbids it anew
        archive.conn.create_function("same_text", 2, same_text, deterministic=True)
        archive.conn.create_function("part_of_text", 2, _part, deterministic=True)


def _pair(text: str, wanted: str) -> tuple[str, str]:
    wanted = settle(wanted)
    level = exact if has_marks(wanted) else fold
    return level(settle(text)), level(wanted)


def same_text(text: str | None, wanted: str) -> bool:
    """Whether *text* is *wanted*: without marks if that has none, but for case and tone place."""
    if text is None:
        return False
    one, other = _pair(text, wanted)
    return one == other


def _part(text: str | None, wanted: str) -> bool:
    if text is None:
        return False
    one, other = _pair(text, wanted)
    return other in one
