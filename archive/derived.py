"""All that is derived from the captures of some pages, as one frozen value.

Two such values can be compared: what an archive holds, and what another reader would make of the
same captures. Row numbers are no part of that: an article is named by its key, a version by its
first capture.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from archive.article_json import article_from_row
from archive.content import Content, content_of
from archive.db import Archive
from archive.types import Article
from archive.withdrawals import IS_WITHDRAWN

Row = Mapping[str, Any]

_OF_PAGES = "IN (SELECT article_id FROM article_page WHERE page_id IN (SELECT value FROM pages))"
_WITH = "WITH pages AS MATERIALIZED (SELECT value FROM json_each(?))"
_BYLINES = """SELECT position, name, affiliation, role FROM byline
              WHERE version_id = ? ORDER BY position"""
_CAPTIONS = """SELECT position, text, credit, image FROM caption
               WHERE version_id = ? ORDER BY position"""
BY_READER = frozenset({"reader", "evidence"})
_UNSAID = frozenset({"id", "article_id"})


@dataclass(frozen=True)
class VersionState:
    """A version: its columns but row numbers, its bylines and captions; links as they stood."""

    id: int
    row: Row
    bylines: tuple[Row, ...]
    captions: tuple[Row, ...]
    links: tuple[Row, ...]

    def __getstate__(self) -> dict[str, Any]:
        return _fields_of(self)

    @property
    def first(self) -> int:
        """Its first capture, by which it is known."""
        return int(self.row["first_capture_id"])

    @property
    def last(self) -> int:
        return int(self.row["last_capture_id"])

    def says(self) -> tuple[object, ...]:
        """All that is stored of it but its row number and the links of its article."""
        return self.row, self.bylines, self.captions

    def says_of_site(self) -> tuple[object, ...]:
        """The same without who reads and how: two readers that agree say it alike."""
        row = {name: value for name, value in self.row.items() if name not in BY_READER}
        return row, self.bylines, self.captions

    @cached_property
    def article(self) -> Article:
        return article_from_row(
            self.row,  # type: ignore[arg-type]  # read by names alone, as a sqlite3.Row is
            url="",
            bylines=self.bylines,  # type: ignore[arg-type]  # the same
            captions=self.captions,  # type: ignore[arg-type]  # the same
            links=self.links,  # type: ignore[arg-type]  # the same
        )

    @cached_property
    def content(self) -> Content:
        return content_of(self.article)


@dataclass(frozen=True)
class ArticleState:
    """An article with its addresses (page, key), its versions in order, and its links."""

    id: int
    key: str
    site_id: int
    page_id: int
    state: str
    state_since: str
    current: int  # the first capture of its current version; 0 if damage left it none
    pages: tuple[tuple[int, str], ...]
    versions: tuple[VersionState, ...]
    links: tuple[Row, ...]

    def says(self) -> tuple[object, ...]:
        """All of it but row numbers of its own."""
        return self.frame(), tuple(one.says() for one in self.versions)

    def frame(self) -> tuple[object, ...]:
        """What it says beside its versions."""
        return (
            self.key, self.site_id, self.page_id, self.state, self.state_since, self.current,
            self.pages, self.links,
        )  # fmt: skip

    def version(self, first_capture: int) -> VersionState | None:
        return next((one for one in self.versions if one.first == first_capture), None)


@dataclass(frozen=True)
class Derived:
    """The articles of some pages; their captures and readings; the pages' own kind and state.

    ``captures``: id -> (page, time). ``readings``: capture -> state, kind, reader, attempts,
    problem. ``pages``: id -> kind, state, due.
    """

    articles: Mapping[str, ArticleState]
    captures: Mapping[int, tuple[int, str]]
    readings: Mapping[int, tuple[Any, ...]]
    pages: Mapping[int, tuple[str, str, str | None]]

    def __getstate__(self) -> dict[str, Any]:
        return _fields_of(self)

    def same_ground(self, other: Derived) -> bool:
        """Whether nobody has written to these pages in between."""
        return (self.articles, self.captures, self.readings) == (
            other.articles, other.captures, other.readings,
        )  # fmt: skip

    def of_page(self, page_id: int) -> ArticleState | None:
        """The article that a page shows."""
        return self._by_page.get(page_id)

    def of_key(self, key: str) -> ArticleState | None:
        """The article that a key names, as its own or as that of another of its addresses."""
        return self._by_key.get(key)

    def moment(self, capture_id: int) -> tuple[str, int]:
        """Where a capture stands in time."""
        return self.captures[capture_id][1], capture_id

    def holder(self, capture_id: int, key: str) -> tuple[ArticleState, VersionState] | None:
        """The version that holds a capture, or the one nearest before it (else after it).

        That of the article *key*, if one begins with it there: its page may show another by now.
        """
        own = self.articles[key].version(capture_id) if key in self.articles else None
        if own is not None:
            return self.articles[key], own
        if capture_id not in self.captures:
            return None
        article = self.of_page(self.captures[capture_id][0])
        if article is None:
            return None
        moment = self.moment(capture_id)
        before = [one for one in article.versions if self.moment(one.first) <= moment]
        return article, (before or article.versions[:1])[-1]

    @cached_property
    def _by_page(self) -> dict[int, ArticleState]:
        return {page: one for one in self.articles.values() for page, _ in one.pages}

    @cached_property
    def _by_key(self) -> dict[str, ArticleState]:
        return {key: one for one in self.articles.values() for _, key in one.pages}


def _fields_of(one: VersionState | Derived) -> dict[str, Any]:
    """What is pickled of it: its fields, without what was made of them meanwhile."""
    return {field.name: getattr(one, field.name) for field in fields(one)}


def load(archive: Archive, page_ids: Collection[int]) -> Derived:
    """What the archive derived from the captures of these pages.

    They must be all pages of each of their articles. What was withdrawn is left out: it is never
    read again.
    """
    ids = json.dumps(sorted(page_ids))

    def rows(sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in archive.conn.execute(f"{_WITH} {sql}", (ids,))]

    within = "IN (SELECT value FROM pages)"
    captures = {
        row["id"]: (row["page_id"], row["time"])
        for row in rows(f"SELECT id, page_id, time FROM capture WHERE page_id {within} ORDER BY id")
    }
    readings = {
        row["capture_id"]: tuple(row.values())[1:]
        for row in rows(
            f"""SELECT capture_id, state, kind, reader, attempts, problem FROM reading
                WHERE capture_id IN (SELECT id FROM capture WHERE page_id {within})"""
        )
    }
    pages = {
        row["id"]: (row["kind"], row["state"], row["due"])
        for row in rows(f"SELECT id, kind, state, due FROM page WHERE id {within}")
    }
    articles = {row["key"]: _article(archive, row, captures) for row in rows(
        f"SELECT * FROM article WHERE id {_OF_PAGES} AND NOT {IS_WITHDRAWN} ORDER BY key"
    )}  # fmt: skip
    return Derived(articles, captures, readings, pages)


def _article(archive: Archive, row: Row, captures: Mapping[int, tuple[int, str]]) -> ArticleState:
    def rows(sql: str, number: int) -> tuple[dict[str, Any], ...]:
        return tuple(dict(one) for one in archive.conn.execute(sql, (number,)))

    article_id = row["id"]
    links = tuple(
        {name: value for name, value in one.items() if name not in _UNSAID}
        for one in rows(
            "SELECT * FROM link WHERE article_id = ? ORDER BY position, kind, target", article_id
        )
    )
    versions = [
        VersionState(
            one["id"],
            {name: value for name, value in one.items() if name not in _UNSAID},
            rows(_BYLINES, one["id"]),
            rows(_CAPTIONS, one["id"]),
            tuple(
                link
                for link in links
                if link["kind"] != "attachment"
                and link["first_capture_id"] <= one["last_capture_id"] <= link["last_capture_id"]
            ),
        )
        for one in rows("SELECT * FROM version WHERE article_id = ?", article_id)
    ]
    current = next((one.first for one in versions if one.id == row["version_id"]), 0)
    pages = archive.conn.execute(
        "SELECT page_id, key FROM article_page WHERE article_id = ? ORDER BY page_id", (article_id,)
    )
    return ArticleState(
        article_id, row["key"], row["site_id"], row["page_id"], row["state"], row["state_since"],
        current, tuple((page[0], page[1]) for page in pages),
        tuple(sorted(versions, key=lambda one: (captures[one.first][1], one.first))),
        links,
    )  # fmt: skip
