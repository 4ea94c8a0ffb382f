"""Sitemaps (sitemaps.org 0.9) and their indexes, with the news and image extensions."""

from __future__ import annotations

from datetime import datetime

from lxml.etree import _Element

from archive.types import Found
from crawler.discovery.anchors import absolute
from crawler.discovery.classify import classifier
from crawler.discovery.xml import child_text, name_of
from crawler.pages import dates
from crawler.pages.text import settle
from crawler.profile import SiteProfile

MOST = 50_000  # URLs of one sitemap, by the protocol


def is_sitemap(root: _Element) -> bool:
    return name_of(root) in {"urlset", "sitemapindex"}


def sitemap_links(
    root: _Element, base: str, profile: SiteProfile, seen: datetime
) -> tuple[Found, ...]:
    """Sitemaps named by an index, else the pages of a `urlset`, in order, each once.

    What `news:news` stands by is an article, whatever its address; other pages whose address tells
    nothing are articles too, since that is what sitemaps are for.
    """
    judge = classifier(profile)
    index = name_of(root) == "sitemapindex"
    made: dict[str, Found] = {}
    for row in root:
        if name_of(row) not in {"url", "sitemap"} or len(made) >= MOST:
            continue
        url = judge.wanted(absolute(base, settle(child_text(row, "loc"))), seen)
        if url is None or url in made:
            continue
        lastmod = _lastmod(child_text(row, "lastmod"))
        if index or name_of(row) == "sitemap":
            made[url] = Found(url, "listing", "sitemap", lastmod=lastmod)
            continue
        news = next((child for child in row if name_of(child) == "news"), None)
        title = settle(child_text(news, "title")) if news is not None else ""
        kind = "article" if news is not None else judge.kind(url)
        made[url] = Found(
            url,
            "article" if kind == "other" else kind,
            "sitemap",
            title=title or None,
            lastmod=lastmod,
        )
    return tuple(made.values())


def _lastmod(text: str | None) -> str | None:
    """W3C date and time as ISO 8601 with an offset; None for what is no date."""
    return dates.of_metadata(text) if text else None
