# ruff: noqa: E501 - markup that would only be harder to read when broken
"""Each family's pagination in its own markup, with the traps that it is known for."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.types import Exchange, Found, Item
from crawler.discovery.pagination import next_page
from crawler.pages.document import Document
from crawler.profile import generic

NOW = datetime(2024, 3, 11, tzinfo=UTC)
BASE = "https://tinhuy.example.vn"
SITE = generic(f"{BASE}/")
ITEMS = (Item("Hội nghị quán triệt nghị quyết", f"{BASE}/tin/bai-1-101.html"),)


def following(body: str, path: str, items: tuple[Item, ...] = ITEMS) -> Found | None:
    page = f"<html><head><meta charset=utf-8></head><body>{body}</body></html>"
    doc = Document.parse(Exchange(BASE + path, NOW, status=200, body=page.encode()))
    return next_page(doc, SITE, items)


def links(*pairs: tuple[str, str]) -> str:
    return "".join(f'<a href="{url}">{text}</a> ' for text, url in pairs)


HUNGYEN = "/chuyen-muc-xay-dung-dang-c12-{}.html"
SUBPAGE = "/Pages/SubPage.aspx?CategoryId=4&Page={}"
LIFERAY = (
    "/tin-tuc?p_p_id=101_INSTANCE_a1&p_p_lifecycle=0&_101_INSTANCE_a1_delta=10"
    "&p_r_p_564233524_resetCur=false&_101_INSTANCE_a1_cur={}"
)
VPORTAL = "/web/guest/tin-tuc?categoryId=77&pagenum={}"

# path of the page, its pager, the next page's path (None: this is the last)
FAMILIES: dict[str, tuple[str, str, str | None]] = {
    "NukeViet, first": (
        "/vi/news/xay-dung-dang/",
        '<div class="text-center"><ul class="pagination"><li class="disabled"><a href="#">&laquo;</a></li>'
        '<li class="active"><a href="#">1</a></li>'
        '<li><a rel="next" title="Trang 2" href="/vi/news/xay-dung-dang/page-2/">2</a></li>'
        '<li class="disabled"><span>...</span></li><li><a href="/vi/news/xay-dung-dang/page-14/">14</a></li>'
        '<li><a rel="next" href="/vi/news/xay-dung-dang/page-2/">&raquo;</a></li></ul></div>',
        "/vi/news/xay-dung-dang/page-2/",
    ),
    "NukeViet, by query": (
        "/index.php?nv=news&op=xay-dung-dang&page=2",
        '<ul class="pagination"><li><a rel="prev" href="/index.php?nv=news&amp;op=xay-dung-dang">1</a></li>'
        '<li class="active"><a href="#">2</a></li>'
        '<li><a href="/index.php?nv=news&amp;op=xay-dung-dang&amp;page=3">3</a></li></ul>',
        "/index.php?nv=news&op=xay-dung-dang&page=3",
    ),
    "NukeViet, a tag": (
        "/vi/news/tag/kiem-tra/page-2",
        links(("1", "/vi/news/tag/kiem-tra/"), ("3", "/vi/news/tag/kiem-tra/page-3")),
        "/vi/news/tag/kiem-tra/page-3",
    ),
    "Liferay": (
        LIFERAY.format(3),
        '<ul class="pager lfr-pagination-buttons">'
        f'<li><a href="{LIFERAY.format(1)}"> &larr; Đầu tiên </a></li>'
        f'<li><a href="{LIFERAY.format(2)}"> Trước </a></li>'
        f'<li><a href="{LIFERAY.format(4)}"> Tiếp theo </a></li>'
        f'<li><a href="{LIFERAY.format(40)}"> Cuối cùng &rarr; </a></li></ul>',
        LIFERAY.format(4),
    ),
    "vPortal": (
        VPORTAL.format(1),
        '<div class="wd-pagination">' + links(("2", VPORTAL.format(2)), ("3", VPORTAL.format(3))) + "</div>",
        VPORTAL.format(2),
    ),
    "SharePoint, SubPage": (
        SUBPAGE.format(5),
        f'<table><tr><td><a href="{SUBPAGE.format(4)}">4</a></td><td><span>5</span></td>'
        f'<td><a href="{SUBPAGE.format(6)}">6</a></td></tr></table>',
        SUBPAGE.format(6),
    ),
    "SharePoint, last": (
        SUBPAGE.format(6),
        f'<table><tr><td><a href="{SUBPAGE.format(5)}">5</a></td><td><span>6</span></td></tr></table>',
        None,
    ),
    "FITC": (
        "/TinTuc.aspx?chuyenmuc=3",
        '<div id="divPhanTrang1"><span class="PhanTrang_Chon">1</span>'
        + links(("2", "/TinTuc.aspx?chuyenmuc=3&tr=2"), ("3", "/TinTuc.aspx?chuyenmuc=3&tr=3"))
        + "</div>",
        "/TinTuc.aspx?chuyenmuc=3&tr=2",
    ),
    "FITC, later": (
        "/TinTuc.aspx?chuyenmuc=3&tr=2",
        '<div id="divPhanTrang1">'
        + links(("1", "/TinTuc.aspx?chuyenmuc=3&tr=1"))
        + '<span class="PhanTrang_Chon">2</span>'
        + links(("3", "/TinTuc.aspx?chuyenmuc=3&tr=3"))
        + "</div>",
        "/TinTuc.aspx?chuyenmuc=3&tr=3",
    ),
    "Hưng Yên": (
        HUNGYEN.format(1),
        '<div class="phantrang"><b>1</b>'
        + links(("2", HUNGYEN.format(2)), ("3", HUNGYEN.format(3)))
        + "</div>",
        HUNGYEN.format(2),
    ),
    "Hưng Yên, later": (
        HUNGYEN.format(9),
        links(("8", HUNGYEN.format(8)), ("10", HUNGYEN.format(10)), ("11", HUNGYEN.format(11))),
        HUNGYEN.format(10),
    ),
    "Hưng Yên, two numbers and no more": (
        HUNGYEN.format(2),
        f'<span><a href="{HUNGYEN.format(1)}">1</a></span><span>2</span>',
        None,
    ),
    "DotNetNuke": (
        "/tin-tuc/currentpage/16",
        links(("15", "/tin-tuc/currentpage/15"), ("17", "/tin-tuc/currentpage/17")),
        "/tin-tuc/currentpage/17",
    ),
    "Joomla": (
        "/xay-dung-dang.html?start=20",
        '<ul class="pagination-list"><li><a title="Bắt đầu" href="/xay-dung-dang.html">Bắt đầu</a></li>'
        '<li><a href="/xay-dung-dang.html?start=10">2</a></li><li class="active"><a>3</a></li>'
        '<li><a href="/xay-dung-dang.html?start=30">4</a></li>'
        '<li><a title="Cuối" href="/xay-dung-dang.html?start=90">Cuối</a></li></ul>',
        "/xay-dung-dang.html?start=30",
    ),
    "WordPress": (
        "/category/tin-tuc/page/2/",
        '<div class="nav-links"><a class="page-numbers" href="/category/tin-tuc/">1</a>'
        '<span class="page-numbers current">2</span>'
        '<a class="page-numbers" href="/category/tin-tuc/page/3/">3</a>'
        '<a class="next page-numbers" href="/category/tin-tuc/page/3/">Trang sau &raquo;</a></div>',
        "/category/tin-tuc/page/3/",
    ),
    "VCCorp, a piece": ("/timelinelist/120/2.htm", "", "/timelinelist/120/3.htm"),
    "VCCorp, its first page": (
        "/xay-dung-dang.htm",
        '<input type="hidden" id="hdZoneId" value="120"><script>timeline.pageIndex = 2;'
        "timeline.url = '/timelinelist/{0}/{1}.htm';</script>",
        "/timelinelist/120/2.htm",
    ),
    "VCCorp, home": (
        "/xay-dung-dang.htm",
        '<input type="hidden" id="hdZoneId" value="0"><script>u="/timelinelist/{0}/{1}.htm"</script>',
        None,
    ),
    "an offset without a name": (
        "/muc/12",
        "<b>1</b>" + links(("2", "/muc/12/15"), ("3", "/muc/12/30")),
        "/muc/12/15",
    ),
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_families(family: str) -> None:
    path, body, expected = FAMILIES[family]
    found = following(body, path)
    assert (found.url if found else None) == (BASE + expected if expected else None)
    if found is not None:
        assert (found.kind, found.how, found.method) == ("listing", "pagination", "GET")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_page_without_items_goes_nowhere(family: str) -> None:
    """NukeViet says `rel=next` beyond its end, and a script's address never ends."""
    path, body, _ = FAMILIES[family]
    assert following(body, path, items=()) is None


NO_PAGERS = {
    "years": links(("2021", "/van-ban?nam=2021"), ("2022", "/van-ban?nam=2022")),
    "days": "<b>1</b>" + links(*((str(n), f"/lich-cong-tac/2024/3/{n}") for n in range(2, 9))),
    "a number alone": links(("2", "/tin/hop-to-2")),
    "articles": "<b>1</b>" + links(("2", "/tin/cau-chuyen-102.html"), ("3", "/tin/cau-chuyen-103.html")),
    "two numbers go along": "<b>1</b>" + links(("2", "/a/2/22"), ("3", "/a/3/31")),
}  # fmt: skip


@pytest.mark.parametrize("form", NO_PAGERS)
def test_numbers_that_are_no_pager(form: str) -> None:
    assert following(NO_PAGERS[form], "/tin-tuc/") is None


FORM = (
    '<form method="post" action="./ds.aspx"><input type="hidden" name="__EVENTTARGET" id="__EVENTTARGET">'
    '<input type="hidden" name="__VIEWSTATE" value="/wEP"><input type="submit" name="tim" value="Tìm">{}</form>'
)  # fmt: skip


def test_the_dots_of_a_posted_pager_lead_on() -> None:
    numbers = "".join(
        f"<td><a href=\"javascript:__doPostBack('gv','Page${n}')\">{t}</a></td>"
        for n, t in ((8, "8"), (9, "9"), (11, "..."))
    )
    body = FORM.format(f"<table><tr>{numbers}<td><span>10</span></td></tr></table>")
    found = following(body, "/Pages/ds.aspx")
    assert found is not None
    assert ("__EVENTARGUMENT", "Page$11") in parse_qsl(found.body.decode())


def test_a_button_turns_the_page() -> None:
    button = '<input type="submit" name="ctl00$pager$next" value="Trang sau">'
    found = following(FORM.format(button), "/Pages/ds.aspx")
    assert found is not None
    sent = parse_qsl(found.body.decode(), keep_blank_values=True)
    assert ("ctl00$pager$next", "Trang sau") in sent
    assert not any(name == "tim" for name, _ in sent), "only the button that was pressed is sent"
    assert following(FORM.format(button.replace(">", " disabled>")), "/Pages/ds.aspx") is None


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.text("0123456789x", max_size=6), st.text("/tin?p=0123456789-.", max_size=24)), max_size=8))  # fmt: skip
def test_any_numbers_can_be_read(pairs: list[tuple[str, str]]) -> None:
    found = following(links(*pairs), "/tin/trang-2")
    assert found is None or found.url != f"{BASE}/tin/trang-2"
