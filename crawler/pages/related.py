"""Links to other articles: boxes and lists under a head, newer and older ones told apart."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from lxml.etree import _Element

from archive.types import Link
from crawler.pages import hints
from crawler.pages.attachments import FILES
from crawler.pages.blocks import Line
from crawler.pages.dates import dates_in
from crawler.pages.document import Document
from crawler.pages.region import Ground
from crawler.pages.stream import Stream
from crawler.pages.text import settle

Kind = Literal["related", "newer", "older"]
_ITEM = r"(?:tin(?: tức| bài| ảnh)?|bài(?: viết| báo)?|văn bản|nội dung|thông tin|video)"
_MANY = r"(?:những |các |một số )?"
_RELATED = (
    rf"{_MANY}{_ITEM},? (?:bài )?(?:có )?liên quan(?: khác| đến .{{1,30}})?|liên quan|"
    rf"{_MANY}{_ITEM} khác(?: cùng .{{3,20}})?|"
    rf"{_MANY}{_ITEM} (?:cùng|trong) (?:chuyên )?(?:mục|đề|trang)(?: khác)?|"
    rf"{_MANY}{_ITEM} cùng (?:chủ đề|loại|sự kiện|thể loại|nhóm|tác giả)|"
    r"cùng (?:chuyên )?mục|cùng (?:chủ|chuyên) đề|(?:theo )?dòng sự kiện|sự kiện liên quan|"
    r"đọc (?:thêm|tiếp)|xem (?:thêm|tiếp)|tham khảo thêm|mời (?:bạn )?(?:xem|đọc) thêm|"
    r"các nội dung khác"
)
_NEWER = (
    rf"{_MANY}{_ITEM} mới hơn|(?:các )?tin mới(?: đăng| cập nhật)?|"
    rf"{_MANY}{_ITEM} (?:tiếp theo|kế tiếp|sau)"
)
_OLDER = (
    rf"{_MANY}{_ITEM} cũ hơn|(?:các )?tin cũ|"
    rf"{_MANY}{_ITEM} (?:(?:đã|vừa) (?:đăng|đưa)(?: khác)?|trước(?: đó| đây)?)"
)
MOST_IN_TEXT = 2_000  # links of one text: what has more is a list, or made to be hard to read
HEADS = re.compile(rf"^\W*(?:{_NEWER}|{_OLDER}|{_RELATED})\W*$", re.I)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("newer", re.compile(rf"^\W*(?:{_NEWER})\W*$", re.I)),
    ("older", re.compile(rf"^\W*(?:{_OLDER})\W*$", re.I)),
    ("related", re.compile(rf"^\W*(?:{_RELATED})\W*$", re.I)),
)
OTHERS = re.compile(
    r"^\W*(?:tin (?:đọc nhiều|nổi bật|mới nhất|xem nhiều|tức mới|hot)|có thể bạn quan tâm|"
    r"chuyên mục|danh mục|thư viện.*|liên kết.*|thống kê.*|lượt truy cập.*|thăm dò.*|bình luận.*|"
    r"ý kiến bạn đọc|quảng cáo|video|thông báo)\W*$",
    re.I,
)
"""Heads of boxes that stand on every page and say nothing of this one."""
_MORE = re.compile(
    r"^(?:xem (?:thêm|tiếp|tất cả|chi tiết)|chi tiết|đọc tiếp|more|next|previous|»|«|>|<|\d+)\W*$",
    re.I,
)
_DATE = re.compile(
    r"\s*\(?(?:ngày )?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?:\W{1,3}\d{1,2}:\d{2})?\)?$", re.I
)
_ENDS = frozenset("0123456789)")
LEVELS = 4  # boxes around a head
REACH = 60  # lines behind a head that can belong to it
SHORTEST = 12  # characters of a title


@lru_cache(4096)
def head_kind(text: str) -> Kind | None:
    """What a head of links announces, None if it is none; a site's frame is on every page."""
    return next((kind for kind, form in _KINDS if form.match(text)), None)


def find(ground: Ground, doc: Document, start: int) -> list[Link]:
    """Links under heads, from line *start* on."""
    page = ground.page
    found: list[Link] = []
    number = max(start, 0)
    while number < len(page.lines):
        line = page.lines[number]
        kind = head_kind(line.shown) if line.size <= 60 else None
        led = _led(line) if kind is None and line.anchors else None
        if led is not None and not ground.sides[line.box] & hints.HIDDEN:
            found += of_line(line.anchors, line.text, doc, led)
        if kind is None or ground.sides[line.box] & hints.HIDDEN:
            number += 1
            continue
        links, number = _under(ground, doc, kind, number)
        found += links
    return found


def _led(line: Line) -> Kind | None:
    """The kind of the links of a line that begins with their head: "Bài trước: …"."""
    start = line.anchors[0][1]
    if not 4 <= start <= 40 or line.links * 2 < line.size - start:
        return None
    words = settle(line.text[:start]).strip("\ufffc ")
    return head_kind(words) if words.endswith((":", ">", "»")) else None


def _under(ground: Ground, doc: Document, kind: Kind, head: int) -> tuple[list[Link], int]:
    """The links behind the head at line *head*, and the line behind them.

    They follow at once, in a box not far around the head; or stand in the tab that it opens.
    """
    page = ground.page
    found: list[Link] = []
    number, end = head + 1, _end(ground, head)
    tab = _tab(ground, doc, head)
    if tab is not None:
        number, end = page.boxes[tab].first, page.boxes[tab].last
    while number < end:
        line = page.lines[number]
        text = line.shown
        if tab is None and ground.sides[line.box] & (hints.NAV | hints.COMMENT | hints.HIDDEN):
            break
        if line.size <= 60 and head_kind(text) and tab is None:
            break
        links = of_line(line.anchors, line.text, doc, kind)
        if links:
            found += links
        elif found and _dated(text):
            found[-1] = Link(found[-1].kind, found[-1].title, found[-1].url, _dated(text))
        elif not (_dated(text) or line.anchors or (found and _same_list(ground, number))):
            break
        number += 1
    return found, max(number, head + 1) if tab is None else head + 1


def _end(ground: Ground, head: int) -> int:
    """The line behind the box, some levels around a head, in which its links can stand."""
    boxes = ground.page.boxes
    box = ground.page.lines[head].box
    for _ in range(LEVELS):
        if boxes[box].parent < 0 or boxes[box].last > head + REACH:
            break
        box = boxes[box].parent
    return min(boxes[box].last, head + REACH)


def _tab(ground: Ground, doc: Document, head: int) -> int | None:
    """The box that a head opens as a tab (`href="#news-related"`)."""
    for anchor, _, _ in ground.page.lines[head].anchors:
        href = anchor.get("href") or ""
        if href.startswith("#") and len(href) > 1:
            return ground.page.of.get(doc.by_id(href[1:]))  # type: ignore[arg-type]  # None has none
    return None


def _same_list(ground: Ground, number: int) -> bool:
    """Whether a line of prose is the lead of a link in the same list as the line before it."""
    boxes, lines = ground.page.boxes, ground.page.lines
    one = boxes[lines[number].box].parent
    other = boxes[lines[number - 1].box].parent
    return lines[number].size > 60 and one == other


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
        if url is None or FILES.search(url) or len(title) < SHORTEST or _MORE.match(title):
            continue
        dated = _DATE.search(title[-30:]) if title[-1] in _ENDS else None
        beside = _dated(settle(text[:start] + " " + text[end:]))
        if dated and len(title) > len(dated[0]):
            title, beside = title[: -len(dated[0])], beside or _dated(dated[0])
        found.append(Link(kind, title, url, beside))
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
                if len(found) >= MOST_IN_TEXT:
                    return found
    return found


def in_stream(stream: Stream, doc: Document) -> list[Link]:
    """The links of lines that were taken out of the text as links to other articles."""
    found: list[Link] = []
    for part in stream.parts:
        if part.role == "related" and part.inside and part.piece.links:
            line = stream.page.lines[part.piece.line]
            found += of_line(line.anchors, line.text, doc, "related")
    return found


def once(links: list[Link], own: str) -> tuple[Link, ...]:
    """Each target once a kind, as first shown; never the page itself."""
    kept: dict[tuple[str, str], Link] = {}
    for link in links:
        if link.url.rstrip("/") != own.rstrip("/"):
            kept.setdefault((link.kind, link.url), link)
    return tuple(kept.values())
