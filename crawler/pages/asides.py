"""Boxes that stand in the text without being of it: told by the frame that its paragraphs share.

Most articles have one box, or a run of boxes alike, in which all their paragraphs stand. What
stands beside it in a box of its own - a poll, a consent, a newsletter, the author's life -
is an aside, whatever it is called. Of 131 articles of 94 publishers 120 have a frame that holds
60 % of the text or more, and there five in six of the lines outside of it are not the article's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from crawler.pages import bylines, hints
from crawler.pages.blocks import Blocks, Box
from crawler.pages.stream import HEADINGS, Part, Stream

PROSE = 60  # letters of a part that tells where the paragraphs are
LEAST = 300  # letters of prose: a short text may have less of it than the foot of its page
FRAME = 0.6  # of the prose: what holds less is no frame
OWN = 0.08  # of the prose: a box that holds more is a part of the article
OFTEN = 3  # times: what is said so often is a notice
_ITEMS = frozenset(("li", "dd", "dt"))
_KEPT = _ITEMS | HEADINGS | {"blockquote"}
_PHRASES = frozenset(("span", "strong", "b", "em", "i", "a", "u", "font", "small"))
WITHIN = _KEPT | _PHRASES | {"p", "ul", "ol", "dl"}
_Look = tuple[int, str, str | None]


@dataclass(frozen=True, slots=True)
class _Frames:
    """The box that holds each part as its paragraph, and the prose in each of them."""

    of: dict[int, int]  # number of a part -> its holder
    prose: Counter[int]
    frame: int  # the holder of most prose


def beside(stream: Stream) -> list[Part]:
    """The parts of the text that stand in boxes of their own beside its paragraphs."""
    frames = _frames(stream)
    whole = frames.prose.total()
    if whole < LEAST or frames.prose[frames.frame] < whole * FRAME:
        return []
    found = []
    for number, holder in frames.of.items():
        part = stream.parts[number]
        if holder == frames.frame or frames.prose[holder] >= whole * OWN:
            continue
        if not _signs(part) and not _stays(stream.page, part, frames.frame):
            found.append(part)
    return found


def mark(parts: list[Part], *, scraps: bool = False) -> None:
    """Gives the role `side` to *parts* that are still text.

    With *scraps* only to short ones: a lead stands in a box of its own too, and is looked for
    behind the kickers, dates and counters that stand before it.
    """
    for part in parts:
        if part.role == "body" and not (scraps and len(part.text) >= PROSE):
            part.role, part.rule = "side", "in a box beside the paragraphs"


def _frames(stream: Stream) -> _Frames:
    page = stream.page
    of: dict[int, int] = {}
    prose: Counter[int] = Counter()
    alike: dict[_Look, int] = {}
    known: dict[int, int] = {}
    said = Counter(part.text for part in stream.parts)
    for number, part in enumerate(stream.parts):
        if part.role not in ("body", "lead") or not part.inside:
            continue
        box = part.piece.box
        if box not in known:
            known[box] = _holder(page, box, stream.outer, alike)
        of[number] = known[box]
        if len(part.text) >= PROSE and said[part.text] < OFTEN:
            prose[known[box]] += len(part.text)
    frame = max(prose, key=lambda holder: prose[holder], default=-1)
    return _Frames(of, prose, frame)


def _holder(page: Blocks, box: int, outer: int, alike: dict[_Look, int]) -> int:
    """The box in which *box* is a paragraph; of boxes alike beside each other, the first."""
    boxes = page.boxes
    while box > outer and (boxes[box].tag in WITHIN or boxes[box].last - boxes[box].first <= 1):
        box = boxes[box].parent
    return alike.setdefault(_alike(boxes[box]), box)


def _alike(box: Box) -> _Look:
    """What boxes of one run have in common."""
    return box.parent, box.tag, box.element.get("class")


def _signs(part: Part) -> bool:
    """Whether a part may tell the author or the source, which are looked for later."""
    return (
        bool(part.flags & (hints.AUTHOR | hints.SOURCE))
        or bylines.is_labelled(part.text)
        or (part.right and bylines.is_signature(part.text, aside=True))
    )


def _aside(page: Blocks, box: int, frame: int) -> int:
    """The outermost box around *box* that does not hold the frame, or lies in one like it."""
    boxes = page.boxes
    while boxes[box].parent >= 0:
        parent = boxes[box].parent
        if page.inside(parent, frame) or _alike(boxes[parent]) == _alike(boxes[frame]):
            break
        box = parent
    return box


def _stays(page: Blocks, part: Part, frame: int) -> bool:
    """Whether a part is of the text though it stands outside of its frame.

    A list, a quotation, a table and a lone heading have boxes of their own in many systems; a
    heading with something under it heads an aside.
    """
    aside = _aside(page, part.piece.box, frame)
    box, kind = part.piece.box, ""
    while box >= aside:
        kind = page.boxes[box].tag
        if kind in _KEPT:
            break
        box = page.boxes[box].parent
    if part.cell or kind == "blockquote":
        return True
    if kind in HEADINGS:
        return page.boxes[aside].last - page.boxes[aside].first <= 1
    return kind in _ITEMS and not _headed(page, aside)


def _headed(page: Blocks, aside: int) -> bool:
    """Whether *aside* begins with another line than those of a list."""
    first = page.lines[page.boxes[aside].first].box
    while first > aside:
        if page.boxes[first].tag in _ITEMS:
            return False
        first = page.boxes[first].parent
    return True
