"""What the archive holds, counted, and where its bytes are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.db import Archive
from archive.errors import UnknownReferenceError
from archive.lacking import STANDING
from archive.withdrawals import STATE

_SAMPLE = 500  # rows of a table whose lengths stand for all, where SQLite cannot count its pages

_PAGES = "SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE"

# of, query for `what` and its count; {where} narrows to a site
_COUNTS = (
    ("sites", "SELECT state, count(*) FROM site WHERE {where} GROUP BY state"),
    ("pages", "SELECT kind, count(*) FROM page WHERE {where} GROUP BY kind"),
    ("known articles", f"""SELECT {STANDING} AS standing, count(*) FROM page
                           WHERE kind = 'article' AND standing != 'elsewhere' AND {{where}}
                           GROUP BY standing"""),
    ("crawls", """SELECT coalesce(outcome, 'running or killed'), count(*) FROM crawl
                  WHERE {where} GROUP BY outcome"""),
    ("captures", "SELECT outcome, count(*) FROM capture WHERE {where} GROUP BY outcome"),
    ("articles", f"""SELECT {STATE} AS told, count(*) FROM article
                     WHERE {{where}} GROUP BY told"""),
    ("events", "SELECT kind, count(*) FROM event WHERE {where} GROUP BY kind"),
)  # fmt: skip

_OF_SITE = {
    "sites": "id = :site",
    "captures": "crawl_id IN (SELECT id FROM crawl WHERE site_id = :site)",
    "versions": "article_id IN (SELECT id FROM article WHERE site_id = :site)",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: *of* what, *what* of it, and its value: a count, bytes, a ratio or a time."""

    of: str
    what: str
    value: int | float | str | None


def contents(archive: Archive, site: str | None = None) -> Iterator[Figure]:
    """Counts of what was kept and what was read, of all sites or one.

    UnknownReferenceError if there is no such site. A payload belongs to the site that showed it
    first; a story counts for each site that has a copy.
    """
    (site_id,) = archive.conn.execute(
        "SELECT (SELECT id FROM site WHERE slug = ?)", (site,)
    ).fetchone()
    if site is not None and site_id is None:
        raise UnknownReferenceError(
            f"There is no site `{site}` in this archive.", "`luutru status` lists its sites."
        )
    if site is None:
        row = archive.conn.execute("SELECT id, created FROM archive").fetchone()
        yield Figure("archive", "id", row["id"])
        yield Figure("archive", "created", row["created"])
    for of, sql in _COUNTS:
        total = 0
        for what, count in _all(archive, of, sql, site_id):
            total += count
            yield Figure(of, what, count)
        yield Figure(of, "all", total)
        if of == "crawls":
            yield from _merged(archive, site_id)
        if of == "captures":
            yield from _span(archive, site_id)
    yield from _payloads(archive, site_id)
    yield from _texts(archive, site_id)


def _all(archive: Archive, of: str, sql: str, site_id: int | None) -> list[sqlite3.Row]:
    where = "1" if site_id is None else _OF_SITE.get(of, "site_id = :site")
    return archive.conn.execute(sql.format(where=where), {"site": site_id}).fetchall()


def _merged(archive: Archive, site_id: int | None) -> Iterator[Figure]:
    sql = """SELECT count(*) FROM crawl WHERE id IN (SELECT crawl_id FROM merged_crawl)
             AND {where}"""
    (row,) = _all(archive, "crawls", sql, site_id)
    if row[0]:
        yield Figure("crawls", "came by merges", row[0])


def _span(archive: Archive, site_id: int | None) -> Iterator[Figure]:
    (row,) = _all(
        archive, "captures", "SELECT min(time), max(time) FROM capture WHERE {where}", site_id
    )
    yield Figure("captures", "first", row[0])
    yield Figure("captures", "last", row[1])


def _payloads(archive: Archive, site_id: int | None) -> Iterator[Figure]:
    sql = """SELECT count(*), coalesce(sum(size), 0), coalesce(sum(length(data)), 0)
             FROM payload WHERE {where}"""
    (row,) = _all(archive, "payloads", sql, site_id)
    count, size, stored = row
    yield Figure("payloads", "all", count)
    yield Figure("payloads", "bytes decoded", size)
    yield Figure("payloads", "bytes stored", stored)
    yield Figure("payloads", "ratio", round(size / stored, 2) if stored else None)


def _texts(archive: Archive, site_id: int | None) -> Iterator[Figure]:
    (row,) = _all(archive, "versions", "SELECT count(*) FROM version WHERE {where}", site_id)
    yield Figure("versions", "all", row[0])
    sql = """SELECT count(DISTINCT story_id), count(*) FROM article
             WHERE story_id IS NOT NULL AND {where}"""
    (row,) = _all(archive, "stories", sql, site_id)
    yield Figure("stories", "all", row[0])
    yield Figure("stories", "articles in them", row[1])
    sql = """SELECT count(*) FROM copy_pair JOIN article ON article.id = one_id
             WHERE {where} OR other_id IN (SELECT id FROM article WHERE {where})"""
    (row,) = _all(archive, "stories", sql, site_id)
    yield Figure("stories", "pairs of near copies", row[0])


def sizes(archive: Archive) -> Iterator[Figure]:
    """Bytes of the file, by table with its indexes, the largest first; each page is looked at.

    `search index` is all that FTS5 keeps. SQLite may be built without `dbstat`: then the figures of
    the tables are estimates, under `bytes (estimated)`.
    """
    conn = archive.conn
    page_size, free = (
        conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "freelist_count")
    )
    yield Figure("file", "bytes", archive.path.stat().st_size)
    yield Figure("file", "bytes free in it", free * page_size)
    wal = Path(f"{archive.path}-wal")
    yield Figure("file", "bytes of its -wal", wal.stat().st_size if wal.exists() else 0)
    try:
        of, found = "bytes", _by_pages(conn)
    except sqlite3.OperationalError as error:
        if "dbstat" not in str(error):
            raise
        of, found = "bytes (estimated)", _by_samples(conn)
    for name, size in sorted(found.items(), key=lambda item: (-item[1], item[0])):
        yield Figure(of, name, size)


def _owner(name: str) -> str:
    return "search index" if name.startswith("search_") else name


def _by_pages(conn: sqlite3.Connection) -> dict[str, int]:
    """Table -> bytes of its pages and those of its indexes."""
    tables = dict(conn.execute("SELECT name, tbl_name FROM sqlite_schema").fetchall())
    sizes: dict[str, int] = {}
    for name, size in conn.execute(_PAGES):
        owner = _owner(tables.get(name, name))
        sizes[owner] = sizes.get(owner, 0) + size
    return sizes


def _by_samples(conn: sqlite3.Connection) -> dict[str, int]:
    """Table -> the mean length of some rows, times their number; without indexes."""
    sizes: dict[str, int] = {}
    for (name,) in conn.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
    ).fetchall():
        columns = [row["name"] for row in conn.execute(f'PRAGMA table_info("{name}")')]
        length = " + ".join(f'coalesce(length(CAST("{one}" AS BLOB)), 0)' for one in columns)
        count, mean = conn.execute(
            f'SELECT (SELECT count(*) FROM "{name}"),'
            f' (SELECT coalesce(avg(n), 0) FROM (SELECT {length} AS n FROM "{name}" LIMIT ?))',
            (_SAMPLE,),
        ).fetchone()
        owner = _owner(name)
        sizes[owner] = sizes.get(owner, 0) + int(count * mean)
    return sizes
