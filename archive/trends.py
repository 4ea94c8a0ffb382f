"""How often terms were published, by month and site, in numbers and as a share of all articles.

Complete, not sampled: a period is a range of rows of the index, so that one walk over the matches
tells all of them, and no text is read. A term costs about 0.7 µs a match, with sites 1.2 µs; what
there is in all 0.05 µs an article, with sites 0.2 µs. Memory: 8 bytes a match, with sites 16.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archive import index, sites
from archive.candidates import rows_of, sites_of
from archive.index_text import NO_DATES
from archive.periods import By, Period, periods
from archive.scopes import Scope, scope_of
from archive.snapshot import snapshot
from archive.synonyms import parsed

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.filters import Filters

_Group = tuple[int, int]  # place of the period, and site (0: all of them)
_NO_DATE = -1
_NO_DATES = Period("", -(1 << 62), NO_DATES)


@dataclass(frozen=True, slots=True)
class Trend:
    """Of one term in one period, and one ``site`` (slug; None: all of them): how many ``articles``
    it stands in, of how ``all`` that the filters let through. ``period`` None: undated ones.
    ``share``, from 0 to 1, is the one of the other; 0 where there is nothing at all."""

    term: str
    period: str | None
    site: str | None
    articles: int
    all: int
    share: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "share", self.articles / self.all if self.all else 0.0)


def trends(
    archive: Archive,
    terms: Sequence[str],
    filters: Filters | None = None,
    *,
    by: By = "month",
    by_site: bool = False,
) -> list[Trend]:
    """For each of *terms* (queries, as `archive.search.search` takes them) a row a period, and a
    site if *by_site*, from the first period to the last in which the filters let anything through;
    what has no date comes last. Errors as in `search`."""
    with snapshot(archive):
        index.require(archive)
        queries = [parsed(archive, term, filters) for term in terms]
        between = _between(archive, by)
        of_all = _counted(archive, scope_of(archive, None, filters), between, by_site)
        slugs = {one.id: one.slug for one in sites.all(archive)}
        return [
            row
            for term, query in zip(terms, queries, strict=True)
            for row in _told(
                term,
                _counted(archive, scope_of(archive, query, filters), between, by_site),
                of_all, between, slugs,
            )
        ]  # fmt: skip


def _counted(
    archive: Archive, scope: Scope, between: Sequence[Period], by_site: bool
) -> Counter[_Group]:
    """How many matches each period has: one walk over them."""
    if not scope.matches.text:
        return _counted_ranges(archive, scope, between, by_site)
    rows, of_sites = array("q"), array("q")
    for row, site in rows_of(archive, scope, with_site=by_site):
        rows.append(row)
        of_sites.append(site)
    counts: Counter[_Group] = Counter()
    for place, period in enumerate((_NO_DATES, *between), _NO_DATE):
        part = slice(bisect_left(rows, period.first), bisect_left(rows, period.last + 1))
        for site, number in Counter(of_sites[part]).items():
            counts[place, site] = number
    return counts


def _counted_ranges(
    archive: Archive, scope: Scope, between: Sequence[Period], by_site: bool
) -> Counter[_Group]:
    """The same where every article matches: the table is read in ranges, and nothing leaves it."""
    counts: Counter[_Group] = Counter()
    for place, period in enumerate((_NO_DATES, *between), _NO_DATE):
        rows = max(scope.rows[0], period.first), min(scope.rows[1], period.last)
        for site, number in sites_of(archive, replace(scope, rows=rows)).items():
            counts[place, site if by_site else 0] += number
    return counts


def _between(archive: Archive, by: By) -> list[Period]:
    """The periods from the first to the last article with a date."""
    first, last = archive.conn.execute(
        "SELECT min(id), max(id) FROM search_row WHERE id > ?", (NO_DATES,)
    ).fetchone()
    return periods(first, last, by) if first is not None else []


def _told(
    term: str,
    counts: Counter[_Group],
    of_all: Counter[_Group],
    between: Sequence[Period],
    slugs: dict[int, str],
) -> Iterator[Trend]:
    """The rows of one term, by period and site; what is undated stands last."""
    places = [place for place, _ in of_all if place != _NO_DATE]
    here = sorted({site for _, site in of_all}, key=lambda one: slugs.get(one, ""))
    named = [
        (number, between[number].name)
        for number in (range(min(places), max(places) + 1) if places else ())
    ]
    for place, name in (*named, (_NO_DATE, None)):
        for site in here:
            group = place, site
            if name is not None or of_all[group]:
                yield Trend(term, name, slugs.get(site), counts[group], of_all[group])
