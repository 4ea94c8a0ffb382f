"""The rows of one version: written, read back, replaced. No decision is taken here."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from archive.article_json import article_from_row
from archive.content import Content, address
from archive.db import Archive
from archive.times import sortable
from archive.types import Article

_COLUMNS = (
    "digest", "text_digest", "reader", "title", "section", "lead", "published", "published_utc",
    "published_precision", "updated", "byline", "source", "body", "attachments", "tags", "images",
    "language", "canonical", "evidence",
)  # fmt: skip

_INSERT = f"""
INSERT INTO version (article_id, first_capture_id, last_capture_id, {", ".join(_COLUMNS)})
VALUES (?, ?, ?, {", ".join("?" * len(_COLUMNS))})"""

_REPLACE = f"UPDATE version SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE id = ?"

# `json.dumps` with options makes an encoder for each call, of which a version needs eight.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_LINK = """
INSERT INTO link (article_id, kind, target, title, published, position, first_capture_id,
                  last_capture_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (article_id, kind, target) DO UPDATE SET title = excluded.title,
    published = excluded.published, position = excluded.position,
    last_capture_id = excluded.last_capture_id"""


def insert(
    archive: Archive,
    article_id: int,
    capture_id: int,
    article: Article,
    content: Content,
    reader: str,
) -> int:
    """Write a version that *capture_id* shows, without its links; return its row number."""
    cursor = archive.conn.execute(
        _INSERT, (article_id, capture_id, capture_id, *_values(article, content, reader))
    )
    version_id = int(cursor.lastrowid or 0)
    _insert_parts(archive, version_id, article)
    return version_id


def replace(
    archive: Archive, version_id: int, article: Article, content: Content, reader: str
) -> None:
    """Write another reading over a version; its captures stay."""
    archive.conn.execute(_REPLACE, (*_values(article, content, reader), version_id))
    archive.conn.execute("DELETE FROM byline WHERE version_id = ?", (version_id,))
    archive.conn.execute("DELETE FROM caption WHERE version_id = ?", (version_id,))
    _insert_parts(archive, version_id, article)


def columns_of(article: Article, content: Content, reader: str) -> dict[str, object]:
    """The columns of a version but those that are row numbers."""
    return dict(zip(_COLUMNS, _values(article, content, reader), strict=True))


def bylines_of(article: Article) -> tuple[dict[str, object], ...]:
    """The rows of its authors, without their version's number."""
    return tuple(
        {
            "position": place, "name": one.name, "affiliation": one.affiliation, "role": one.role,
        }
        for place, one in enumerate(article.authors)
    )  # fmt: skip


def captions_of(article: Article) -> tuple[dict[str, object], ...]:
    """The rows of its captions, without their version's number."""
    return tuple(
        {"position": place, "text": one.text, "credit": one.credit, "image": one.image}
        for place, one in enumerate(article.captions)
    )


def links_of(article: Article, capture_id: int) -> tuple[dict[str, object], ...]:
    """The rows of where it points, as *capture_id* shows it, without their article's number."""
    shown: dict[tuple[str, str], dict[str, object]] = {}
    linked: Iterable[tuple[str, str, str, str | None]] = (
        *((one.kind, one.url, one.title, one.published) for one in article.related),
        *(("attachment", one.url, one.title, None) for one in article.attachments),
    )
    for kind, url, title, published in linked:
        target = address(url)
        row: dict[str, object] = {
            "kind": kind, "target": target, "title": title, "published": published,
            "position": len(shown), "first_capture_id": capture_id, "last_capture_id": capture_id,
        }  # fmt: skip
        shown.setdefault((kind, target), row)
    return tuple(shown.values())


def _values(article: Article, content: Content, reader: str) -> tuple[object, ...]:
    published_utc, precision = sortable(article.published)
    return (
        content.digest, content.text_digest, reader, article.title, _json(article.section),
        article.lead, article.published, published_utc, precision, article.updated, article.byline,
        article.source, _json([(block.kind, block.text) for block in article.body]),
        _json([{"title": one.title, "url": one.url} for one in article.attachments]),
        _json(article.tags), _json(article.images), article.language,
        address(article.canonical) if article.canonical else None, _json(dict(article.evidence)),
    )  # fmt: skip


def _insert_parts(archive: Archive, version_id: int, article: Article) -> None:
    archive.conn.executemany(
        "INSERT INTO byline VALUES (?, ?, ?, ?, ?)",
        [(version_id, *row.values()) for row in bylines_of(article)],
    )
    archive.conn.executemany(
        "INSERT INTO caption VALUES (?, ?, ?, ?, ?)",
        [(version_id, *row.values()) for row in captions_of(article)],
    )


def show_links(archive: Archive, article_id: int, capture_id: int, article: Article) -> None:
    """Write where the article points, as *capture_id* shows it; what it shows no more stays."""
    rows = [(article_id, *row.values()) for row in links_of(article, capture_id)]
    archive.conn.executemany(_LINK, rows)


def article_of(archive: Archive, row: sqlite3.Row, url: str) -> Article:
    """The article in a row of `version`, with the links that stood there while it did."""
    conn = archive.conn
    return article_from_row(
        row,
        url=url,
        bylines=conn.execute(
            "SELECT * FROM byline WHERE version_id = ? ORDER BY position", (row["id"],)
        ),
        captions=conn.execute(
            "SELECT * FROM caption WHERE version_id = ? ORDER BY position", (row["id"],)
        ),
        links=conn.execute(
            """SELECT * FROM link WHERE article_id = ? AND kind != 'attachment'
                 AND first_capture_id <= ? AND last_capture_id >= ? ORDER BY position""",
            (row["article_id"], row["last_capture_id"], row["last_capture_id"]),
        ),
    )
