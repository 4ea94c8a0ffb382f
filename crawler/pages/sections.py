"""The section's path, outermost first: breadcrumbs, metadata, address, the line over the title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from crawler.pages import hints
from crawler.pages.bylines import is_labelled
from crawler.pages.dates import dates_in
from crawler.pages.document import Document
from crawler.pages.metadata import Metadata, strings
from crawler.pages.region import Ground
from crawler.pages.text import settle, text_of
from crawler.pages.title import key

_HOME = re.compile(
    r"^\W*(?:trang chủ|trang nhất|trang đầu|home(?:page)?|startseite|accueil|inicio|you are here|"
    r"bạn (?:đang )?ở đây|vị trí|đường dẫn|tin tức)?\W*$",
    re.I,
)
_DIVIDERS = re.compile(r"\s*(?:[›»>→|]|/(?=\s)|\\)\s*")
LONGEST = 120  # characters of a section's name


def find(
    doc: Document, ground: Ground, meta: Metadata, title: str, line: int
) -> tuple[tuple[str, ...], str]:
    """The section's path and the rule that found it; *line* is the title's."""
    for rule, path in paths(doc, ground, meta, line):
        kept = only_sections(path, title)
        if kept:
            return kept, rule
    return (), ""


def only_sections(names: Iterable[str], title: str) -> tuple[str, ...]:
    """*names* without the home page, the article itself and what is too long."""
    return tuple(dict.fromkeys(name for name in names if _is_section(name, title)))


def _is_section(name: str, title: str) -> bool:
    return (
        bool(name)
        and len(name) <= LONGEST
        and not _HOME.match(name)
        and key(name) != key(title)
        and not (len(name) > 30 and key(title).startswith(key(name.rstrip(".… "))))
    )


def paths(
    doc: Document, ground: Ground, meta: Metadata, line: int
) -> Iterator[tuple[str, list[str]]]:
    """Each rule with the names that it finds, the most trusted first."""
    for node in meta.of_type("BreadcrumbList"):
        items = node.get("itemListElement")
        if isinstance(items, list):
            yield "JSON-LD breadcrumbs", [_crumb(item) for item in items if isinstance(item, dict)]
    yield from _crumb_boxes(ground)
    told = meta.meta.get("article:section") or strings(meta.article.get("articleSection"))
    yield "metadata", [settle(name) for name in told[:3]]
    yield "address", _by_address(doc)
    yield "line over the title", _over_title(doc, ground, line)


def _crumb(item: dict[str, object]) -> str:
    return next(iter(strings(item, "name") or strings(item.get("item"), "name")), "")


def _crumb_boxes(ground: Ground) -> Iterator[tuple[str, list[str]]]:
    boxes = ground.page.boxes
    number = 0
    while number < len(boxes):
        box = boxes[number]
        if not box.flags & hints.CRUMBS or box.last - box.first > 12:
            number += 1
            continue
        names = [
            text_of(element)
            for element in box.element.iter("a", "li")
            if element.tag == "a" or element.find(".//a") is None
        ]
        if not names:
            names = _DIVIDERS.split(text_of(box.element))
        yield "breadcrumbs", [name.strip("›»>/ ") for name in names]
        number = box.end


def _by_address(doc: Document) -> list[str]:
    """The text of the page's link to the folder that its own address lies in."""
    parts = urlsplit(doc.url)
    folder = unquote(parts.path.rpartition("/")[0]).rstrip("/")
    if not folder.strip("/"):
        return []
    for element in doc.body.iter("a"):
        href = element.get("href")
        if not href or len(href) > 300:
            continue
        path = unquote(href.partition("?")[0].partition("#")[0])
        if not path.rstrip("/").endswith(folder):
            continue
        target = doc.resolve(href)
        if target and unquote(urlsplit(target).path).rstrip("/") == folder:
            name = text_of(element)
            if name:
                return [name]
    return []


def _over_title(doc: Document, ground: Ground, line: int) -> list[str]:
    """The short line right over the title, if it is no date, menu or label."""
    if line <= 0:
        return []
    page = ground.page
    for number in range(line - 1, max(-1, line - 4), -1):
        above = page.lines[number]
        text = above.shown
        if not any(char.isalpha() for char in text) or any(True for _ in dates_in(text)):
            continue
        if len(text) > LONGEST or is_labelled(text) or ground.sides[above.box] & hints.OUTSIDE:
            return []
        parts = [name for name in _DIVIDERS.split(text) if name]
        return parts if len(above.anchors) <= len(parts) + 1 else []
    del doc
    return []
