"""What stands around an article: its state and addresses, its copies, where its links lead.

And around a capture: the page, site and crawl that it is of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.clock import from_iso
from archive.content import address
from archive.db import Archive
from archive.withdrawals import STATE

_AT_ONCE = 400  # values bound in one statement


@dataclass(frozen=True, slots=True)
class Address:
    """A page that shows an article, or did."""

    url: str
    state: str  # the page's: open, gone, moved, …
    main: bool  # the one that the article is looked for at
    last_capture_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An article's row, for people."""

    id: int
    key: str
    state: str  # live, gone, moved, withdrawn
    since: datetime
    site_id: int
    site: str
    site_name: str
    page_id: int
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article with the same text."""

    key: str
    title: str
    site: str
    site_name: str
    url: str
    published: str | None
    state: str
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """What a capture is of."""

    page_id: int
    page_kind: str
    site_id: int
    site: str
    site_name: str
    crawl_id: int
    crawl_why: str
    crawl_agent: str
    address: str | None  # of the server
    article_key: str | None
    article_title: str | None


def standing(archive: Archive, article_id: int) -> Standing:
    """Where an article stands; KeyError if there is none in that row."""
    row = archive.conn.execute(
        f"""SELECT article.*, {STATE} AS told, site.slug, site.name FROM article
           JOIN site ON site.id = article.site_id WHERE article.id = ?""",
        (article_id,),
    ).fetchone()
    if row is None:
        raise KeyError(article_id)
    pages = archive.conn.execute(
        """SELECT page.id, page.url, page.state, page.last_capture_id
           FROM article_page shown JOIN page ON page.id = shown.page_id
           WHERE shown.article_id = ? ORDER BY page.id""",
        (article_id,),
    ).fetchall()
    addresses = tuple(
        Address(one["url"], one["state"], one["id"] == row["page_id"], one["last_capture_id"])
        for one in pages
    )
    return Standing(
        row["id"], row["key"], row["told"], from_iso(row["state_since"]), row["site_id"],
        row["slug"], row["name"], row["page_id"], addresses,
    )  # fmt: skip


def copies(archive: Archive, article_id: int) -> list[Copy]:
    """The other articles of its story, first seen first."""
    rows = archive.conn.execute(
        """SELECT article.key, article.state, version.title, version.published, site.slug,
                  site.name, page.url, seen.time AS first_seen
           FROM article JOIN version ON version.id = article.version_id
           JOIN site ON site.id = article.site_id
           JOIN page ON page.id = article.page_id
           JOIN capture seen ON seen.id = version.first_capture_id
           WHERE article.story_id = (SELECT story_id FROM article WHERE id = ?)
             AND article.id != ? ORDER BY seen.time, article.key""",
        (article_id, article_id),
    )
    return [
        Copy(
            row["key"], row["title"], row["slug"], row["name"], row["url"], row["published"],
            row["state"], from_iso(row["first_seen"]),
        )
        for row in rows
    ]  # fmt: skip


def articles_at(archive: Archive, urls: Iterable[str]) -> dict[str, str]:
    """URL -> the key of the article that stands there; what shows none is left out."""
    names = {url: address(url) for url in urls}
    wanted = sorted(set(names.values()))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = archive.conn.execute(
            f"""SELECT page.url, article.key FROM page
                JOIN article_page shown ON shown.page_id = page.id
                JOIN article ON article.id = shown.article_id
                WHERE page.method = 'GET' AND page.url IN ({", ".join("?" * len(some))})""",
            some,
        )
        found |= {row["url"]: row["key"] for row in rows}
    return {url: found[name] for url, name in names.items() if name in found}


def origin(archive: Archive, capture_id: int) -> Origin:
    """What a capture is of; KeyError if there is none in that row."""
    row = archive.conn.execute(
        """SELECT capture.page_id, capture.crawl_id, capture.address, page.kind, page.site_id,
                  site.slug, site.name, crawl.why, crawl.agent, article.key, version.title
           FROM capture JOIN page ON page.id = capture.page_id
           JOIN site ON site.id = page.site_id JOIN crawl ON crawl.id = capture.crawl_id
           LEFT JOIN article_page shown ON shown.page_id = page.id
           LEFT JOIN article ON article.id = shown.article_id
           LEFT JOIN version ON version.id = article.version_id WHERE capture.id = ?""",
        (capture_id,),
    ).fetchone()
    if row is None:
        raise KeyError(capture_id)
    return Origin(
        row["page_id"], row["kind"], row["site_id"], row["slug"], row["name"], row["crawl_id"],
        row["why"], row["agent"], row["address"], row["key"], row["title"],
    )  # fmt: skip
