"""Texts of documents: kept once for each payload, and searched with the articles that attach them.

Who reads a document is the crawler's affair; here its text is stored and tied to articles. What the
index holds of documents changes only through `archive.index`, so everything that writes a text puts
the articles that show it into the index again. Writers belong inside a transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import index
from archive.content import address
from archive.types import Extracted

if TYPE_CHECKING:
    from archive.db import Archive

_MOST_HOPS = 5

_WAITING = """
SELECT page.id AS page_id, answer.payload_id FROM page
JOIN capture answer ON answer.id = page.last_answer_id
LEFT JOIN document_text known ON known.payload_id = answer.payload_id
WHERE page.kind = 'document' AND answer.payload_id IS NOT NULL AND NOT answer.truncated
  AND answer.payload_id NOT IN (SELECT payload_id FROM withdrawn_payload)
  AND (known.payload_id IS NULL{or_stale}) AND page.id > :after{of_site}
ORDER BY page.id LIMIT :limit"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page whose last answer is a document that was not read yet, or by another extractor."""

    page_id: int
    payload_id: int


def waiting(
    archive: Archive,
    *,
    site_id: int | None = None,
    stale: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Waiting]:
    """Documents that are to be read, by page; those behind the page *after*, at most *limit*.

    With *stale*, an extractor's identity, also those that another one has read.
    """
    sql = _WAITING.format(
        or_stale=" OR known.extractor != :stale" if stale is not None else "",
        of_site=" AND page.site_id = :site" if site_id is not None else "",
    )
    values = {"site": site_id, "stale": stale, "after": after, "limit": limit}
    return [Waiting(row["page_id"], row["payload_id"]) for row in archive.conn.execute(sql, values)]


def is_known(archive: Archive, payload_id: int) -> bool:
    """Whether this payload was read as a document, with whatever success, or was withdrawn."""
    if read_by(archive, payload_id) is not None:
        return True
    row = archive.conn.execute(
        "SELECT 1 FROM withdrawn_payload WHERE payload_id = ?", (payload_id,)
    )
    return row.fetchone() is not None


def read_by(archive: Archive, payload_id: int) -> str | None:
    """The extractor that read this payload as a document, None if none did."""
    row = archive.conn.execute(
        "SELECT extractor FROM document_text WHERE payload_id = ?", (payload_id,)
    ).fetchone()
    return row[0] if row is not None else None


def store(archive: Archive, payload_id: int, found: Extracted, extractor: str) -> None:
    """Write what was read out of a payload, over what was read before."""
    archive.require_transaction()
    holding = _holding(archive, payload_id)
    for article_id in holding:
        index.drop(archive, article_id)  # by the old text, which is still there
    archive.conn.execute(
        """INSERT INTO document_text VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (payload_id) DO UPDATE SET kind = excluded.kind, state = excluded.state,
               text = excluded.text, title = excluded.title, pages = excluded.pages,
               cut = excluded.cut, problem = excluded.problem, extractor = excluded.extractor""",
        (payload_id, found.kind, found.state, found.text, found.title, found.pages, found.cut,
         found.problem, extractor),
    )  # fmt: skip
    _put(archive, holding)


def show(archive: Archive, page_id: int) -> None:
    """The document at this page has another content, or a text now: its articles hold it."""
    archive.require_transaction()
    names = _names(archive, page_id)
    marks = ", ".join("?" * len(names))
    rows = archive.conn.execute(
        f"""SELECT DISTINCT article_id FROM link
            WHERE kind = 'attachment' AND target IN ({marks}) ORDER BY article_id""",
        names,
    )
    _put(archive, [row[0] for row in rows])


def forget(archive: Archive, payload_id: int) -> None:
    """Take the text of a payload out of the archive and the index, before the payload itself is."""
    archive.require_transaction()
    holding = _holding(archive, payload_id)
    for article_id in holding:
        index.drop(archive, article_id)
    archive.conn.execute("DELETE FROM document_text WHERE payload_id = ?", (payload_id,))
    _put(archive, holding)


def of_payload(archive: Archive, digest: str) -> Extracted | None:
    """What was read out of the payload with that digest, None if nobody tried."""
    row = archive.conn.execute(
        """SELECT document_text.* FROM document_text
           JOIN payload ON payload.id = document_text.payload_id WHERE payload.digest = ?""",
        (digest,),
    ).fetchone()
    return _extracted(row) if row is not None else None


def _holding(archive: Archive, payload_id: int) -> list[int]:
    rows = archive.conn.execute(
        "SELECT DISTINCT article_id FROM search_document WHERE payload_id = ? ORDER BY article_id",
        (payload_id,),
    )
    return [row[0] for row in rows]


def _put(archive: Archive, article_ids: Iterable[int]) -> None:
    for article_id in article_ids:
        row = archive.conn.execute(
            "SELECT version_id FROM article WHERE id = ?", (article_id,)
        ).fetchone()
        if row is not None and row["version_id"] is not None:
            index.put(archive, row["version_id"])


def _names(archive: Archive, page_id: int) -> list[str]:
    """The addresses that lead to a page: its own, and those of the redirects that led there."""
    names: list[str] = []
    number: int | None = page_id
    for _ in range(_MOST_HOPS):
        row = archive.conn.execute(
            "SELECT url, found_url, how, found_on FROM page WHERE id = ?", (number,)
        ).fetchone()
        if row is None:
            break
        names += [row["url"], address(row["found_url"]), _twin(row["url"])]
        if row["how"] != "redirect":
            break
        number = row["found_on"]
    return list(dict.fromkeys(names))


def _twin(url: str) -> str:
    """The other of http and https: a link may name either, as `archive.timeline` takes them."""
    scheme, _, rest = url.partition(":")
    return f"{'http' if scheme == 'https' else 'https'}:{rest}"


def _extracted(row: sqlite3.Row) -> Extracted:
    return Extracted(
        row["kind"], row["state"], row["text"], row["title"], row["pages"], bool(row["cut"]),
        row["problem"],
    )  # fmt: skip
