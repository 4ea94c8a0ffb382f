"""Where the article's text stands: the box whose lines hold most prose and least else.

Each line is worth its letters if it reads as prose, and costs a little if it reads as a menu; the
box with the greatest sum is the one that holds the text and nothing more (a maximum subtree, found
in one pass over the ranges of the boxes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from crawler.pages import hints
from crawler.pages.blocks import Blocks, Line

STOP = re.compile(r"[.!?…:;,][\s'\"”’»)\]\u2028\ufffc]|[。、！？]")
FOOT = re.compile(
    r"\s*(?:©|cơ quan (?:chủ quản|quản lý)\s*:|chịu trách nhiệm|giấy phép (?:số|thiết lập|hoạt)|"
    r"ghi rõ nguồn|trưởng ban biên tập|bản quyền (?:thuộc|©)|copyright\b|all rights reserved)",
    re.I,
)
"""How the lines of a page's foot begin: of a short text there is less than of them."""
MOST = 600  # characters of one line that count: a page of one endless line is no article
CORE = 0.82  # of the worth; measured on pages of 94 publishers
LEAST = 25
LITTLE, ENOUGH = 200, 600  # worth of what is left beside the frame, and of what the frame holds
SINGLE = frozenset(["p", "td", "th", "figcaption", "span", "em", "i", "font"])
"""Elements of one text: `p.comment` is what SharePoint calls a caption, no reader's comment."""
_NEVER = hints.HIDDEN
_SIDE = hints.OUTSIDE
_FRAME = hints.NAV | hints.AD | hints.SHARE | hints.FORM | hints.TAGS
_WHOLE = frozenset(["html", "body", "main"])  # what these are called tells of no part


def worth(line: Line) -> float:
    """What a line adds to the boxes that hold it: positive for prose, negative for links."""
    size = line.size
    linked = line.links / size if size else 0.0
    if linked >= 0.5:
        return -(10 + min(size, MOST) * 0.3)
    if size >= LEAST and not FOOT.match(line.text):
        stops = STOP.search(line.text[: MOST * 2] + " ") is not None
        if stops or size >= 120:
            return float(min(size, MOST)) * (1 - linked) * (1.0 if stops else 0.5)
    return -8.0 if size else 0.0


def side_flags(page: Blocks, sums: list[float], believed: int = -1) -> tuple[list[int], list[int]]:
    """For each box the side flags *believed* of it alone, and with those of the boxes around it.

    A box that holds much of the page's prose is the article's, whatever it is called: ASP.NET
    wraps every page in a form. So is one that holds the first heading and some prose: grids are
    called "sidebar" too.
    """
    whole = max(sums[-1], 1.0)
    alone: list[int] = []
    around: list[int] = []
    headed = _headed(page)
    for number, box in enumerate(page.boxes):
        own = box.flags & _SIDE & believed if box.tag not in _WHOLE else 0
        if own & _FRAME and number in headed and sums[box.last] - sums[box.first] >= ENOUGH:
            own &= ~_FRAME
        if own & hints.COMMENT and box.tag in SINGLE:
            own &= ~hints.COMMENT
        if own and own != _NEVER and sums[box.last] - sums[box.first] > whole * 0.4:
            own &= _NEVER
        alone.append(own)
        around.append(own | (around[box.parent] if box.parent >= 0 else 0))
    return alone, around


def _headed(page: Blocks) -> frozenset[int]:
    """The boxes around the first h1 that is shown."""
    for number, box in enumerate(page.boxes):
        if box.tag == "h1" and box.last > box.first and not box.around & _NEVER:
            found = []
            while number >= 0:
                found.append(number)
                number = page.boxes[number].parent
            return frozenset(found)
    return frozenset()


@dataclass(frozen=True, slots=True)
class Ground:
    """A page weighed: its lines and boxes, and what they are worth.

    ``sides`` are the side flags of each box with those around it, ``alone`` of the box alone;
    ``box`` is the one that holds the article's text (None: no prose).
    """

    page: Blocks
    alone: list[int]
    sides: list[int]
    sums: list[float]
    box: int | None

    def worth(self, box: int) -> float:
        """What the lines of a box are worth."""
        found = self.page.boxes[box]
        return self.sums[found.last] - self.sums[found.first]

    def behind(self, line: int, first: int, last: int) -> bool:
        """Whether of the lines *first* to *last* more worth stands behind *line* than before."""
        return self.sums[last] - self.sums[line + 1] >= self.sums[line] - self.sums[first]

    def core(self, box: int) -> int:
        """The innermost box that holds nearly all of what *box* is worth.

        What stands beside it, before and behind, is the lead, a note, or the author's life.
        """
        enough = self.worth(box) * CORE
        inside = range(box, self.page.boxes[box].end)
        # A box of links is worth less than nothing, and may hold none that is worth more.
        return max((n for n in inside if self.worth(n) >= enough), default=box)


def weigh(page: Blocks) -> Ground:
    """The page with the worth of its lines, and the box of the text.

    Where next to nothing is left beside the frame of the page, the frame is not believed to be one:
    style sheets call the middle column of a grid "sidebar-content".
    """
    raw = [worth(line) for line in page.lines]
    good = list(accumulate((max(value, 0.0) for value in raw), initial=0.0))
    ground, most = _weighed(page, raw, *side_flags(page, good))
    if most < LITTLE and good[-1] >= ENOUGH:
        again, found = _weighed(page, raw, *side_flags(page, good, ~_FRAME))
        if found >= ENOUGH:
            return again
    return ground


def _weighed(
    page: Blocks, raw: list[float], alone: list[int], sides: list[int]
) -> tuple[Ground, float]:
    """The ground, and what its box is worth."""
    values = []
    for line, value in zip(page.lines, raw, strict=True):
        side = sides[line.box] | (line.flags & _SIDE)
        if not side or value <= 0:
            values.append(value)
        elif side & _NEVER:
            values.append(0.0)
        else:
            values.append(-min(value, 100.0) * 0.2)
    sums = list(accumulate(values, initial=0.0))
    best, most = None, 0.0
    for number, box in enumerate(page.boxes):
        value = sums[box.last] - sums[box.first]
        if box.flags & hints.BODY:
            value *= 1.1
        if value >= most > 0 or value > most:
            best, most = number, value
    return Ground(page, alone, sides, sums, best if most >= LEAST else None), most
