"""A story as it is read: its members in the order in which they were first seen."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from archive import articles, copies, stories
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.types import Article
from archive.vietnamese import syllables

_ORDER = """
SELECT article.id, min(seen.time) AS first_seen FROM article
JOIN version ON version.article_id = article.id
JOIN capture seen ON seen.id = version.first_capture_id
WHERE article.story_id = ? GROUP BY article.id ORDER BY first_seen, article.key"""

_SOURCE = re.compile(r"\(?(?:Theo|Nguồn(?: tin)?)\s*[:：]?\s+(\S.*?)\)?[.\s]*\Z", re.I)
_SOURCE_WORDS = 12  # a longer paragraph that begins with "Theo" is text ("Theo báo cáo của …")


@dataclass(frozen=True, slots=True)
class Member:
    """One copy. ``shared`` of ``of`` sentences stand in both it and the article asked for; both
    are 0 where the two have no long sentence in common and only others connect them."""

    key: str
    site: str
    url: str
    state: str
    title: str
    first_seen: datetime
    published: str | None
    source: str | None
    equal: bool  # title and body have the same words
    shared: int
    of: int


def order(archive: Archive, story_id: int) -> list[int]:
    """The articles of a story, the one that was seen first in front; cheap: no text is read."""
    return [row["id"] for row in archive.conn.execute(_ORDER, (story_id,))]


def members(archive: Archive, article_id: int) -> list[Member]:
    """All copies of an article, itself among them, the first seen in front; none if it is alone."""
    (story_id,) = archive.conn.execute(
        "SELECT story_id FROM article WHERE id = ?", (article_id,)
    ).fetchone()
    if story_id is None:
        return []
    own = copies.stored(archive, article_id)
    equal = stories.equal(archive, article_id)
    pairs = copies.pairs(archive, article_id)
    rows: list[sqlite3.Row] = archive.conn.execute(_ORDER, (story_id,)).fetchall()
    found = []
    for row in rows:
        version = articles.current(archive, row["id"])
        shared, of = pairs.get(row["id"], (0, 0))
        other = copies.stored(archive, row["id"])
        if not of and own is not None and other is not None:
            shared = len(own.sentences.keys() & other.sentences.keys())
            of = min(len(own.sentences), len(other.sentences))
        found.append(
            Member(
                version.key, version.site, version.url, version.state, version.article.title,
                from_iso(row["first_seen"]), version.article.published,
                source_line(version.article), row["id"] in equal, shared, of,
            )
        )  # fmt: skip
    return found


def to_json(one: Member) -> dict[str, Any]:
    """The JSON of a copy: its fields by name, times in ISO 8601, UTC."""
    return asdict(one) | {"first_seen": iso(one.first_seen)}


def source_line(article: Article) -> str | None:
    """Whom the article names as its source: as it was read, or in a last line "Theo …"."""
    if article.source:
        return article.source
    for block in reversed(article.body[-2:]):
        said = _SOURCE.match(block.text)
        if said and len(syllables(block.text)) <= _SOURCE_WORDS:
            return said[1]
    return None
