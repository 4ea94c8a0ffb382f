"""The links of a page, read once for everything that looks for URLs in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawler.pages.document import Document, resolve
from crawler.pages.text import settle, strings, text_of

CACHE_KEY = "discovery.anchors"
# A page with more links is a trap or a dump; what follows is found on other pages, or not at all.
MOST_ANCHORS = 5_000
MOST_PIECES = 40  # texts of a link around links that are read
# An address, or a path from the root or from here, with nothing that must be settled first.
_PLAIN = re.compile(
    r"(?:https?://[\w.:-]+/|/(?!/)|(?=\w)(?![\w+.-]*:))(?!\.)(?:[\w~%@!$&'()*+,=:?-]|/(?![./])|\.(?![./]))*/?"
    r"(?<!\?)(?:#.*)?$",
    re.A,
)
_MENU = re.compile(
    r"(?i)(?:^|[\s_-])(?:nav(?:bar|igation)?|(?:main|top|sub|site)?menu|bread-?crumbs?)(?:$|[\s_-])"
)


@dataclass(slots=True)
class Anchor:
    """One `a[href]`. ``url`` is absolute, without fragment; None for `javascript:` and the like."""

    element: _Element
    href: str
    url: str | None
    menu: bool = False  # in a menu or breadcrumb: what stands there is a section

    @property
    def text(self) -> str:
        """What a reader sees of it, on one line; without words, '' .

        Of a link around links the beginning alone: a nest of a thousand would be read a thousand
        times.
        """
        inner = self.element.iterdescendants("a")
        if not len(self.element) or next(inner, None) is None:
            return text_of(self.element)
        return settle("".join(islice(strings(self.element), MOST_PIECES)))

    @property
    def label(self) -> str:
        """Its text, else its tooltip, else what its image says."""
        text = self.text
        if text:
            return text
        title = settle(self.element.get("title"))
        if title:
            return title
        image = self.element.find(".//img[@alt]")
        return settle(image.get("alt")) if image is not None else ""


def anchors(doc: Document) -> list[Anchor]:
    """All of them in document order, made once a document."""
    known: list[Anchor] | None = doc.cache.get(CACHE_KEY)
    if known is None:
        known = doc.cache[CACHE_KEY] = _collect(doc)
    return known


def _collect(doc: Document) -> list[Anchor]:
    found: list[Anchor] = []
    menus: dict[_Element, bool] = {}
    for element in doc.tree.iter("a"):
        href = element.get("href")
        if href is None:
            continue
        found.append(Anchor(element, href, absolute(doc.base, href), _in_menu(element, menus)))
        if len(found) >= MOST_ANCHORS:
            break
    return found


def _in_menu(element: _Element, menus: dict[_Element, bool]) -> bool:
    """Whether an element above is a menu; each is looked at once a page."""
    chain = []
    node: _Element | None = element.getparent()
    while node is not None and node not in menus:
        chain.append(node)
        node = node.getparent()
    inside = node is not None and menus[node]
    for node in reversed(chain):
        inside = inside or node.tag == "nav" or _is_menu(node.get("class"), node.get("id"))
        menus[node] = inside
    return inside


@lru_cache(maxsize=4096)
def _is_menu(classes: str | None, name: str | None) -> bool:
    return any(_MENU.search(words) for words in (classes, name) if words)


def absolute(base: str, href: str) -> str | None:
    """*href* against *base*, http(s) alone, without fragment.

    The plain forms are answered without `urljoin`, which takes 5 µs: a page has hundreds. Those
    that do not depend on the page are remembered: the links of a site's frame are on every page.
    """
    if href.startswith("//"):
        return resolve(base, href)  # `//` alone is the page itself
    if href.startswith(("/", "http://", "https://")):
        return _rooted(_origin(base), href)
    if href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    if _PLAIN.match(href):
        return _folder(base) + href.partition("#")[0]
    return resolve(base, href)


@lru_cache(maxsize=50_000)
def _rooted(origin: str, href: str) -> str | None:
    if _PLAIN.match(href):
        if href.startswith("/"):
            return origin + href.partition("#")[0]
        if "/" in href[8:]:
            return href.partition("#")[0]
    return resolve(f"{origin}/", href)


@lru_cache(maxsize=64)
def _folder(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}/"


@lru_cache(maxsize=64)
def _origin(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"
