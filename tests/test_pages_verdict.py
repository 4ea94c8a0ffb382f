# ruff: noqa: E501 - markup that would only be harder to read when broken
"""Kinds of pages in Vietnamese forms, and the articles that look like them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.types import Exchange, Reading
from crawler.profile import generic
from crawler.reading import read

BASE = "https://tinhuy.example.vn"
SEEN = datetime(2024, 3, 5, 3, 0, tzinfo=UTC)
MENU = "<ul class='menu'>" + "".join(f"<li><a href='/muc-{n}/'>Chuyên mục {n}</a></li>" for n in range(25)) + "</ul>"  # fmt: skip
NEWS = "<div class='box'><h4>Tin đọc nhiều</h4><ul>" + "".join(
    f"<li><a href='/tin/bai-{n}-{n}00.html'>Hội nghị quán triệt nghị quyết lần thứ {n} của Khối</a></li>" for n in range(1, 7)
) + "</ul></div>"  # fmt: skip
DATE = "<div class='date'>Thứ hai - 04/03/2024 10:47</div>"
ITEM = (
    "<div class='item'><h3><a href='/tin/bai-{n}-{n}00.html'>Hội nghị quán triệt nghị quyết lần thứ {n} của Khối</a></h3>"
    "<span>0{n}/03/2024</span><p>Sáng {n}/3, Ban Thường vụ họp phiên thường kỳ để bàn về công tác cán bộ của Khối.</p></div>"
)
TEXT = (
    "<p>Đồng chí Nguyễn Văn An, Bí thư Chi bộ phát biểu tại hội nghị, nêu rõ ba việc cần làm.</p>"
)


def reading(body: str, path: str = "/tin/bai-viet-12.html", title: str = "", status: int = 200) -> Reading:  # fmt: skip
    page = (
        f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
    )
    exchange = Exchange(BASE + path, SEEN, status=status, body=page.encode())
    return read(exchange, generic(exchange.url))


ERRORS = {
    "bare": ("", "<p>Không tìm thấy trang bạn yêu cầu.</p>"),
    "NukeViet": ("Thông báo lỗi - Trang thông tin", MENU + "<h1>Error 404</h1><p>Xin lỗi, chúng tôi không tìm thấy trang mà bạn yêu cầu. Vui lòng quay lại trang chủ.</p>"),
    "in the frame": ("Đảng ủy Khối", MENU + "<div><p>Bài viết không tồn tại hoặc đã bị xóa!</p></div>" + NEWS),
    "a path": ("Đảng ủy Khối", MENU + "<div>Đường dẫn không hợp lệ</div>" + NEWS),
    "removed": ("Đảng ủy Khối", MENU + "<h2>Nội dung này đã bị gỡ bỏ</h2>" + NEWS),
    "ASP.NET": ("Runtime Error", "<h1>404 - File or directory not found.</h1><p>The resource you are looking for might have been removed.</p>"),
    "SharePoint": ("Lỗi", "<div>Trang này không tồn tại.</div><a href='/'>Quay về trang chủ</a>"),
    "Joomla": ("404 - Không tìm thấy", "<h1>404 - Bài viết không tìm thấy</h1>" + MENU),
    "Liferay": ("Không tìm thấy", MENU + "<h3>Không tìm thấy</h3><p>Không tìm thấy tài nguyên yêu cầu.</p><p>The requested resource was not found.</p>"),
}  # fmt: skip


@pytest.mark.parametrize("form", ERRORS)
def test_an_error_under_status_200(form: str) -> None:
    title, body = ERRORS[form]
    found = reading(body, title=title)
    assert (found.kind, found.article) == ("error", None)


CLOSED = {
    "maintenance": ("Thông báo", "<h1>Website đang bảo trì</h1><p>Mời quý vị quay lại sau.</p>"),
    "upgrade": ("Cổng thông tin điện tử", "<p>Hệ thống đang được nâng cấp, xin quý độc giả vui lòng quay lại sau.</p>"),
    "merged": ("Đảng ủy Khối các cơ quan tỉnh", "<h2>THÔNG BÁO</h2><p>Từ ngày 01/7/2025, Trang thông tin điện tử Đảng ủy Khối dừng hoạt động. Mời truy cập trang của Tỉnh ủy.</p><a href='https://tinhuy.khac.example'>Trang của Tỉnh ủy</a>"),
    "suspended": ("Account Suspended", "<h1>Account Suspended</h1><p>This account has been suspended. Contact your hosting provider.</p>"),
    "building": ("Sắp ra mắt", "<h1>Trang web đang trong quá trình xây dựng</h1>"),
}  # fmt: skip


PARKED = {
    "parked": ("tinhuy.example.vn", "<h1>tinhuy.example.vn</h1><p>This domain is for sale!</p>" + MENU),
    "parked, Vietnamese": ("Tên miền", "<p>Tên miền tinhuy.example.vn đã hết hạn sử dụng.</p>" + MENU),
    "expired": ("Thông báo", "<p>Tên miền này chưa được kích hoạt dịch vụ.</p>"),
    "a server without a site": ("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>If you see this page, the web server works.</p>"),
    "IIS": ("IIS Windows Server", "<a href='https://go.example/'><img src='iis.png' alt='IIS'></a>"),
    "Apache": ("tinhuy.example.vn", "<h1>Apache is functioning normally</h1>"),
    "a hoster": ("Default page", "<h1>Trang mặc định của hosting</h1><p>Xin hãy tải website lên.</p>"),
}  # fmt: skip


@pytest.mark.parametrize("form", CLOSED)
@pytest.mark.parametrize("path", ["/", "/tin/bai-viet-12.html"])
def test_a_notice_of_a_closed_site(form: str, path: str) -> None:
    title, body = CLOSED[form]
    found = reading(body, path, title=title)
    assert (found.kind, found.article) == ("closed", None)


@pytest.mark.parametrize("form", PARKED)
@pytest.mark.parametrize("path", ["/", "/tin/bai-viet-12.html"])
def test_a_domain_without_a_site(form: str, path: str) -> None:
    title, body = PARKED[form]
    found = reading(body, path, title=title)
    assert (found.kind, found.article, found.found) == ("parked", None, ())


def test_a_login() -> None:
    form = "<form><input name=u><input type=password><button>Đăng nhập</button></form>"
    assert (
        reading(f"{MENU}<h1>Đăng nhập hệ thống</h1>{form}", "/quan-tri/", "Đăng nhập").kind
        == "login"
    )
    assert reading(f"<p>Đăng nhập</p>{form}", "/", "Đảng ủy Khối").kind == "login"
    article = f"<div class='box'><p>Đăng nhập thành viên</p>{form}</div><h1>Hội nghị của Khối</h1>{DATE}{TEXT * 3}"
    assert reading(MENU + article, title="Hội nghị của Khối").kind == "article"


SEARCHES = {
    "words": ("/index.php?nv=seek&q=chi+bo", "Tìm kiếm"),
    "a path": ("/tim-kiem.html?tukhoa=chi", "Đảng ủy Khối"),
    "WordPress": ("/?s=chi+bo", "Kết quả tìm kiếm cho “chi bộ”"),
    "a title": ("/Pages/kq.aspx", "Kết quả tìm kiếm - Tỉnh ủy"),
}


@pytest.mark.parametrize("form", SEARCHES)
def test_results_of_a_search(form: str) -> None:
    path, title = SEARCHES[form]
    body = MENU + "<h1>Tìm kiếm</h1>" + "".join(ITEM.format(n=n) for n in range(1, 7))
    assert reading(body, path, title).kind == "search"


LOOKALIKES = {
    "about a closed site": "Trang thông tin điện tử Đảng ủy Khối dừng hoạt động từ ngày 01/7/2025",
    "about maintenance": "Cổng thông tin điện tử Tỉnh ủy tạm dừng hoạt động để bảo trì",
    "what was not found": "Không tìm thấy dữ liệu của 12 hồ sơ đảng viên sau bão",
    "a page that is gone": "Trang Facebook giả mạo Tỉnh ủy đã bị gỡ bỏ",
    "a search": "Tìm kiếm, quy tập hài cốt liệt sĩ: kết quả năm 2023",
    "a login": "Hướng dẫn đăng nhập hệ thống quản lý văn bản",
    "a number": "404 đảng viên được trao Huy hiệu Đảng đợt 3/2",
    "a domain": "Tên miền của Tỉnh ủy hết hạn vì chậm gia hạn: bài học cho các đơn vị",
}  # fmt: skip


@pytest.mark.parametrize("form", LOOKALIKES)
@pytest.mark.parametrize("size", [1, 3, 12])
@pytest.mark.parametrize("frame", [MENU, ""])
def test_an_article_may_speak_of_it(form: str, size: int, frame: str) -> None:
    title = LOOKALIKES[form]
    found = reading(
        f"{frame}<div><h1>{title}</h1>{DATE}<div>{TEXT * size}</div></div>", title=title
    )
    assert found.kind == "article"
    assert found.article is not None
    assert len(found.article.body) == size


@pytest.mark.parametrize(
    "line",
    ["Không tìm thấy trang nào trong hồ sơ cũ.", "Trang web đang bảo trì, các chi bộ gửi văn bản qua thư.",
     "Đường dẫn không tồn tại, theo báo cáo của Văn phòng."],
)  # fmt: skip
def test_a_line_of_an_article_may_say_it(line: str) -> None:
    body = f"{MENU}<h1>Họp Ban Chấp hành Đảng bộ Khối</h1>{DATE}<div>{TEXT}<p>{line}</p></div>"
    assert reading(body, title="Họp Ban Chấp hành Đảng bộ Khối").kind == "article"


def test_a_stub_sends_its_reader_on() -> None:
    stubs = (
        '<meta http-equiv="refresh" content="0; url=/vi/news/">',
        '<meta http-equiv="Refresh" content="3;URL=\'/vi/news/\'"><p>Đang chuyển hướng…</p>',
        "<script>window.location.href = '/vi/news/';</script>",
        '<script>location.replace("/vi/news/")</script>',
    )
    for stub in stubs:
        found = reading(stub, "/cu/")
        assert found.article is None
        assert [(one.url, one.how) for one in found.found] == [(f"{BASE}/vi/news/", "redirect")]
    kept = reading(f"{MENU}<h1>Họp Khối</h1>{TEXT}<script>location.href='/x/';</script>")
    assert not any(one.how == "redirect" for one in kept.found), "a page's own scripts go anywhere"


def test_a_section_of_items_is_a_listing_whatever_metadata_says() -> None:
    meta = '<meta property="og:type" content="article">'
    body = MENU + "<h1>Xây dựng Đảng</h1>" + "".join(ITEM.format(n=n) for n in range(1, 9))
    found = reading(meta + body, "/xay-dung-dang/", "Xây dựng Đảng")
    assert found.kind == "listing"
    assert len(found.items) == 8


def test_an_empty_section_is_no_article() -> None:
    poll = (
        "<form class='poll'><p>Bạn biết đến trang thông tin này qua đâu?</p>"
        "<label><input type=radio name=a>Qua các đồng chí trong chi bộ của mình.</label>"
        "<label><input type=radio name=a>Qua báo chí, đài phát thanh và truyền hình.</label></form>"
    )
    body = f"{MENU}<h1>Thống kê</h1><div class='side'><h3>Thăm dò</h3>{poll}</div>"
    assert reading(body, "/thong-ke/", "Thống kê").article is None


def test_an_article_with_many_links_is_one() -> None:
    """Its text is longer than the leads of a list, and stands in none of the items."""
    title = "Đảng bộ Khối sơ kết ba năm thực hiện nghị quyết"
    linked = "".join(
        f"<p>Trước đó, <a href='/tin/bai-{n}-{n}00.html'>hội nghị quán triệt lần thứ {n}</a> đã nêu rõ những việc phải làm, người làm và thời hạn.</p>"
        for n in range(1, 9)
    )
    found = reading(f"{MENU}<h1>{title}</h1>{DATE}<div>{TEXT * 3}{linked}</div>{NEWS}", title=title)
    assert found.kind == "article"
    assert found.article is not None
    assert len(found.article.body) == 11
