"""A page as boxes, and the text in them as lines and photos in order: what `walk.py` makes.

Everything later is decided over these lists, whose ranges nest as the elements do; no rule walks
the tree again.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml.etree import _Element

from crawler.pages.text import settle

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
