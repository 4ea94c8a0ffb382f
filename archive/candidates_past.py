"""Rows of both indexes, of current versions and of the others: all of them, or as of a moment.

As of a moment each article has one version at most: the one that it was first looked at last by
then. Of all versions that match each article shows its newest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from archive.errors import InputError
from archive.index_text import SLOTS_A_MINUTE
from archive.scopes import Scope
from archive.times import VIETNAM

if TYPE_CHECKING:
    from archive.db import Archive

Found = tuple[int, int, int, int, int, int, int, int, int]
"""Row, article, version, 1 if that is the current one, site, list of sections, list of authors;
from when it stood, and until when."""

_Arm = tuple[str, list[object]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS_A_ROW = 60_000_000 // SLOTS_A_MINUTE
_NOW, _PAST = ("search_row", "search_text"), ("past_row", "past_text")
_FEW = 50
_COLUMNS = (
    "r.article_id, r.version_id, {}, r.site_id, r.section_id, r.author_id, r.since, {} AS until"
)


def newest(archive: Archive, scope: Scope, matches: str, most: int) -> Iterator[Found]:
    """The newest *most* (-1: all) that *matches* and the scope let through, one an article."""
    if isinstance(scope.versions, datetime):
        arms = _as_of(archive, scope, matches, _microseconds(scope.versions))
    else:
        arms = _all(scope, matches)
    yield from _read(archive, arms, "ORDER BY 1 DESC LIMIT ?", most)


def count(archive: Archive, scope: Scope, most: int) -> int:
    """How many articles match, counted up to *most*."""
    if isinstance(scope.versions, datetime):
        arms = list(_as_of(archive, scope, scope.matches.text, _microseconds(scope.versions)))
        return sum(1 for _ in _read(archive, arms, "LIMIT ?", most))
    now, past = _raw(scope, scope.matches.text)
    articles = {one[1] for one in _read(archive, [now], "LIMIT ?", most)}
    if len(articles) < most:
        for one in _read(archive, [past], "LIMIT ?", -1):
            articles.add(one[1])
            if len(articles) == most:
                break
    return len(articles)


def counted(archive: Archive, scope: Scope, most: int) -> list[Found]:
    """One row for each of the newest *most* articles that match, for what is counted of them; of
    more than *most*, some may stand by an earlier version than :func:`newest` shows."""
    if isinstance(scope.versions, datetime):
        return list(newest(archive, scope, scope.matches.text, most))
    now, past = _raw(scope, scope.matches.text)
    found = {one[1]: one for one in _read(archive, [now], "ORDER BY 1 DESC LIMIT ?", most)}
    earlier: dict[int, Found] = {}
    for one in _read(archive, [past], "ORDER BY 1 DESC LIMIT ?", -1):
        if one[1] not in found:
            before = earlier.setdefault(one[1], one)
            earlier[one[1]] = max(before, one, key=lambda row: row[-2:])
        if len(earlier) == most:
            break
    return sorted((*found.values(), *earlier.values()), reverse=True)[:most]


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


def _read(archive: Archive, arms: Iterable[_Arm], end: str, most: int) -> Iterator[Found]:
    texts, values = zip(*arms, strict=True)
    cursor = archive.conn.cursor()
    cursor.row_factory = None  # plain tuples
    yield from cursor.execute(
        f"{' UNION ALL '.join(texts)} {end}", [*(one for some in values for one in some), most]
    )


def _as_of(archive: Archive, scope: Scope, matches: str, moment: int) -> Iterator[_Arm]:
    """What stood at *moment*: what is dated until then, and the few that are dated ahead of it."""
    last = moment // _MICROSECONDS_A_ROW
    for tables in (_NOW, _PAST):
        stood, values = "r.since <= ?", [moment]
        if tables is _PAST:
            stood, values = f"{stood} AND r.until > ?", [moment, moment]
        columns = _columns(tables, matches)
        ahead = f"{stood} AND r.id > r.since / {_MICROSECONDS_A_ROW}"
        rows = max(scope.rows[0], last + 1), scope.rows[1]
        (few,) = archive.conn.execute(
            f"""SELECT count(*) FROM (SELECT 1 FROM {tables[0]} r INDEXED BY {tables[0]}_ahead
                WHERE r.id BETWEEN ? AND ? AND {ahead} LIMIT ?)""",
            (*rows, *values, _FEW),
        ).fetchone()
        if few == _FEW:  # so many are not looked up one by one
            yield _arm(scope, matches, tables, columns, stood, values)
            continue
        yield _arm(scope, matches, tables, columns, stood, values,
                   rows=(scope.rows[0], min(scope.rows[1], last)))  # fmt: skip
        if few:
            yield _arm(scope, matches, tables, columns, ahead, values, by_row="ahead", rows=rows)


def _raw(scope: Scope, matches: str) -> tuple[_Arm, _Arm]:
    """All current versions that match, and all others."""
    now = _arm(scope, matches, _NOW, _columns(_NOW, matches), "1", [])
    return now, _arm(scope, matches, _PAST, _columns(_PAST, matches), "1", [])


def _all(scope: Scope, matches: str) -> Iterator[_Arm]:
    """Current versions; and of each article whose current one does not match, the newest that
    does."""
    now, (past, values) = _raw(scope, matches)
    yield now
    same = "r.article_id = one.article_id"
    after = f"{same} AND (r.since, r.until, r.version_id) > (one.since, one.until, one.version_id)"
    own, own_values = _arm(scope, matches, _NOW, "1", same, [], by_row="article")
    later, later_values = _arm(scope, matches, _PAST, "1", after, [], by_row="article")
    yield (
        f"SELECT * FROM ({past}) one WHERE NOT EXISTS ({own}) AND NOT EXISTS ({later})",
        [*values, *own_values, *later_values],
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
) -> _Arm:
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
    return f"{row} AS row, " + _COLUMNS.format(
        *(("1", "0") if tables is _NOW else ("0", "r.until"))
    )


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
