"""How many of the articles that a search finds are of each site, province, year, section and
author."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive import index, index_lists, sites
from archive.candidates import counted
from archive.index_text import is_dated
from archive.periods import periods
from archive.scopes import Versions, scope_of
from archive.snapshot import snapshot
from archive.synonyms import parsed
from archive.vietnamese import fold, has_marks

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.filters import Filters

BOUND = 5_000
"""Articles that are counted, the newest first."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One value that a search can be narrowed by. ``label`` is what to show for it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Sites, provinces, sections and authors, the most frequent first, and years, the newest first.

    ``value`` is what the filter takes: a slug, a year, a name; its search then finds ``count``
    articles, or more where an author's name is a part of another's. A site counts for its province
    before July 2025 and for the one since. If not ``exact`` more articles may match, and the counts
    are of the newest ``counted`` of them, :data:`BOUND` at the most. ``without``: how many of them
    have no `province` (nor has their site), `year`, `section` or `author`; what all of them have is
    not named.
    """

    sites: tuple[Facet, ...]
    provinces: tuple[Facet, ...]
    years: tuple[Facet, ...]
    sections: tuple[Facet, ...]
    authors: tuple[Facet, ...]
    exact: bool
    without: Mapping[str, int] = field(default_factory=dict)
    counted: int = 0


def facets(
    archive: Archive,
    text: str,
    filters: Filters | None = None,
    *,
    versions: Versions = "current",
) -> Facets:
    """The facets of what *text* (empty: everything) and *filters* find among *versions*.

    Articles without a date are in no year. Errors as in `archive.search.search`.
    """
    with snapshot(archive):
        query = parsed(archive, text, filters) if text else None
        index.require(archive)
        scope = scope_of(archive, query, filters, versions)
        found, exact = counted(archive, scope, BOUND)
        known = {one.id: one for one in sites.all(archive)}
        of_sites = Counter(row[1] for row in found)
        provinces: Counter[str] = Counter()
        without: Counter[str] = Counter()
        for number, times in of_sites.items():
            one = known[number]
            named = {one.province_then, one.province_now} - {None, ""}
            for name in named:
                provinces[str(name)] += times
            without["province"] += 0 if named else times
        slugs = Counter({known[number].slug: times for number, times in of_sites.items()})
        names = {one.slug: one.name for one in known.values()}
        years = _years(row[0] for row in found)
        sections, none = _named(archive, "section", Counter(row[2] for row in found))
        authors, nobody = _named(archive, "author", Counter(row[3] for row in found))
        without.update(year=len(found) - years.total(), section=none, author=nobody)
        return Facets(
            tuple(Facet(slug, names[slug], times) for slug, times in _most(slugs)),
            tuple(Facet(name, name, times) for name, times in _most(provinces)),
            tuple(Facet(year, year, years[year]) for year in sorted(years, reverse=True)),
            sections,
            authors,
            exact,
            dict(+without),
            len(found),
        )


def _years(rows: Iterable[int]) -> Counter[str]:
    """Years in Vietnam by the rows of the index, which rise with the minute of publication."""
    dated = [row for row in rows if is_dated(row)]
    if not dated:
        return Counter()
    years = periods(min(dated), max(dated), "year")
    starts = [year.first for year in years]
    return Counter(years[bisect_right(starts, row) - 1].name for row in dated)


def _named(
    archive: Archive, kind: index_lists.Kind, lists: Counter[int]
) -> tuple[tuple[Facet, ...], int]:
    """Each name once, as it is spelled most often; an article counts under each of its names. Then
    how many articles have none.

    The filter takes a name without marks for all names that are the same without marks, and any
    name in any case: what it would find is what is counted.
    """
    spelled: dict[str, Counter[str]] = {}
    found = list(index_lists.of(archive, kind, lists))
    for one in found:
        for name, key in dict(zip(one.names, one.keys, strict=True)).items():
            spelled.setdefault(key, Counter())[name] += lists[one.number]
    bare = {key for key in spelled if not has_marks(key)}
    counts: Counter[str] = Counter()
    for one in found:
        keys = set(one.keys)
        if bare:
            keys |= bare.intersection(map(fold, keys))
        for key in keys:
            counts[key] += lists[one.number]
    names = {key: _most(spelled[key])[0][0] for key in counts if key}
    some = sum(lists[one.number] for one in found if any(one.keys))
    return (
        tuple(Facet(names[key], names[key], number) for key, number in _most(counts) if key),
        lists.total() - some,
    )


def _most(counts: Counter[str]) -> Sequence[tuple[str, int]]:
    """The most frequent first, equals by name: the same archive gives the same page."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
