"""What kind of page this is: an article, or one of the pages around it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from archive.types import ReadKind
from crawler.pages import hints
from crawler.pages.document import Document
from crawler.pages.metadata import Metadata
from crawler.pages.region import Ground, worth

_MISSING = re.compile(
    r"không tìm thấy|không tồn tại|đã bị xóa|đã bị xoá|đã bị gỡ|page not found|not found|404|"
    r"trang (?:bạn|này) .{0,40}không|bài viết .{0,30}không còn|nội dung không có",
    re.I,
)
_CLOSED = re.compile(
    r"đang (?:bảo trì|nâng cấp|xây dựng)|tạm (?:dừng|ngưng|ngừng) hoạt động|"
    r"under (?:construction|maintenance)|"
    r"account suspended|site (?:is )?closed|ngừng hoạt động|domain .{0,30}(?:expired|for sale)",
    re.I,
)
_LOGIN = re.compile(r"đăng nhập|log ?in|sign ?in", re.I)
_SEARCH = re.compile(
    r"tìm kiếm|kết quả tìm|search results?|/search|[?&](?:q|s|keyword|tukhoa)=", re.I
)
_HOME = re.compile(
    r"^/?(?:(?:vi|en|web/\w+|pages|home|trang-chu|default\.aspx|index\.\w+)/?)*$", re.I
)
TITLE = 15  # letters of a linked title
PROSE = 1_500  # letters of prose of a page that calls itself an article
BETWEEN = 6  # lines of dates and counters between a title and its lead
LEAD = 40  # letters of a lead
SHORT = 700  # letters of prose: a page with less may be an error's
"""Pages that say "không tìm thấy" under status 200 have little else on them."""


def told(doc: Document, ground: Ground, meta: Metadata) -> ReadKind | None:
    """The kind by what the page says of itself, None where the text decides."""
    prose = ground.worth(ground.box) if ground.box is not None else 0.0
    failed = doc.status is not None and doc.status >= 400
    if prose >= SHORT and not failed:
        return None
    words = _heads(ground, meta)
    if prose < SHORT:
        if _CLOSED.search(words):
            return "closed"
        if _MISSING.search(words):
            return "error"
        if doc.body.find(".//input[@type='password']") is not None and _LOGIN.search(words):
            return "login"
    if failed:
        return "closed" if doc.status == 503 and _CLOSED.search(words) else "error"
    return None


def _heads(ground: Ground, meta: Metadata) -> str:
    """The title, the headings and the short lines of the page's middle."""
    texts = [meta.title]
    for line in ground.page.lines:
        side = ground.sides[line.box] & (hints.NAV | hints.RELATED | hints.COMMENT | hints.HIDDEN)
        if line.size <= 200 and not side and line.links < line.size * 0.5:
            texts.append(line.shown)
        if len(texts) > 40:
            break
    return "\n".join(texts)


def by_structure(doc: Document, ground: Ground, meta: Metadata, found: bool) -> ReadKind:
    """The kind by what stands on the page; *found*: it has a title and text like an article."""
    parts = urlsplit(doc.url)
    where = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if _HOME.match(parts.path) and not parts.query:
        return "home"
    if _SEARCH.search(where) or (_SEARCH.search(meta.title) and not found):
        return "search"
    dense, linked = _density(ground)
    said = meta.first("og:type") == "article" or bool(meta.article.get("headline"))
    if _is_list(ground, dense) and not (said and found and dense >= PROSE):
        return "listing"
    if found and (said or dense >= linked * 0.8 or dense >= 1500):
        return "article"
    if _gallery(ground) and found:
        return "gallery"
    if linked >= 3:
        return "listing"
    return "document" if found else "other"


def _is_list(ground: Ground, dense: float) -> bool:
    """Whether most prose in the text's box follows a linked title: leads, not paragraphs."""
    if ground.box is None:
        return False
    box = ground.page.boxes[ground.box]
    prose = leads = 0
    since = BETWEEN
    for line in ground.page.lines[box.first : box.last]:
        since += 1
        if line.links >= TITLE and line.links >= line.size * 0.7:
            since = 0
        elif worth(line) >= LEAD:
            prose += 1
            leads += since <= BETWEEN
            since = BETWEEN  # one title has one lead
    if leads * 2 > prose:
        return dense < 600 * max(1, leads)
    return False


def _density(ground: Ground) -> tuple[float, float]:
    """Prose in the text's box; and letters of linked titles in the page's middle."""
    linked = 0
    for line in ground.page.lines:
        if line.links >= 25 and not ground.sides[line.box] & hints.OUTSIDE:
            linked += line.links
    return (ground.worth(ground.box) if ground.box is not None else 0.0), float(linked)


def _gallery(ground: Ground) -> bool:
    if ground.box is None:
        return False
    box = ground.page.boxes[ground.box]
    photos = [p for p in ground.page.photos if box.first <= p.line < box.last]
    return len(photos) >= 6 and ground.worth(ground.box) < 120 * len(photos)
