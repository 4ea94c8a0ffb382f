"""The next page: each form of it, and the ends and loops."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest

from archive.types import Exchange, Found, Item
from crawler.discovery.pagination import next_page
from crawler.pages.document import Document
from crawler.pages.numbering import is_page_link, page_number
from crawler.profile import generic

NOW = datetime(2024, 3, 11, tzinfo=UTC)
BASE = "https://tinhuy.example.vn"
SITE = generic(f"{BASE}/")
ITEMS = (Item("Hội nghị quán triệt nghị quyết", f"{BASE}/tin/bai-1-101.html"),)


def following(
    body: str, path: str, items: tuple[Item, ...] = ITEMS, head: str = ""
) -> Found | None:
    page = f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    doc = Document.parse(Exchange(BASE + path, NOW, status=200, body=page.encode()))
    return next_page(doc, SITE, items)


def pager(*pairs: tuple[str, str]) -> str:
    return (
        '<ul class="pagination">'
        + "".join(f'<li><a href="{u}">{t}</a></li>' for t, u in pairs)
        + "</ul>"
    )


LIFERAY = "/tin?p_p_id=101_INSTANCE_x&p_p_lifecycle=0&_101_INSTANCE_x_delta=10&_101_INSTANCE_x_cur="

FORMS = {
    "path": ("/tin/", pager(("2", "/tin/page-2/"), ("3", "/tin/page-3/")), "/tin/page-2/"),
    "path, later": (
        "/tin/page-2/",
        pager(("1", "/tin/"), ("3", "/tin/page-3/"), ("...", "#"), ("12", "/tin/page-12/")),
        "/tin/page-3/",
    ),
    "path, WordPress": (
        "/tin/page/4/",
        pager(("5", "/tin/page/5/"), ("3", "/tin/page/3/")),
        "/tin/page/5/",
    ),
    "DotNetNuke": (
        "/tin/currentpage/2",
        pager(("1", "/tin"), ("3", "/tin/currentpage/3")),
        "/tin/currentpage/3",
    ),
    "trang": ("/tin/trang-2.html", pager(("3", "/tin/trang-3.html")), "/tin/trang-3.html"),
    "query": ("/tin?cat=4", pager(("2", "?cat=4&page=2")), "/tin?cat=4&page=2"),
    "pagenum": ("/tin?pagenum=2", pager(("3", "/tin?pagenum=3")), "/tin?pagenum=3"),
    "offset": (
        "/tin.html",
        pager(("2", "/tin.html?start=10"), ("»", "/tin.html?start=90")),
        "/tin.html?start=10",
    ),
    "offset, later": (
        "/tin.html?start=10",
        pager(("1", "/tin.html"), ("3", "/tin.html?start=20")),
        "/tin.html?start=20",
    ),
    "Liferay": ("/tin", pager(("2", LIFERAY + "2"), ("9", LIFERAY + "9")), LIFERAY + "2"),
    "Liferay, later": (
        LIFERAY + "2",
        pager(("1", LIFERAY + "1"), ("3", LIFERAY + "3")),
        LIFERAY + "3",
    ),
    "rel=next": ("/tin/", '<a rel="next" href="/tin/cu-hon/2">Older</a>', "/tin/cu-hon/2"),
    "words": ("/tin", '<a href="/tin?f=x2">Trang sau</a>', "/tin?f=x2"),
    "words, accents apart": ("/tin", '<a href="/tin?f=x2">Tie\u0302\u0301p theo</a>', "/tin?f=x2"),
    "sign": ("/tin", '<a href="/tin?f=z">»</a><a href="/tin?f=x2">›</a>', "/tin?f=x2"),
    "tooltip": ("/tin", '<a href="/tin?f=x2" title="Trang sau"></a>', "/tin?f=x2"),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(form: str) -> None:
    path, body, expected = FORMS[form]
    found = following(body, path)
    assert found == Found(BASE + expected, "listing", "pagination")


def test_rel_next_in_the_head() -> None:
    found = following("", "/tin/", head='<link rel="next" href="/tin/trang-hai">')
    assert found is not None
    assert found.url == f"{BASE}/tin/trang-hai"


ENDS = {
    "no pager": ("/tin/page-3/", ""),
    "only back": ("/tin/page-3/", pager(("1", "/tin/"), ("2", "/tin/page-2/"))),
    "dead link": ("/tin/page-3/", '<li class="disabled"><a href="/tin/page-4/">Trang sau</a></li>'),
    "no address": ("/tin/", '<a href="#" rel="next">Trang sau</a>'),
    "itself": ("/tin/", '<a href="/tin/" rel="next">Trang sau</a>'),
    "another list": ("/tin/", pager(("2", "/van-ban/page-2/"))),
    "another section": ("/tin?cat=4", pager(("2", "/tin?cat=5&page=2"))),
    "an item": ("/tin/", f'<a href="{ITEMS[0].url}">Xem tiếp</a>'),
    "an article": ("/tin/", '<a href="/tin/bai-9-109.html">Xem tiếp</a>'),
    "elsewhere": ("/tin/", '<a href="https://khac.example/2" rel="next">Trang sau</a>'),
    "calendar": ("/tin/", '<a href="/lich-cong-tac/2031/4/" rel="next">Tháng sau</a>'),
    "rel=next that leads back": ("/tin/page-5/", '<a href="/tin/page-2/" rel="next">2</a>'),
}


@pytest.mark.parametrize("end", ENDS)
def test_ends(end: str) -> None:
    path, body = ENDS[end]
    assert following(body, path) is None


def test_no_items_no_next() -> None:
    """NukeViet answers 200 beyond the end, with `rel=next` and an empty list, for ever."""
    body = '<a rel="next" href="/tin/page-10/">»</a>'
    assert following(body, "/tin/page-9/") is not None
    assert following(body, "/tin/page-9/", items=()) is None


FORM = (
    '<form method="post" action="{action}"><input type="hidden" name="__EVENTTARGET" value="">'
    '<input type="hidden" name="__EVENTARGUMENT" value=""><input type="hidden" name="__VIEWSTATE" '
    'value="/wEP+A=="><input type="hidden" name="__EVENTVALIDATION" value="é&=">'
    '<input type="text" name="q" value="tìm"><input type="checkbox" name="c" value="1">'
    '<input type="submit" name="go" value="Tìm">{body}</form>'
)


def posted(body: str, action: str = "./ds.aspx?CategoryId=4") -> Found | None:
    return following(FORM.format(action=action, body=body), "/Pages/ds.aspx?CategoryId=4")


def link(text: str, argument: str) -> str:
    return f"<a href=\"javascript:__doPostBack('ctl00$p','{argument}')\">{text}</a>"


def test_a_posted_form() -> None:
    found = posted(link("Xem tin tiếp theo", ""))
    assert found is not None
    assert (found.method, found.url) == ("POST", f"{BASE}/Pages/ds.aspx?CategoryId=4")
    assert parse_qsl(found.body.decode("ascii"), keep_blank_values=True) == [
        ("__EVENTTARGET", "ctl00$p"),
        ("__EVENTARGUMENT", ""),
        ("__VIEWSTATE", "/wEP+A=="),
        ("__EVENTVALIDATION", "é&="),
        ("q", "tìm"),
    ]
    assert posted(link("Xem tin tiếp theo", "")) == found, "the same page gives the same request"


def test_a_posted_pager_goes_to_the_number_after_this_pages() -> None:
    pages = link("1", "Page$1") + "<span>2</span>" + link("3", "Page$3") + link("4", "Page$4")
    found = posted(f"<div>{pages}</div>")
    assert found is not None
    assert b"Page%243" in found.body


@pytest.mark.parametrize(
    "body",
    [
        f"<div>{link('1', 'Page$1')} {link('2', 'Page$2')} <span>3</span></div>",
        link("Sắp xếp", "Sort$Ngay"),
        '<a onclick="__doPostBack(\'a">Trang sau</a>',
    ],
)
def test_a_posted_pager_at_its_end(body: str) -> None:
    assert posted(body) is None


def test_a_form_that_posts_elsewhere_is_not_sent() -> None:
    assert posted(link("Trang sau", ""), "https://khac.example/a.aspx") is None


def test_page_numbers() -> None:
    number = page_number(f"{BASE}/tin/page-12/")
    assert number is not None
    assert (number.path, number.value) == ("/tin", 12)
    assert page_number(f"{BASE}/tin/bai-hay-12.html") is None
    assert is_page_link(f"{BASE}/tin/page-3", f"{BASE}/tin/page-4/")
    assert not is_page_link(f"{BASE}/tin/", f"{BASE}/van/page-4/")
