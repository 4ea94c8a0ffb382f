"""The article as a stream of parts in reading order, each with the role that the rules give it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Literal

from crawler.pages import hints
from crawler.pages.blocks import Blocks
from crawler.pages.pieces import Piece, pieces
from crawler.pages.region import Ground

Role = Literal[
    "body", "photo", "caption", "credit", "title", "date", "byline", "lead", "related", "side"
]
_SET = hints.CENTER | hints.RIGHT
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


@dataclass(slots=True, eq=False)
class Part:
    """A piece, what stands around it inside the article, and its role."""

    piece: Piece
    flags: int  # of the boxes between the article's and this one, and of the line
    inside: bool  # in the box of the text, not before or after it
    heading: bool = False
    cell: bool = False  # in a table's cell
    role: Role = "body"
    rule: str = ""
    photo: int = -1  # of a caption
    joins: int = -1  # of a caption: index of the part that it goes on with
    centered: bool = False
    right: bool = False
    bold: bool = False
    italic: bool = False

    @property
    def text(self) -> str:
        return self.piece.text


@dataclass(slots=True, eq=False)
class Stream:
    """The parts from the title to some lines behind the text."""

    page: Blocks
    outer: int  # the box of the text
    parts: list[Part]
    lines_of_photos: list[int] = field(default_factory=list)

    def of(self, role: Role) -> list[Part]:
        """The parts of a role, in order."""
        return [part for part in self.parts if part.role == role]

    def photos_in(self, first: int, last: int) -> range:
        """Indexes of the photos in the lines *first* to *last* (exclusive)."""
        return range(
            bisect_left(self.lines_of_photos, first), bisect_left(self.lines_of_photos, last)
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Which lines are read: from *head* (behind the title), the text, up to *tail*."""

    head: int
    first: int
    last: int
    tail: int


def read(ground: Ground, outer: int, span: Span) -> Stream:
    """The stream of the lines of *span*; side lines have the role `side` already."""
    page = ground.page
    parts = []
    base = page.boxes[outer].around & hints.LOOKS
    memo: dict[int, tuple[int, bool, bool]] = {}
    for piece in pieces(page, span.head, span.tail):
        flags, heading, cell = _around(ground, outer, piece.box, memo)
        line = page.lines[piece.line]
        flags |= line.flags & ~(hints.LOOKS | hints.FIGURE)
        part = Part(piece, flags, span.first <= piece.line < span.last, heading, cell)
        part.centered = bool(flags & hints.CENTER) and not base & hints.CENTER
        part.right = bool(flags & hints.RIGHT)
        part.bold = piece.bold or bool(flags & hints.BOLD)
        part.italic = piece.italic or bool(flags & hints.ITALIC)
        if piece.photo >= 0:
            part.role = "photo"
        if flags & (hints.OUTSIDE & ~hints.HIDDEN):
            part.role, part.rule = "side", "in a side box"
        if flags & hints.HIDDEN:
            part.role, part.rule = "side", "hidden"
        parts.append(part)
    return Stream(page, outer, parts, [photo.line for photo in page.photos])


def _around(
    ground: Ground, outer: int, box: int, memo: dict[int, tuple[int, bool, bool]]
) -> tuple[int, bool, bool]:
    """Flags between *outer* and *box*, whether in a heading, whether in a table's cell.

    Of a box outside of *outer* all boxes up to the first that holds both count.
    """
    path = []
    page = ground.page
    while box not in memo and box >= 0 and not page.inside(box, outer):
        path.append(box)
        box = page.boxes[box].parent
    flags, heading, cell = memo.get(box, (0, False, False))
    for number in reversed(path):
        found = page.boxes[number]
        looks = flags & ~(hints.CENTER | hints.RIGHT) if found.flags & _SET else flags
        flags = looks | (found.flags & ~hints.OUTSIDE) | ground.alone[number]
        heading = heading or found.tag in HEADINGS
        cell = cell or found.tag in ("td", "th")
        memo[number] = flags, heading, cell
    return flags, heading, cell
