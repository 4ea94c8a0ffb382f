# ruff: noqa: E501 - markup that would only be harder to read when broken
"""Articles without a text: only photos, only a video, only a document; and what is none of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.types import Exchange, Reading
from crawler.profile import generic
from crawler.reading import read

BASE = "https://tinhuy.example.vn"
SEEN = datetime(2024, 3, 5, 3, 0, tzinfo=UTC)
TITLE = "Đảng ủy Khối tổ chức lễ trao Huy hiệu Đảng đợt 3/2"
MENU = (
    '<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/tin/">Tin tức</a></li>'
    '<li><a href="/van-ban/">Văn bản</a></li><li><a href="/lien-he/">Liên hệ</a></li></ul>'
)
FOOT = (
    "<div><p>Cơ quan chủ quản: Đảng ủy Khối các cơ quan tỉnh Vân Sơn.</p><p>Địa chỉ: số 4, đường Hùng Vương, "
    "phường Trung tâm, tỉnh Vân Sơn. Điện thoại: 0205 3812 345.</p><p>Ghi rõ nguồn khi phát hành lại.</p></div>"
)
OTHERS = (
    '<div><h3>Các tin khác</h3><ul><li><a href="/tin/a-1.html">Khai mạc đợt sinh hoạt chính trị năm 2024</a></li>'
    '<li><a href="/tin/b-2.html">Kết nạp ba đảng viên mới ở chi bộ thôn</a></li></ul></div>'
)


def page(shown: str, title: str = TITLE, date: str = "Thứ hai - 04/03/2024 10:47") -> str:
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{MENU}<div class='detail'>"
        f"<h1>{title}</h1><div class='date'>{date}</div><div class='content'>{shown}</div></div>{OTHERS}{FOOT}</body></html>"
    )


def reading(body: str, path: str = "/tin/le-trao-huy-hieu-12.html") -> Reading:
    exchange = Exchange(BASE + path, SEEN, status=200, body=body.encode())
    return read(exchange, generic(exchange.url), "article")


PHOTOS = {
    "without captions": '<p align="center"><img src="/a1.jpg"></p><p align="center"><img src="/a2.jpg"></p><p><img src="/a3.jpg"></p>',
    "with captions": "".join(
        f'<p align="center"><img src="/a{n}.jpg"></p><p align="center"><em>Đồng chí Bí thư trao Huy hiệu đợt {n}. Ảnh: N.Đ</em></p>'
        for n in (1, 2, 3)
    ),
    "figures": "".join(
        f'<figure><a href="/to/a{n}.jpg"><img src="/a{n}.jpg"></a><figcaption>Quang cảnh buổi lễ, ảnh {n}</figcaption></figure>'
        for n in (1, 2, 3)
    ),
}


@pytest.mark.parametrize("form", PHOTOS)
def test_only_photos(form: str) -> None:
    found = reading(page(PHOTOS[form]))
    assert found.kind == "gallery"
    article = found.article
    assert article is not None
    assert (article.title, article.published) == (TITLE, "2024-03-04T10:47+07:00")
    assert article.evidence["kind"] == "only photos"
    assert [image[-7:] for image in article.images] == ["/a1.jpg", "/a2.jpg", "/a3.jpg"]
    assert article.body == ()
    assert len(article.captions) == (0 if form == "without captions" else 3)


VIDEOS = {
    "YouTube": ('<iframe width="560" src="https://www.youtube.com/embed/aB3" title="YouTube video player"></iframe>', "https://www.youtube.com/embed/aB3"),
    "lazy": ('<div class="video"><iframe data-src="//www.youtube.com/embed/aB3"></iframe></div>', "https://www.youtube.com/embed/aB3"),
    "own": ('<video controls><source src="/uploads/le-trao.mp4" type="video/mp4"></video>', f"{BASE}/uploads/le-trao.mp4"),
    "Facebook": ('<iframe src="https://www.facebook.com/plugins/video.php?href=x"></iframe>', "https://www.facebook.com/plugins/video.php?href=x"),
    "Flash": ('<object><param name="movie" value="/uploads/le-trao.flv"><embed src="/uploads/le-trao.flv"></object>', f"{BASE}/uploads/le-trao.flv"),
    "JW Player": ('<div id="v"></div><script>jwplayer("v").setup({file: "/uploads/le-trao.mp4"});</script>', f"{BASE}/uploads/le-trao.mp4"),
}  # fmt: skip


@pytest.mark.parametrize("form", VIDEOS)
def test_only_a_video(form: str) -> None:
    markup, url = VIDEOS[form]
    found = reading(page(f"<div>{markup}</div>"))
    assert found.kind == "article"
    article = found.article
    assert article is not None
    assert article.evidence["kind"] == "only a video"
    assert [
        (link.kind, link.title, link.url) for link in article.related if link.kind == "text"
    ] == [("text", TITLE, url)]
    assert article.body == ()
    assert [link.url for link in article.related if link.kind == "related"] == [
        f"{BASE}/tin/a-1.html",
        f"{BASE}/tin/b-2.html",
    ]
    assert not any("youtube" in one.url for one in found.found), "a player's page is not fetched"


DOCUMENTS = {
    "a link": ('<p>Tệp đính kèm: <a href="/uploads/cong-van-12.pdf">Công văn số 12-CV/ĐUK</a></p>', ["/uploads/cong-van-12.pdf"]),
    "two": ('<ul><li><a href="/u/ke-hoach.docx">Kế hoạch</a></li><li><a href="/u/phu-luc.xlsx">Phụ lục</a></li></ul>', ["/u/ke-hoach.docx", "/u/phu-luc.xlsx"]),
    "Liferay": ('<p><a href="/documents/10180/55/cong-van-12.pdf/5f0c2d1e-aa01?version=1.0">Tải về</a></p>', ["/documents/10180/55/cong-van-12.pdf/5f0c2d1e-aa01?version=1.0"]),
    "NukeViet": ('<p>File đính kèm: <a href="/laws/detail/cong-van-12/?download=1&amp;id=0">Công văn 12</a></p>', ["/laws/detail/cong-van-12/?download=1&id=0"]),
    "a viewer": ('<iframe src="https://docs.google.com/gview?url=https%3A%2F%2Ftinhuy.example.vn%2Fu%2Fcv12.pdf&amp;embedded=true"></iframe>', ["/u/cv12.pdf"]),
    "pdf.js": ('<iframe src="/pdfjs/web/viewer.html?file=/u/cv12.pdf"></iframe>', ["/u/cv12.pdf"]),
    "an object": ('<object data="/u/cv12.pdf" type="application/pdf"></object>', ["/u/cv12.pdf"]),
}  # fmt: skip


@pytest.mark.parametrize("form", DOCUMENTS)
def test_only_a_document(form: str) -> None:
    markup, paths = DOCUMENTS[form]
    found = reading(page(f"<div>{markup}</div>", "Công văn về việc tổ chức Tết trồng cây năm 2024"))
    assert found.kind == "document"
    article = found.article
    assert article is not None
    assert article.evidence["kind"] == "only an attached document"
    assert [one.url for one in article.attachments] == [BASE + path for path in paths]
    assert all(one.title for one in article.attachments)
    fetched = [one.url for one in found.found if one.how == "attachment"]
    assert fetched == [BASE + path for path in paths]


TEXT = (
    "<p>Đồng chí Nguyễn Văn An, Bí thư Chi bộ phát biểu tại hội nghị, nêu rõ ba việc cần làm.</p>"
)


def test_a_text_with_a_video_and_a_document_is_an_article() -> None:
    shown = (
        TEXT * 3
        + '<iframe src="https://www.youtube.com/embed/aB3" title="Phóng sự"></iframe>'
        + TEXT
    )
    found = reading(page(shown + '<p><a href="/u/nq.pdf">Nghị quyết</a></p>'))
    assert found.kind == "article"
    assert found.article is not None
    assert "kind" not in found.article.evidence
    assert "Phóng sự" in [link.title for link in found.article.related if link.kind == "text"]
    assert [one.url for one in found.article.attachments] == [f"{BASE}/u/nq.pdf"]
    assert len(found.article.body) >= 4


@pytest.mark.parametrize(
    "frame",
    ["https://www.google.com/maps/embed?pb=1", "https://www.facebook.com/plugins/page.php?href=x",
     "https://www.facebook.com/plugins/like.php?href=x", "/quang-cao/khung.html", "about:blank"],
)  # fmt: skip
def test_other_frames_are_no_videos(frame: str) -> None:
    found = reading(page(f'{TEXT * 3}<iframe src="{frame}"></iframe>'))
    assert found.article is not None
    assert [link for link in found.article.related if link.kind == "text"] == []


def test_a_list_of_albums_is_no_gallery() -> None:
    albums = "".join(
        f'<div class="album"><a href="/thu-vien/album-{n}-{n}.html"><img src="/a{n}.jpg"></a>'
        f'<h3><a href="/thu-vien/album-{n}-{n}.html">Ảnh lễ trao Huy hiệu Đảng đợt {n} năm 2024</a></h3></div>'
        for n in range(1, 9)
    )
    assert reading(page(albums, "Thư viện ảnh", ""), "/thu-vien-anh/").kind == "listing"


def test_a_list_of_documents_is_no_document() -> None:
    rows = "".join(
        f'<tr><td>{n}-CV/ĐUK</td><td>01/03/2024</td><td><a href="/van-ban/cong-van-so-{n}-{n}00.html">Công văn về việc số {n} của Đảng ủy Khối</a></td>'
        f'<td><a href="/u/{n}.pdf">Tải về</a></td></tr>'
        for n in range(1, 9)
    )
    assert reading(page(f"<table>{rows}</table>", "Văn bản", ""), "/van-ban/").kind == "listing"


def test_a_title_alone_is_no_article() -> None:
    assert reading(page("<p>&nbsp;</p>")).article is None


def test_a_page_of_contacts_keeps_them() -> None:
    lines = "<p>Văn phòng Đảng ủy Khối các cơ quan tỉnh.</p><p>Địa chỉ: số 4, đường Hùng Vương, tỉnh Vân Sơn.</p><p>Điện thoại: 0205 3812 345.</p>"
    found = reading(page(lines, "Liên hệ với Văn phòng Đảng ủy Khối"))
    assert found.article is not None
    assert len(found.article.body) == 3


def test_a_short_announcement_is_an_article() -> None:
    shown = "<p>Kính mời các đồng chí dự họp lúc 8 giờ sáng thứ Hai.</p>"
    found = reading(page(shown, "Thông báo họp Ban Chấp hành Đảng bộ Khối"))
    assert found.kind == "article"
    assert found.article is not None
    assert [block.text for block in found.article.body] == [
        "Kính mời các đồng chí dự họp lúc 8 giờ sáng thứ Hai."
    ]
