"""Search: a query and filters to ranked hits, each with the piece of text that shows the match.

text -> Query -> candidates from the index, bounded -> scores -> stories -> hits with snippets
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Literal

from archive import hits, index
from archive.candidates import Candidate, count, newest, staged
from archive.candidates_past import require_captured
from archive.matching import Forms, Unit, forms_of, units
from archive.ranking import score
from archive.scopes import Scope, Versions, scope_of
from archive.snapshot import snapshot
from archive.snippets import snippet, title_marks
from archive.synonyms import parsed
from archive.types import Hit

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.filters import Filters

Sort = Literal["best", "newest"]

COUNTED = 10_000
"""Matches are counted up to here at the most; see `archive.candidates.count`."""


@dataclass(frozen=True, slots=True)
class Results:
    """``total`` counts articles, copies too; if not ``total_is_exact`` there are that many or more.

    ``copies``: key of a hit -> keys of articles with the same text, which are not listed again.
    ``more``: there are further hits after these.
    """

    hits: tuple[Hit, ...]
    total: int
    total_is_exact: bool
    copies: Mapping[str, tuple[str, ...]]
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Ranked:
    candidate: Candidate
    value: float
    copies: list[int]  # article ids


def search(
    archive: Archive,
    text: str,
    filters: Filters | None = None,
    limit: int = 20,
    sort: Sort = "best",
    offset: int = 0,
    *,
    versions: Versions = "current",
) -> Results:
    """The best, or newest, *limit* articles that *text* finds among the current versions, or among
    those that *versions* names: `all`, or a moment (aware) for what had been captured by then.

    An article is one hit: with `all` its newest version that matches as well as any of it.

    The first *offset* are passed over; with the same *limit* their order is the same, so pages of
    results fit together. Articles that are gone are found too; their state says so. QueryError for
    a text that cannot be read, UnknownReferenceError for a filter that names no site here,
    ArchiveError for an index that must be built first, InputError for a moment before the first
    capture.
    """
    with snapshot(archive):
        query = parsed(archive, text, filters)
        index.require(archive)
        scope = scope_of(archive, query, filters, versions)
        return _results(archive, scope, units(query), (offset, limit), sort)


def every(
    archive: Archive,
    text: str = "",
    filters: Filters | None = None,
    *,
    snippets: bool = True,
    versions: Versions = "current",
) -> Iterator[Hit]:
    """All articles that *text* (empty: everything) and *filters* find, copies too, the newest
    first, each as a hit without a score; without *snippets* their texts are not read.

    One at a time, all of one moment: an archive of any size needs no more memory than a hit. Other
    statements on *archive* may stand between. Errors as in :func:`search`, at the first hit.
    """
    with snapshot(archive):
        index.require(archive)
        query = parsed(archive, text, filters) if text else None
        wanted = units(query) if query is not None and snippets else ()
        scope = scope_of(archive, query, filters, versions)
        for candidate in newest(archive, scope):
            if snippets:
                yield _hit(archive, scope, _Ranked(candidate, 0.0, []), wanted, {})
            else:
                yield hits.bare(archive, scope, candidate)


def browse(
    archive: Archive,
    filters: Filters | None = None,
    limit: int = 20,
    offset: int = 0,
    *,
    versions: Versions = "current",
) -> Results:
    """The newest articles that *filters* let through, as :func:`search` gives them."""
    with snapshot(archive):
        index.require(archive)
        scope = scope_of(archive, None, filters, versions)
        return _results(archive, scope, (), (offset, limit), "newest")


def _results(
    archive: Archive, scope: Scope, wanted: Sequence[Unit], part: tuple[int, int], sort: Sort
) -> Results:
    """The hits of *part*: how many are passed over, and how many there are to be."""
    offset, limit = part
    texts: dict[int, Mapping[str, Forms]] = {}
    found: Iterable[tuple[Candidate, float]]
    if sort == "best":
        found = _best(archive, scope, wanted, limit, texts)
    else:
        found = ((candidate, 0.0) for candidate in newest(archive, scope))
    chosen, more = _one_a_story(found, offset + limit)
    least = sum(1 + len(one.copies) for one in chosen)
    chosen = chosen[offset:]
    shown = tuple(_hit(archive, scope, ranked, wanted, texts) for ranked in chosen)
    keys = _keys(archive, [one for ranked in chosen for one in ranked.copies])
    copies = {
        hit.key: tuple(keys[one] for one in ranked.copies)
        for hit, ranked in zip(shown, chosen, strict=True)
        if ranked.copies
    }
    total, whole = count(archive, scope, COUNTED + 1)
    total = max(total, least)
    if not total and isinstance(scope.versions, datetime):
        require_captured(archive, scope.versions)
    return Results(shown, min(total, COUNTED), whole and total <= COUNTED, copies, more)


def _best(
    archive: Archive,
    scope: Scope,
    wanted: Sequence[Unit],
    limit: int,
    texts: dict[int, Mapping[str, Forms]],
) -> Iterable[tuple[Candidate, float]]:
    """The candidates of each tier by score, then newest first; then every other match."""
    seen: set[int] = set()
    for tier in staged(archive, scope, limit):
        scored = []
        for candidate in tier:
            seen.add(candidate.article_id)
            forms = texts[candidate.version_id] = forms_of(hits.text(archive, candidate))
            scored.append((score(forms, wanted), candidate))
        scored.sort(key=lambda one: (one[0], one[1].row), reverse=True)
        for (_as_typed, value), candidate in scored:
            yield candidate, value
    for candidate in newest(archive, scope):
        if candidate.article_id not in seen:
            yield candidate, 0.0


def _one_a_story(
    found: Iterable[tuple[Candidate, float]], limit: int
) -> tuple[list[_Ranked], bool]:
    """The first *limit* stories, and whether there are more.

    Copies that come up until then are put with the first of each.
    """
    chosen: list[_Ranked] = []
    by_story: dict[int, _Ranked] = {}
    for candidate, value in islice(found, limit * 20):
        known = by_story.get(candidate.story_id or -candidate.article_id)
        if known is not None:
            known.copies.append(candidate.article_id)
        elif len(chosen) == limit:
            return chosen, True
        else:
            chosen.append(_Ranked(candidate, value, []))
            by_story[candidate.story_id or -candidate.article_id] = chosen[-1]
    return chosen, False


def _hit(
    archive: Archive,
    scope: Scope,
    ranked: _Ranked,
    wanted: Sequence[Unit],
    texts: Mapping[int, Mapping[str, Forms]],
) -> Hit:
    candidate = ranked.candidate
    forms = texts.get(candidate.version_id) or forms_of(hits.text(archive, candidate))
    shown = snippet(forms, wanted)
    return replace(
        hits.bare(archive, scope, candidate),
        snippet=shown.text,
        marks=shown.marks,
        title_marks=title_marks(forms, wanted),
        score=round(ranked.value, 3),
        attachment=hits.attachment(archive, candidate, shown),
    )


def _keys(archive: Archive, article_ids: Sequence[int]) -> dict[int, str]:
    return {
        one: archive.conn.execute("SELECT key FROM article WHERE id = ?", (one,)).fetchone()[0]
        for one in article_ids
    }
