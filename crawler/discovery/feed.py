"""Feeds: RSS 0.9x, 1.0 (RDF) and 2.0, Atom 1.0 (RFC 4287)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from lxml.etree import _Element

from archive.types import Found, Item
from crawler.discovery.anchors import absolute
from crawler.discovery.classify import classifier
from crawler.discovery.xml import child_text, name_of
from crawler.pages import dates
from crawler.pages.text import settle
from crawler.profile import SiteProfile

MOST = 5_000
_TAG = re.compile(r"<[^<>]*>")


def is_feed(root: _Element) -> bool:
    return name_of(root) in {"rss", "rdf", "feed"}


def feed_items(root: _Element, base: str, profile: SiteProfile, seen: datetime) -> tuple[Item, ...]:
    """The feed's entries in order, each once; what is on other hosts, or a trap, is left out."""
    judge = classifier(profile)
    made: dict[str, Item] = {}
    for entry in _entries(root):
        url = judge.wanted(_link(entry, base), seen)
        if url is None or len(made) >= MOST:
            continue
        title = _plain(child_text(entry, "title"))
        when = child_text(entry, "pubdate", "date", "published", "updated", "modified", "issued")
        lead = _plain(child_text(entry, "description", "summary"))
        made.setdefault(url, Item(title, url, _when(when), lead or None))
    return tuple(made.values())


def feed_links(items: tuple[Item, ...]) -> tuple[Found, ...]:
    """The entries as URLs to know: whatever their address says, a feed names articles."""
    return tuple(
        Found(item.url, "article", "feed", title=item.title or None, lastmod=item.published)
        for item in items
    )


def _entries(root: _Element) -> Iterator[_Element]:
    return (element for element in root.iter() if name_of(element) in {"item", "entry"})


def _link(entry: _Element, base: str) -> str | None:
    """`link` text or `href` (Atom: `rel=alternate` or none), else a `guid` that is an address."""
    for child in entry:
        if name_of(child) != "link":
            continue
        href = child.get("href")
        if href is not None and (child.get("rel") or "alternate") == "alternate":
            return absolute(base, href.strip())
        text = settle("".join(map(str, child.itertext())))
        if href is None and text:
            return absolute(base, text)
    guid = child_text(entry, "guid", "id")
    return absolute(base, guid) if guid and guid.startswith(("http://", "https://")) else None


def _when(text: str | None) -> str | None:
    """RFC 822 (RSS), ISO 8601 (Atom), or what a Vietnamese page prints."""
    if not text:
        return None
    try:
        return parsedate_to_datetime(text).isoformat(timespec="minutes")
    except (ValueError, IndexError, TypeError):
        return dates.of_metadata(text)


def _plain(text: str | None) -> str:
    """Titles and summaries come as text or as escaped HTML."""
    if not text:
        return ""
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", text))
    return settle(text)
