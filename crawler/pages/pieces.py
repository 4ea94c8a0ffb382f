"""Lines cut into paragraphs: at `<br>`, at indentation, at photos; as a reader sees them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.pages import hints
from crawler.pages.blocks import BREAK, PHOTO, Blocks, Line
from crawler.pages.text import settle

# Only these widen a line: ordinary spaces run together.
_WIDE = "\u00a0\u2000-\u200a\u3000"
_ANY_WIDE = re.compile(f"[{_WIDE}]")
_CUT = re.compile(f"[{BREAK}{PHOTO}][\\s{BREAK}{PHOTO}]*")
_INDENT = re.compile(f'(?<=[.!?…:;”"»)])[ \t\r\n]*[{_WIDE}][ {_WIDE}]{{2,}}(?=[^\\s{_WIDE}a-zà-ỹ])')
_ENDS = re.compile(r"[.!?…:;]['\"”’»)\]]*$|[”»]$")
_MARK = re.compile(r"(?:[-–—+*•●▪■♦►✓]|\d{1,2}[.)/]|[a-zđ][.)]|[IVX]{1,4}[.)])\s*\S")
SHORT = 60  # characters; a shorter line before a capital ends by itself


@dataclass(slots=True, eq=False)
class Piece:
    """A paragraph as far as line ends tell, or a photo (``photo`` >= 0, without text)."""

    text: str  # settled
    line: int
    box: int
    photo: int = -1
    links: int = 0  # characters of its links
    bold: bool = False
    italic: bool = False
    indented: bool = False
    start: int = 0  # place in the raw text of the line
    end: int = 0


def pieces(page: Blocks, first: int, last: int) -> Iterator[Piece]:
    """The pieces of the lines *first* to *last* (exclusive), in order."""
    for number in range(first, last):
        yield from cut(page, number)


def cut(page: Blocks, number: int) -> Iterator[Piece]:
    """The pieces of one line."""
    line = page.lines[number]
    text = line.text
    if page.boxes[line.box].around & hints.PRE:
        text = text.replace("\r", " ").replace("\n", BREAK)
    if BREAK not in text and not line.photos:
        yield from _made(line, number, text, 0, len(text))
        return
    photos = iter(line.photos)
    pending: tuple[int, int] | None = None
    for begin, end, gap in _spans(text):
        if pending and (not begin < end or not _joins(text, pending, begin, end, gap)):
            yield from _made(line, number, text, *pending)
            pending = None
        for _ in range(gap.count(PHOTO)):
            if pending:
                yield from _made(line, number, text, *pending)
                pending = None
            yield Piece("", number, line.box, photo=next(photos, -1))
        if begin < end:
            pending = (pending[0] if pending else begin, end)
    if pending:
        yield from _made(line, number, text, *pending)


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches without a break, each with the gap before it; the last may be empty."""
    at, gap = 0, ""
    for found in _CUT.finditer(text):
        if at < found.start() or gap:
            yield at, found.start(), gap
        gap, at = found[0], found.end()
    yield at, len(text), gap


def _joins(text: str, before: tuple[int, int], begin: int, end: int, gap: str) -> bool:
    """Whether a line break only wraps a line, and so ends no paragraph."""
    if PHOTO in gap or gap.count(BREAK) > 1:
        return False
    if len(gap) > 2 and len(_ANY_WIDE.findall(gap.rpartition(BREAK)[2])) >= 2:
        return False
    head, tail = text[before[0] : before[1]].strip(), text[begin:end].strip()
    if not head or not tail:
        return True
    if _ENDS.search(head) or _MARK.match(tail):
        return False
    return tail[0].islower() or len(head) >= SHORT


def _made(line: Line, number: int, text: str, start: int, end: int) -> Iterator[Piece]:
    for begin, stop in _indented(text, start, end):
        whole = stop - begin == len(line.text) and text is line.text
        shown = line.shown if whole else settle(text[begin:stop])
        if not shown:
            continue
        size = len(text[begin:stop].strip())
        piece = Piece(shown, number, line.box, start=begin, end=stop)
        anchors = line.anchors
        for at in range(bisect_right(anchors, begin, key=_end_of_link), len(anchors)):
            _, first, last = anchors[at]
            if first >= stop:
                break
            piece.links += min(last, stop) - max(first, begin)
        bold = italic = 0
        looks = line.looks
        for at in range(bisect_right(looks, begin, key=_end_of_look), len(looks)):
            first, last, style = looks[at]
            if first >= stop:
                break
            covered = min(last, stop) - max(first, begin)
            bold += covered if style & hints.BOLD else 0
            italic += covered if style & hints.ITALIC else 0
        piece.bold, piece.italic = bold >= size * 0.9, italic >= size * 0.9
        yield piece


def _end_of_link(span: tuple[object, int, int]) -> int:
    return span[2]


def _end_of_look(span: tuple[int, int, int]) -> int:
    return span[1]


def _indented(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    if not _ANY_WIDE.search(text, start, end):
        yield start, end
        return
    for found in _INDENT.finditer(text, start, end):
        yield at, found.start()
        at = found.end()
    yield at, end
