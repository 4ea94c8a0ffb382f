"""Which URLs of a page are followed, as what, and which are refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.types import Article, Attachment, Exchange, Found, Item, Link
from crawler.discovery.anchors import absolute
from crawler.discovery.classify import classifier, common_kind
from crawler.discovery.css import css_urls
from crawler.discovery.links import links
from crawler.discovery.traps import trap
from crawler.pages.document import Document, resolve
from crawler.profile import SiteProfile, generic

NOW = datetime(2024, 3, 11, tzinfo=UTC)
BASE = "https://tinhuy.example.vn"
SITE = generic(f"{BASE}/")

TRAPS = [
    "/lich-cong-tac/2026/11/",
    "/lich?date=2031-05-01",
    "/su-kien/1871/3/",
    "/lich-cong-tac/2031-05",
    "/?thang=5&nam=2031",
    "/2019/07/",
    "/vi/en/vi/tin/",
    "/vi/vi/",
    "/en/vi/tin-tuc",
    "/a/b/a/b/a/b",
    "/tin/tin/tin/",
    "/x/y/x/y",
    "/news/print/tin/bai-1.html",
    "/tin/bai-1.html?print=1",
    "/bai?tmpl=component",
    "/Pages/InBaiViet.aspx?ItemID=4",
    "/news/savefile/tin/bai-1.html",
    "/news/sendmail/tin/bai-1.html",
    "/dang-nhap",
    "/users/login/",
    "/login.aspx?ReturnUrl=%2f",
    "/administrator/index.php",
    "/wp-admin/",
    "/register.html",
    "/dang-ky?x=1",
    "/logout",
    "/c/portal/login",
    "/search?q=a",
    "/tim-kiem/?tukhoa=dang",
    "/?s=abc",
    "/seek/?q=x",
    "/tin?sort=date",
    "/tin?orderby=title&dir=asc",
    "/share?u=abc",
    "/bai-1?replytocom=5",
    "/(S(abc123def))/tin.aspx",
]

FINE = [
    "/news/tin-hoat-dong/dang-uy-khoi-to-chuc-hoi-nghi-1234.html",
    "/tin-tuc/",
    "/lich-su-dang-bo-tinh.html",
    "/2023/06/26/hoi-nghi-truc-tuyen-quan-triet-nghi-quyet/",
    "/-/view_content/123-dai-hoi",
    "/Pages/chi-tiet.aspx?ItemID=44&CategoryId=4",
    "/vi/news/tin/page-2/",
    "/bai-viet/in-dam-dau-an-nhiem-ky.aspx",
    "/tin/kham-chua-benh-cho-nguoi-ngheo-2.html",
    "/chuyen-muc/xay-dung-dang?page=3",
    "/tin?start=20",
    "/tag/x%C3%A2y-d%E1%BB%B1ng/",
    "/luu-tru/2019/nghi-quyet-so-12-2019-ve-xay-dung-dang.html",
]


@pytest.mark.parametrize("path", TRAPS)
def test_traps_are_refused(path: str) -> None:
    assert trap(BASE + path, NOW) is not None
    assert classifier(SITE).wanted(BASE + path, NOW) is None


@pytest.mark.parametrize("path", FINE)
def test_pages_are_no_traps(path: str) -> None:
    assert trap(BASE + path, NOW) is None
    assert classifier(SITE).wanted(BASE + path, NOW) == BASE + path


def test_very_long_addresses_and_addresses_with_a_user_are_refused() -> None:
    assert trap(f"{BASE}/{'a-' * 1500}", NOW) == "too long"
    assert trap("https://admin:pw@tinhuy.example.vn/", NOW) == "names a user"


def test_a_calendar_has_an_end() -> None:
    """Month links lead on for ever: none of them is followed, in any century."""
    for year in (1800, 1999, 2024, 2025, 2199):
        assert trap(f"{BASE}/lich-cong-tac/{year}/4/", NOW) == "calendar"


def test_a_number_that_is_no_year_is_no_calendar() -> None:
    assert trap(f"{BASE}/timelinelist/1021/3.htm", NOW) is None


def test_sessions_are_taken_out_of_addresses() -> None:
    judge = classifier(SITE)
    wanted = judge.wanted(f"{BASE}/tin/a-12.html;jsessionid=9F2A?x=1&PHPSESSID=aa11", NOW)
    assert wanted == f"{BASE}/tin/a-12.html?x=1"


@given(st.text(max_size=300))
def test_any_text_can_be_asked_about(text: str) -> None:
    judge = classifier(SITE)
    url = f"{BASE}/{text}"
    judge.kind(url)
    trap(url, NOW)
    wanted = judge.wanted(url, NOW)
    assert wanted is None or wanted.startswith(f"{BASE}/")


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ("/", "listing"),
        ("/news/tin/dang-uy-khoi-12.html", "article"),
        ("/bai-viet/dang-uy-khoi.aspx", "article"),
        ("/index.php?controller=tin&action=view&id=4", "article"),
        ("/-/asset_publisher/Ab12/content/id/402119", "article"),
        ("/tin/412-hop-giao-ban.html", "article"),
        ("/dang-uy-khoi-to-chuc-hoi-nghi-truc-tuyen-c17.html", "article"),
        ("/dang-uy-khoi-to-chuc-hoi-nghi-truc-tuyen/", "article"),
        ("/chuyen-muc-tin-tuc-c4-12.html", "listing"),
        ("/chuyen-muc/tin-tuc/hoi-nghi-412.html", "article"),
        ("/tin-tuc?page=3", "listing"),
        ("/xay-dung-dang", "listing"),
        ("/tai-lieu/nghi-quyet.pdf", "document"),
        ("/tai-lieu/Mau-01.DOCX", "document"),
        ("/anh/a.JPG", "photo"),
        ("/css/a.css?v=3", "asset"),
        ("/?cid=7&a=b&c=d", "listing"),
    ],
)
def test_kinds_by_address(where: str, kind: str) -> None:
    assert common_kind(where)[0] == kind


@example("//", "a/b/")
@given(st.text("ab/.?#:@-_%20 \\&=;()é", max_size=40), st.sampled_from(["", "a/b/", "a?x=/y"]))
def test_fast_resolving_is_resolving(href: str, folder: str) -> None:
    base = f"{BASE}/{folder}"
    fast, slow = absolute(base, href), resolve(base, href)
    assert fast == slow


# -- whole pages ----------------------------------------------------------------------------------


def document(body: str, url: str = f"{BASE}/tin/bai-12.html", head: str = "") -> Document:
    page = f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    return Document.parse(Exchange(url, NOW, status=200, body=page.encode()))


def found(body: str, profile: SiteProfile = SITE, **known: Any) -> dict[str, Found]:
    head = known.pop("head", "")
    made = links(document(body, head=head), profile, **known)
    assert len({found.url for found in made}) == len(made)
    return {found.url.removeprefix(BASE): found for found in made}


def kinds(made: dict[str, Found]) -> dict[str, tuple[str, str]]:
    return {path: (known.kind, known.how) for path, known in made.items()}


def test_what_a_page_links() -> None:
    made = kinds(
        found(
            '<nav><a href="/hoc-tap-va-lam-theo-tu-tuong-dao-duc/">Học tập và làm theo</a></nav>'
            '<a href="bai-13.html">x</a> <a href="/a.pdf#page=2">PDF</a> <a href="#dau">đầu</a>'
            '<a href="mailto:a@b.vn">thư</a> <a href="javascript:void(0)">j</a>'
            '<a href="tel:1">t</a> <a href="https://khac.example/bai-1.html">ngoài</a>'
            '<a href="/tin/bai-12.html">chính nó</a> <a href="/users/login/">Đăng nhập</a>'
            '<img src="/logo.png"><img src="https://dem.example/x.gif">'
            '<img src="/dem.php?trang=4"><div style="background:url(/nen.jpg)"></div>',
            head='<link rel=stylesheet href="/a.css"><link rel=icon href="/favicon.ico">'
            '<link rel=alternate type="application/rss+xml" href="/rss">'
            '<link rel=canonical href="/tin/bai-hay-12.html"><style>@import "b.css"</style>',
        )
    )
    assert made == {
        "/hoc-tap-va-lam-theo-tu-tuong-dao-duc/": ("listing", "link"),
        "/tin/bai-13.html": ("article", "link"),
        "/a.pdf": ("document", "link"),
        "/logo.png": ("asset", "asset"),
        "/nen.jpg": ("asset", "asset"),
        "/a.css": ("asset", "asset"),
        "/favicon.ico": ("asset", "asset"),
        "/rss": ("listing", "feed"),
        "/tin/bai-hay-12.html": ("article", "canonical"),
        "/tin/b.css": ("asset", "asset"),
    }


def test_photos_and_attachments_of_an_article_may_be_elsewhere() -> None:
    article = Article(
        url=f"{BASE}/tin/bai-12.html",
        title="Bài",
        images=("https://anh.example/1.jpg", "data:image/png;base64,AA"),
        attachments=(Attachment("Kế hoạch", "https://tep.example/k.pdf"),),
        related=(
            Link("newer", "Mới", f"{BASE}/mot"),
            Link("text", "Trong bài", f"{BASE}/xay-dung-dang"),
            Link("related", "Ngoài", "https://khac.example/a-1.html"),
        ),
    )
    made = kinds(found('<img src="/logo.png">', article=article))
    assert made == {
        "https://anh.example/1.jpg": ("photo", "photo"),
        "https://tep.example/k.pdf": ("document", "attachment"),
        "/mot": ("article", "related"),
        "/xay-dung-dang": ("listing", "link"),
        "/logo.png": ("asset", "asset"),
    }


def test_items_come_first_and_a_cut_title_tells_nothing() -> None:
    items = [
        Item("Hội nghị quán triệt nghị quyết", f"{BASE}/a"),
        Item("Hội nghị quán triệt…", f"{BASE}/b"),
    ]
    made = found('<a href="/a">Hội nghị quán triệt nghị quyết</a>', items=items)
    assert kinds(made) == {"/a": ("article", "listing"), "/b": ("article", "listing")}
    assert [known.title for known in made.values()] == [items[0].title, None]


def test_other_pages_of_the_same_listing_are_left_to_next() -> None:
    made = links(
        document(
            '<a href="/tin/page-2/">2</a><a href="/tin/page-9/">9</a><a href="/van/page-2/">V</a>',
            url=f"{BASE}/tin/",
        ),
        SITE,
    )
    assert [known.url for known in made] == [f"{BASE}/van/page-2/"]


@pytest.mark.parametrize(
    ("sheet", "urls"),
    [
        ("a{background:url(x.png)}", ["/css/x.png"]),
        ("a{background:url( '../img/x y.png' )}", ["/img/x y.png"]),
        ('@import "b.css"; @import url("c.css") screen;', ["/css/b.css", "/css/c.css"]),
        ("/* url(old.png) */ b{c:url(data:image/png;base64,AA)}", []),
        (r"a{b:url(\62.png)} a{b:url(b.png)}", ["/css/b.png"]),
        ("a{b:URL(x.png)}", ["/css/x.png"]),
        ("a{b:url(}", []),
    ],
)
def test_urls_of_a_style_sheet(sheet: str, urls: list[str]) -> None:
    made = css_urls(sheet, f"{BASE}/css/a.css")
    assert list(made) == [BASE + url for url in urls]


@given(st.text("url(@import'\"/*)x. \\6;{}", max_size=80))
def test_any_style_sheet_can_be_read(sheet: str) -> None:
    assert all(url.startswith("http") for url in css_urls(sheet, f"{BASE}/a.css"))


def test_a_page_of_links_without_end_is_cut() -> None:
    body = "".join(f'<a href="/tin/bai-so-{n}.html">b</a>' for n in range(6_000))
    assert len(found(body)) == 5_000


def _order(made: Iterable[Found]) -> list[str]:
    return [known.url for known in made]


def test_the_order_is_that_of_the_page() -> None:
    doc = document('<a href="/b-11.html">b</a><a href="/a-12.html">a</a>')
    assert (
        _order(links(doc, SITE))
        == _order(links(doc, SITE))
        == [
            f"{BASE}/b-11.html",
            f"{BASE}/a-12.html",
        ]
    )
