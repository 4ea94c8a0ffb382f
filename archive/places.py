"""Which article a page shows: its own, one that it is a second address of, or one that moved there.

An article keeps its key whatever happens to its address. To take two for one destroys more than to
take one for two, so an address is only ever joined to an article whose title or text it shows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive import domains, lineage
from archive.clock import from_iso
from archive.content import Content, address, words
from archive.db import Archive
from archive.digest import article_key
from archive.types import Article
from archive.urls import canonical, host_key
from archive.withdrawals import IS_WITHDRAWN

Relation = Literal["own", "alias", "main", "moved", "taken"]
"""own: the page that the article is known by; alias: another; main: the one that it names as its
canonical, seen for the first time; moved: its new address; taken: the address that gave it its key,
which shows something else since it moved. A key cannot name two, so that stays a capture alone."""

_LOOK = """
SELECT capture.id, capture.page_id, capture.time, page.url, page.site_id, page.method,
       page.body_digest
FROM capture JOIN page ON page.id = capture.page_id WHERE capture.id = ?"""

# The version is joined by the article's row too, which is a key: `article.version_id` alone has no
# index. And conditions below say `+site_id`, or SQLite would walk through all articles of the site
# instead of asking for one text.
_ARTICLE = f"""
SELECT article.*, page.url, page.state AS page_state, version.title, version.text_digest,
       version.published, {IS_WITHDRAWN} AS is_withdrawn
FROM article JOIN page ON page.id = article.page_id
JOIN version ON version.article_id = article.id AND version.id = article.version_id"""


# The committee's sites, as a JSON list of row numbers.
_OF_SITES = "+article.site_id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Look:
    """A capture, and the page that it is of."""

    capture_id: int
    page_id: int
    site_id: int
    time: datetime
    url: str  # canonical
    key: str  # the article's, if there is none for this page yet


@dataclass(frozen=True, slots=True)
class Place:
    """An article in its row, and what the page that was looked at is to it."""

    article: sqlite3.Row
    relation: Relation


def look(archive: Archive, capture_id: int) -> Look:
    """The capture in that row with its page; KeyError if there is none."""
    row = archive.conn.execute(_LOOK, (capture_id,)).fetchone()
    if row is None:
        raise KeyError(capture_id)
    return Look(
        row["id"], row["page_id"], row["site_id"], from_iso(row["time"]), row["url"],
        page_key(row["url"], row["method"], row["body_digest"]),
    )  # fmt: skip


def page_key(url: str, method: str = "GET", body_digest: str = "") -> str:
    """The key of an article whose earliest page is this one."""
    return article_key(url if method == "GET" else f"{method} {url} {body_digest}")


def article_row(archive: Archive, article_id: int) -> sqlite3.Row:
    """The row of an article, with its page's URL and state; KeyError if there is none."""
    row: sqlite3.Row | None = archive.conn.execute(
        f"{_ARTICLE} WHERE article.id = ?", (article_id,)
    ).fetchone()
    if row is None:
        raise KeyError(article_id)
    return row


def of_page(archive: Archive, page_id: int) -> sqlite3.Row | None:
    """The article that a page is known to show, as :func:`article_row`."""
    row: sqlite3.Row | None = archive.conn.execute(
        f"""{_ARTICLE} JOIN article_page shown ON shown.article_id = article.id
            WHERE shown.page_id = ?""",
        (page_id,),
    ).fetchone()
    return row


def add(archive: Archive, page_id: int, article_id: int, key: str) -> None:
    """Let a page show an article; its key becomes another name of it."""
    archive.conn.execute("INSERT INTO article_page VALUES (?, ?, ?)", (page_id, article_id, key))


def find(archive: Archive, seen: Look, content: Content) -> Place | None:
    """The article that this look is one of, or None if it is a new one."""
    row = of_page(archive, seen.page_id)
    if row is not None:
        if row["page_id"] == seen.page_id:
            return Place(row, "own")
        if row["state"] != "moved":
            return Place(row, "alias")
        if _alike(row, content):
            return Place(row, "moved")
        if row["key"] == seen.key:
            return Place(row, "taken")
        # The redirect led to another article, as when a site is rebuilt: this page is none of it.
        archive.conn.execute("DELETE FROM article_page WHERE page_id = ?", (seen.page_id,))
    return _by_canonical(archive, seen, content) or _by_text(archive, seen, content)


def _alike(row: sqlite3.Row, content: Content) -> bool:
    """Whether a reading is of that article by its title or text, marks and case apart.

    Of one that was withdrawn neither is known: nothing becomes another address of it.
    """
    if row["is_withdrawn"]:
        return False
    if words(row["title"]) == words(content.article.title):
        return True
    return bool(row["text_digest"]) and row["text_digest"] == content.text_digest


def _by_canonical(archive: Archive, seen: Look, content: Content) -> Place | None:
    """By rel=canonical, which many sites have on all pages alike: title or text must agree too."""
    sites = json.dumps(sorted(lineage.of(archive, seen.site_id)))
    for url in _canonicals(content.article):
        if url == seen.url:
            break
        rows = archive.conn.execute(
            f"""{_ARTICLE} JOIN article_page shown ON shown.article_id = article.id
                JOIN page main ON main.id = shown.page_id
                WHERE main.url = ? AND main.method = 'GET' AND {_OF_SITES}
                UNION ALL
                {_ARTICLE}
                WHERE version.canonical = ? AND {_OF_SITES} LIMIT 9""",
            (url, sites, url, sites),
        ).fetchall()
        for row in rows:
            if _alike(row, content):
                return Place(row, "alias")
    rows = archive.conn.execute(
        f"""{_ARTICLE}
            WHERE version.canonical = ? AND {_OF_SITES} LIMIT 9""",
        (seen.url, sites),
    ).fetchall()
    return next((Place(row, "main") for row in rows if _alike(row, content)), None)


def _canonicals(article: Article) -> list[str]:
    if not article.canonical:
        return []
    url = address(article.canonical)
    try:
        return list(dict.fromkeys((url, canonical(url, strip_slash=True))))
    except ValueError:
        return []


def _by_text(archive: Archive, seen: Look, content: Content) -> Place | None:
    """The same text at a new address of the committee, while the old one says it is no more."""
    if not content.text_digest:
        return None
    row = archive.conn.execute(
        f"""{_ARTICLE}
            WHERE version.text_digest = ? AND +article.site_id = ?
              AND (article.state != 'live' OR page.state = 'gone') ORDER BY article.id LIMIT 1""",
        (content.text_digest, seen.site_id),
    ).fetchone()
    row = row or domains.left(archive, _with_text(archive, seen, content), seen, content)
    return Place(row, "moved") if row is not None else None


def _with_text(archive: Archive, seen: Look, content: Content) -> Iterator[sqlite3.Row]:
    """Articles with that text at other hosts of the committee, its other sites among them."""
    sites = json.dumps(sorted(lineage.of(archive, seen.site_id)))
    rows = archive.conn.execute(
        f"{_ARTICLE} WHERE version.text_digest = ? AND {_OF_SITES} ORDER BY article.id LIMIT 9",
        (content.text_digest, sites),
    )
    return (row for row in rows if host_key(row["url"]) != host_key(seen.url))
