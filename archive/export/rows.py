"""The one iterator that all formats write from: the same archive gives the same rows, by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive import articles, captures, index
from archive.candidates import newest, require_known, scope_of
from archive.clock import iso
from archive.filters import Filters, prepare, where
from archive.query import parse

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.types import Version


@dataclass(frozen=True, slots=True)
class Record:
    """A current version, and the digest of the payload that showed it first."""

    version: Version
    payload: str | None

    def to_dict(self, full: bool = False) -> dict[str, Any]:
        """The JSON of the article between its key and what proves it."""
        version = self.version
        return {
            "key": version.key,
            **articles.to_json(version, full=full),
            "state": version.state,
            "first_seen": iso(version.first_seen),
            "last_seen": iso(version.last_seen),
            "payload": self.payload,
        }


def records(
    archive: Archive, filters: Filters | None = None, query: str | None = None
) -> tuple[int, Iterator[Record]]:
    """How many articles the filters and the query let through, and these, by key.

    Read them inside one `snapshot`, so that both agree. Errors as in `search`.
    """
    filters = filters or Filters()
    require_known(archive, filters)
    if query is None:
        total = _count(archive, filters)
        versions = articles.iterate(archive, filters)
    else:
        keys = _found(archive, filters, query)
        total = len(keys)
        versions = (articles.current(archive, article_id) for _key, article_id in keys)
    return total, (_record(archive, version) for version in versions)


def _record(archive: Archive, version: Version) -> Record:
    return Record(version, captures.get(archive, version.first_capture_id).payload_digest)


def _count(archive: Archive, filters: Filters) -> int:
    prepare(archive)
    condition, values = where(filters)
    row = archive.conn.execute(
        "SELECT count(*) FROM article JOIN version ON version.id = article.version_id"
        f" JOIN site ON site.id = article.site_id WHERE {condition}",
        values,
    ).fetchone()
    return int(row[0])


def _found(archive: Archive, filters: Filters, query: str) -> list[tuple[str, int]]:
    """Keys and ids of every match; two short values each, so a million still fit."""
    read = parse(query)
    index.require(archive)
    ids = [one.article_id for one in newest(archive, scope_of(archive, read, filters))]
    return sorted(
        (archive.conn.execute("SELECT key FROM article WHERE id = ?", (one,)).fetchone()[0], one)
        for one in ids
    )
