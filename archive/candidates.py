"""Which rows of the index a query may mean: a bounded number, the most promising first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from archive import collections, sites
from archive.clock import from_iso
from archive.errors import QueryError, UnknownReferenceError
from archive.filters import Filters, prepare, where
from archive.index_text import COLUMNS, row_base
from archive.query_fts import all_of, any_form, columns_of, expression, phrase, site_filter
from archive.query_tree import Atom, Days, Form, Mode, Province, Query, Run, Site
from archive.times import sortable
from archive.vietnamese import fold, settle, syllables

if TYPE_CHECKING:
    from archive.db import Archive

A_STAGE = 30
"""Candidates that each stage may propose."""


_LOWEST, _HIGHEST = -(1 << 62), 1 << 62
_SPILL = timedelta(days=3)  # a day, and one with so many articles that its rows run over


@dataclass(frozen=True, slots=True)
class Candidate:
    row: int  # of the index; rises with the time of publication
    article_id: int
    version_id: int
    story_id: int | None


@dataclass(frozen=True, slots=True)
class Scope:
    """All that a query and its filters let through, and the stages that look there first."""

    matches: str  # an FTS5 expression; empty: all articles
    stages: tuple[str, ...]
    rows: tuple[int, int]  # the lowest and highest, from the range of dates
    condition: str  # what only the rows of article and version can tell
    values: tuple[object, ...]


def scope_of(archive: Archive, query: Query | None, filters: Filters | None) -> Scope:
    """What *query* (None: every article) and *filters* mean in this archive."""
    known = sites.all(archive)
    root = expression(query.root, partial(_named, known, query.text)) if query else ""
    filters = filters or Filters()
    require_known(archive, filters)
    limits = _limits(known, filters)
    prepare(archive)
    narrowed = [filters, *(_of_days(one) for one in (query.days if query else ()))]
    conditions = [where(one) for one in narrowed]
    lows, highs = zip(*map(_rows, narrowed), strict=True)
    return Scope(
        all_of([root, *limits]),
        tuple(all_of([stage, root, *limits]) for stage in _stages(query)) if query else (),
        (max(lows), min(highs)),
        " AND ".join(condition for condition, _ in conditions if condition != "1") or "1",
        tuple(value for _, values in conditions for value in values),
    )


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
    known = sites.all(archive)
    for name in filters.sites:
        if name not in {site.slug for site in known}:
            raise UnknownReferenceError(
                f"There is no site `{name}` in this archive.", "`luutru status` lists its sites."
            )
    if filters.collection:
        collections.require(archive, filters.collection)
    names = {name for site in known for name in (site.province_then, site.province_now) if name}
    if filters.province and fold(settle(filters.province)) not in set(map(fold, names)):
        raise UnknownReferenceError(
            f"No site of this archive is in a province `{filters.province}`.",
            f"There are {', '.join(sorted(names))}." if names else "No site has one yet.",
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


def kinds(archive: Archive, scope: Scope, most: int) -> list[tuple[str, str | None, str, int]]:
    """Slug, year in Vietnam, sections (JSON) and their number among the newest *most* matches."""
    sql, values = _select(
        "site.slug, strftime('%Y', version.published_utc, '+7 hours'), version.section",
        scope,
        scope.matches,
        all_tables=True,
    )
    newest_first = f"{sql} ORDER BY {_order(scope.matches)} DESC LIMIT ?"
    grouped = f"SELECT *, count(*) FROM ({newest_first}) GROUP BY 1, 2, 3"
    return [tuple(row) for row in archive.conn.execute(grouped, (*values, most))]


def _matching(archive: Archive, scope: Scope, matches: str, limit: int) -> Iterator[Candidate]:
    sql, values = _select("r.id, r.article_id, r.version_id, article.story_id", scope, matches)
    newest_first = f"{sql} ORDER BY {_order(matches)} DESC LIMIT ?"
    for row in archive.conn.execute(newest_first, (*values, limit)):
        yield Candidate(*row)


def _order(matches: str) -> str:
    """The row of the index, from the table that gives it in its order."""
    return "s.rowid" if matches else "r.id"


def _select(
    columns: str, scope: Scope, matches: str, all_tables: bool = False
) -> tuple[str, list[object]]:
    # CROSS JOIN keeps the order of the tables: the index first, its rows as it gives them.
    first = "search_text s CROSS JOIN search_row r ON r.id = s.rowid" if matches else "search_row r"
    sql = f"SELECT {columns} FROM {first} CROSS JOIN article ON article.id = r.article_id"
    if all_tables or scope.condition != "1":
        sql += (
            " CROSS JOIN version ON version.id = r.version_id"
            " CROSS JOIN site ON site.id = article.site_id"
        )
    if matches:
        sql += " WHERE s.search_text MATCH ? AND s.rowid BETWEEN ? AND ?"
    else:
        sql += " WHERE r.id BETWEEN ? AND ?"
    found = [matches] if matches else []
    return f"{sql} AND {scope.condition}", [*found, *scope.rows, *scope.values]


def _stages(query: Query) -> Iterator[str]:
    """The query's words side by side in the title; as typed; side by side; all in the title."""
    runs = [run for run in query.runs if len(run.atoms) > 1]
    inside = query.in_runs()
    groups = [
        *map(_Group.of_run, runs),
        *(_Group.of_atom(atom) for atom in query.atoms() if atom.position not in inside),
    ]
    free = [group for group in groups if group.field in (None, "title")]
    if free:
        yield all_of([group.within(("title",)) for group in free])
    if any(group.mode == "folded" for group in groups):
        yield all_of([group.as_typed() for group in groups])
    if runs:
        yield all_of([_Group.of_run(run).within(COLUMNS) for run in runs])
        yield all_of(
            [phrase(atom.words, atom.mode, ("title",)) for run in runs for atom in run.atoms]
        )


@dataclass(frozen=True, slots=True)
class _Group:
    """Words that are looked for side by side: those of a run, or of one atom."""

    forms: tuple[Form, ...]
    mode: Mode
    field: str | None
    columns: Sequence[str]
    prefix: bool

    @classmethod
    def of_run(cls, run: Run) -> _Group:
        return cls(run.forms, run.atoms[0].mode, None, COLUMNS, prefix=False)

    @classmethod
    def of_atom(cls, atom: Atom) -> _Group:
        return cls(atom.forms, atom.mode, atom.field, columns_of(atom), atom.prefix)

    def within(self, columns: Sequence[str]) -> str:
        return any_form(self.forms, self.mode, self.columns if self.field else columns, self.prefix)

    def as_typed(self) -> str:
        typed = Form(self.forms[0].typed, self.forms[0].typed)
        return any_form((typed,), "exact", self.columns, self.prefix)


def _limits(known: Sequence[sites.Site], filters: Filters) -> list[str]:
    """Filters that the index can tell, so that rows of others are never looked at."""
    found = []
    if filters.sites:
        found.append(site_filter([site.id for site in known if site.slug in filters.sites]))
    if filters.section and (words := syllables(fold(settle(filters.section)))):
        found.append(phrase(words, "folded", ("section",)))
    return found


def _rows(filters: Filters) -> tuple[int, int]:
    """The rows that can hold what was published within the filters' dates."""
    since, until = sortable(filters.since)[0], sortable(filters.until)[0]
    return (
        row_base(from_iso(since)) if since else _LOWEST,
        row_base(from_iso(until) + _SPILL) if until else _HIGHEST,
    )
