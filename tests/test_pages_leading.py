# ruff: noqa: E501 - markup and Vietnamese text that would only be harder to read when broken
"""The article with all traps, in the markup of three families and of many editors' habits.

Both our own text and, where it lies beside the repository, the real one that it is modelled on.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from archive.types import Exchange
from crawler.pages.document import Document
from crawler.pages.extract import extract, kind_of_page
from crawler.profile import load

SHARED = Path(__file__).parents[2] / "shared" / "seed" / "lang-son-article.txt"
SEEN = datetime(2023, 7, 1, 3, 0, tzinfo=UTC)
WIDE = "&nbsp;&nbsp;&nbsp; &nbsp;"


@dataclass(frozen=True)
class Told:
    """An article as a reader sees it. ``parts``: (kind, text); kind `next` goes on by indentation."""

    section: str
    title: str
    date: str
    iso: str
    parts: tuple[tuple[str, str], ...]
    byline: str
    name: str
    office: str

    @property
    def body(self) -> list[str]:
        return [text for kind, text in self.parts if kind in ("p", "next")]

    @property
    def captions(self) -> list[str]:
        return [text.replace("\n", " ") for kind, text in self.parts if kind == "caption"]


OWN = Told(
    "Hoạt động Đảng ủy Khối các cơ quan tỉnh Bình Sơn",
    "Đảng ủy Khối các cơ quan tỉnh mở lớp bồi dưỡng nghiệp vụ; sơ kết phong trào đọc sách quý I năm 2022.",
    "05-04-2022 08:09",
    "2022-04-05T08:09+07:00",
    (
        ("p", "Sáng 4/4/2022, Đảng ủy Khối các cơ quan tỉnh mở lớp bồi dưỡng nghiệp vụ; sơ kết phong trào đọc sách quý I năm 2022. Dự khai giảng có đồng chí Bế Văn Thụ, Phó Trưởng Ban Dân vận Tỉnh ủy và 48 học viên."),
        ("p", "Đồng chí Lục Thị Khuê, Giám đốc Thư viện tỉnh đã giới thiệu 1.204 đầu sách mới; trong đó 36,5% là sách lịch sử địa phương. Theo đó, các chi bộ thay nhau giữ tủ sách."),
        ("caption", "Đ/c Lục Thị Khuê, Giám đốc Thư viện tỉnh giới thiệu sách mới và kết quả\nphong trào đọc sách trong các chi bộ quý I năm 2022"),
        ("p", "Tại lớp học, đồng chí Hứa Minh Tân, Ủy viên BCH Đảng bộ Khối trình bày chuyên đề về cách kể chuyện. Trong 03 tháng đầu năm, các chi bộ đã tổ chức 27 buổi đọc, thu hút 2.150 lượt người."),
        ("next", "Các học viên thảo luận sôi nổi và đề xuất mở thêm lớp vào quý III, gắn với ngày hội sách của tỉnh."),
        ("caption", "Đ/c Bế Văn Thụ, Phó trưởng Ban Dân vận Tỉnh ủy phát biểu tại lớp học"),
        ("p", "Phát biểu tại lớp học, đồng chí Bế Văn Thụ đề nghị mỗi đảng viên đọc ít nhất một cuốn sách mỗi tháng, ghi lại điều tâm đắc và chia sẻ trong sinh hoạt chi bộ."),
        ("caption", "Đồng chí Vi Thị Ngà, Phó Bí thư Đảng ủy Khối các cơ quan tỉnh trao chứng nhận cho học viên"),
        ("p", "Kết luận lớp học, đồng chí Vi Thị Ngà, Phó Bí thư Đảng ủy Khối yêu cầu: Ban Tuyên giáo Đảng ủy Khối theo dõi, đôn đốc; các chi bộ báo cáo kết quả trước ngày 30/6/2022."),
    ),
    "Đàm Thu Yến, Văn phòng Đảng uỷ Khối các cơ quan tỉnh",
    "Đàm Thu Yến",
    "Văn phòng Đảng uỷ Khối các cơ quan tỉnh",
)  # fmt: skip


def real() -> Told:
    """The real article, from its plain text: indented lines begin paragraphs."""
    lines = SHARED.read_text(encoding="utf-8").splitlines()
    filled = [line for line in lines if line.strip()]
    section, title, day = filled[0].strip(), filled[1].strip(), filled[2].strip()
    parts: list[tuple[str, str]] = []
    blank = True
    for line in lines[lines.index(filled[2]) + 1 :]:
        text = " ".join(line.split())
        if not text:
            blank = True
            continue
        if line[:1].isspace():
            kind = "p" if blank or not parts else "next"
            parts.append((kind, text))
        elif parts[-1][0] == "caption" and not blank:
            parts[-1] = ("caption", f"{parts[-1][1]}\n{text}")
        else:
            parts.append(("caption", text))
        blank = False
    assert parts.pop()[1] == "Tin liên quan"
    byline = parts.pop()[1]
    return Told(section, title, day, "2023-06-26T16:23+07:00", tuple(parts), byline,
                "La Thị Nhung", "Ban Tuyên giáo Đảng uỷ Khối các cơ quan tỉnh")  # fmt: skip


def esc(text: str) -> str:
    return html.escape(text).replace("\n", "<br />\n")


def photo(number: int, style: str = "") -> str:
    return f'<img src="/Upload/anh-{number}.jpg" alt="anh {number}.jpg" width="640" {style}/>'


Style = Callable[[Told], str]


def _runs(told: Told) -> list[list[tuple[str, str]]]:
    """The parts, those that go on by indentation with the one before."""
    runs: list[list[tuple[str, str]]] = []
    for kind, text in told.parts:
        if kind == "next":
            runs[-1].append((kind, text))
        else:
            runs.append([(kind, text)])
    return runs


def _render(told: Told, para: str, caption: str, byline: str, between: str = "") -> str:
    """Each run through the forms: ``%s`` is the text, ``%i`` the photo."""
    out = []
    count = 0
    for run in _runs(told):
        if run[0][0] == "caption":
            count += 1
            out.append(caption.replace("%i", photo(count)).replace("%s", esc(run[0][1])))
        else:
            text = f"<br />\n{WIDE}".join(esc(text) for _, text in run)
            out.append(para.replace("%s", WIDE + text))
        out.append(between)
    out.append(byline.replace("%s", esc(told.byline)))
    return "\n".join(out)


STYLES: dict[str, Style] = {
    "paragraphs": lambda t: _render(
        t, '<p style="text-align: justify;">%s</p>',
        '<p style="text-align: center;">%i</p>\n<p style="text-align: center;"><em>%s</em></p>',
        '<p style="text-align: right;"><strong>%s</strong></p>', "<p>&nbsp;</p>",
    ),
    "photo and caption in one paragraph": lambda t: _render(
        t, "<p>%s</p>", '<p align="center">%i<br />\n<i>%s</i></p>', '<p align="right">%s</p>'
    ),
    "divs": lambda t: _render(
        t, '<div style="text-align:justify">%s</div>',
        '<div style="text-align:center">%i</div><div style="text-align:center">%s</div>',
        '<div style="text-align:right">%s</div>', "<div>&nbsp;</div>",
    ),
    "spans": lambda t: _render(
        t, '<p><span style="font-size:14px"><span style="font-family:Arial">%s</span></span></p>',
        '<p><span style="font-size:14px">%i</span></p>'
        '<p style="text-align:center"><span style="font-size:14px"><em>%s</em></span></p>',
        '<p style="text-align:right"><span style="font-size:14px"><strong>%s</strong></span></p>',
    ),
    "line breaks": lambda t: _render(
        t, "%s", "<center>%i<br>%s</center>", '<div align="right"><b>%s</b></div>', "<br><br>"
    ),
    "line breaks, plain": lambda t: _render(t, "%s", "%i<br>%s", "%s", "<br><br><br>"),
    "Word": lambda t: _render(
        t,
        '<p class="MsoNormal" style="margin-bottom:6.0pt;text-align:justify;text-indent:36.0pt">'
        '<span lang="VI" style="font-size:14.0pt;mso-bidi-font-size:11.0pt">%s<o:p></o:p></span></p>',
        '<p class="MsoNormal" align="center" style="text-align:center"><span lang="VI">%i<o:p>'
        '</o:p></span></p><p class="MsoNormal" align="center" style="text-align:center">'
        '<i style="mso-bidi-font-style:normal"><span lang="VI">%s<o:p></o:p></span></i></p>',
        '<p class="MsoNormal" align="right" style="text-align:right"><b><span lang="VI">%s'
        "<o:p></o:p></span></b></p>",
        '<p class="MsoNormal"><span lang="VI"><o:p>&nbsp;</o:p></span></p>',
    ),
    "tables around photos": lambda t: _render(
        t, "<p>%s</p>",
        '<table align="center" border="0"><tbody><tr><td>%i</td></tr>'
        '<tr><td style="text-align:center">%s</td></tr></tbody></table>',
        '<p style="text-align:right"><strong>%s</strong></p>',
    ),
    "tables, plain": lambda t: _render(
        t, "<p>%s</p>", '<table class="image"><tr><td>%i</td></tr><tr><td>%s</td></tr></table>',
        "<p><strong>%s</strong></p>",
    ),
    "figures": lambda t: _render(
        t, "<p>%s</p>", "<figure>%i<figcaption>%s</figcaption></figure>",
        '<p class="text-right">%s</p>',
    ),
    "plain italic": lambda t: _render(
        t, "<p>%s</p>", "<p>%i</p><p><em>%s</em></p>", "<p><strong>%s</strong></p>"
    ),
    "plain": lambda t: _render(t, "<p>%s</p>", "<p>%i</p><p>%s</p>", "<p>%s</p>"),
    "captions by class": lambda t: _render(
        t, "<p>%s</p>", '<div class="img-box">%i<p class="caption">%s</p></div>',
        '<p class="author">%s</p>',
    ),
}  # fmt: skip


def nukeviet(told: Told, text: str) -> tuple[str, str]:
    title = esc(told.title)
    day, clock = told.date.split()
    shown = f"Thứ hai - {day.replace('-', '/')} {clock}"
    return (
        "https://nv.example.vn/news/hoat-dong/tin-so-mot-12.html",
        f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:title" content="{title}"><meta property="og:type" content="article">
<meta property="og:description" content="{esc(told.parts[0][1][:150])}...">
<meta property="article:published_time" content="2023-06-27+0709:01:02">
<link rel="canonical" href="https://nv.example.vn/news/hoat-dong/tin-so-mot-12.html"></head><body>
<header><div class="logo"><a href="/"><img src="/logo.png" alt="Trang chủ"></a></div>
<span class="current-time">Thứ bảy, 01/07/2023, 10:00</span>
<ul class="nav"><li><a href="/news/hoat-dong/">{esc(told.section)}</a></li>
<li><a href="/news/van-ban/">Văn bản</a></li></ul></header>
<div class="breadcrumbs-wrap"><ul class="temp-breadcrumbs hidden" itemscope
 itemtype="https://schema.org/BreadcrumbList"><li itemprop="itemListElement"><a href="/"
 itemprop="item"><span itemprop="name">Trang nhất</span></a></li><li itemprop="itemListElement">
<a href="/news/hoat-dong/" itemprop="item"><span itemprop="name">{esc(told.section)}</span></a></li>
</ul></div>
<div class="row"><div class="col-md-16"><div class="news_column panel panel-default">
<div class="panel-body"><h1 class="title margin-bottom-lg" itemprop="headline">{title}</h1>
<div class="hidden hide d-none" itemprop="author"><span itemprop="name">admin</span></div>
<span class="hidden hide d-none" itemprop="datePublished">2023-06-27T09:01:02+07:00</span>
<div class="row margin-bottom-lg"><div class="col-md-12"><span class="h5">{shown}</span>
<span class="h5"><i class="fa fa-eye"></i>345</span></div>
<div class="col-md-12"><ul class="list-inline text-right"><li><a rel="nofollow" title="In ra"
 href="/news/print/hoat-dong/tin-so-mot-12.html"><em class="fa fa-print">&nbsp;</em></a></li></ul>
</div></div><div id="news-bodyhtml" class="bodytext margin-bottom-lg" itemprop="articleBody">
{text}
</div></div></div>
<div class="news_column panel panel-default"><div class="panel-body"><form id="form3B">
<div class="h5 clearfix"><p id="stringrating">Tổng số điểm của bài viết là: 0 trong 0 đánh giá</p>
</div></form></div></div>
<div class="news_column panel panel-default"><div class="panel-body other-news">
<p class="h3"><strong>Tin liên quan</strong></p></div></div></div>
<div class="col-md-8"><div class="panel"><div class="panel-heading">Danh mục</div><ul>
<li><a href="/news/van-ban/">Văn bản chỉ đạo điều hành</a></li></ul></div></div></div>
<footer>Cơ quan chủ quản: Đảng ủy Khối. Điện thoại: 0205.123.456</footer></body></html>""",
    )


def liferay(told: Told, text: str) -> tuple[str, str]:
    title, section = esc(told.title), esc(told.section)
    return (
        "https://lr.example.vn/hoat-dong/-/view_content/4711-tin-so-mot",
        f"""<!DOCTYPE html>
<html class="ltr" dir="ltr" lang="vi-VN"><head><title>{title} - Cổng thông tin điện tử</title>
<meta content="text/html; charset=UTF-8" http-equiv="content-type"></head>
<body class="yui3-skin-sam site"><div id="wrapper"><header id="banner"><div id="heading">
<h1 class="site-title"><a class="logo" href="/">Đảng ủy Khối</a></h1></div>
<div class="time-now">Thứ Bảy, ngày 1 tháng 7 năm 2023 - 10:00:19 AM</div>
<nav class="sort-pages"><ul><li><a href="/hoat-dong">{section}</a></li><li><a href="/van-ban">
Văn bản</a></li></ul></nav></header><div id="content"><nav id="breadcrumbs"><ul class="breadcrumb">
<li><a href="/">Trang chủ</a></li><li><a href="/hoat-dong">{section}</a></li></ul></nav>
<div class="portlet-body"><div class="asset-full-content show-asset-title">
<h3 class="header-title"><span>{title}</span></h3>
<div class="asset-content" id="tua_"><span class="assetPublishDate">{told.date}</span>
<div class="journal-content-article">{text}</div></div>
<div class="asset-ratings">0 lượt đánh giá</div></div>
<div class="other-news"><h4>Tin liên quan</h4><ul></ul></div></div></div>
<footer id="footer"><p>Bản quyền thuộc Đảng ủy Khối các cơ quan tỉnh.</p></footer></div></body></html>""",
    )


def sharepoint(told: Told, text: str) -> tuple[str, str]:
    title, section = esc(told.title), esc(told.section)
    return (
        "https://sp.example.vn/Pages/chi-tiet-tin.aspx?ItemID=77",
        f"""<!DOCTYPE html>
<html dir="ltr" lang="vi-VN"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>Chi tiết tin</title></head><body><form method="post" action="./chi-tiet-tin.aspx?ItemID=77"
 id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="{"dDwtMTA4" * 40}">
<div id="s4-workspace"><div class="header"><a href="/"><img src="/logo.png" alt="logo" height="50"></a>
<span id="lblClock">Thứ bảy, 01/07/2023, 10:00</span><div class="ms-core-navigation" role="navigation">
<ul class="root static"><li><a href="/Pages/hoat-dong.aspx">{section}</a></li><li>
<a href="/Pages/van-ban.aspx">Văn bản</a></li></ul></div></div>
<div class="content"><div class="left"><div class="title-cat"><a href="/Pages/hoat-dong.aspx">{section}</a>
</div><div class="news-detail"><div class="ms-rtestate-field">
<span id="ctl00_PlaceHolderMain_lblTitle" class="news-title">{title}</span></div>
<div class="time"><span id="ctl00_PlaceHolderMain_lblCreatedDate">{told.date}</span></div>
<div id="divArticleDescription2"><div class="ExternalClass3F2A">{text}</div></div>
<div class="tools"><a href="javascript:window.print()">In trang</a> <a href="#">Gửi email</a></div>
<div class="other_News"><div class="head">Tin liên quan</div><ul></ul></div></div></div>
<div class="right"><h3>Thông báo</h3><ul><li><a href="/Pages/chi-tiet-tin.aspx?ItemID=5">Thông báo
 tuyển dụng viên chức năm 2023</a></li></ul></div></div></div></form></body></html>""",
    )


SHELLS = {"nukeviet": nukeviet, "liferay": liferay, "sharepoint": sharepoint}
FAMILY_SITES = {
    "nukeviet": "tinhuy-binhphuoc", "liferay": "tinhuy-binhdinh", "sharepoint": "tinhuy-angiang",
}  # fmt: skip


class Generic:
    """A profile without any selector."""

    def fields_at(self, day: date | None) -> dict[str, tuple[str, ...]]:
        return {}


def check(told: Told, family: str, style: str, profile: object) -> None:
    url, page = SHELLS[family](told, STYLES[style](told))
    doc = Document.parse(Exchange(url=url, time=SEEN, status=200, body=page.encode()))
    article = extract(doc, profile)  # type: ignore[arg-type]  # both kinds have `fields_at`
    assert article is not None
    assert kind_of_page(doc, profile) == "article"  # type: ignore[arg-type]  # the same
    assert article.title == told.title
    assert [block.text for block in article.body] == told.body
    assert {block.kind for block in article.body} == {"paragraph"}
    assert [caption.text for caption in article.captions] == told.captions
    photos = [f"/Upload/anh-{n}.jpg" for n in range(1, len(told.captions) + 1)]
    assert [re.sub(r"https://[^/]+", "", c.image or "") for c in article.captions] == photos
    assert [re.sub(r"https://[^/]+", "", image) for image in article.images] == photos
    assert article.published == told.iso
    assert [(a.name, a.affiliation) for a in article.authors] == [(told.name, told.office)]
    assert article.byline == told.byline
    assert article.section == (told.section,)
    assert article.lead is None
    assert article.related == ()
    assert article.attachments == ()
    assert article.source is None
    assert article.language == "vi"


@pytest.mark.parametrize("how", ["profile", "generic"])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("family", SHELLS)
def test_own_article(family: str, style: str, how: str) -> None:
    profile = Generic() if how == "generic" else load(FAMILY_SITES[family])
    check(OWN, family, style, profile)


@pytest.mark.skipif(not SHARED.exists(), reason="the real article is not beside the repository")
@pytest.mark.parametrize("how", ["profile", "generic"])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("family", SHELLS)
def test_real_article(family: str, style: str, how: str) -> None:
    told = real()
    assert len(told.body) == 6
    assert len(told.captions) == 3
    profile = Generic() if how == "generic" else load(FAMILY_SITES[family])
    check(told, family, style, profile)
