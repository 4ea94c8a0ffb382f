"""How many of the articles that a search finds are of each site, year and section."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import index
from archive.candidates import count, kinds, scope_of
from archive.query import parse
from archive.snapshot import snapshot
from archive.synonyms import lexicon
from archive.vietnamese import exact, fold, has_marks, settle

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
    """Sites and sections, the most frequent first, and years, the newest first.

    ``value`` is what the filter takes: a slug, a year, a section's name; its search then finds
    ``count`` articles. If not ``exact`` more than :data:`BOUND` articles match, and the counts are
    of the newest of them.
    """

    sites: tuple[Facet, ...]
    years: tuple[Facet, ...]
    sections: tuple[Facet, ...]
    exact: bool


def facets(archive: Archive, text: str, filters: Filters | None = None) -> Facets:
    """The facets of what *text* (empty: everything) and *filters* find.

    Articles without a date are in no year. Errors as in `archive.search.search`.
    """
    with snapshot(archive):
        words = lexicon(archive, filters is not None and filters.spellings)
        query = parse(text, words) if text else None
        index.require(archive)
        scope = scope_of(archive, query, filters)
        rows = kinds(archive, scope, BOUND)
        total = count(archive, scope, BOUND + 1)
        names = dict(archive.conn.execute("SELECT slug, name FROM site").fetchall())
    sites: Counter[str] = Counter()
    years: Counter[str] = Counter()
    lists: Counter[str] = Counter()
    for slug, year, section, number in rows:
        sites[slug] += number
        lists[section] += number
        if year is not None:
            years[year] += number
    return Facets(
        tuple(Facet(slug, names[slug], number) for slug, number in _most(sites)),
        tuple(Facet(year, year, years[year]) for year in sorted(years, reverse=True)),
        tuple(_sections(lists)),
        total <= BOUND,
    )


def _sections(lists: Counter[str]) -> Iterable[Facet]:
    """Each name once, as it is spelled most often; an article counts in each of its sections.

    The filter takes a name without marks for all names that are the same without marks, and any
    name in any case: what it would find is what is counted.
    """
    spelled: dict[str, Counter[str]] = {}
    parsed = [([settle(name) for name in json.loads(one)], number) for one, number in lists.items()]
    for names, number in parsed:
        for name in set(names):
            spelled.setdefault(exact(name), Counter())[name] += number
    bare = {key for key, names in spelled.items() if not has_marks(next(iter(names)))}
    counts: Counter[str] = Counter()
    for names, number in parsed:
        keys = {exact(name) for name in names}
        keys |= bare.intersection(fold(name) for name in names)
        for key in keys:
            counts[key] += number
    for key, number in _most(counts):
        if key:
            name = _most(spelled[key])[0][0]
            yield Facet(name, name, number)


def _most(counts: Counter[str]) -> Sequence[tuple[str, int]]:
    """The most frequent first, equals by name: the same archive gives the same page."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
