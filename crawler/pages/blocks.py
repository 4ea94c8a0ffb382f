"""One walk over the page: the tree as boxes, and the text in them as lines and photos in order.

Everything later is decided over these lists, whose ranges nest as the elements do; no rule walks
the tree again. The walk is iterative, linear in the page, and skips what is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import dropwhile

from lxml.etree import _Element

from crawler.pages import hints
from crawler.pages.document import Document
from crawler.pages.elements import Items
from crawler.pages.images import photo_source
from crawler.pages.text import BREAKS, HIDDEN, settle

BREAK = "\u2028"  # where a <br> stands (U+2028 LINE SEPARATOR)
PHOTO = "\ufffc"  # where a photo stands in the text of a line (U+FFFC OBJECT REPLACEMENT CHARACTER)


@dataclass(slots=True, eq=False)
class Box:
    """An element that holds lines ``first`` to ``last`` (exclusive) of the page."""

    element: _Element
    tag: str
    parent: int  # index of the box around it, -1 for the outermost
    flags: int  # of this element alone
    around: int  # the flags of all boxes around it and its own
    first: int
    last: int = -1
    end: int = -1  # index behind the last box inside


@dataclass(slots=True, eq=False)
class Line:
    """Text between two block edges, as in the source; ``BREAK`` stands for ``<br>``."""

    text: str
    box: int
    flags: int  # of the inline elements that cover all of it
    links: int  # characters inside links
    anchors: list[tuple[_Element, int, int]]  # link, its span
    photos: list[int]  # indexes of the photos at its PHOTO marks
    size: int  # characters, white space of the source among them
    looks: list[tuple[int, int, int]]  # spans, BOLD or ITALIC
    _shown: str | None = None

    @property
    def shown(self) -> str:
        """The text, settled."""
        if self._shown is None:
            self._shown = settle(self.text)
        return self._shown


@dataclass(slots=True, eq=False)
class Photo:
    element: _Element
    source: str  # as in the page
    alt: str
    line: int  # index of the line that holds its mark
    box: int


@dataclass(slots=True, eq=False)
class Blocks:
    boxes: list[Box]
    lines: list[Line]
    photos: list[Photo]
    of: dict[_Element, int]  # element -> index of its box

    def inside(self, outer: int, box: int) -> bool:
        """Whether *box* is *outer* or lies inside it."""
        return outer <= box < self.boxes[outer].end


class _Walk:
    """The state of the walk: the box that is open, and the line being gathered in it."""

    __slots__ = (
        "anchors", "at", "attributes", "boxes", "cover", "filled", "linked", "lines", "links",
        "looks", "marks", "of", "open", "parts", "photos", "style", "styles",
    )  # fmt: skip

    def __init__(self, attributes: Callable[[_Element], Items]) -> None:
        self.attributes = attributes
        self.boxes: list[Box] = []
        self.lines: list[Line] = []
        self.photos: list[Photo] = []
        self.of: dict[_Element, int] = {}
        self.open = -1
        self.parts: list[str] = []
        self.at = 0  # characters gathered
        self.filled = 0
        self.linked = 0
        self.looks: list[tuple[int, int, int]] = []
        self.anchors: list[tuple[_Element, int, int]] = []
        self.marks: list[int] = []
        self.styles: list[int] = []  # bits of the inline elements that are open
        self.style = 0
        self.cover = -1  # flags that all text of this line has
        self.links: list[tuple[_Element, int]] = []

    def add(self, text: str) -> None:
        if text.isspace():
            if self.parts:
                self.parts.append(text)
                self.at += len(text)
            return
        size = len(text)
        self.parts.append(text)
        self.at += size
        self.filled += size
        self.cover &= self.style
        if self.links:
            self.linked += size
        if self.style & _INKED:
            self.looks.append((self.at - size, self.at, self.style))

    def flush(self) -> None:
        """Ends the line; there is something in it."""
        if self.filled or self.marks:
            if self.links:
                self.anchors += [(anchor, start, self.at) for anchor, start in self.links]
            cover = self.cover if self.filled else 0
            text = "".join(self.parts)
            self.lines.append(
                Line(
                    text, self.open, cover, self.linked, self.anchors, self.marks, self.filled,
                    self.looks,
                )
            )  # fmt: skip
            self.anchors, self.marks, self.looks = [], [], []
        elif self.anchors:
            self.anchors = []
        if self.links:
            self.links = [(anchor, 0) for anchor, _ in self.links]
        self.parts = []
        self.cover = -1
        self.at = self.filled = self.linked = 0

    def enter(self, element: _Element, tag: str, flags: int) -> None:
        """Opens a box; an inline element that may hold blocks does not end the line."""
        boxes = self.boxes
        parent, number = self.open, len(boxes)
        around = flags | boxes[parent].around if parent >= 0 else flags
        self.of[element] = self.open = number
        boxes.append(Box(element, tag, parent, flags, around, len(self.lines), -1, -1))

    def leave(self) -> None:
        box = self.boxes[self.open]
        box.last = len(self.lines) + (1 if self.filled or self.marks else 0)
        box.end = len(self.boxes)
        self.open = box.parent

    def photo(self, element: _Element, items: Items) -> None:
        """Marks the place of a photo; icons are none."""
        given = dict(items)
        source = photo_source(given)
        if source is None:
            return
        self.marks.append(len(self.photos))
        self.photos.append(Photo(element, source, given.get("alt", ""), len(self.lines), self.open))
        self.parts.append(PHOTO)
        self.at += 1


def blocks(doc: Document, drop: frozenset[_Element] = frozenset()) -> Blocks:
    """The boxes, lines and photos of *doc* without the elements *drop*."""
    root, every = doc.body, doc.elements
    walk = _Walk(every.reader())
    _go(walk, dropwhile(lambda element: element is not root, every.all), drop)
    return Blocks(walk.boxes, walk.lines, walk.photos, walk.of)


def _go(walk: _Walk, elements: Iterator[_Element], drop: frozenset[_Element]) -> None:
    """Over *elements* in document order up to the end of the first."""
    root = next(elements)
    above = [root]  # the open elements
    kinds = [_HIDDEN if root.tag in HIDDEN or root in drop else _start(walk, root, root.tag)]
    add = walk.add
    if kinds[0] >= 0 and root.text:
        add(root.text)
    for element in elements:
        parent = element.getparent()
        while above[-1] is not parent:
            _end(walk, above.pop(), kinds.pop())
            if not above:
                return
        above.append(element)
        if kinds[-1] < 0:
            kinds.append(_INSIDE)
            continue
        tag = element.tag
        if tag in HIDDEN or (drop and element in drop):
            kinds.append(_HIDDEN)
        else:
            kind = _start(walk, element, tag)
            kinds.append(kind)
            if kind >= 0:
                text = element.text
                if text:
                    add(text)
    while above:
        _end(walk, above.pop(), kinds.pop())


_BREAK, _BLOCK, _BOXED, _INLINE, _LINK = range(5)  # what an open element is; _BREAK: no end
_HIDDEN, _INSIDE = -1, -2  # never shown: the element, those inside it
_INKED = hints.BOLD | hints.ITALIC


def _start(walk: _Walk, element: _Element, tag: str) -> int:
    """Opens *element*: one of the kinds above."""
    if tag == "br":
        walk.parts.append(BREAK)
        walk.at += 1
        return _BREAK
    items = walk.attributes(element)
    flags = hints.of_attributes(tag, items) if items else hints.TAG_FLAGS.get(tag, 0)
    if tag in BREAKS or flags & hints.BLOCK:
        if walk.parts:
            walk.flush()
        walk.enter(element, tag, flags)
        return _BLOCK
    if flags & hints.HIDDEN:
        return _HIDDEN
    if tag == "img":
        walk.photo(element, items)
        return _BREAK
    walk.styles.append(walk.style)
    walk.style |= flags
    if tag == "a":
        walk.links.append((element, walk.at))
        return _LINK
    if items and (flags & hints.NAMED or len(element)):
        walk.enter(element, tag, flags & ~hints.LOOKS)
        return _BOXED
    return _INLINE


def _end(walk: _Walk, element: _Element, kind: int) -> None:
    """Closes *element* and adds what follows it; of the outermost, nothing is in the page."""
    if kind == _BLOCK:
        if walk.parts:
            walk.flush()
        walk.leave()
    elif kind > _BLOCK:
        walk.style = walk.styles.pop()
        if kind == _LINK:
            anchor, start = walk.links.pop()
            walk.anchors.append((anchor, start, walk.at))
        elif kind == _BOXED:
            walk.leave()
    if kind != _INSIDE:
        tail = element.tail
        if tail:
            walk.add(tail)
