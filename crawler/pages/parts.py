"""The other parts of an article that is split over several addresses."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from archive.types import Link
from crawler.pages import hints
from crawler.pages.document import Document
from crawler.pages.numbering import is_page_link, page_number
from crawler.pages.region import Ground
from crawler.pages.related import head_kind
from crawler.pages.text import settle

REACH = 15  # lines behind the text in which its pager stands
LONGEST = 40  # characters of a link that turns a page, white space of the source among them
_TURNS = re.compile(
    r"(?i)\W*(?:\d{1,3}\W*$|(?:trang|phần|kỳ|page|part)\b|"
    r"(?:bài )?(?:sau|trước|tiếp|kế tiếp|đầu|cuối)\b"
    r"|(?:next|prev\w*|older|first|last)\b|[›»«‹<>→←]+\W*$)"
)
_OTHERS = hints.COMMENT | hints.RELATED | hints.HIDDEN | hints.CRUMBS


def find(ground: Ground, doc: Document, first: int, last: int) -> tuple[Link, ...]:
    """Links to the other parts, in the lines *first* to *last* and right behind, or in the head.

    What follows a head of related links, or stands among comments, turns the pages of those.
    """
    found: dict[str, Link] = {}
    for element in doc.tree.iter("link"):
        if {"next", "prev"}.intersection((element.get("rel") or "").lower().split()):
            _take(found, doc, element.get("href"), "")
    lines = ground.page.lines
    for number in range(max(first, 0), min(len(lines), last + REACH)):
        line = lines[number]
        if number >= last and line.size <= 60 and head_kind(line.shown):
            break
        if line.anchors and not ground.sides[line.box] & _OTHERS:
            for anchor, start, end in line.anchors:
                if end - start <= LONGEST and _TURNS.match(line.text, start, end):
                    _take(found, doc, anchor.get("href"), settle(line.text[start:end]))
    return tuple(found.values())


def is_first(url: str, other: str | None) -> bool:
    """Whether *other* is the first part of what *url* is a later part of."""
    return other is not None and page_number(other) is None and _is_part(other, url, "")


def _take(found: dict[str, Link], doc: Document, href: str | None, words: str) -> None:
    url = doc.resolve(href)
    if url is None or url in found or not url.startswith(_folder(doc.url)):
        return
    if url.rstrip("/") == doc.url.rstrip("/"):
        return
    if _is_part(doc.url, url, words) or is_first(doc.url, url):
        number = page_number(url)
        told = f"Trang {number.value if number is not None else words or 1}"
        found[url] = Link("part", words if any(map(str.isalpha, words)) else told, url)


@lru_cache(64)
def _folder(url: str) -> str:
    """What the addresses of all parts begin with."""
    return url.partition("?")[0].rstrip("/").rpartition("/")[0]


def _is_part(url: str, other: str, words: str) -> bool:
    """Whether *other*, in a link of *words*, is a numbered part of *url*.

    WordPress writes the number alone: `/slug/2/`. Elsewhere `/12/` is the number of an article, so
    of two such addresses the link must say the number.
    """
    mine, theirs = urlsplit(url), urlsplit(other)
    if mine.netloc != theirs.netloc:
        return False
    if is_page_link(url, other):
        return True
    path, _, last = theirs.path.rstrip("/").rpartition("/")
    if mine.query != theirs.query or not path.strip("/") or not (last.isdigit() and len(last) < 3):
        return False
    own = mine.path.rstrip("/")
    return own == path or (own.rpartition("/")[0] == path and last == words)
