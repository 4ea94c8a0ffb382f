"""What kind of page this is: an article, or one of the pages around it."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta
from itertools import islice
from urllib.parse import urlsplit

from archive.types import ReadKind
from crawler.pages import hints
from crawler.pages.dates import dates_in, same_day
from crawler.pages.document import Document
from crawler.pages.foreign import is_foreign
from crawler.pages.metadata import Metadata
from crawler.pages.region import Ground, worth
from crawler.pages.title import Title

_WHAT = (
    r"(?:trang(?: web)?|bài(?: viết| báo)?|nội dung|đường dẫn|liên kết|địa chỉ|dữ liệu|"
    r"tin(?: tức| bài)?|url|tài liệu|tập tin|tệp|file|chuyên mục|mục)"
)
_GONE = (
    r"(?:không (?:được )?(?:tồn tại|tìm thấy|có sẵn|hợp lệ|còn|truy cập được|khả dụng)|"
    r"(?:đã )?bị (?:xóa|xoá|gỡ|di chuyển|thay đổi|ẩn)|"
    r"đã (?:được )?(?:gỡ|xóa|xoá|hết hạn|di chuyển))"
)
_MISSING = re.compile(
    r"^\W*(?:(?:xin lỗi|rất tiếc|thông báo|lỗi|oops|error|http)\W+){0,3}(?:404\b.{0,80}|"
    r"(?:page |file )?not found\b.{0,40}|"
    rf"không (?:tìm thấy|tồn tại|có) (?:kết quả|{_WHAT})\b.{{0,100}}|"
    r"(?:the |sorry\W+)*(?:requested )?(?:page|url|resource)\b.{0,60}"
    r"(?:not (?:be )?found|does(?: not|n['’]t) exist).{0,60}|"
    rf"{_WHAT}\b[^.]{{0,60}}\b{_GONE}\b.{{0,100}})$",
    re.I,
)
_HOUSE = (
    r"(?:web ?site|trang(?: web| tin| thông tin(?: điện tử)?)|cổng(?: thông tin(?: điện tử)?)?|"
    r"hệ thống|site|máy chủ)"
)
_CLOSED = re.compile(
    rf"\b{_HOUSE}\b.{{0,80}}(?:đang (?:được |trong quá trình |tạm )?(?:bảo trì|nâng cấp|xây dựng)|"
    r"(?:dừng|ngừng|ngưng|đóng cửa|kết thúc) hoạt động|"
    r"(?:tạm (?:đóng|dừng|ngừng|ngưng|khóa)|hết hạn))|"
    r"^\W*(?:đang )?(?:bảo trì|nâng cấp) (?:hệ thống|website|trang)|"
    r"under (?:construction|maintenance)|account (?:has been )?suspended|"
    r"\bsite (?:is )?(?:(?:temporarily |currently )?(?:closed|offline|unavailable))",
    re.I,
)
_PARKED = re.compile(
    r"\bdomain\b.{0,60}\b(?:expired|for sale|parked|parking)|buy this domain|parked free|"
    r"^\W*index of /|"
    r"tên miền\b.{0,80}(?:hết hạn|rao bán|đang bán|cần bán|"
    r"chưa (?:được )?(?:kích hoạt|cấu hình|trỏ))|"
    r"apache is functioning normally|future home of something|"
    r"\bdefault (?:web ?(?:site )?)?page\b|trang mặc định của (?:máy chủ|hosting)|"
    r"^\W*(?:welcome to nginx|it works!?$|iis (?:windows|7)|apache2?\b.{0,20}default page|"
    r"default web ?site page)",
    re.I,
)
_LOGIN = re.compile(r"đăng nhập|log ?in|sign ?in", re.I)
_LOGIN_PATH = re.compile(r"(?i)/(?:dang-?nhap|log-?in|sign-?in)(?:[/.?]|$)")
_SEARCH = re.compile(
    r"(?i)/(?:tim-?kiem|ket-qua-tim-kiem|tim-tin|search|seek)(?:-?(?:results?|nang-cao|advanced))?"
    r"(?:\.\w+)?(?:[/?]|$)|[?&](?:q|s|query|keywords?|tu-?khoa|search\w*)=[^&]|[?&]nv=seek\b"
)
_SEARCH_TITLE = re.compile(
    r"(?i)^\W*(?:kết quả tìm\b|search\b|"
    r"tìm kiếm(?: (?:nâng cao|tin|bài viết))?\s*(?:[-|:»“\"].*)?$)"
)
_HOME = re.compile(
    r"^/?(?:(?:vi|en|web/\w+|pages|home|trang-chu|default\.aspx|index\.\w+)/?)*$", re.I
)
HANOI = timedelta(hours=7)
KEPT = timedelta(hours=3)
TITLE = 15  # letters of a linked title
PROSE = 1_500  # letters of prose of a page that calls itself an article
BETWEEN = 6  # lines of dates and counters between a title and its lead
LEAD = 40  # letters of a lead
LITTLE = 150  # worth of a page that holds next to no text
SHORT = 700  # letters of prose: a page with less may be an error's
"""Pages that say "không tìm thấy" under status 200 have little else on them."""


FEW = 20  # links of a page that has no frame around its notice
DATED = 6  # lines behind a title in which an article's date stands


def told(doc: Document, ground: Ground, meta: Metadata, head: Title | None) -> ReadKind | None:
    """The kind by what the page says of itself, None where the text decides.

    What dates itself as an article does is one, whatever it speaks of.
    """
    failed = doc.status is not None and doc.status >= 400
    prose = ground.worth(ground.box) if ground.box is not None else 0.0
    said = _of_words(doc, ground, meta, prose) if prose < SHORT or failed else None
    if failed:
        return "closed" if doc.status == 503 and said == "closed" else "error"
    if is_foreign(doc, ground, meta):
        return "foreign"  # however it dates itself
    # A notice has no date but the page's clock, which a cache may have kept over midnight.
    clock = [(doc.time + HANOI - kept).date().isoformat() for kept in (timedelta(0), KEPT)]
    if said is None or calls_itself_article(meta) or is_dated(ground, meta, head, clock=clock):
        return None
    return said


def calls_itself_article(meta: Metadata) -> bool:
    """Whether metadata says that the page is an article."""
    return meta.first("og:type") == "article" or bool(meta.article.get("headline"))


def _of_words(doc: Document, ground: Ground, meta: Metadata, prose: float) -> ReadKind | None:
    heads = _heads(ground, meta)
    if any(_PARKED.search(text) for text in heads):
        return "parked"
    if any(_CLOSED.search(text) for text in heads) and _is_bare(doc):
        return "closed"
    if any(_MISSING.match(text) for text in heads):
        return "error"
    if any(_LOGIN.search(text) for text in heads):
        named = _LOGIN.search(meta.title) or _LOGIN_PATH.search(urlsplit(doc.url).path)
        form = doc.body.find(".//input[@type='password']") is not None
        if form and (named or prose < LITTLE):
            return "login"
    return None


def _is_bare(doc: Document) -> bool:
    """Whether the page has no menus: who closes a site shows one page for all."""
    return sum(1 for _ in islice(doc.body.iter("a"), FEW + 1)) <= FEW


def is_dated(
    ground: Ground, meta: Metadata, head: Title | None, *, clock: Collection[str] = ()
) -> bool:
    """Whether the page dates itself as an article: in metadata, or right behind its title.

    A date of the days *clock* (ISO 8601) is none.
    """
    if meta.first("article:published_time") or meta.article.get("datePublished"):
        return True
    if head is None or head.line < 0:
        return False
    behind = ground.page.lines[head.line + 1 : head.line + 1 + DATED]
    found = (when.value for line in behind if line.size <= 100 for when in dates_in(line.shown))
    return any(not any(same_day(value, day) for day in clock) for value in found)


def _heads(ground: Ground, meta: Metadata) -> list[str]:
    """The title, the headings and the short lines of the page's middle."""
    texts = [meta.title]
    for line in ground.page.lines:
        side = ground.sides[line.box] & (hints.NAV | hints.RELATED | hints.COMMENT | hints.HIDDEN)
        if line.size <= 200 and not side and line.links < line.size * 0.5:
            texts.append(line.shown)
        if len(texts) > 40:
            break
    return texts


def by_structure(doc: Document, ground: Ground, meta: Metadata, found: bool) -> ReadKind:
    """The kind by what stands on the page; *found*: it has a title and text like an article."""
    parts = urlsplit(doc.url)
    where = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if _HOME.match(parts.path) and not parts.query:
        return "home"
    said = calls_itself_article(meta)
    if (_SEARCH.search(where) and not (said and found)) or (
        _SEARCH_TITLE.match(meta.title) and not said
    ):
        return "search"
    dense, linked = _density(ground)
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
