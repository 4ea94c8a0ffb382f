"""Articles without a text: only photos, only a video, only an attached document.

Such a page has a title and what it shows; what else stands on it is the site's frame, whose foot
may hold the only prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from archive.types import Article
from crawler.pages import attachments, hints, media
from crawler.pages.document import Document
from crawler.pages.region import Ground
from crawler.pages.related import OTHERS, head_kind

POLL = 600  # letters of a poll
FEW = 80  # letters of text that an article of photos, a video or a document may have
MUCH = 1_500  # worth of a text that is no site's foot
MOST = 60  # lines behind the title
LINKED = 3  # long links to other pages: a list of albums or documents has more
TITLE = 20  # letters of such a link
FILES = 12  # documents of one article; a list of them has more
_SIDE = hints.NAV | hints.COMMENT | hints.RELATED | hints.AD | hints.FORM
_LARGE = re.compile(r"(?i)\.(?:jpe?g|png|gif|webp)(?:[?#]|$)")
_FOOT = re.compile(
    r"(?i)\b(?:địa chỉ|điện thoại|đ[tc]:|fax|e-?mail|bản quyền|giấy phép|ghi rõ nguồn|copyright|"
    r"chịu trách nhiệm|trưởng ban biên tập|cơ quan chủ quản|thiết kế bởi|designed by)\b|©"
)


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands behind the title: the lines *first* to *last* (exclusive), in box *outer*."""

    outer: int
    first: int
    last: int


def stage(ground: Ground, doc: Document, title: int, text: tuple[int, int]) -> Stage | None:
    """Where an article without a text stands, None if the page has a text or shows nothing.

    A text that is the frame's is none: what is left may be nothing at all.

    *title* is the title's line, *text* the lines of the box that holds most prose.
    """
    page = ground.page
    if title < 0 or not _is_foot(ground, title, text):
        return None
    end = _end(ground, title)
    if _lists(ground, title, end) or not (
        _parted(ground, end, text) or _shows(ground, doc, title, end)
    ):
        return None
    outer = page.lines[title].box
    while page.boxes[outer].parent >= 0 and page.boxes[outer].last < end:
        outer = page.boxes[outer].parent
    return Stage(outer, title + 1, end)


def is_poll(ground: Ground, outer: int, article: Article) -> bool:
    """Whether the text of *article*, in box *outer*, is a poll's: the page itself is empty."""
    if sum(len(block.text) for block in article.body) >= POLL:
        return False
    fields = ground.page.boxes[outer].element.iter("input")
    return sum(field.get("type") in {"radio", "checkbox"} for field in fields) >= 2


def _is_foot(ground: Ground, title: int, text: tuple[int, int]) -> bool:
    """Whether the page's prose is not the article's: there is none, or it is the site's foot."""
    if ground.box is None:
        return True
    if ground.sums[text[1]] - ground.sums[text[0]] >= MUCH:
        return False
    lines = [line for line in ground.page.lines[text[0] : text[1]] if line.size]
    told = sum(line.size for line in lines if _FOOT.search(line.text))
    return text[0] > title and told * 2 > sum(line.size for line in lines)


def _end(ground: Ground, title: int) -> int:
    """The line behind what belongs to the title: the frame, or a head of other links, follows."""
    lines, sides = ground.page.lines, ground.sides
    for number in range(title + 1, min(len(lines), title + 1 + MOST)):
        line = lines[number]
        if sides[line.box] & _SIDE or _FOOT.search(line.text):
            return number
        if line.size <= 60 and (head_kind(line.shown) or OTHERS.match(line.shown)):
            return number
    return min(len(lines), title + 1 + MOST)


def _parted(ground: Ground, end: int, text: tuple[int, int]) -> bool:
    """Whether the frame begins between the title and the prose: that is the frame's."""
    return (
        ground.box is not None and end < text[0] and not _FOOT.search(ground.page.lines[end].text)
    )


def _shows(ground: Ground, doc: Document, title: int, end: int) -> bool:
    """Whether photos, videos or documents stand behind the title."""
    page = ground.page
    if any(title < photo.line < end and _own(photo.element) for photo in page.photos):
        return True
    if media.find(ground, doc, title, end) or media.scripted(ground, doc, title, end):
        return True
    return 0 < len(attachments.find(ground, doc, title + 1, end, reach=0)) <= FILES


def _own(photo: _Element) -> bool:
    """Whether a photo leads nowhere, or to its own larger form."""
    for above in islice(photo.iterancestors(), 3):
        if above.tag == "a" and above.get("href"):
            return _LARGE.search(above.get("href", "")[-200:]) is not None
    return True


def _lists(ground: Ground, title: int, end: int) -> bool:
    """Whether what stands behind the title leads to other pages."""
    found = 0
    for line in ground.page.lines[title + 1 : end]:
        for anchor, start, stop in line.anchors:
            if stop - start >= TITLE and not attachments.FILES.search(anchor.get("href") or ""):
                found += 1
    return found >= LINKED
