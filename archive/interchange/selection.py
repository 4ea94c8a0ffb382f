"""Which captures a selection means, and what is said of each; read in order, never all at once.

What is chosen stands in temporary tables of the connection, which SQLite moves to disk as they
grow: `wanted` (pages) and `holder` (the capture in whose record a payload stands).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archive.clock import from_iso
from archive.export.rows import article_ids
from archive.filters import Filters
from archive.interchange import requisites
from archive.interchange.record import Holder, Said
from archive.scopes import require_known
from archive.urls import canonical

if TYPE_CHECKING:
    import sqlite3

    from archive.db import Archive

_TABLES = """
DROP TABLE IF EXISTS temp.wanted; CREATE TEMP TABLE wanted (id INTEGER PRIMARY KEY);
DROP TABLE IF EXISTS temp.holder;
CREATE TEMP TABLE holder (payload_id INTEGER PRIMARY KEY, capture_id INTEGER NOT NULL)"""

# Only a GET's response is pointed at: readers look the other record up by its URL. An empty payload
# saves nothing.
_HOLDERS = """
INSERT OR IGNORE INTO temp.holder
SELECT capture.payload_id, capture.id
FROM capture JOIN temp.wanted ON wanted.id = capture.page_id
             JOIN payload ON payload.id = capture.payload_id
WHERE capture.outcome = 'answer' AND capture.method = 'GET' AND payload.size > 0
ORDER BY capture.time, capture.identity"""

_CAPTURES = """
SELECT capture.id, capture.identity, capture.url, capture.outcome, capture.method,
       capture.crawl_id, page.url AS page_url, page.kind, page.how, site.slug,
       earlier.identity AS earlier, held.id AS held_id, held.identity AS held_identity,
       held.url AS held_url, held.time AS held_time, payload.digest AS held_digest
FROM capture JOIN temp.wanted ON wanted.id = capture.page_id
             JOIN page ON page.id = capture.page_id
             JOIN site ON site.id = page.site_id
             LEFT JOIN capture earlier ON earlier.id = capture.earlier_id
             LEFT JOIN temp.holder
                    ON holder.payload_id = coalesce(capture.payload_id, earlier.payload_id)
             LEFT JOIN capture held ON held.id = coalesce(holder.capture_id, capture.earlier_id)
             LEFT JOIN payload ON payload.id = held.payload_id
ORDER BY capture.time, capture.identity"""

_CRAWLS = """
SELECT crawl.*, site.slug, seal.archive_id, seal.leaves, seal.root, seal.previous,
       seal.digest AS seal_digest, seal.time AS seal_time
FROM crawl LEFT JOIN site ON site.id = crawl.site_id LEFT JOIN seal ON seal.crawl_id = crawl.id
WHERE crawl.id IN (SELECT crawl_id FROM capture JOIN temp.wanted ON wanted.id = capture.page_id)
ORDER BY crawl.started, crawl.id"""

_SITES = """
SELECT * FROM site WHERE id IN (SELECT site_id FROM page JOIN temp.wanted ON wanted.id = page.id)
ORDER BY slug"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: captures, WARC records, bytes of the file and its digest."""

    captures: int
    records: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A capture to be written; ``holder``: another record holds its payload."""

    capture_id: int
    identity: str
    said: Said
    holder: Holder | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What :func:`choose` found. ``time``: of the last capture, or the archive's birth.

    ``asked``: the filters and query that were given, as JSON can hold them.
    """

    captures: int
    time: datetime
    asked: dict[str, Any]
    sites: tuple[dict[str, Any], ...]
    crawls: tuple[dict[str, Any], ...]
    crawl_numbers: dict[int, int]


def choose(archive: Archive, filters: Filters, query: str | None) -> Choice:
    """Fill the temporary tables. Call it, and read what it chose, inside one `snapshot`.

    Sites alone, or nothing: all captures of these sites. Anything else selects articles: every
    capture of their pages, the redirects that led there, their photos and attachments, and the
    style sheets and pictures that these pages show. Errors as in `search`.
    """
    conn = archive.conn
    for statement in _TABLES.split(";"):  # `executescript` would end the snapshot
        conn.execute(statement)
    if query is None and filters == Filters(sites=filters.sites):
        require_known(archive, filters)
        conn.execute(
            """INSERT INTO temp.wanted SELECT page.id FROM page JOIN site ON site.id = page.site_id
               WHERE ? OR site.slug IN (SELECT value FROM json_each(?))""",
            (not filters.sites, json.dumps(filters.sites)),
        )
    else:
        ids = article_ids(archive, filters, query)
        requisites.want(archive, ids)
    conn.execute(_HOLDERS)
    count, last = conn.execute(
        "SELECT count(*), max(time) FROM capture JOIN temp.wanted ON wanted.id = capture.page_id"
    ).fetchone()
    if last is None:
        last = conn.execute("SELECT created FROM archive").fetchone()[0]
    crawls = conn.execute(_CRAWLS).fetchall()
    return Choice(
        captures=count,
        time=from_iso(last),
        asked=_asked(filters, query),
        sites=tuple(_site(row) for row in conn.execute(_SITES)),
        crawls=tuple(_crawl(number, row) for number, row in enumerate(crawls, 1)),
        crawl_numbers={row["id"]: number for number, row in enumerate(crawls, 1)},
    )


def captures(archive: Archive, choice: Choice) -> Iterator[Chosen]:
    """The captures that were chosen, by time."""
    for row in archive.conn.execute(_CAPTURES):
        yield Chosen(
            row["id"],
            row["identity"],
            Said(
                site=row["slug"], kind=row["kind"], how=row["how"],
                crawl=choice.crawl_numbers[row["crawl_id"]],
                page=_page(row["url"], row["page_url"]), earlier=row["earlier"],
            ),
            _holder(row),
        )  # fmt: skip


def holds(archive: Archive, capture_id: int) -> bool:
    """Whether that capture was chosen."""
    row = archive.conn.execute(
        "SELECT 1 FROM capture JOIN temp.wanted ON wanted.id = capture.page_id"
        " WHERE capture.id = ?",
        (capture_id,),
    ).fetchone()
    return row is not None


def _holder(row: sqlite3.Row) -> Holder | None:
    if row["outcome"] == "failure" or row["held_id"] in (None, row["id"]):
        return None
    if row["outcome"] == "answer" and row["method"] != "GET":
        return None
    return Holder(
        row["held_identity"], row["held_url"], from_iso(row["held_time"]), row["held_digest"]
    )


def _page(url: str, page_url: str) -> str | None:
    try:
        return None if canonical(url) == page_url else page_url
    except ValueError:
        return page_url


def _asked(filters: Filters, query: str | None) -> dict[str, Any]:
    given = {name: getattr(filters, name) for name in Filters.__slots__} | {"query": query}
    return {name: value for name, value in given.items() if value}


def _site(row: sqlite3.Row) -> dict[str, Any]:
    names = ("name", "province_then", "province_now", "state", "state_since")
    return {"site": row["slug"]} | {name: row[name] for name in names}


def _crawl(number: int, row: sqlite3.Row) -> dict[str, Any]:
    names = ("why", "started", "ended", "agent", "outcome")
    seal = None
    if row["seal_digest"] is not None:
        seal = {
            "archive": row["archive_id"], "leaves": row["leaves"], "root": row["root"],
            "previous": row["previous"], "digest": row["seal_digest"], "time": row["seal_time"],
        }  # fmt: skip
    return {"crawl": number, "site": row["slug"], "seal": seal,
            "settings": json.loads(row["settings"]),
            "figures": json.loads(row["figures"]) if row["figures"] else None,
            } | {name: row[name] for name in names}  # fmt: skip
