"""The body: what of the stream is the article's own text, as blocks in order."""

from __future__ import annotations

import re
from itertools import accumulate, takewhile

from archive.types import Block, BlockKind
from crawler.pages import bylines, hints, notices
from crawler.pages.attachments import FILES
from crawler.pages.dates import dates_in
from crawler.pages.related import HEADS, OTHERS
from crawler.pages.stream import HEADINGS, Part, Stream
from crawler.pages.title import key

_TOOLS = re.compile(
    r"^(?:in(?: trang| bài)?|in ra|gửi (?:email|mail|bài|cho)|chia sẻ|trở (?:lại|về)|quay lại|"
    r"về đầu trang|lượt xem|số lượt|bình luận|ý kiến|đánh giá|tổng số điểm|click để|xếp hạng|tags?|"
    r"từ kh[óo][áa]|copy link|zalo|facebook|twitter|theo dõi .{0,40} trên|share|print|tweet|"
    r"advertisement|quảng cáo|publicité|anzeige|publicidad|like|email|comments?|nghe bài|nghe đọc|"
    r"cỡ chữ|font size|aa|a[+-]|đầu trang|xem bản in|tải về|lưu bài|gửi phản hồi|họ (?:và )?tên|"
    r"mã (?:bảo mật|xác nhận))(?!\w)",
    re.I,
)
_DONE = re.compile(r"[.!?…:;,][\"”»')\]]*$")
_COUNTER = re.compile(
    r"^(?:số )?(?:lượt|lần) (?:xem|đọc|truy cập)\s*:?\s*[\d.,]*$|^(?:views?|đã xem)\W*\d[\d.,]*$",
    re.I,
)
_FILES = re.compile(
    r"^(?:tệp|file|tập tin|tài liệu|văn bản)(?: tin)?(?: đính)? kèm(?: theo)?\W*$", re.I
)
HEADS_BEHIND = 2  # headings at the end of the text that head nothing of it
SIGNATURES = 4  # lines at the end that are looked at


def mark(stream: Stream, title: str) -> None:
    """Gives roles to what stands among the text without being of it; the text stays `body`."""
    _cut_tail(stream)
    name = key(title)
    for part in stream.parts:
        if part.role != "body":
            continue
        text = part.text
        if part.heading and key(text) == name:
            part.role, part.rule = "title", "the title again"
        elif _is_link_line(stream, part):
            part.role, part.rule = "related", "a line of links"
        elif len(text) <= 60 and _TOOLS.match(text) and not _DONE.search(text):
            part.role, part.rule = "side", "tools of the page"
        elif not any(char.isalnum() for char in text):
            part.role, part.rule = "side", "no words"
        elif len(text) <= 40 and key(text) == name:
            part.role, part.rule = "title", "the title again"
    _outside(stream)


def _is_link_line(stream: Stream, part: Part) -> bool:
    """Whether a part is a link to another page; a file that the text hands out is of the text."""
    size = len(part.text)
    if not part.piece.links:
        return False
    if any(
        FILES.search(a.get("href") or "") for a, _, _ in stream.page.lines[part.piece.line].anchors
    ):
        return False
    if part.piece.links >= size * 0.9:
        return size <= 250
    return part.piece.links >= size * 0.4 and bool(notices.ON.match(part.text))


def _cut_tail(stream: Stream) -> None:
    """From a head such as "Tin liên quan" on, nothing is text if only links follow."""
    parts = stream.parts
    before = list(accumulate((_prose(part, inside=False) for part in parts), initial=0))
    behind = list(accumulate((_prose(part, inside=True) for part in parts), initial=0))
    for number, part in enumerate(parts):
        if part.role != "body" or len(part.text) > 60 or not _is_head(part.text):
            continue
        if behind[-1] - behind[number + 1] > before[number] * 0.3:
            part.role, part.rule = "related", "head of links"
            _take_links(parts, number)
            continue
        for later in parts[number:]:
            if later.role in ("body", "photo"):
                later.role, later.rule = "related", "behind a head of links"
        return


def _is_head(text: str) -> bool:
    return bool(HEADS.match(text) or OTHERS.match(text) or _FILES.match(text))


def _prose(part: Part, *, inside: bool) -> int:
    """Letters of a part that is text; *inside*: only of sentences in the text's box."""
    if part.role != "body":
        return 0
    size = len(part.text)
    if not inside:
        return size
    done = part.inside and part.piece.links < size * 0.5 and _DONE.search(part.text)
    return size if done else 0


def _take_links(parts: list[Part], number: int) -> None:
    for place in range(number + 1, len(parts)):
        later = parts[place]
        if later.role != "body" or later.piece.links < len(later.text) * 0.5:
            return
        later.role, later.rule = "related", "behind a head of links"


def _outside(stream: Stream) -> None:
    """Lines before and behind the text: dates, bylines, leads are told elsewhere; the rest goes."""
    for part in stream.parts:
        if part.inside or part.role != "body":
            continue
        text = part.text
        if len(text) <= 120 and any(True for _ in dates_in(text)):
            part.role, part.rule = "date", "a date outside the text"
        elif bylines.is_labelled(text) or part.flags & (hints.AUTHOR | hints.SOURCE):
            part.role, part.rule = "byline", "a byline outside the text"


def sign(stream: Stream) -> None:
    """Gives the role `byline` to the lines that sign the text: its last, labelled first ones."""
    last = [part for part in stream.parts if part.role == "body" and part.inside]
    found = 0
    for part in reversed(last[-SIGNATURES:]):
        aside = part.right or part.bold or part.italic or bool(part.flags & hints.AUTHOR)
        if bylines.is_signature(part.text, aside=aside) and len(last) > found + 1:
            part.role, part.rule = "byline", "signs the text"
            found += 1
        elif part.flags & hints.AUTHOR and len(part.text) <= 100:
            part.role, part.rule = "byline", "in an author's element"
        else:
            break
    for part in last[:3]:
        text = part.text
        named = bylines.is_labelled(text) or part.flags & hints.AUTHOR
        if part.role == "body" and named and len(text) <= 100 and not _DONE.search(text):
            part.role, part.rule = "byline", "before the text"


def trim(stream: Stream) -> None:
    """Takes short remains off the ends of the text: dates, counters, lone words."""
    inside = [part for part in stream.parts if part.role == "body" and part.inside]
    for part in inside[:4]:
        text = part.text
        if len(text) <= 80 and any(True for _ in dates_in(text)) and not _DONE.search(text):
            part.role, part.rule = "date", "a date before the text"
        elif len(text) > 80:
            break
    run = list(takewhile(lambda part: part.heading, reversed(inside)))
    # a heading without a text is the next box's; many of them are a gallery's, or a list's
    heads = {id(part) for part in run} if len(run) <= HEADS_BEHIND else frozenset()
    for part in reversed(inside):
        text = part.text
        if part.role == "body" and (id(part) in heads or _COUNTER.match(text)):
            part.role, part.rule = "side", "behind the text"
            continue
        if part.role != "body" or len(text) > 60 or not any(True for _ in dates_in(text)):
            break
        if re.search(r"[.!?]$", text) or len(text.split()) > 6:
            break
        part.role, part.rule = "date", "a date behind the text"


def blocks_of(stream: Stream) -> tuple[Block, ...]:
    """The body as blocks; cells of one row of a table of data make one block."""
    found: list[Block] = []
    row = -1
    for part in stream.parts:
        if part.role != "body" or not part.inside:
            continue
        kind, place = _kind(stream, part)
        if kind == "row" and place == row:
            last = found.pop()
            found.append(Block("row", f"{last.text}\t{part.text}"))
        else:
            found.append(Block(kind, part.text))
        row = place if kind == "row" else -1
    return tuple(found)


def _kind(stream: Stream, part: Part) -> tuple[BlockKind, int]:
    if part.heading:
        return "heading", -1
    boxes = stream.page.boxes
    box = part.piece.box
    while box > stream.outer:
        tag = boxes[box].tag
        if tag == "li":
            return "item", -1
        if tag == "blockquote":
            return "quote", -1
        if tag in HEADINGS:
            return "heading", -1
        if tag == "tr":
            return ("row", box) if _is_row(stream, box) else ("paragraph", -1)
        box = boxes[box].parent
    return "paragraph", -1


def _is_row(stream: Stream, row: int) -> bool:
    """Whether a table's row has several cells with text: a layout table has one."""
    boxes = stream.page.boxes
    cells, number = 0, row + 1
    while number < boxes[row].end:
        cell = boxes[number]
        if cell.tag in ("td", "th"):
            cells += cell.last > cell.first
            number = cell.end
        else:
            number += 1
    return cells >= 2
