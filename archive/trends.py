"""How often terms were published, by month and site, in numbers and as a share of all articles.

Complete, not sampled: a month is a range of rows of the index, so that one walk over the matches
tells all of them. That costs some 0.3 µs a match; no text is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import index, sites
from archive.candidates import rows_of
from archive.index_text import UNDATED
from archive.periods import By, Period, is_dated, periods
from archive.query import parse
from archive.scopes import scope_of
from archive.snapshot import snapshot
from archive.synonyms import lexicon

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.filters import Filters
    from archive.query_tree import Query

_Group = tuple[int, int | None]  # place of the period, and site
_UNDATED = -1


@dataclass(frozen=True, slots=True)
class Trend:
    """Of one term in one period, and one ``site`` (slug; None: all of them): how many ``articles``
    it stands in, of how ``all`` that the filters let through. ``period`` None: undated ones."""

    term: str
    period: str | None
    site: str | None
    articles: int
    all: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.articles / self.all if self.all else 0.0


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
        words = lexicon(archive, filters is not None and filters.spellings)
        queries = [parse(term, words) for term in terms]
        between = _between(archive, by)
        starts = [one.first for one in between]

        def counted(query: Query | None) -> Counter[_Group]:
            rows = rows_of(archive, scope_of(archive, query, filters), with_site=by_site)
            return Counter(
                (bisect_right(starts, row) - 1 if is_dated(row) else _UNDATED, site)
                for row, site in rows
            )

        of_all = counted(None)
        slugs = {one.id: one.slug for one in sites.all(archive)}
        return [
            row
            for term, query in zip(terms, queries, strict=True)
            for row in _told(term, counted(query), of_all, between, slugs)
        ]


def _between(archive: Archive, by: By) -> list[Period]:
    """The periods from the first to the last article with a date."""
    first, last = archive.conn.execute(
        "SELECT min(id), max(id) FROM search_row WHERE id > ?", (UNDATED // 2,)
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
    places = [place for place, _ in of_all if place != _UNDATED]
    here = sorted({site for _, site in of_all}, key=lambda one: slugs.get(one or 0, ""))
    for place in range(min(places), max(places) + 1) if places else ():
        for site in here:
            yield Trend(
                term, between[place].name, slugs.get(site or 0), counts[place, site],
                of_all[place, site],
            )  # fmt: skip
    for site in here:
        if of_all[_UNDATED, site]:
            yield Trend(term, None, slugs.get(site or 0), counts[_UNDATED, site],
                        of_all[_UNDATED, site])  # fmt: skip
