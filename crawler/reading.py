"""One exchange read apart: the one pure function that crawl, `extract`, reparse and tests call.

It reads no archive, clock or network; whatever a server may send, it answers with a Reading.
"""

from __future__ import annotations

import gc
import re
from functools import lru_cache

from lxml import etree

from archive.encoding import decode
from archive.reading_kinds import STRANGE
from archive.types import Exchange, Found, Item, PageKind, Reading, ReadKind
from crawler.discovery.anchors import absolute
from crawler.discovery.classify import classifier
from crawler.discovery.extent import extent
from crawler.discovery.feed import feed_items, feed_links, is_feed
from crawler.discovery.links import css_links, links
from crawler.discovery.pagination import next_page
from crawler.discovery.sitemap import is_sitemap, sitemap_links
from crawler.discovery.verdict import decide
from crawler.discovery.xml import GZIP, unzipped, xml_root
from crawler.pages import EXTRACTOR
from crawler.pages.document import Document
from crawler.pages.extract import title_of_page
from crawler.profile import SiteProfile

HEAD = 1_024  # bytes that tell what a payload is
DOCUMENTS = (b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf", b"Rar!")
IMAGES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0")
FONTS = (b"wOFF", b"wOF2", b"OTTO", b"\0\1\0\0")
_XML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!--|<(?:\w+:)?(?:urlset|sitemapindex|rss|rdf|feed)[\s>])",
    re.I,
)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|table|a|script|span|h[1-6])[\s>]", re.I
)
_SITEMAP_LINE = re.compile(r"(?im)^\s*sitemap\s*:\s*(\S+)")


@lru_cache(maxsize=256)
def _identity(extractor: int, digest: str) -> str:
    def number(version: tuple[int, ...]) -> str:
        return ".".join(map(str, version))

    return (
        f"{extractor} {digest[:12]} lxml {number(etree.LXML_VERSION[:3])} "
        f"libxml2 {number(etree.LIBXML_VERSION)}"
    )


def reader_identity(profile: SiteProfile) -> str:
    """Who reads: extractor number, profile digest, lxml and libxml2 versions.

    Two readings can be compared for what changed on the site only if this is equal.
    """
    return _identity(EXTRACTOR, profile.digest)


def read(exchange: Exchange, profile: SiteProfile, expected: PageKind = "other") -> Reading:
    """What *exchange* teaches, by its bytes first and its Content-Type second.

    *expected* is what the page was asked for as: it decides only where the bytes leave it open
    (`robots`, `asset`). Pages with an error's status are kind `error`, and are not read.
    """
    # A page is thousands of small objects that all live until its end: looking for garbage among
    # them takes a quarter of the time, and there is none.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _read(exchange, profile, expected)
    finally:
        if collecting:
            gc.enable()


def _read(exchange: Exchange, profile: SiteProfile, expected: PageKind) -> Reading:
    reader = reader_identity(profile)
    status = exchange.status or 0
    if exchange.outcome == "failure" or not exchange.body:
        return Reading("other", reader)
    if status >= 400:
        return Reading("error", reader, evidence={"kind": f"status {status}"})
    media = _media(exchange)
    if expected == "robots":
        return Reading("other", reader, found=_robots_sitemaps(exchange, profile))
    if media == "text/css" or (expected == "asset" and _path(exchange).endswith(".css")):
        return Reading("other", reader, found=_style_sheet(exchange, profile))
    binary = _binary_kind(exchange.body, media)
    if binary is not None:
        return Reading(binary, reader, evidence={"kind": "first bytes, Content-Type"})
    if _looks_like_xml(exchange.body, media):
        made = _read_xml(exchange, profile, reader)
        if made is not None:
            return made
    if (
        "html" in media
        or _HTML.search(exchange.body[:HEAD])
        or (not media and b"<" in exchange.body)
    ):
        return _read_html(exchange, profile, reader, expected)
    return Reading("other", reader)


def _read_html(
    exchange: Exchange, profile: SiteProfile, reader: str, expected: PageKind
) -> Reading:
    doc = Document.parse(exchange)
    kind, article, listed = decide(doc, profile, expected)
    following = next_page(doc, profile, listed.items)
    # where a domain is another's, its links are of no use
    found = () if kind in STRANGE else links(doc, profile, article=article, items=listed.items)
    evidence = {"items": listed.rule} if listed.items else {}
    if following is not None:
        evidence["next"] = doc.cache["next"]
    title = title_of_page(doc, profile) if article is None else None
    count, total = extent(doc) if listed.items and article is None else (None, None)
    doc.cache.clear()  # what it holds leads back to it: the tree is freed now, not some day
    return Reading(
        kind, reader, article, listed.items, following, found, title, evidence, count, total
    )


def _read_xml(exchange: Exchange, profile: SiteProfile, reader: str) -> Reading | None:
    """A sitemap or feed; None for other XML, XHTML among it."""
    root = xml_root(exchange.body)
    if root is None:
        return None
    if is_sitemap(root):
        found = sitemap_links(root, exchange.url, profile, exchange.time)
        return Reading("sitemap", reader, found=found, evidence={"kind": "root element"})
    if is_feed(root):
        listed: tuple[Item, ...] = feed_items(root, exchange.url, profile, exchange.time)
        return Reading(
            "feed",
            reader,
            items=listed,
            found=feed_links(listed),
            evidence={"kind": "root element"},
        )
    return None


def _media(exchange: Exchange) -> str:
    return (exchange.header("content-type") or "").partition(";")[0].strip().lower()


def _path(exchange: Exchange) -> str:
    return exchange.url.partition("?")[0].lower()


def _binary_kind(body: bytes, media: str) -> ReadKind | None:
    """`document` or `other` of what is no text, None of what can be."""
    if body.startswith(DOCUMENTS) or body.startswith(b"PK\3\4"):
        return "document"
    if body.startswith((*IMAGES, *FONTS)) or (body.startswith(b"RIFF") and body[8:12] == b"WEBP"):
        return "other"
    family = media.partition("/")[0]
    if family in {"image", "audio", "video", "font"} and not _looks_like_text(body):
        return "other"
    if media.startswith("application/") and b"\0" in body[:HEAD] and not body.startswith(GZIP):
        return "document" if _is_office(media) else "other"
    return None


def _is_office(media: str) -> bool:
    return any(word in media for word in ("pdf", "msword", "officedocument", "excel", "powerpoint"))


def _looks_like_text(body: bytes) -> bool:
    return b"\0" not in body[:HEAD] and b"<" in body[:HEAD]


def _looks_like_xml(body: bytes, media: str) -> bool:
    if body.startswith(GZIP):
        return _XML.match(unzipped(body, HEAD)) is not None
    if _XML.match(body):
        return True
    return media.endswith(("/xml", "+xml")) and media != "application/xhtml+xml"


def _robots_sitemaps(exchange: Exchange, profile: SiteProfile) -> tuple[Found, ...]:
    """The `Sitemap:` lines (RFC 9309, 2.2.4 leaves them to the sitemap protocol)."""
    judge = classifier(profile)
    text = exchange.body[:500_000].decode("utf-8", "replace")
    urls = (absolute(exchange.url, found) for found in _SITEMAP_LINE.findall(text))
    wanted = (judge.wanted(url, exchange.time) for url in urls)
    return tuple(Found(url, "listing", "robots") for url in dict.fromkeys(wanted) if url)


def _style_sheet(exchange: Exchange, profile: SiteProfile) -> tuple[Found, ...]:
    text, _, _ = decode(exchange.body, exchange.header("content-type"))
    return tuple(css_links(text, exchange.url, classifier(profile)))
