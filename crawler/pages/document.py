"""A page parsed once: the tree that every rule reads, its address, and what was odd about it."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.etree import _Element

from archive.encoding import decode
from archive.types import Exchange, Headers
from crawler.pages import mending, text
from crawler.pages.crowded import uncrowded
from crawler.pages.edits import Around
from crawler.pages.elements import Elements

EMPTY = "<html><head></head><body></body></html>"
PLAIN = frozenset(["Content-Type", "meta", "valid UTF-8", "only ASCII bytes"])
"""Rules of an encoding that is as declared, or needs no word."""
SOUP = 500_000  # characters: BeautifulSoup takes 8 s for 2 million
# libxml2 nests every unclosed one of these and stops reading 2,048 levels down.
INLINE = re.compile(r"</?(?:font|span|b|i|u|em|strong|big|small|center|o:p)\b[^>]*>", re.I)
RUN = re.compile(
    r"((?:<(?:div|section|table|tbody|tr|td|ul|li|dl|dd|blockquote)\b[^<>]*>\s*){200,})", re.I
)


@dataclass(frozen=True)
class Document:
    """A page as parsed. ``tree`` is the root element `html`, never None; treat it as read-only.

    ``url`` is the address asked for, ``base`` what links are relative to, ``time`` when the page
    was seen (nothing on it can be later), ``problems`` what the parse had to mend, ``repairs`` what
    was repaired in its text, ``around`` what that was certain by (None: nothing looked broken).
    """

    url: str
    base: str
    tree: _Element
    encoding: str
    headers: Headers
    time: datetime
    status: int | None
    problems: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    around: Around | None = None
    cache: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def parse(cls, exchange: Exchange) -> Document:
        """Reads *exchange*. Never raises for what a server may send: see ``problems``."""
        markup, name, rule = decode(exchange.body, exchange.header("content-type"))
        plain = rule in PLAIN
        # Encoding it again would take a tenth of the parse.
        data = exchange.body if plain and name == "utf-8" else _utf8(markup)
        tree, problems = read_tree(markup, data)
        around, repairs = mending.mend(tree) if mending.suspicious(data) else (None, ())
        if exchange.truncated:
            problems = (*problems, "truncated")
        if not plain:
            problems = (*problems, f"encoding {name}: {rule}")
        return cls(
            url=exchange.url,
            base=_base(tree, exchange.url),
            tree=tree,
            encoding=name,
            headers=exchange.headers,
            time=exchange.time,
            status=exchange.status,
            problems=problems,
            repairs=repairs,
            around=around,
        )

    @cached_property
    def body(self) -> _Element:
        """The element `body`, or the root of a page that has none."""
        found = self.tree.find("body")
        return self.tree if found is None else found

    @cached_property
    def elements(self) -> Elements:
        """All elements of the page with their attributes."""
        return Elements(self.tree)

    def by_id(self, name: str) -> _Element | None:
        """The element with that id."""
        ids = self.cache.get("ids")
        if ids is None:
            ids = self.cache["ids"] = {e.get("id"): e for e in self.body.iter() if e.get("id")}
        found: _Element | None = ids.get(name)
        return found

    def resolve(self, href: str | None) -> str | None:
        """*href* as an absolute http(s) URL without fragment, None if it is none."""
        return resolve(self.base, href)

    @staticmethod
    def text_of(element: _Element) -> str:
        """The visible text of *element*, settled, on one line."""
        return text.text_of(element)


# A path from the root, with nothing that must be settled first.
_ROOTED = re.compile(r"/(?:[\w~%@!$&'()*+,=:-]|(?<!/)/(?![./])|(?<!/)\.(?![./]))*(?<!/)\Z", re.A)


@lru_cache(64)
def _origin(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"


@lru_cache(4096)
def resolve(base: str, href: str | None) -> str | None:
    """*href* against *base* as an absolute http(s) URL without fragment, None if it is none."""
    if href is None:
        return None
    if _ROOTED.match(href):
        return _origin(base) + href  # without `urljoin`, which takes 5 µs
    href = href.strip().replace("\n", "").replace("\t", "").replace("\r", "")
    if not href or href.startswith("#"):
        return None
    try:
        parts = urlsplit(urljoin(base, href))
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    return parts._replace(fragment="").geturl()


def read_tree(markup: str, data: bytes) -> tuple[_Element, tuple[str, ...]]:
    """The root of the tree and what had to be mended on the way; *data*: *markup* in UTF-8."""
    if b"\0" in data:
        markup, data = markup.replace("\0", ""), data.replace(b"\0", b"")
    data = uncrowded(data)
    tree, deep = _lxml(data)
    if tree is not None and not deep:
        return tree, ()
    if tree is not None:
        flat, still = _lxml(_utf8(RUN.sub("<div>", INLINE.sub("", markup))))
        note = "nested too deeply, " + ("end lost" if still or flat is None else "flattened")
        return (tree if flat is None else flat), (note,)
    if not markup.strip():
        return _empty(), ("empty page",)
    if len(markup) > SOUP:
        return _empty(), ("lxml found no tree",)
    return _soup(markup), ("lxml found no tree, BeautifulSoup's used",)


def _empty() -> _Element:
    tree, _ = _lxml(_utf8(EMPTY))
    assert tree is not None
    return tree


def _utf8(markup: str) -> bytes:
    return markup.encode("utf-8", "replace")


def _lxml(data: bytes) -> tuple[_Element | None, bool]:
    # Not lxml.html's: its elements are made by Python code, at twice the cost of a walk.
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None, False
    if tree is None:
        return None, False
    # What follows an early </html> becomes a second root: ASP.NET pages of nested masters do so.
    for other in list(tree.itersiblings()):
        if isinstance(other.tag, str):
            body = tree.find("body")
            (tree if body is None else body).append(other)
    deep = any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log)
    return tree, deep


def _soup(markup: str) -> _Element:
    from bs4 import BeautifulSoup  # rarely needed, slow to load

    mended = str(BeautifulSoup(markup, "html.parser"))
    tree, _ = _lxml(_utf8(f"<html><body>{mended}</body></html>"))
    return _empty() if tree is None else tree


def _base(tree: _Element, url: str) -> str:
    found = tree.find(".//base[@href]")
    return (resolve(url, found.get("href")) or url) if found is not None else url
