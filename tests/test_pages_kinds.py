# ruff: noqa: E501 - markup that would only be harder to read when broken
"""What a page is, and single fields on small pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from archive.types import Article, Exchange
from crawler.pages.document import Document
from crawler.pages.extract import extract, kind_of_page
from crawler.pages.lead import prefix

SEEN = datetime(2024, 3, 5, 3, 0, tzinfo=UTC)
TEXT = (
    "<p>Đồng chí Nguyễn Văn An, Bí thư Chi bộ phát biểu tại hội nghị, nêu rõ ba việc cần làm.</p>"
)
HEAD = "<title>Chi bộ Thư viện họp thường kỳ tháng Ba</title>"
H1 = "<h1>Chi bộ Thư viện họp thường kỳ tháng Ba</h1>"


class Generic:
    """A profile without any selector."""

    def fields_at(self, day: date | None) -> dict[str, tuple[str, ...]]:
        return {}


def parse(
    body: str, url: str = "https://a.vn/tin/hop-chi-bo-12.html", status: int = 200
) -> Document:
    return Document.parse(Exchange(url=url, time=SEEN, status=status, body=body.encode()))


def read(body: str, url: str = "https://a.vn/tin/hop-chi-bo-12.html") -> Article:
    article = extract(parse(body, url), Generic())
    assert article is not None
    return article


ITEM = (
    '<div class="item"><h3><a href="/tin/%d.html">Tiêu đề của bài viết số %d trong mục</a></h3>'
    "<span>01/03/2024</span><p>Lời dẫn của bài viết, nói ngắn gọn việc gì, ở đâu, vào lúc nào.</p></div>"
)
KINDS = [
    (HEAD + H1 + TEXT * 3, "/tin/a-1.html", 200, "article"),
    (HEAD + H1 + TEXT * 3, "/", 200, "home"),
    ("<title>Tin tức</title><h1>Tin tức</h1>" + "".join(ITEM % (n, n) for n in range(8)), "/tin/", 200, "listing"),
    ("<title>Lỗi</title><p>Không tìm thấy trang bạn yêu cầu.</p>", "/tin/x-9.html", 200, "error"),
    ("<title>404 Not Found</title><h1>Not Found</h1>", "/tin/x-9.html", 404, "error"),
    ("<title>Đăng nhập</title><form><input name=u><input type=password></form><p>Đăng nhập</p>", "/users/", 200, "login"),
    ("<title>Thông báo</title><h1>Website đang bảo trì</h1><p>Mời quay lại sau.</p>", "/tin/", 200, "closed"),
    ("<title>Kết quả tìm kiếm</title><h1>Kết quả tìm kiếm</h1><a href=/a>Một bài viết nào đó</a>", "/search/?q=a", 200, "search"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "path", "status", "kind"), KINDS)
def test_kind(body: str, path: str, status: int, kind: str) -> None:
    assert kind_of_page(parse(body, "https://a.vn" + path, status), Generic()) == kind


@pytest.mark.parametrize("status", [200, 404])
def test_soft_error_is_no_article(status: int) -> None:
    page = "<title>x</title><h1>Bài viết không tồn tại</h1><p>Bài viết đã bị xóa.</p>"
    assert extract(parse(page, status=status), Generic()) is None


def test_an_article_may_speak_of_what_was_not_found() -> None:
    page = HEAD + H1 + TEXT * 9 + "<p>Hai hồ sơ cũ không tìm thấy.</p>" + TEXT
    assert kind_of_page(parse(page), Generic()) == "article"


@pytest.mark.parametrize(
    ("shown", "hour", "kind"),  # seen on 5 March at that hour of Hanoi
    [
        ("05/03/2024", 10, "error"),
        ("04/03/2024", 1, "error"),  # a cache kept it over midnight
        ("04/03/2024", 10, "article"),
    ],
)
def test_the_clock_of_a_notice_does_not_date_it(shown: str, hour: int, kind: str) -> None:
    page = f"<title>x</title><h1>Bài viết không tồn tại</h1><p>{shown} 08:00</p>" + TEXT * 2
    seen = datetime(2024, 3, 5, hour, tzinfo=UTC) - timedelta(hours=7)
    exchange = Exchange(url="https://a.vn/tin/x-1.html", time=seen, status=200, body=page.encode())
    assert kind_of_page(Document.parse(exchange), Generic()) == kind


def test_clock_is_no_date() -> None:
    page = (
        "<div>Thứ Ba, ngày 5 tháng 3 năm 2024 - 8:28:19 PM</div><ul><li><a href=/>Trang chủ</a></ul>"
        "<p>Liên kết</p><p>Văn bản</p>" + H1 + "<div>02/03/2024 | 329</div>" + TEXT * 3
    )
    article = read(page)
    assert article.published == "2024-03-02"
    assert "the page's clock" in article.evidence["dates refused"]


def test_future_date_is_refused() -> None:
    article = read(H1 + "<div>02/03/2030 08:00</div>" + TEXT * 3)
    assert article.published is None
    assert "future" in article.evidence["dates refused"]


def test_printed_date_beats_edit_time_in_metadata() -> None:
    page = (
        '<html lang="vi"><head><meta property="article:published_time" content="2024-03-04+0709:00:00">'
        + HEAD + "</head><body>" + H1 + "<div>Thứ bảy - 02/03/2024 10:47</div>" + TEXT * 3
    )  # fmt: skip
    assert read(page).published == "2024-03-02T10:47+07:00"


def test_metadata_gives_the_time_of_a_printed_day() -> None:
    page = (
        '<head><meta property="article:published_time" content="2024-03-02T10:47:00+07:00">'
        + HEAD + "</head><body>" + H1 + "<div>Ngày 02/03/2024</div>" + TEXT * 3
    )  # fmt: skip
    assert read(page).published == "2024-03-02T10:47:00+07:00"


def test_address_dates_what_nothing_else_does() -> None:
    page = H1 + TEXT * 3
    assert (
        read(page, "https://a.vn/x-20240302104711123.htm").published == "2024-03-02T10:47:11+07:00"
    )
    assert read(page, "https://a.vn/2024/03/02/x/").published == "2024-03-02"


LEADS = [
    ('<p class="sapo">(TTV) - Lời dẫn đứng riêng, có lớp của mình trên trang.</p><div>' + TEXT * 3 + "</div>", True),
    ("<div><p><strong>Lời dẫn in đậm, là đoạn đầu của bài viết này.</strong></p>" + TEXT * 3 + "</div>", True),
    ("<div>" + TEXT * 4 + "</div>", False),
    ("<div>" + TEXT.replace("<p>", "<p><b>").replace("</p>", "</b></p>") * 4 + "</div>", False),
]  # fmt: skip


@pytest.mark.parametrize(("body", "there"), LEADS)
def test_lead(body: str, there: bool) -> None:
    article = read(HEAD + H1 + body)
    assert bool(article.lead) is there
    assert len(article.body) == (3 if there else 4)


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("LSO- Sáng nay", "LSO"), ("(ĐN) - Sáng nay", "ĐN"), ("(TTV) Sáng nay", "TTV"),
        ("(BBNĐT) - Sáng", "BBNĐT"), ("(Thanuytest.vn) - Sáng", "Thanuytest.vn"), ("Sáng nay", None),
    ],
)  # fmt: skip
def test_prefix(text: str, agency: str | None) -> None:
    assert prefix(text) == agency


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Tin liên quan", "related"), ("Các tin khác", "related"), ("Những tin mới hơn", "newer"),
        ("Những tin cũ hơn", "older"), ("Tin cùng chuyên mục", "related"),
        ("Theo dòng sự kiện", "related"), ("Bài viết liên quan:", "related"),
    ],
)  # fmt: skip
def test_heads_of_links(head: str, kind: str) -> None:
    links = '<ul><li><a href="/tin/b-3.html">Một bài viết khác của mục này</a> (1/2/2024)</li></ul>'
    article = read(HEAD + H1 + f"<div>{TEXT * 3}</div><div><h4>{head}</h4>{links}</div>")
    (link,) = article.related
    assert (link.kind, link.url) == (kind, "https://a.vn/tin/b-3.html")
    assert (link.title, link.published) == ("Một bài viết khác của mục này", "2024-02-01")


CAPTIONS = [
    "<p><img src=/a.jpg></p><p align=center>Toàn cảnh hội nghị. Ảnh: N.Đ</p>",
    "<p><img src=/a.jpg></p><p><em>Toàn cảnh hội nghị.</em></p><p><em>Ảnh: N.Đ</em></p>",
    '<p><img src=/a.jpg alt="Toàn cảnh hội nghị. Ảnh: N.Đ"></p><p>Toàn cảnh hội nghị. Ảnh: N.Đ</p>',
    "<table><tr><td><img src=/a.jpg></td></tr><tr><td>Toàn cảnh hội nghị. Ảnh: N.Đ</td></tr></table>",
    "<figure><img data-src=/a.jpg src=data:image/gif;base64,x>"
    "<figcaption>Toàn cảnh hội nghị.<br>Ảnh: N.Đ</figcaption></figure>",
]


@pytest.mark.parametrize("photo", CAPTIONS)
@pytest.mark.parametrize("first", [True, False])
def test_caption(photo: str, first: bool) -> None:
    body = photo + TEXT * 3 if first else TEXT + photo + TEXT * 2
    article = read(HEAD + H1 + f"<div>{body}</div>")
    (caption,) = article.captions
    assert caption.text == "Toàn cảnh hội nghị. Ảnh: N.Đ"
    assert (caption.credit, caption.image) == ("N.Đ", "https://a.vn/a.jpg")
    assert len(article.body) == 3


def test_text_beside_a_photo_stays_text() -> None:
    article = read(HEAD + H1 + f"<div>{TEXT}<p><img src=/a.jpg></p>{TEXT * 2}</div>")
    assert len(article.body) == 3
    assert article.captions == ()
    assert article.images == ("https://a.vn/a.jpg",)


def test_files_tags_and_canonical() -> None:
    page = (
        HEAD + '<link rel=canonical href="/tin/hop-chi-bo-12.html">' + H1 + f"<div>{TEXT * 3}</div>"
        '<p>Tệp đính kèm: <a href="/f/nghi-quyet.pdf">Nghị quyết</a></p>'
        '<div class="tags">Từ khóa: <a href=/tag/a>chi bộ</a>, <a href=/tag/b>thư viện</a></div>'
    )
    article = read(page)
    assert [(one.title, one.url) for one in article.attachments] == [
        ("Nghị quyết", "https://a.vn/f/nghi-quyet.pdf")
    ]
    assert article.tags == ("chi bộ", "thư viện")
    assert article.canonical == "https://a.vn/tin/hop-chi-bo-12.html"
    assert article.language == "vi"
