# ruff: noqa: E501 - markup that would only be harder to read when broken
"""Articles split over several addresses: their parts are linked and asked for, lists have none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.types import Exchange, Reading
from crawler.profile import generic
from crawler.reading import read

BASE = "https://tinhuy.example.vn"
SEEN = datetime(2024, 3, 5, 3, 0, tzinfo=UTC)
TITLE = "Bảy mươi năm Đảng bộ Khối: những chặng đường"
TEXT = "<p>Năm ấy, chi bộ đầu tiên được thành lập với bảy đảng viên, trong một căn nhà nhỏ bên sông.</p>"


def reading(path: str, pager: str, head: str = "", behind: str = "") -> Reading:
    body = (
        f"<html><head><meta charset=utf-8><title>{TITLE}</title>{head}</head><body><nav><a href='/tin/'>Tin tức</a></nav>"
        f"<article><h1>{TITLE}</h1><p>04/03/2024 10:47</p><div>{TEXT * 6}</div>{pager}</article>{behind}</body></html>"
    )
    exchange = Exchange(BASE + path, SEEN, status=200, body=body.encode())
    return read(exchange, generic(exchange.url), "article")


def parts(found: Reading) -> list[tuple[str, str]]:
    assert found.kind == "article"
    assert found.article is not None
    assert found.items == ()
    assert found.next is None, "parts are no pages of a listing"
    return [
        (link.title, link.url.removeprefix(BASE))
        for link in found.article.related
        if link.kind == "part"
    ]


FORMS = {
    "query": ("/tin/chang-duong-12.html", '<p>Trang <b>1</b> <a href="?page=2">2</a> <a href="?page=3">3</a></p>', [("Trang 2", "/tin/chang-duong-12.html?page=2"), ("Trang 3", "/tin/chang-duong-12.html?page=3")]),
    "query, later": ("/tin/chang-duong-12.html?page=2", '<p>Trang <a href="/tin/chang-duong-12.html">1</a> <b>2</b> <a href="?page=3">3</a></p>', [("Trang 1", "/tin/chang-duong-12.html"), ("Trang 3", "/tin/chang-duong-12.html?page=3")]),
    "path": ("/tin/chang-duong-12.html", '<div class="pagination"><a href="/tin/chang-duong-12/trang-2.html">2</a></div>', [("Trang 2", "/tin/chang-duong-12/trang-2.html")]),
    "path of a folder": ("/tin/chang-duong-12", '<div class="pagination"><a href="/tin/chang-duong-12/trang-2">2</a></div>', [("Trang 2", "/tin/chang-duong-12/trang-2")]),
    "WordPress": ("/chang-duong/", '<div class="page-links">Trang: <span>1</span> <a href="/chang-duong/2/">2</a></div>', [("Trang 2", "/chang-duong/2/")]),
    "WordPress, later": ("/chang-duong/2/", '<div class="page-links">Trang: <a href="/chang-duong/">1</a> <span>2</span> <a href="/chang-duong/3/">3</a></div>', [("Trang 1", "/chang-duong/"), ("Trang 3", "/chang-duong/3/")]),
    "SharePoint": ("/Pages/chi-tiet.aspx?ItemID=5", '<p><a href="/Pages/chi-tiet.aspx?ItemID=5&amp;Page=2">Trang sau</a></p>', [("Trang sau", "/Pages/chi-tiet.aspx?ItemID=5&Page=2")]),
    "Joomla": ("/tin/12-chang-duong.html", '<ul class="pagenav"><li><a href="/tin/12-chang-duong.html?start=1">Tiếp theo</a></li></ul>', [("Tiếp theo", "/tin/12-chang-duong.html?start=1")]),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_parts(form: str) -> None:
    path, pager, expected = FORMS[form]
    found = reading(path, pager)
    assert parts(found) == expected
    asked = {one.url: one.kind for one in found.found}
    for _, part in expected:
        assert asked[BASE + part] == "article"


def test_a_part_is_told_by_the_head_too() -> None:
    head = '<link rel="next" href="/tin/chang-duong-12.html?page=2">'
    assert parts(reading("/tin/chang-duong-12.html", "", head)) == [
        ("Trang 2", "/tin/chang-duong-12.html?page=2")
    ]


def test_a_later_part_is_an_article_of_its_own() -> None:
    """Its rel=canonical leads to the first part, whose text it would replace."""
    head = '<link rel="canonical" href="/tin/chang-duong-12.html">'
    later = reading("/tin/chang-duong-12.html?page=2", "", head).article
    first = reading("/tin/chang-duong-12.html", "", head).article
    assert later is not None
    assert first is not None
    assert later.canonical is None
    assert first.canonical == f"{BASE}/tin/chang-duong-12.html"


NONE = {
    "the next article": ("", '<link rel="next" href="/tin/bai-khac-13.html">', ""),
    "pages of the related list": ("", "", '<h4>Các tin khác</h4><ul><li><a href="/tin/b-13.html">Kết nạp ba đảng viên mới</a></li></ul><p><a href="?page=2">2</a></p>'),
    "pages of the comments": ('<div class="comments"><a href="?page=2">2</a></div>', "", ""),
    "a listing's pages": ('<p><a href="/tin/page-2/">2</a></p>', "", ""),
    "another host": ('<p><a href="https://khac.example/tin/chang-duong-12.html?page=2">2</a></p>', "", ""),
    "another article by number": ('<p><a href="/tin/13/">Bài sau</a></p>', "", ""),
}  # fmt: skip


@pytest.mark.parametrize("form", NONE)
def test_what_is_no_part(form: str) -> None:
    pager, head, behind = NONE[form]
    assert parts(reading("/tin/chang-duong-12.html", pager, head, behind)) == []


def test_articles_whose_address_is_a_number_are_no_parts() -> None:
    assert parts(reading("/tin/12/", '<p><a href="/tin/13/">Tiếp theo</a></p>')) == []


def test_a_listing_has_no_parts() -> None:
    rows = "".join(
        f'<li><h3><a href="/tin/bai-{n}-{n}00.html">Hội nghị quán triệt nghị quyết lần thứ {n}</a></h3>'
        f"<p>Sáng {n}/3, Ban Thường vụ họp phiên thường kỳ để bàn về công tác cán bộ.</p></li>"
        for n in range(1, 7)
    )
    page = f"<title>Tin tức</title><h1>Tin tức</h1><ul>{rows}</ul><a href='/tin/?page=2'>2</a>"
    found = read(
        Exchange(f"{BASE}/tin/", SEEN, status=200, body=page.encode()), generic(f"{BASE}/tin/")
    )
    assert (found.kind, found.article) == ("listing", None)
    assert found.next is not None
    assert found.next.url == f"{BASE}/tin/?page=2"
