"""What a query and filters let through, in terms of the index, and where to look first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Literal

from archive import collections, index_lists, sites
from archive.clock import from_iso
from archive.errors import QueryError, UnknownReferenceError
from archive.filters import Filters, prepare, same_text, where
from archive.index_text import NO_DATES, day_rows, row_base
from archive.query_fts import Sites, all_of, expression
from archive.query_pairs import all_pairs, pairs_of
from archive.query_tree import (
    ALL,
    Atom,
    Days,
    Node,
    OfSites,
    Province,
    Query,
    Site,
    atoms_in,
)
from archive.tiers import tiers
from archive.times import sortable
from archive.vietnamese import exact, fold, has_marks, settle, syllables

if TYPE_CHECKING:
    from archive.db import Archive

Versions = Literal["current", "all"] | datetime
"""Which versions are searched: the current ones; all; those that stood at a moment (aware)."""

_LOWEST, _HIGHEST = -(1 << 62), 1 << 62
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Words:
    """What is asked of an article's words (empty: nothing), for either table of them.

    ``text``: an FTS5 expression over `search_text`, which finds what is meant. ``pairs``: one over
    `search_pair`, which finds that or more; none where only `search_text` can be asked. ``rest``:
    over `search_text`, what must hold besides ``pairs``.
    """

    text: str
    pairs: str
    rest: str

    @property
    def equal(self) -> bool:
        """Whether ``pairs`` finds what is meant and nothing else."""
        return not self.rest and bool(self.pairs or not self.text)

    @property
    def direct(self) -> bool:
        """Whether one of the two tables can be asked for all that is meant."""
        return self.equal or not self.pairs


@dataclass(frozen=True, slots=True)
class Scope:
    """All that a query and its filters let through, and where to look first.

    ``tiers``: each narrows the query. Whatever stands in a tier ranks before what stands only in
    those after it; the last tier is ranked together with the newest of all matches. ``condition``
    holds what the index cannot tell, over `search_row r` and, if ``article``, over the tables
    `article` and `version`. ``filters``: all that narrows the query, the days that it names too;
    for versions that are not in the index. ``looked``: of expressions over `search_text`, which
    rows were looked at and match; it holds within one snapshot.
    """

    matches: Words
    tiers: tuple[tuple[Words, ...], ...]
    rows: tuple[int, int]  # the lowest and highest, from the range of dates
    condition: str = "1"
    values: tuple[object, ...] = ()
    article: bool = False
    filters: tuple[Filters, ...] = ()
    versions: Versions = "current"
    looked: dict[tuple[str, int], bool] = field(default_factory=dict, compare=False)


def scope_of(
    archive: Archive, query: Query | None, filters: Filters | None, versions: Versions = "current"
) -> Scope:
    """What *query* (None: every article) and *filters* mean in this archive."""
    known = sites.all(archive)
    named = partial(_named, known, query.text if query else "")
    root = query.root if query else ALL
    filters = filters or Filters()
    _require_known(archive, known, filters)
    limits = list(_limits(known, filters))
    narrowed = [filters, *(_of_days(one) for one in (query.days if query else ()))]
    lows, highs = zip(*map(_rows, narrowed), strict=True)
    condition, values, article = _conditions(archive, filters)
    return Scope(
        _words([root], limits, named),
        tuple(
            tuple(_words([stage, root], limits, named) for stage in stages)
            for stages in (tiers(query) if query else ())
        ),
        (max(lows), min(highs)),
        condition,
        values,
        article,
        tuple(narrowed),
        versions,
    )


def _words(asked: Sequence[Node], limits: Sequence[Node], named: Sites) -> Words:
    every = [*asked, *limits]
    text = all_of([expression(node, named) for node in every])
    pairs = all_pairs(pairs_of(node, named) for node in every)
    # What it cannot tell of the limits is among the conditions.
    unsure = [node for node in asked if not pairs_of(node, named).equal]
    # A look at a word that may go on costs by all words that begin so.
    if any(one.prefix for node in unsure for one in atoms_in(node)):
        return Words(text, "", text)
    return Words(text, pairs.text, all_of([expression(node, named) for node in unsure]))


def _of_days(days: Days) -> Filters:
    since, until = (day.isoformat() if day else None for day in (days.since, days.until))
    return Filters(since=since, until=until)


def _named(known: Sequence[sites.Site], text: str, node: Site | Province) -> list[int]:
    """The row numbers of the sites that the query names; QueryError if there are none."""
    if isinstance(node, Site):
        found = [one.id for one in known if fold(one.slug) == fold(node.name)]
        what, next_step = f"There is no site `{node.name}`", "`luutru status` lists its sites."
    else:
        name = _plain(node.name)
        found = [one.id for one in known if name in map(_plain, _provinces(one))]
        names = sorted({name for one in known for name in _provinces(one)})
        what = f"No site is in a province `{node.name}`"
        next_step = f"There are {', '.join(names)}." if names else "No site has one yet."
        if any(one.startswith(f"{name} ") for one in map(_plain, names)):
            next_step += ' A name of several words is quoted: province:"Bình Phước".'
    if not found:
        raise QueryError(f"{what} in this archive.", next_step, query=text, position=node.position)
    return found


def _provinces(site: sites.Site) -> list[str]:
    return [name for name in (site.province_then, site.province_now) if name]


def _plain(name: str) -> str:
    """A province's name as it is compared: binh-phuoc is Bình Phước."""
    return fold(settle(name)).replace("-", " ").replace("_", " ")


def require_known(archive: Archive, filters: Filters) -> None:
    """UnknownReferenceError for a filter that names nothing of this archive."""
    _require_known(archive, sites.all(archive), filters)


def _require_known(archive: Archive, known: Sequence[sites.Site], filters: Filters) -> None:
    for name in filters.sites:
        if name not in {site.slug for site in known}:
            raise UnknownReferenceError(
                f"There is no site `{name}` in this archive.", "`luutru status` lists its sites."
            )
    if filters.collection:
        collections.require(archive, filters.collection)
    names = {name for site in known for name in _provinces(site)}
    if filters.province and fold(settle(filters.province)) not in set(map(fold, names)):
        raise UnknownReferenceError(
            f"No site of this archive is in a province `{filters.province}`.",
            f"There are {', '.join(sorted(names))}." if names else "No site has one yet.",
        )


def _limits(known: Sequence[sites.Site], filters: Filters) -> Iterator[Node]:
    """Filters that the index can tell, so that rows of others are never looked at; what it cannot
    tell of them is among the conditions."""
    if filters.sites:
        yield OfSites(tuple(site.id for site in known if site.slug in filters.sites))
    if filters.province:
        wanted = filters.province
        there = [one.id for one in known if any(same_text(n, wanted) for n in _provinces(one))]
        yield OfSites(tuple(there))
    if filters.section and (words := tuple(syllables(fold(settle(filters.section))))):
        yield Atom(words, words, "folded", field="section")
    if filters.author and (words := tuple(syllables(fold(settle(filters.author))))):
        yield Atom(words, words, "folded", field="author", prefix=True)


def _conditions(archive: Archive, filters: Filters) -> tuple[str, tuple[object, ...], bool]:
    """What the index cannot tell; and whether `article` and `version` are asked for it."""
    prepare(archive)
    parts: list[str] = []
    values: list[object] = []
    if filters.section:
        wanted = settle(filters.section)
        form = exact if has_marks(wanted) else fold
        ids = [
            one.number
            for one in index_lists.all(archive, "section")
            if form(wanted) in (one.keys if form is exact else map(fold, one.keys))
        ]
        parts.append("r.section_id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(ids))
    if filters.author:
        parts.append(
            "EXISTS (SELECT 1 FROM byline WHERE byline.version_id = r.version_id"
            " AND part_of_text(byline.name, ?))"
        )
        values.append(filters.author)
    rest = Filters(
        collection=filters.collection,
        since=None if _is_day(filters.since) else filters.since,
        until=None if _is_day(filters.until) else filters.until,
    )
    if rest == Filters():
        return " AND ".join(parts) or "1", tuple(values), False
    condition, more = where(rest)
    return " AND ".join((*parts, condition)), (*values, *more), True


def _is_day(moment: str | None) -> bool:
    """Whether the rows of the index alone tell what was published from then, or until then."""
    return moment is None or _DAY.fullmatch(moment) is not None


def _rows(filters: Filters) -> tuple[int, int]:
    """The rows that can hold what was published within the filters' dates."""
    since, until = sortable(filters.since)[0], sortable(filters.until)[0]
    first = day_rows(row_base(from_iso(since))) if since else None
    last = day_rows(row_base(from_iso(until))) if until else None
    dated = NO_DATES + 1 if last else _LOWEST
    return first[0] if first else dated, last[1] if last else _HIGHEST
