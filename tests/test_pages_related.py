# ruff: noqa: E501 - markup that would only be harder to read when broken
"""Links to other articles: their heads, kinds and dates; what of them is no part of the text."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from archive.types import Article, Exchange
from crawler.pages.document import Document
from crawler.pages.extract import extract
from crawler.pages.related import head_kind

URL = "https://tinhuy.example.vn/tin/hop-chi-bo-12.html"
HEAD = "<title>Chi bộ Thư viện họp thường kỳ tháng Ba</title><h1>Chi bộ Thư viện họp thường kỳ tháng Ba</h1><p>02/03/2024 10:47</p>"
TEXT = (
    "<p>Đồng chí Nguyễn Văn An, Bí thư Chi bộ phát biểu tại hội nghị, nêu rõ ba việc cần làm.</p>"
)
OTHER = "Một bài viết khác của mục này"


class Generic:
    """A profile without any selector."""

    def fields_at(self, day: date | None) -> dict[str, tuple[str, ...]]:
        return {}


def read(body: str, url: str = URL) -> Article:
    seen = datetime(2024, 3, 5, 3, 0, tzinfo=UTC)
    page = f"<html><head><meta charset=utf-8></head><body>{body}</body></html>"
    article = extract(
        Document.parse(Exchange(url, seen, status=200, body=page.encode())), Generic()
    )
    assert article is not None
    return article


HEADS = {
    "related": (
        "Tin liên quan", "Tin bài liên quan", "Tin, bài liên quan:", "Bài viết liên quan", "Bài liên quan",
        "Các bài viết liên quan", "Tin tức liên quan", "CÁC TIN KHÁC", "Các tin khác:", "Tin khác",
        "Các bài viết khác", "Tin cùng chuyên mục", "Bài viết cùng chuyên mục", "Các tin cùng chuyên mục",
        "Tin trong chuyên mục", "Tin bài cùng chủ đề", "Bài cùng tác giả", "Theo dòng sự kiện",
        "Dòng sự kiện", "Xem thêm", "Đọc thêm:", "Mời bạn xem thêm", "Các tin khác cùng chuyên mục",
        "Văn bản liên quan", "» Tin liên quan",
    ),
    "newer": ("Những tin mới hơn", "Tin mới hơn", "Các tin mới hơn:", "Bài viết mới hơn", "Bài tiếp theo", "Bài sau"),
    "older": ("Những tin cũ hơn", "Tin cũ hơn", "Các bài viết cũ hơn", "Tin đã đưa", "Các tin đã đưa:", "Các tin đã đăng", "Bài trước", "Các tin trước đó"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "head"), [(kind, head) for kind in HEADS for head in HEADS[kind]])
def test_heads(kind: str, head: str) -> None:
    assert head_kind(head) == kind


@pytest.mark.parametrize(
    "text",
    ["Tin vui đến với bà con", "Bài học kinh nghiệm khác", "Khác", "Xem thêm tại phụ lục kèm theo",
     "Các tin đồn khác thường", "Tin tưởng tuyệt đối"],
)  # fmt: skip
def test_what_is_no_head(text: str) -> None:
    assert head_kind(text) is None


NUKEVIET = (
    '<div class="bodytext">{text}</div><p class="text-right"><strong>Nguồn tin:</strong> Văn phòng</p>'
    '<div class="news_column"><p class="h3"><strong>Theo dòng sự kiện</strong></p><ul class="related">'
    '<li><a href="/tin/a-1.html">Khai mạc đợt sinh hoạt chính trị</a> <em>(1/2/2024)</em></li></ul>'
    '<p class="h3"><strong>Những tin mới hơn</strong></p><ul class="related">'
    '<li><a href="/tin/b-13.html">Kết nạp ba đảng viên mới</a> <em>(3/3/2024)</em></li></ul>'
    '<p class="h3"><strong>Những tin cũ hơn</strong></p><ul class="related">'
    '<li><a href="/tin/c-11.html">Phát động tết trồng cây</a> <em>(20/2/2024)</em></li></ul></div>'
)
SHAREPOINT = (
    '<div id="divArticleContent">{text}</div><div class="other_News"><h4>Các tin khác</h4><ul>'
    '<li><a href="/Pages/chi-tiet.aspx?ItemID=4">Kết nạp ba đảng viên mới</a>'
    '<span class="time_update">(Ngày 03/03/2024)</span></li></ul></div>'
)
FITC = (
    '<div class="TT_TinChiTiet_DocTin">{text}</div><div><b>Các tin khác</b></div><table><tr><td>'
    '<a class="TT_TinChiTiet_TinLienQuan" href="/t.aspx?id=4">Kết nạp ba đảng viên mới</a>'
    '<span class="TT_TinChiTiet_TinLienQuan_ThoiGian">(03/03/2024 08:00)</span></td></tr></table>'
)
VPORTAL = (
    '<div>{text}</div><p class="wd-title">Các tin khác:</p><ul class="wd-other-news"><li>'
    '<a href="/web/guest/a?articleId=4">Kết nạp ba đảng viên mới <span>(03/03/2024)</span></a></li></ul>'
)


def test_nukeviet_tells_newer_from_older() -> None:
    article = read(HEAD + NUKEVIET.format(text=TEXT * 4))
    assert [(link.kind, link.title, link.published) for link in article.related] == [
        ("related", "Khai mạc đợt sinh hoạt chính trị", "2024-02-01"),
        ("newer", "Kết nạp ba đảng viên mới", "2024-03-03"),
        ("older", "Phát động tết trồng cây", "2024-02-20"),
    ]


@pytest.mark.parametrize("markup", [SHAREPOINT, FITC, VPORTAL])
def test_lists_of_the_families(markup: str) -> None:
    article = read(HEAD + markup.format(text=TEXT * 4))
    (link,) = article.related
    assert (link.kind, link.title) == ("related", "Kết nạp ba đảng viên mới")
    assert (link.published or "")[:10] == "2024-03-03"
    assert len(article.body) == 4


IN_TEXT = [
    f'<p>Xem thêm: <a href="/tin/b-3.html">{OTHER}</a></p>',
    f'<p>Đọc thêm: <a href="/tin/b-3.html">{OTHER}</a></p>',
    f'<p><strong>&gt;&gt; <a href="/tin/b-3.html">{OTHER}</a></strong></p>',
    f'<p><em>&raquo; <a href="/tin/b-3.html">{OTHER}</a></em></p>',
    f'<ul><li><a href="/tin/b-3.html">{OTHER}</a></li></ul>',
    f'<div class="relate-box"><h4>Tin liên quan</h4><a href="/tin/b-3.html">{OTHER}</a></div>',
    f'<div><strong>Đọc thêm</strong></div><p><a href="/tin/b-3.html">{OTHER}</a></p>',
]


@pytest.mark.parametrize("box", IN_TEXT)
def test_links_between_paragraphs_are_no_text(box: str) -> None:
    article = read(HEAD + f"<div>{TEXT * 2}{box}{TEXT * 2}</div>")
    assert len(article.body) == 4
    assert [(link.kind, link.url) for link in article.related] == [
        ("related", "https://tinhuy.example.vn/tin/b-3.html")
    ]


def test_a_link_in_a_sentence_is_of_the_text() -> None:
    sentence = f'<p>Trước đó, <a href="/tin/b-3.html">{OTHER}</a> đã nêu rõ các việc phải làm trong quý.</p>'
    article = read(HEAD + f"<div>{TEXT}{sentence}{TEXT}</div>")
    assert len(article.body) == 3
    assert [link.kind for link in article.related] == ["text"]


def test_the_head_may_lead_the_line() -> None:
    line = f'<p>Bài trước: <a href="/tin/b-3.html">{OTHER}</a></p><p>Bài tiếp theo: <a href="/tin/b-4.html">{OTHER} nữa</a></p>'
    article = read(HEAD + f"<div>{TEXT * 4}</div>{line}")
    assert [(link.kind, link.url[-8:]) for link in article.related] == [
        ("older", "b-3.html"), ("newer", "b-4.html")
    ]  # fmt: skip


def test_boxes_of_every_page_are_not_related() -> None:
    box = f'<div><h4>Tin đọc nhiều</h4><ul><li><a href="/tin/b-3.html">{OTHER}</a></li></ul></div>'
    assert read(HEAD + f"<div>{TEXT * 4}</div>{box}").related == ()
