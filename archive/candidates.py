"""Which rows of the index a query may mean: a bounded number, the most promising first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import candidates_past
from archive.scopes import Scope

if TYPE_CHECKING:
    from archive.db import Archive

A_STAGE = 30
"""Candidates that each stage may propose."""


@dataclass(frozen=True, slots=True)
class Candidate:
    row: int  # of the index; rises with the time of publication
    article_id: int
    version_id: int
    story_id: int | None  # of its current text: none where another version is meant
    is_current: bool = True


def staged(archive: Archive, scope: Scope, limit: int) -> Iterator[list[Candidate]]:
    """The newest of each tier, one tier after the other, each candidate once.

    A tier is looked at when it is asked for, and bounded by its stages and *limit*.
    """
    seen: set[int] = set()
    *before, last = scope.tiers or ((),)
    for tier in (*before, (*last, scope.matches)):
        found: dict[int, Candidate] = {}
        for stage in tier:
            for candidate in _matching(archive, scope, stage, A_STAGE + limit):
                if candidate.article_id not in seen:
                    found.setdefault(candidate.article_id, candidate)
        seen |= found.keys()
        yield list(found.values())


def newest(archive: Archive, scope: Scope) -> Iterator[Candidate]:
    """Every match, the newest first; read as far as it is asked for."""
    return _matching(archive, scope, scope.matches, -1)


def count(archive: Archive, scope: Scope, most: int) -> int:
    """How many articles match, counted up to *most*."""
    if scope.versions != "current":
        return candidates_past.count(archive, scope, most)
    sql, values = _select("1", scope, scope.matches)
    row = archive.conn.execute(f"SELECT count(*) FROM ({sql} LIMIT ?)", (*values, most)).fetchone()
    return int(row[0])


def counted(archive: Archive, scope: Scope, most: int) -> list[tuple[int, int, int, int]]:
    """Of the newest *most* matches the row of the index, the site, and the numbers of the lists of
    sections and authors."""
    if scope.versions != "current":
        found = candidates_past.counted(archive, scope, most)
        return [(one[0], one[4], one[5], one[6]) for one in found]
    columns = "r.id, r.site_id, r.section_id, r.author_id"
    sql, values = _select(columns, scope, scope.matches, rows=True)
    in_order = f"{sql} ORDER BY {_order(scope.matches)} DESC LIMIT ?"
    return archive.conn.execute(in_order, (*values, most)).fetchall()


def rows_of(archive: Archive, scope: Scope, *, with_site: bool) -> Iterator[tuple[int, int]]:
    """The row of the index of every match, rising, and its site (0 if it is not asked for); read as
    they are taken."""
    columns = "r.id, r.site_id" if with_site else f"{_order(scope.matches)}, 0"
    sql, values = _select(columns, scope, scope.matches, rows=with_site)
    cursor = archive.conn.cursor()
    cursor.row_factory = None  # plain tuples: a third of the time goes into rows with names
    yield from cursor.execute(f"{sql} ORDER BY {_order(scope.matches)}", values)


def sites_of(archive: Archive, scope: Scope) -> dict[int, int]:
    """How many matches each site has."""
    sql, values = _select("r.site_id AS site, count(*)", scope, scope.matches, rows=True)
    return dict(map(tuple, archive.conn.execute(f"{sql} GROUP BY site", values)))


def bounds(archive: Archive, scope: Scope, by_looks: bool, most: int) -> list[tuple[int, str]]:
    """Of *most* matching articles the row number and the moment (UTC) before which nothing of them
    can have been there, the earliest first: the first look at them, or the earliest date that any
    of their versions prints. *by_looks*: the look alone.
    """
    sql, values = _select("r.article_id", scope, scope.matches, rows=True)
    return _bounds(archive, sql, values, by_looks, most)


def bounds_of_story(
    archive: Archive, article_id: int, by_looks: bool, most: int
) -> list[tuple[int, str]]:
    """The same of the articles in one story with *article_id*; none if it is in no story."""
    sql = """SELECT other.id AS article_id FROM article one
             JOIN article other ON other.story_id = one.story_id WHERE one.id = ?"""
    return _bounds(archive, sql, [article_id], by_looks, most)


def _bounds(
    archive: Archive, matches: str, values: list[object], by_looks: bool, most: int
) -> list[tuple[int, str]]:
    dated = "look.time" if by_looks else "min(look.time, coalesce(one.published_utc, look.time))"
    rows = archive.conn.execute(
        f"""SELECT m.article_id, min({dated}) AS bound FROM ({matches}) m
            CROSS JOIN version one ON one.article_id = m.article_id
            CROSS JOIN capture look ON look.id = one.first_capture_id
            GROUP BY m.article_id ORDER BY bound, m.article_id LIMIT ?""",
        (*values, most),
    )
    return [(row[0], row[1]) for row in rows]


def _matching(archive: Archive, scope: Scope, matches: str, limit: int) -> Iterator[Candidate]:
    if scope.versions != "current":
        yield from _of_any_version(archive, scope, matches, limit)
        return
    sql, values = _select("r.id, r.article_id, r.version_id", scope, matches, rows=True)
    in_order = f"{sql} ORDER BY {_order(matches)} DESC LIMIT ?"
    story = "(SELECT story_id FROM article WHERE id = article_id)"
    for row in archive.conn.execute(
        f"SELECT id, article_id, version_id, {story} FROM ({in_order})", (*values, limit)
    ):
        yield Candidate(*row)


def _of_any_version(
    archive: Archive, scope: Scope, matches: str, limit: int
) -> Iterator[Candidate]:
    for row, article, version, current, *_ in candidates_past.newest(
        archive, scope, matches, limit
    ):
        story = None
        if current:
            sql = "SELECT story_id FROM article WHERE id = ?"
            (story,) = archive.conn.execute(sql, (article,)).fetchone()
        yield Candidate(row, article, version, story, bool(current))


def _order(matches: str) -> str:
    """The row of the index, from the table that gives it in its order."""
    return "s.rowid" if matches else "r.id"


def _select(
    columns: str, scope: Scope, matches: str, rows: bool = False
) -> tuple[str, list[object]]:
    """The rows that *matches* and the scope's filters let through; *rows*: `search_row r` is asked
    for *columns*."""
    # CROSS JOIN keeps the order of the tables: the index first, its rows as it gives them.
    sql = f"SELECT {columns} FROM " + ("search_text s" if matches else "search_row r")
    if matches and (rows or scope.condition != "1"):
        sql += " CROSS JOIN search_row r ON r.id = s.rowid"
    if scope.article:
        sql += (
            " CROSS JOIN article ON article.id = r.article_id"
            " CROSS JOIN version ON version.id = r.version_id"
        )
    if matches:
        sql += " WHERE s.search_text MATCH ? AND s.rowid BETWEEN ? AND ?"
    else:
        sql += " WHERE r.id BETWEEN ? AND ?"
    found = [matches] if matches else []
    return f"{sql} AND {scope.condition}", [*found, *scope.rows, *scope.values]
