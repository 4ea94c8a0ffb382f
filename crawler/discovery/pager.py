"""Pagers that are known by their numbers alone, or that a script works.

A pager's links say 2, 3, 4, and their addresses differ in one number that goes along with it, as a
page or as an offset. So addresses are understood that name their number in no known way:
`/chuyen-muc-tin-tuc-c12-2.html`, `?trang_tin=3`, `/tin/p/20`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawler.discovery.anchors import Anchor, anchors
from crawler.pages.document import Document
from crawler.pages.text import text_of

MOST = 5  # digits of a page's number
PLACES = 12  # numbers in one address
PAGERS = 20  # of one page; a table of numbers makes as many as it has rows
NEAR = 300  # elements around a link that are looked at
_NUMBER = re.compile(r"\d+")
# VCCorp's pages write no link: a script fills zone and page into this address.
_TIMELINE = re.compile(r"/timelinelist/(\d+)/(\d+)\.htm$")
_TIMELINE_SCRIPT = re.compile(r"/timelinelist/\{0\}/\{1\}\.htm")
Shape = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A link of a pager: the number that it says, and those of its address."""

    number: int
    values: tuple[int, ...]
    url: str
    element: _Element


def by_numbers(doc: Document) -> Iterator[str]:
    """The links to the page after this one, of each pager on the page."""
    groups: dict[Shape, list[_Mark]] = defaultdict(list)
    for mark, shape in _marks(anchors(doc)):
        groups[shape].append(mark)
    for shape, marks in islice(groups.items(), PAGERS):
        place = _place(marks)
        if place is None:
            continue
        current = _current(doc.url, shape, marks, place)
        wanted = [mark.url for mark in marks if current and mark.number == current + 1]
        yield from wanted[:1]


def last_number(doc: Document) -> int | None:
    """The highest number of a pager whose addresses go along with its numbers; None without one."""
    groups: dict[Shape, list[_Mark]] = defaultdict(list)
    for mark, shape in _marks(anchors(doc)):
        groups[shape].append(mark)
    found = []
    for marks in islice(groups.values(), PAGERS):
        if _place(marks) is not None and (len(marks) > 1 or unlinked(marks[0].element)):
            found.append(max(mark.number for mark in marks))
            found.append(unlinked(marks[0].element) or 1)
    return max(found, default=None)


def by_script(doc: Document) -> str | None:
    """The next piece of a list that a script loads as the reader scrolls."""
    here = _TIMELINE.search(urlsplit(doc.url).path)
    if here:
        zone, number = here[1], int(here[2]) + 1
    else:
        field = doc.by_id("hdZoneId")
        zone, number = (field.get("value") or "") if field is not None else "", 2
        if not zone.isdigit() or int(zone) == 0:
            return None
        scripts = doc.tree.iter("script")
        if not any(_TIMELINE_SCRIPT.search(script.text or "") for script in scripts):
            return None
    return doc.resolve(f"/timelinelist/{zone}/{number}.htm")


def _marks(links: Iterable[Anchor]) -> Iterator[tuple[_Mark, Shape]]:
    for anchor in links:
        text = anchor.text if anchor.url and len(anchor.element) < 3 else ""
        if not (text.isascii() and text.isdigit() and len(text) <= MOST and anchor.url):
            continue
        shape = tuple(_NUMBER.split(anchor.url))
        values = tuple(int(value[:18]) for value in _NUMBER.findall(anchor.url))
        if 0 < len(values) <= PLACES:
            yield _Mark(int(text), values, anchor.url, anchor.element), shape


def _place(marks: list[_Mark]) -> int | None:
    """Which number of the addresses is the page's, or the offset's; None if none goes along."""
    for place in range(len(marks[0].values)):
        rest = {mark.values[:place] + mark.values[place + 1 :] for mark in marks}
        if len(rest) > 1:
            continue
        if all(mark.values[place] == mark.number for mark in marks):
            return place
        steps = {
            mark.values[place] / (mark.number - 1) if mark.number > 1 else 0.0
            for mark in marks
            if mark.number > 1 or mark.values[place]
        }
        if len(steps) == 1 and min(steps) >= 2 and len(marks) > 1:
            return place
    return None


def _current(url: str, shape: Shape, marks: list[_Mark], place: int) -> int | None:
    """The page that this one is: by its address, else by the number that is no link."""
    if tuple(_NUMBER.split(url)) == shape:
        own = tuple(int(value[:18]) for value in _NUMBER.findall(url))
        first = marks[0].values
        if own[:place] + own[place + 1 :] == first[:place] + first[place + 1 :]:
            plain = all(mark.values[place] == mark.number for mark in marks)
            last = max(marks, key=lambda mark: mark.number)
            step = 1 if plain else last.values[place] // max(1, last.number - 1)
            return own[place] // step + (not plain)
    return unlinked(marks[0].element) or (1 if len(marks) > 1 else None)


def unlinked(element: _Element) -> int | None:
    """The number in the pager around *element* that is no link: the page that this one is."""
    node = element
    for _ in range(3):
        parent = node.getparent()
        if parent is None:
            return None
        marks = parent.iter("span", "b", "strong", "li", "td", "em", "a", "font", "div")
        for mark in islice(marks, NEAR):
            text = text_of(mark) if len(mark) < 3 else ""
            if not (text.isdigit() and len(text) <= MOST):
                continue
            linked = mark.get("href") or next(mark.iterdescendants("a"), None) is not None
            if not linked and not any(above.tag == "a" for above in mark.iterancestors()):
                return int(text)
        node = parent
    return None
