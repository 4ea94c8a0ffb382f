"""What is handed out: which articles a selection means, and these as records, by key.

All formats write from :func:`records`, so the same archive gives the same rows in the same order,
whatever order they came in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from archive import index
from archive.candidates import newest
from archive.export import batches
from archive.export.record import Kind, Record
from archive.filters import Filters, prepare, where
from archive.scopes import require_known, scope_of
from archive.synonyms import parsed

if TYPE_CHECKING:
    from archive.db import Archive

_BATCH = 100  # articles that are read together; ten take a tenth longer, a thousand save nothing

_SELECTED = """
SELECT article.id FROM article JOIN version ON version.id = article.version_id
                               JOIN site ON site.id = article.site_id"""


def article_ids(
    archive: Archive,
    filters: Filters | None = None,
    query: str | None = None,
    since: int | None = None,
) -> list[int]:
    """Row numbers of the articles that all of these let through, in the order of their keys.

    *query* as in `search`, but every match; *since*: only those with an event after that number.
    Errors as in `search`. Call it, and read what it names, inside one `snapshot`.
    """
    filters = filters or Filters()
    require_known(archive, filters)
    wanted: set[int] | None = None
    values: list[object] = []
    if query is not None:
        read = parsed(archive, query, filters)
        index.require(archive)
        wanted = {one.article_id for one in newest(archive, scope_of(archive, read, filters))}
        sql = "SELECT id FROM article"
    else:
        prepare(archive)
        condition, values = where(filters)
        sql = f"{_SELECTED} WHERE {condition}"
    if since is not None:
        told = archive.conn.execute("SELECT article_id FROM event WHERE number > ?", (since,))
        after = {row[0] for row in told}
        wanted = after if wanted is None else wanted & after
    rows = archive.conn.execute(f"{sql} ORDER BY article.key", values)
    return [row[0] for row in rows if wanted is None or row[0] in wanted]


def records(
    archive: Archive, article_ids: Sequence[int], kind: Kind = "articles"
) -> Iterator[Record]:
    """The current versions of these articles, or all of them, the oldest first; in their order.

    A hundred articles are read at a time, so a million need no more memory than these.
    """
    for start in range(0, len(article_ids), _BATCH):
        part = article_ids[start : start + _BATCH]
        yield from batches.read(archive, part, every=kind == "versions")


def count(archive: Archive, article_ids: Sequence[int], kind: Kind = "articles") -> int:
    """How many rows :func:`records` gives."""
    if kind == "articles":
        return len(article_ids)
    wanted = set(article_ids)
    found = archive.conn.execute("SELECT article_id FROM version")
    return sum(row[0] in wanted for row in found)
