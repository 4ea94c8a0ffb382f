"""One walk over a page's elements, which gathers its boxes, lines and photos.

It is iterative, linear in the page, and passes over what is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import dropwhile, islice

from lxml.etree import _Element

from crawler.pages import hints
from crawler.pages.blocks import BREAK, PHOTO, Blocks, Box, Line, Photo
from crawler.pages.document import Document
from crawler.pages.elements import Items
from crawler.pages.images import photo_source
from crawler.pages.text import BREAKS, HIDDEN


class _Walk:
    """The state of the walk: the box that is open, and the line being gathered in it."""

    __slots__ = (
        "anchors", "at", "attributes", "boxes", "cover", "filled", "lines", "linked", "links",
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
        box.last = len(self.lines)
        if self.filled or self.marks:
            box.last += 1  # the line that it begins or ends in goes on
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
    if root in drop:
        return
    above = [root]  # the open elements
    kinds = [_start(walk, root)]
    # Each name is looked up a thousand times a page.
    start, end, open_next, open_kind = _start, _end, above.append, kinds.append
    for element in elements:
        parent = element.getparent()
        while above[-1] is not parent:
            end(walk, above.pop(), kinds.pop())
            if not above:
                return
        open_next(element)
        kind = _HIDDEN if drop and element in drop else start(walk, element)
        open_kind(kind)
        if kind == _HIDDEN and len(element):
            inside = len(list(element.iterdescendants("*")))
            next(islice(elements, inside, inside), None)  # none, where it holds but a comment
    while above:
        end(walk, above.pop(), kinds.pop())


# What an open element is; the first has no end.
_HIDDEN, _BREAK, _PHOTO, _BLOCK, _BOXED, _INLINE, _LINK = range(-1, 6)
_INKED = hints.BOLD | hints.ITALIC
_CREDIT = hints.CREDIT | hints.SOURCE | hints.AUTHOR
_FORMS = {
    **dict.fromkeys(BREAKS, _BLOCK),
    **dict.fromkeys(HIDDEN, _HIDDEN),
    "br": _BREAK,
    "img": _PHOTO,
    "a": _LINK,
}


def _start(walk: _Walk, element: _Element) -> int:
    """Opens *element* and adds its first text: one of the kinds above."""
    tag = element.tag
    form = _FORMS.get(tag, _INLINE)
    if form == _HIDDEN:
        if tag != "button" or next(element.iter("figcaption", "figure"), None) is None:
            return _HIDDEN
        form = _BLOCK  # a photo that a click enlarges
    if form == _BREAK:
        walk.parts.append(BREAK)
        walk.at += 1
    else:
        items = walk.attributes(element)
        flags = hints.of_attributes(tag, items) if items else hints.TAG_FLAGS.get(tag, 0)
        if form == _BLOCK or flags & hints.BLOCK or (flags & _CREDIT and _pictured(walk)):
            form = _BLOCK
            if walk.parts:
                walk.flush()
            walk.enter(element, tag, flags)
        elif flags & hints.HIDDEN:
            return _HIDDEN
        elif form == _PHOTO:
            walk.photo(element, items)
        else:
            form = _inline(walk, element, form, flags, items)
    text = element.text
    if text:
        walk.add(text)
    return form


def _pictured(walk: _Walk) -> bool:
    """Whether the open box belongs to a photo: its credit is no part of the caption's line."""
    return bool(walk.boxes[walk.open].around & (hints.FIGURE | hints.CAPTION))


def _inline(walk: _Walk, element: _Element, form: int, flags: int, items: Items) -> int:
    walk.styles.append(walk.style)
    walk.style |= flags
    if form == _LINK:
        walk.links.append((element, walk.at))
    elif items and (flags & hints.NAMED or len(element)):
        walk.enter(element, element.tag, flags & ~hints.LOOKS)
        return _BOXED
    return form


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
    tail = element.tail
    if tail:
        walk.add(tail)
