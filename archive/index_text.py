"""What the index is given of a version: its text in columns, and the row that its time earns."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive import index_documents
from archive.index_documents import DocumentWords, Held
from archive.vietnamese import exact, fold, syllables

if TYPE_CHECKING:
    from archive.db import Archive

COLUMNS = ("title", "lead", "body", "caption", "author", "section", "other")
"""What users search; the column `site` beside them is a filter."""

SLOTS_A_MINUTE = 64
UNDATED = -(1 << 40)
NO_DATES = UNDATED // 2
"""The last row that an article without a date may have."""

_DAY = 1440 * SLOTS_A_MINUTE
_HANOI = 7 * 60 * SLOTS_A_MINUTE


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one version, column by column, as stored: accents, case and all."""

    title: str
    lead: str
    body: str
    caption: str
    author: str
    section: str
    other: str
    documents: tuple[DocumentWords, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """The columns in the order of :data:`COLUMNS`; the documents' words stand in `other`."""
        other = "\n".join(filter(None, (self.other, *(one.text for one in self.documents))))
        return (
            self.title, self.lead, self.body, self.caption, self.author, self.section, other,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One article's place in the index: *base* is the row that its time earns; another of that day
    if it is taken. *sections* and *authors*: what its facets count."""

    article_id: int
    version_id: int
    site_id: int
    base: int
    text: Text
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    @property
    def site(self) -> str:
        """The filter word of its site."""
        return f"s{self.site_id}"

    def digest(self) -> bytes:
        joined = "\x1f".join((self.site, *self.text.columns()))
        return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()[:12]

    def words(self) -> tuple[str, ...]:
        """What goes into the columns of `search_text`, in the order of the table."""
        columns = self.text.columns()
        return (*map(exact, columns), *(folded_words(fold(one)) for one in columns), self.site)


def entry_of(archive: Archive, version_id: int, documents: Held | None = None) -> Entry:
    """The entry of a version; LookupError if there is none.

    *documents* are those whose words go in with it; without them, those that the index holds.
    """
    conn = archive.conn
    version = conn.execute(
        "SELECT v.*, a.site_id FROM version v JOIN article a ON a.id = v.article_id WHERE v.id = ?",
        (version_id,),
    ).fetchone()
    if version is None:
        raise LookupError(f"no version {version_id}")
    captions = conn.execute(
        "SELECT text, credit FROM caption WHERE version_id = ? ORDER BY position", (version_id,)
    )
    authors = conn.execute(
        "SELECT name, affiliation FROM byline WHERE version_id = ? ORDER BY position",
        (version_id,),
    ).fetchall()
    if documents is None:
        documents = index_documents.held(archive, version["article_id"])
    titles = [one["title"] for one in json.loads(version["attachments"])]
    sections = tuple(json.loads(version["section"]))
    published = version["published_utc"]
    undated = published is None
    return Entry(
        version["article_id"],
        version_id,
        version["site_id"],
        UNDATED + version["article_id"] if undated else row_base(datetime.fromisoformat(published)),
        Text(
            title=version["title"],
            lead=version["lead"] or "",
            body="\n".join(text for _kind, text in json.loads(version["body"])),
            caption=_lines(captions),
            author=_lines([(version["byline"],), *authors]),
            section="\n".join(sections),
            other=_lines(
                [
                    (version["source"],),
                    json.loads(version["tags"]),
                    titles,
                ]
            ),
            documents=index_documents.words(archive, documents, titles),
        ),
        sections,
        tuple(row["name"] for row in authors),
    )


def folded_words(text: str) -> str:
    """The words of a folded *text* as the index has them: `0dang 0uy`.

    FTS5 has one list of rows for a word in all columns. Were it `dang`, who looks for that word as
    it is typed, which few articles have, would read all those in which it is `đảng` or `đang`.
    """
    return " ".join(f"0{word}" for word in syllables(text))


def _lines(rows: Sequence[Sequence[str | None]] | sqlite3.Cursor) -> str:
    return "\n".join(text for row in rows for text in row if text)


def text_of(archive: Archive, version_id: int) -> Text:
    """The text of a version, column by column."""
    return entry_of(archive, version_id).text


def row_base(moment: datetime | None) -> int:
    """The lowest index row of what was published at *moment* (aware) or later; None: undated."""
    if moment is None:
        return UNDATED
    return int(moment.timestamp() // 60) * SLOTS_A_MINUTE


def is_dated(row: int) -> bool:
    """Whether a row of the index is of an article with a date."""
    return row > NO_DATES


def day_rows(row: int) -> tuple[int, int] | None:
    """The first and last row of the day in Vietnam that *row* is of; None for one without a date.

    The rows of a day hold what was published on that day and nothing else (as long as it is not
    92,160 articles), so that a filter by days needs to look at no article.
    """
    if not is_dated(row):
        return None
    first = (row + _HANOI) // _DAY * _DAY - _HANOI
    return first, first + _DAY - 1
