"""Which rows of the index a query may mean: a bounded number, the most promising first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from archive import sites
from archive.clock import iso
from archive.errors import QueryError, UnknownReferenceError
from archive.index_text import COLUMNS, row_base
from archive.query import Atom, Query, Site, parse
from archive.query_fts import all_of, expression, phrase, site_filter
from archive.times import VIETNAM
from archive.vietnamese import fold

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.filters import Filters

A_STAGE = 30
"""Candidates that each stage may propose."""


_LOWEST, _HIGHEST = -(1 << 62), 1 << 62
_SPILL = timedelta(days=2)  # a day with very many articles may run over into the rows of the next


@dataclass(frozen=True, slots=True)
class Candidate:
    row: int  # of the index; rises with the time of publication
    article_id: int
    version_id: int
    story_id: int | None


@dataclass(frozen=True, slots=True)
class Scope:
    """All that a query and its filters let through, and the stages that look there first."""

    matches: str  # an FTS5 expression
    stages: tuple[str, ...]
    rows: tuple[int, int]
    since: str | None  # UTC, from this moment on
    until: str | None  # UTC, before this moment


def scope_of(archive: Archive, query: Query, filters: Filters | None) -> Scope:
    """What *query* and *filters* mean in this archive."""
    known = sites.all(archive)

    def named(site: Site) -> list[int]:
        found = [one.id for one in known if fold(one.slug) == fold(site.name)]
        if not found:
            raise QueryError(
                f"There is no site `{site.name}` in this archive.",
                "`luutru status` lists its sites.",
                query=query.text,
                position=site.position,
            )
        return found

    root = expression(query.root, named)
    limits = [*_site_limits(known, filters), *_field_limits(filters)]
    since, until = (filters.since, filters.until) if filters else (None, None)
    first = _midnight(since) if since else None
    last = _midnight(until + timedelta(days=1)) if until else None
    return Scope(
        all_of([root, *limits]),
        tuple(all_of([stage, root, *limits]) for stage in _stages(query)),
        (row_base(first) if first else _LOWEST, row_base(last + _SPILL) if last else _HIGHEST),
        iso(first) if first else None,
        iso(last) if last else None,
    )


def staged(archive: Archive, scope: Scope, limit: int) -> list[Candidate]:
    """The newest of each stage and of all matches, each once; bounded by stages and *limit*."""
    found: dict[int, Candidate] = {}
    for stage in scope.stages:
        for candidate in _matching(archive, scope, stage, A_STAGE):
            found.setdefault(candidate.row, candidate)
    for candidate in _matching(archive, scope, scope.matches, A_STAGE + limit):
        found.setdefault(candidate.row, candidate)
    return list(found.values())


def newest(archive: Archive, scope: Scope) -> Iterator[Candidate]:
    """Every match, the newest first; read as far as it is asked for."""
    return _matching(archive, scope, scope.matches, -1)


def count(archive: Archive, scope: Scope, most: int) -> int:
    """How many articles match, counted up to *most*."""
    sql, values = _select("1", scope, scope.matches)
    row = archive.conn.execute(f"SELECT count(*) FROM ({sql} LIMIT ?)", (*values, most)).fetchone()
    return int(row[0])


def _matching(archive: Archive, scope: Scope, matches: str, limit: int) -> Iterator[Candidate]:
    sql, values = _select("r.id, r.article_id, r.version_id, a.story_id", scope, matches)
    for row in archive.conn.execute(f"{sql} ORDER BY s.rowid DESC LIMIT ?", (*values, limit)):
        yield Candidate(*row)


def _select(columns: str, scope: Scope, matches: str) -> tuple[str, list[object]]:
    # CROSS JOIN keeps the order of the tables: the index first, its rows as it gives them.
    sql = (
        f"SELECT {columns} FROM search_text s CROSS JOIN search_row r ON r.id = s.rowid"
        " CROSS JOIN article a ON a.id = r.article_id"
    )
    where = " WHERE s.search_text MATCH ? AND s.rowid BETWEEN ? AND ?"
    values: list[object] = [matches, *scope.rows]
    if scope.since or scope.until:
        sql += " CROSS JOIN version v ON v.id = r.version_id"
        where += " AND v.published_utc >= ? AND v.published_utc < ?"
        values += [scope.since or "", scope.until or "9999"]
    return sql + where, values


def _stages(query: Query) -> Iterator[str]:
    """The query's words side by side in the title; as typed; side by side; all in the title."""
    runs = [run for run in query.runs if len(run) > 1]
    inside = {id(atom) for run in runs for atom in run}
    groups: list[Sequence[Atom]] = [
        *runs,
        *((atom,) for atom in query.atoms() if id(atom) not in inside),
    ]
    free = [group for group in groups if group[0].field in (None, "title")]
    if free:
        yield all_of([_side_by_side(group, ("title",)) for group in free])
    if any(group[0].mode == "folded" for group in groups):
        yield all_of([_side_by_side(group, COLUMNS, typed=True) for group in groups])
    if runs:
        yield all_of([_side_by_side(run, COLUMNS) for run in runs])
        yield all_of([phrase(atom.words, atom.mode, ("title",)) for run in runs for atom in run])


def _side_by_side(group: Sequence[Atom], columns: Sequence[str], typed: bool = False) -> str:
    first, last = group[0], group[-1]
    words = [word for atom in group for word in (atom.typed if typed else atom.words)]
    mode = "exact" if typed else first.mode
    return phrase(words, mode, (first.field,) if first.field else columns, last.prefix)


def _site_limits(known: Sequence[sites.Site], filters: Filters | None) -> Iterator[str]:
    if filters is None:
        return
    if filters.sites:
        by_slug = {fold(site.slug): site.id for site in known}
        for name in filters.sites:
            if fold(name) not in by_slug:
                raise UnknownReferenceError(
                    f"There is no site `{name}` in this archive.",
                    "`luutru status` lists its sites.",
                )
        yield site_filter([by_slug[fold(name)] for name in filters.sites])
    if filters.provinces:
        names = {fold(name) for name in filters.provinces}
        found = [
            site.id
            for site in known
            if names & {fold(site.province_then or ""), fold(site.province_now or "")}
        ]
        yield site_filter(found)


def _field_limits(filters: Filters | None) -> Iterator[str]:
    """Section and author as phrases, by the accent rule of a query, each by itself."""
    if filters is None:
        return
    for field, names in (("section", filters.sections), ("author", filters.authors)):
        if names:
            quoted = [f'{field}:"{name.replace(chr(34), " ")}"' for name in names]
            found = [expression(parse(one).root, lambda _site: []) for one in quoted]
            yield " OR ".join(found)


def _midnight(day: date) -> datetime:
    """The moment at which *day* begins in Vietnam, in UTC."""
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)
