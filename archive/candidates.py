"""Which rows of the index a query may mean: a bounded number, the most promising first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from archive import candidates_past, matches
from archive.scopes import Scope, Words

if TYPE_CHECKING:
    from archive.db import Archive

A_STAGE = 30
"""Candidates that each stage may propose."""
LOOKS = 400
"""Rows that are looked at one by one for a number or facets; for a stage half of them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    row: int  # of the index; rises with the time of publication
    article_id: int
    version_id: int
    story_id: int | None  # of its current text: none where another version is meant
    is_current: bool = True


class Counted(NamedTuple):
    """``rows`` of the newest matches: of the index, the site, and the numbers of the lists of
    sections and authors. ``all``: there are no others."""

    rows: list[tuple[int, int, int, int]]
    all: bool


def staged(archive: Archive, scope: Scope, limit: int) -> Iterator[list[Candidate]]:
    """The newest of each tier, one tier after the other, each candidate once.

    A tier is looked at when it is asked for, and bounded by its stages and *limit*.
    """
    seen: set[int] = set()
    *before, last = scope.tiers or ((),)
    for tier in (*before, (*last, scope.matches)):
        found: dict[int, Candidate] = {}
        for stage in tier:
            for candidate in _matching(archive, scope, stage, A_STAGE + limit, LOOKS // 2):
                if candidate.article_id not in seen:
                    found.setdefault(candidate.article_id, candidate)
        seen |= found.keys()
        yield list(found.values())


def newest(archive: Archive, scope: Scope) -> Iterator[Candidate]:
    """Every match, the newest first; read as far as it is asked for."""
    return _matching(archive, scope, scope.matches, -1)


def count(archive: Archive, scope: Scope, most: int) -> tuple[int, bool]:
    """How many articles match, and whether there are no more: counted up to *most*, and where rows
    must be looked at one by one up to :data:`LOOKS` of them."""
    if scope.versions != "current":
        number = candidates_past.count(archive, scope, most)
    elif scope.matches.direct:
        sql, values = matches.select(scope, "1", matches.whole(scope.matches))
        row = archive.conn.execute(
            f"SELECT count(*) FROM ({sql} LIMIT ?)", (*values, most)
        ).fetchone()
        number = int(row[0])
    else:
        found, whole = _looked(archive, scope, most)
        return len(found), whole
    return number, number < most


def counted(archive: Archive, scope: Scope, most: int) -> Counted:
    """The newest *most* matches at the most, for what is counted of them; as :func:`count`."""
    if scope.versions != "current":
        past = candidates_past.counted(archive, scope, most + 1)
        rows = [(one[0], one[4], one[5], one[6]) for one in past]
        return Counted(rows[:most], len(rows) <= most)
    if not scope.matches.direct:
        found, whole = _looked(archive, scope, most)
        told = _rows(archive, "id, site_id, section_id, author_id", found)
        return Counted([(one[0], one[1], one[2], one[3]) for one in told], whole)
    sql, values = matches.select(
        scope, "r.id, r.site_id, r.section_id, r.author_id", matches.whole(scope.matches), rows=True
    )
    in_order = f"{sql} ORDER BY {matches.order(scope.matches)} DESC LIMIT ?"
    rows = matches.plain(archive, in_order, [*values, most + 1]).fetchall()
    return Counted(rows[:most], len(rows) <= most)


def rows_of(archive: Archive, scope: Scope, *, with_site: bool) -> Iterator[tuple[int, int]]:
    """The row of the index of every match, rising, and its site (0 if it is not asked for); read as
    they are taken."""
    order = matches.order(scope.matches)
    columns = "r.id, r.site_id" if with_site else f"{order}, 0"
    sql, values = matches.select(scope, columns, matches.whole(scope.matches), rows=with_site)
    yield from matches.plain(archive, f"{sql} ORDER BY {order}", values)


def sites_of(archive: Archive, scope: Scope) -> dict[int, int]:
    """How many matches each site has."""
    sql, values = matches.select(
        scope, "r.site_id AS site, count(*)", matches.whole(scope.matches), rows=True
    )
    return dict(matches.plain(archive, f"{sql} GROUP BY site", values))


def bounds(archive: Archive, scope: Scope, by_looks: bool, most: int) -> list[tuple[int, str]]:
    """Of *most* matching articles the row number and the moment (UTC) before which nothing of them
    can have been there, the earliest first: the first look at them, or the earliest date that any
    of their versions prints. *by_looks*: the look alone.
    """
    sql, values = matches.select(scope, "r.article_id", matches.whole(scope.matches), rows=True)
    return _bounds(archive, sql, values, by_looks, most)


def bounds_of_story(
    archive: Archive, article_id: int, by_looks: bool, most: int
) -> list[tuple[int, str]]:
    """The same of the articles in one story with *article_id*; none if it is in no story."""
    sql = """SELECT other.id AS article_id FROM article one
             JOIN article other ON other.story_id = one.story_id WHERE one.id = ?"""
    return _bounds(archive, sql, [article_id], by_looks, most)


def _bounds(
    archive: Archive, found: str, values: list[object], by_looks: bool, most: int
) -> list[tuple[int, str]]:
    dated = "look.time" if by_looks else "min(look.time, coalesce(one.published_utc, look.time))"
    rows = archive.conn.execute(
        f"""SELECT m.article_id, min({dated}) AS bound FROM ({found}) m
            CROSS JOIN version one ON one.article_id = m.article_id
            CROSS JOIN capture look ON look.id = one.first_capture_id
            GROUP BY m.article_id ORDER BY bound, m.article_id LIMIT ?""",
        (*values, most),
    )
    return [(row[0], row[1]) for row in rows]


# -- matches, the newest first --------------------------------------------------------------------


def _matching(
    archive: Archive, scope: Scope, words: Words, limit: int, looks: int | None = None
) -> Iterator[Candidate]:
    """The newest *limit* (-1: all); with *looks* only those that so many looks find."""
    if scope.versions != "current":
        yield from _of_any_version(archive, scope, words, limit)
        return
    if words.direct:
        columns = "r.id, r.article_id, r.version_id"
        sql, values = matches.select(scope, columns, matches.whole(words), rows=True)
        found = matches.plain(
            archive, f"{sql} ORDER BY {matches.order(words)} DESC LIMIT ?", [*values, limit]
        )
    else:
        rows = matches.verified(archive, scope, words, limit, looks)
        found = _rows(archive, "id, article_id, version_id", rows)
    for row, article, version in found:
        yield Candidate(row, article, version, _story(archive, article))


def _of_any_version(
    archive: Archive, scope: Scope, words: Words, limit: int
) -> Iterator[Candidate]:
    for row, article, version, current, *_ in candidates_past.newest(
        archive, scope, words.text, limit
    ):
        story = _story(archive, article) if current else None
        yield Candidate(row, article, version, story, bool(current))


def _story(archive: Archive, article: int) -> int | None:
    sql = "SELECT story_id FROM article WHERE id = ?"
    story: int | None = archive.conn.execute(sql, (article,)).fetchone()[0]
    return story


def _looked(archive: Archive, scope: Scope, most: int) -> tuple[list[int], bool]:
    """The newest matches that :data:`LOOKS` looks find, *most* at the most; whether that is all."""
    found: list[int] = []
    for looks, row in enumerate(matches.proposed(archive, scope, scope.matches)):
        if looks == LOOKS or len(found) == most:
            return found, False
        if matches.fits(archive, scope, scope.matches, row):
            found.append(row)
    return found, True


def _rows(archive: Archive, columns: str, rows: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """What the index says beside the words of each of these rows."""
    sql = f"SELECT {columns} FROM search_row WHERE id = ?"
    for row in rows:
        yield matches.plain(archive, sql, [row]).fetchone()
