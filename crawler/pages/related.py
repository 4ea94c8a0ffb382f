"""Links to other articles: boxes and lists under a head, newer and older ones told apart."""

from __future__ import annotations

import re
from typing import Literal

from lxml.etree import _Element

from archive.types import Link
from crawler.pages import hints
from crawler.pages.dates import dates_in
from crawler.pages.document import Document
from crawler.pages.region import Ground
from crawler.pages.stream import Stream
from crawler.pages.text import settle

Kind = Literal["related", "newer", "older"]
_RELATED = (
    r"tin(?: bài| tức)?,? (?:bài )?liên quan(?: khác)?|(?:các )?bài(?: viết)? (?:liên quan|khác)|"
    r"(?:các )?tin(?: tức| bài)? khác|(?:các )?(?:tin|bài)(?: viết| tức)? cùng (?:chuyên )?mục|"
    r"cùng chuyên mục|theo dòng sự kiện|tin cùng (?:chủ đề|loại|sự kiện)|có thể bạn quan tâm|"
    r"đọc thêm|xem thêm|tin đọc nhiều|các nội dung khác|(?:nội dung|thông tin) liên quan|"
    r"tin nổi bật|tin mới nhất|tin xem nhiều"
)
_NEWER = r"(?:những |các )?(?:tin|bài(?: viết)?) mới hơn|(?:các )?tin mới(?: đăng| cập nhật)?"
_OLDER = r"(?:những |các )?(?:tin|bài(?: viết)?) cũ hơn|(?:các )?tin (?:cũ|đã đưa|trước(?: đó)?)"
HEADS = re.compile(rf"^\W*(?:{_NEWER}|{_OLDER}|{_RELATED})\W*$", re.I)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("newer", re.compile(rf"^\W*(?:{_NEWER})\W*$", re.I)),
    ("older", re.compile(rf"^\W*(?:{_OLDER})\W*$", re.I)),
    ("related", re.compile(rf"^\W*(?:{_RELATED})\W*$", re.I)),
)
_MORE = re.compile(
    r"^(?:xem (?:thêm|tiếp|tất cả|chi tiết)|chi tiết|đọc tiếp|more|next|previous|»|«|>|<|\d+)\W*$",
    re.I,
)
REACH = 60  # lines behind a head that can belong to it
SHORTEST = 12  # characters of a title


def head_kind(text: str) -> Kind | None:
    """What a head of links announces, None if it is none."""
    return next((kind for kind, form in _KINDS if form.match(text)), None)


def find(ground: Ground, doc: Document, start: int) -> list[Link]:
    """Links under heads, from line *start* on."""
    page = ground.page
    found: list[Link] = []
    number = max(start, 0)
    while number < len(page.lines):
        line = page.lines[number]
        kind = head_kind(settle(line.text)) if line.size <= 60 else None
        if kind is None or ground.sides[line.box] & hints.HIDDEN:
            number += 1
            continue
        links, number = _under(ground, doc, kind, number)
        found += links
    return found


def _under(ground: Ground, doc: Document, kind: Kind, head: int) -> tuple[list[Link], int]:
    """The links behind the head at line *head*, and the line behind them."""
    page = ground.page
    found: list[Link] = []
    number = head + 1
    misses = 0
    while number < min(len(page.lines), head + REACH):
        line = page.lines[number]
        text = settle(line.text)
        if line.size <= 60 and head_kind(text):
            break
        links = of_line(page.lines[number].anchors, line.text, doc, kind)
        if links:
            found += links
            misses = 0
        elif found and _dated(text):
            found[-1] = Link(found[-1].kind, found[-1].title, found[-1].url, _dated(text))
        elif line.size > 60 or misses >= (2 if found else 1):
            if found and line.size > 60 and _same_list(ground, head, number):
                number += 1
                continue
            break
        else:
            misses += 1
        number += 1
    return found, number


def _same_list(ground: Ground, head: int, number: int) -> bool:
    """Whether a line of prose is the lead of a link in the same list as the line before it."""
    boxes = ground.page.boxes
    one = boxes[ground.page.lines[number].box].parent
    other = boxes[ground.page.lines[number - 1].box].parent
    return one == other and number > head + 1


def _dated(text: str) -> str | None:
    if len(text) > 60:
        return None
    return next((when.value for when in dates_in(text)), None)


def of_line(
    anchors: list[tuple[_Element, int, int]], text: str, doc: Document, kind: Kind
) -> list[Link]:
    """The links of one line that can be titles, with the date beside them."""
    found = []
    for anchor, start, end in anchors:
        title = settle(text[start:end]).strip("\ufffc ")
        href = anchor.get("href")
        if not title:
            continue
        url = doc.resolve(href)
        if url is None or len(title) < SHORTEST or _MORE.match(title):
            continue
        title = re.sub(r"\s*\(?\d{1,2}[/-]\d{1,2}[/-]\d{4}\)?$", "", title) or title
        found.append(Link(kind, title, url, _dated(settle(text[:start] + " " + text[end:]))))
    return found


def in_text(stream: Stream, doc: Document) -> list[Link]:
    """The links inside of the text, in order."""
    found: list[Link] = []
    for part in stream.parts:
        if part.role != "body" or not part.inside or not part.piece.links:
            continue
        line = stream.page.lines[part.piece.line]
        for anchor, start, end in line.anchors:
            if part.piece.start <= start < part.piece.end:
                url = doc.resolve(anchor.get("href"))
                title = settle(line.text[start:end])
                if url and title:
                    found.append(Link("text", title, url))
    return found


def in_stream(stream: Stream, doc: Document) -> list[Link]:
    """The links of lines that were taken out of the text as links to other articles."""
    found: list[Link] = []
    for part in stream.parts:
        if part.role == "related" and part.piece.links:
            line = stream.page.lines[part.piece.line]
            found += of_line(line.anchors, line.text, doc, "related")
    return found


def once(links: list[Link], own: str) -> tuple[Link, ...]:
    """Each target once, the first mention kept; never the page itself."""
    kept: dict[str, Link] = {}
    for link in links:
        if link.url.rstrip("/") != own.rstrip("/"):
            kept.setdefault(link.url, link)
    return tuple(kept.values())
