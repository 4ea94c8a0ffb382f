"""Rows of both indexes, of current versions and of the others: all of them, or as of a moment.

As of a moment each article has one version at most: the one that it was first looked at last by
then. Of all versions that match each article shows its newest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from archive.errors import InputError
from archive.index_text import SLOTS_A_MINUTE
from archive.scopes import Scope
from archive.times import VIETNAM

if TYPE_CHECKING:
    from archive.db import Archive

Found = tuple[int, int, int, int, int, int, int]
"""Row, article, version, 1 if that is the current one, site, list of sections, list of authors."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS_A_ROW = 60_000_000 // SLOTS_A_MINUTE
_NOW, _PAST = ("search_row", "search_text"), ("past_row", "past_text")
_COLUMNS = "r.article_id, r.version_id, {current}, r.site_id, r.section_id, r.author_id"


def newest(archive: Archive, scope: Scope, matches: str, most: int) -> Iterator[Found]:
    """The newest *most* (-1: all) that *matches* and the scope let through, one an article."""
    sql, values = _select(scope, matches)
    cursor = archive.conn.cursor()
    cursor.row_factory = None
    yield from cursor.execute(f"{sql} ORDER BY 1 DESC LIMIT ?", (*values, most))


def count(archive: Archive, scope: Scope, most: int) -> int:
    """How many articles match, counted up to *most*."""
    sql, values = _select(scope, scope.matches)
    row = archive.conn.execute(f"SELECT count(*) FROM ({sql} LIMIT ?)", (*values, most)).fetchone()
    return int(row[0])


def require_captured(archive: Archive, moment: datetime) -> None:
    """InputError if nothing was captured by *moment* (aware), which says when the first was."""
    (first,) = archive.conn.execute(
        """SELECT min(since) FROM (SELECT min(since) AS since FROM search_row
                                   UNION ALL SELECT min(since) FROM past_row)"""
    ).fetchone()
    if first is not None and first > _microseconds(moment):
        day = (_EPOCH + timedelta(microseconds=first)).astimezone(VIETNAM).date()
        raise InputError(
            f"Nothing was captured by {moment.astimezone(VIETNAM).date()}.",
            f"The first capture of an article is of {day}.",
        )


def _select(scope: Scope, matches: str) -> tuple[str, list[object]]:
    if isinstance(scope.versions, datetime):
        arms = list(_as_of(scope, matches, _microseconds(scope.versions)))
    else:
        arms = list(_all(scope, matches))
    return " UNION ALL ".join(sql for sql, _ in arms), [one for _, values in arms for one in values]


def _as_of(scope: Scope, matches: str, moment: int) -> Iterator[tuple[str, list[object]]]:
    """What stood at *moment*: what is dated until then, and the few that are dated ahead of it."""
    last = moment // _MICROSECONDS_A_ROW
    for tables in (_NOW, _PAST):
        stood, values = "r.since <= ?", [moment]
        if tables is _PAST:
            stood, values = f"{stood} AND r.until > ?", [moment, moment]
        columns = _columns(tables, matches)
        yield _arm(scope, matches, tables, columns, stood, values,
                   rows=(scope.rows[0], min(scope.rows[1], last)))  # fmt: skip
        ahead = f"{stood} AND r.id > r.since / {_MICROSECONDS_A_ROW}"
        yield _arm(scope, matches, tables, columns, ahead, values, by_row="ahead",
                   rows=(max(scope.rows[0], last + 1), scope.rows[1]))  # fmt: skip


def _all(scope: Scope, matches: str) -> Iterator[tuple[str, list[object]]]:
    """Current versions; and of each article whose current one does not match, the newest that
    does."""
    yield _arm(scope, matches, _NOW, _columns(_NOW, matches), "1", [])
    inner = f"{_columns(_PAST, matches)}, r.since, r.until"
    past, values = _arm(scope, matches, _PAST, inner, "1", [])
    same = "r.article_id = one.article_id"
    after = f"{same} AND (r.since, r.until, r.version_id) > (one.since, one.until, one.version_id)"
    now, now_values = _arm(scope, matches, _NOW, "1", same, [], by_row="article")
    later, later_values = _arm(scope, matches, _PAST, "1", after, [], by_row="article")
    yield (
        "SELECT row, article_id, version_id, 0, site_id, section_id, author_id"
        f" FROM ({past}) one WHERE NOT EXISTS ({now}) AND NOT EXISTS ({later})",
        [*values, *now_values, *later_values],
    )


def _arm(
    scope: Scope,
    matches: str,
    tables: tuple[str, str],
    columns: str,
    condition: str,
    values: list[int],
    *,
    rows: tuple[int, int] | None = None,
    by_row: str = "",
) -> tuple[str, list[object]]:
    """One table's rows. *by_row*: they are looked up first, by that index or their article, and
    then in the words; else as the words give them."""
    row_table, words = tables
    # CROSS JOIN keeps the order of the tables.
    row_source = f"{row_table} r" + (f" INDEXED BY {row_table}_ahead" if by_row == "ahead" else "")
    if not matches:
        source = row_source
    elif by_row:
        source = f"{row_source} CROSS JOIN {words} s ON s.rowid = r.id"
    else:
        source = f"{words} s CROSS JOIN {row_source} ON r.id = s.rowid"
    if scope.article:
        source += (
            " CROSS JOIN article ON article.id = r.article_id"
            " CROSS JOIN version ON version.id = r.version_id"
        )
    number = "s.rowid" if matches and not by_row else "r.id"
    where = f"{number} BETWEEN ? AND ? AND {condition} AND {scope.condition}"
    found: list[object] = [*(rows or scope.rows), *values, *scope.values]
    if matches:
        where, found = f"s.{words} MATCH ? AND {where}", [matches, *found]
    return f"SELECT {columns} FROM {source} WHERE {where}", found


def _columns(tables: tuple[str, str], matches: str) -> str:
    row = "s.rowid" if matches else "r.id"
    return f"{row} AS row, " + _COLUMNS.format(current=int(tables is _NOW))


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
