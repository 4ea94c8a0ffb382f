"""Search: a query and filters to ranked hits, each with the piece of text that shows the match.

text -> Query -> candidates from the index, bounded -> scores -> stories -> hits with snippets
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from archive import index
from archive.candidates import Candidate, count, newest, staged
from archive.index_text import text_of
from archive.matching import DOCUMENT, Forms, Unit, forms_of, units
from archive.ranking import score
from archive.scopes import Scope, scope_of
from archive.snapshot import snapshot
from archive.snippets import Snippet, snippet, title_marks
from archive.synonyms import parsed
from archive.types import Hit

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.filters import Filters

Sort = Literal["best", "newest"]

COUNTED = 10_000
"""Matches are counted up to here; beyond, only that there are more is known."""


@dataclass(frozen=True, slots=True)
class Results:
    """``total`` counts articles, copies too; if not ``total_is_exact`` there are more than that.

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
) -> Results:
    """The best, or newest, *limit* articles that *text* finds among the current versions.

    The first *offset* are passed over; with the same *limit* their order is the same, so pages of
    results fit together. Articles that are gone are found too; their state says so. QueryError for
    a text that cannot be read, UnknownReferenceError for a filter that names no site here,
    ArchiveError for an index that must be built first.
    """
    with snapshot(archive):
        query = parsed(archive, text, filters)
        index.require(archive)
        scope = scope_of(archive, query, filters)
        return _results(archive, scope, units(query), (offset, limit), sort)


def every(
    archive: Archive, text: str = "", filters: Filters | None = None, *, snippets: bool = True
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
        for candidate in newest(archive, scope_of(archive, query, filters)):
            if snippets:
                yield _hit(archive, _Ranked(candidate, 0.0, []), wanted, {})
            else:
                yield _bare(archive, candidate.version_id)


def browse(
    archive: Archive, filters: Filters | None = None, limit: int = 20, offset: int = 0
) -> Results:
    """The newest articles that *filters* let through, as :func:`search` gives them."""
    with snapshot(archive):
        index.require(archive)
        scope = scope_of(archive, None, filters)
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
    chosen = chosen[offset:]
    hits = tuple(_hit(archive, ranked, wanted, texts) for ranked in chosen)
    keys = _keys(archive, [one for ranked in chosen for one in ranked.copies])
    copies = {
        hit.key: tuple(keys[one] for one in ranked.copies)
        for hit, ranked in zip(hits, chosen, strict=True)
        if ranked.copies
    }
    total = count(archive, scope, COUNTED + 1)
    return Results(hits, min(total, COUNTED), total <= COUNTED, copies, more)


def _best(
    archive: Archive,
    scope: Scope,
    wanted: Sequence[Unit],
    limit: int,
    texts: dict[int, Mapping[str, Forms]],
) -> Iterable[tuple[Candidate, float]]:
    """The candidates of each tier by score, then newest first; then every other match."""
    for tier in staged(archive, scope, limit):
        scored = []
        for candidate in tier:
            forms = texts[candidate.version_id] = forms_of(text_of(archive, candidate.version_id))
            scored.append((score(forms, wanted), candidate))
        scored.sort(key=lambda one: (one[0], one[1].row), reverse=True)
        for (_as_typed, value), candidate in scored:
            yield candidate, value
    for candidate in newest(archive, scope):
        if candidate.version_id not in texts:
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
    ranked: _Ranked,
    wanted: Sequence[Unit],
    texts: Mapping[int, Mapping[str, Forms]],
) -> Hit:
    version_id = ranked.candidate.version_id
    forms = texts.get(version_id) or forms_of(text_of(archive, version_id))
    shown = snippet(forms, wanted)
    return replace(
        _bare(archive, version_id),
        snippet=shown.text,
        marks=shown.marks,
        title_marks=title_marks(forms, wanted),
        score=round(ranked.value, 3),
        attachment=_attachment(archive, version_id, shown),
    )


def _bare(archive: Archive, version_id: int) -> Hit:
    """A hit without anything of its text."""
    row = archive.conn.execute(
        "SELECT a.key, s.slug, p.url, v.title, v.section, v.published, a.state FROM version v"
        " JOIN article a ON a.id = v.article_id JOIN site s ON s.id = a.site_id"
        " JOIN article_page own ON own.key = a.key JOIN page p ON p.id = own.page_id"
        " WHERE v.id = ?",
        (version_id,),
    ).fetchone()
    return Hit(
        key=row["key"],
        site=row["slug"],
        url=row["url"],
        title=row["title"],
        section=tuple(json.loads(row["section"])),
        published=row["published"],
        snippet="",
        marks=(),
        title_marks=(),
        state=row["state"],
        score=0.0,
    )


def _attachment(archive: Archive, version_id: int, shown: Snippet) -> str | None:
    """The title of the attachment that a snippet is of, if it is of one."""
    if shown.column is None or not shown.column.startswith(DOCUMENT):
        return None
    number = int(shown.column.removeprefix(DOCUMENT))
    return text_of(archive, version_id).documents[number].title


def _keys(archive: Archive, article_ids: Sequence[int]) -> dict[int, str]:
    return {
        one: archive.conn.execute("SELECT key FROM article WHERE id = ?", (one,)).fetchone()[0]
        for one in article_ids
    }
