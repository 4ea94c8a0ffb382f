"""Which documents the index holds with an article, and their words: bounded, and never in doubt.

The index is without content, so what it holds of an article is deleted by giving it again. A
document may be captured anew at any time; the table `search_document` says which payloads went in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.db import Archive

INDEXED = 60_000
"""Characters of an article's documents that are searched, in the order of its attachments: some 25
pages. What stands behind them is kept and shown, and not found."""

_LATEST = datetime(9999, 1, 1, tzinfo=UTC)

Held = tuple[tuple[int, int], ...]
"""(position of the attachment in the version, payload), in their order."""


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """The words of one attachment, and the title that the article gives it."""

    title: str
    text: str


def wanted(archive: Archive, version_id: int) -> Held:
    """The documents that the index is to hold with a version: those that were there last."""
    return tuple(
        (place, payload_id)
        for place, payload_id, state in _last(archive, version_id)
        if state == "text"
    )


def waits(archive: Archive, version_id: int) -> bool:
    """Whether an attachment of a version is captured and was not read yet."""
    return any(state is None for _, _, state in _last(archive, version_id))


def held(archive: Archive, article_id: int) -> Held:
    """The documents that went into the index with an article."""
    rows = archive.conn.execute(
        "SELECT position, payload_id FROM search_document WHERE article_id = ? ORDER BY position",
        (article_id,),
    )
    return tuple((row[0], row[1]) for row in rows)


def hold(archive: Archive, article_id: int, documents: Held) -> None:
    """Note what goes into the index with an article, in place of what was noted before."""
    archive.conn.execute("DELETE FROM search_document WHERE article_id = ?", (article_id,))
    archive.conn.executemany(
        "INSERT INTO search_document VALUES (?, ?, ?)",
        [(article_id, position, payload_id) for position, payload_id in documents],
    )


def words(archive: Archive, documents: Held, titles: Sequence[str]) -> tuple[DocumentWords, ...]:
    """The words of *documents*, together :data:`INDEXED` characters at most."""
    found, left = [], INDEXED
    for position, payload_id in documents:
        row = archive.conn.execute(
            "SELECT substr(text, 1, ?) FROM document_text WHERE payload_id = ?", (left, payload_id)
        ).fetchone()
        title = titles[position] if position < len(titles) else ""
        text = row[0] if row is not None else ""
        found.append(DocumentWords(title, text))
        left -= len(text)
    return tuple(found)


def _last(archive: Archive, version_id: int) -> list[tuple[int, int, str | None]]:
    """Position, payload that stood there last, and state of its text, of captured attachments."""
    from archive import captures, timeline  # load zstd, which a search does without

    row = archive.conn.execute(
        """SELECT version.attachments, article.site_id FROM version
           JOIN article ON article.id = version.article_id WHERE version.id = ?""",
        (version_id,),
    ).fetchone()
    urls = [one["url"] for one in json.loads(row["attachments"])] if row is not None else []
    if not urls:
        return []
    captured = timeline.nearest(archive, urls, _LATEST, want="content", site_id=row["site_id"])
    found = []
    for place, url in enumerate(urls):
        if url not in captured:
            continue
        payload = archive.conn.execute(
            """SELECT payload.id, document_text.state FROM payload
               LEFT JOIN document_text ON document_text.payload_id = payload.id
               WHERE payload.digest = ?""",
            (captures.get(archive, captured[url]).payload_digest,),
        ).fetchone()
        if payload is not None:
            found.append((place, payload[0], payload[1]))
    return found
