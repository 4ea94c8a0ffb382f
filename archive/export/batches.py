"""Versions with all that belongs to them, many in five statements instead of six for each."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from archive import collections, notes, withdrawals
from archive.article_json import article_from_row
from archive.articles import version_of
from archive.change_kinds import Kind
from archive.diff import differences, weightiest
from archive.edits import admits
from archive.enclosures import digests
from archive.export.record import Record
from archive.types import Version
from archive.withdrawals import STATE

if TYPE_CHECKING:
    from archive.db import Archive
_IN = "IN (SELECT value FROM json_each(?))"

_VERSIONS = f"""
WITH numbered AS (
    SELECT version.id, row_number() OVER seen AS number,
           count(*) OVER (PARTITION BY version.article_id) AS versions
    FROM version JOIN capture ON capture.id = version.first_capture_id
    WHERE version.article_id {_IN}
    WINDOW seen AS (PARTITION BY version.article_id ORDER BY capture.time, capture.id)
)
SELECT version.*, numbered.number, numbered.versions, article.key, {STATE} AS state,
       article.version_id = version.id AS current, site.slug, page.url AS page_url,
       story.key AS story, first.time AS first_time, first.identity AS first_identity,
       last.time AS last_time, last.identity AS last_identity,
       coalesce(own.digest, old.digest) AS payload
FROM numbered JOIN version ON version.id = numbered.id
              JOIN article ON article.id = version.article_id
              JOIN site ON site.id = article.site_id
              JOIN article_page named ON named.key = article.key
              JOIN page ON page.id = named.page_id
              JOIN capture first ON first.id = version.first_capture_id
              JOIN capture last ON last.id = version.last_capture_id
              LEFT JOIN story ON story.id = article.story_id
              LEFT JOIN payload own ON own.id = first.payload_id
              LEFT JOIN capture earlier ON earlier.id = first.earlier_id
              LEFT JOIN payload old ON old.id = earlier.payload_id
WHERE ? OR version.id = article.version_id
ORDER BY article.key, numbered.number"""

Parts = dict[int, list[sqlite3.Row]]


def read(archive: Archive, article_ids: Sequence[int], *, every: bool) -> Iterator[Record]:
    """The current version of each of these articles, or *every* one of it; by key and number."""

    conn = archive.conn
    wanted = json.dumps(list(article_ids))
    rows = conn.execute(_VERSIONS, (wanted, every)).fetchall()
    ids = json.dumps([row["id"] for row in rows])
    bylines = _by(
        "version_id",
        conn.execute(f"SELECT * FROM byline WHERE version_id {_IN} ORDER BY position", (ids,)),
    )
    captions = _by(
        "version_id",
        conn.execute(f"SELECT * FROM caption WHERE version_id {_IN} ORDER BY position", (ids,)),
    )
    links = _by(
        "article_id",
        conn.execute(
            f"""SELECT * FROM link WHERE article_id {_IN} AND kind != 'attachment'
                ORDER BY position, kind, target""",
            (wanted,),
        ),
    )
    noted, collected = (
        notes.of_articles(archive, article_ids),
        collections.of_articles(archive, article_ids),
    )
    before: Version | None = None
    for row in rows:
        version = _version(row, bylines, captions, links)
        kinds: dict[str, Kind] = {}
        silent: bool | None = None
        if before is not None and before.key == version.key:
            kinds = differences(before.article, version.article)
            silent = not admits(before.article, version.article)
        yield Record(
            version, row["number"], row["versions"], bool(row["current"]), row["story"],
            row["first_identity"], row["last_identity"], row["payload"],
            weightiest(kinds.values()), tuple(kinds), silent,
            withdrawals.of_article(archive, row["article_id"])
            if version.state == "withdrawn" else None,
            tuple(noted.get(row["article_id"], ())), tuple(collected.get(row["article_id"], ())),
            digests(archive, version),
        )  # fmt: skip
        before = version


def _by(column: str, rows: sqlite3.Cursor) -> Parts:
    found: Parts = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _version(row: sqlite3.Row, bylines: Parts, captions: Parts, links: Parts) -> Version:
    last = row["last_capture_id"]
    article = article_from_row(
        row,
        url=row["page_url"],
        bylines=bylines.get(row["id"], ()),
        captions=captions.get(row["id"], ()),
        # The links that stood there while the version did, as `archive.version_rows` says.
        links=(
            link
            for link in links.get(row["article_id"], ())
            if link["first_capture_id"] <= last <= link["last_capture_id"]
        ),
    )
    return version_of(row, article)
