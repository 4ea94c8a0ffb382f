"""Titles with kickers, credits beside captions, names in bylines: other ways to say it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.types import Article, Exchange
from crawler.pages import bylines
from crawler.profile import generic
from crawler.reading import read

URL = "https://bao.example/tin/dai-hoi-chi-bo-12345.html"
PROSE = "".join(
    f"<p>Đại hội đã nghe báo cáo số {n}, thảo luận và bầu cấp ủy nhiệm kỳ mới.</p>"
    for n in range(9)
)


def article(body: str, head: str = "", around: str = "{}") -> Article:
    page = f"<html><head>{head}</head>{around.format(body)}</html>".encode()
    exchange = Exchange(URL, datetime(2026, 3, 1, tzinfo=UTC), status=200, body=page)
    found = read(exchange, generic(URL)).article
    assert found is not None
    return found


def test_a_kicker_in_the_heading_is_left_out_where_the_page_names_its_title() -> None:
    found = article(
        f"<h1><span>Xây dựng Đảng</span> Chi bộ thôn Đồng Vai tổ chức đại hội</h1>{PROSE}",
        '<meta property="og:title" content="Chi bộ thôn Đồng Vai tổ chức đại hội">',
    )
    assert found.title == "Chi bộ thôn Đồng Vai tổ chức đại hội"
    assert "without the kicker" in found.evidence["title"]


def test_the_wording_of_an_article_as_data_goes_before_another_heading() -> None:
    data = '{"@type": "NewsArticle", "headline": "Chi bộ thôn Đồng Vai bầu cấp ủy mới"}'
    found = article(
        f"<h1>Đồng Vai có cấp ủy mới</h1>{PROSE}",
        f'<script type="application/ld+json">{data}</script>',
    )
    assert found.title == "Chi bộ thôn Đồng Vai bầu cấp ủy mới"


def test_a_told_title_of_another_thing_is_not_believed() -> None:
    found = article(
        f"<h1>Đại hội điểm cấp cơ sở thành công</h1>{PROSE}",
        '<meta property="og:type" content="article">'
        '<meta property="og:title" content="Website tổng hợp">',
    )
    assert found.title == "Đại hội điểm cấp cơ sở thành công"


@pytest.mark.parametrize(
    ("caption", "text", "credit"),
    [
        ("Delegates vote. <span class='photo-credit'>Lê An</span>", "Delegates vote.", "Lê An"),
        ("Delegates vote. (Photo: Lê An)", "Delegates vote.", "Lê An"),
        ("Delegates vote. © Lê An/TTX", "Delegates vote.", "Lê An/TTX"),
        ("Đại biểu bỏ phiếu. Ảnh: Lê An", "Đại biểu bỏ phiếu. Ảnh: Lê An", "Lê An"),
    ],
)
def test_a_foreign_credit_stands_beside_the_caption(caption: str, text: str, credit: str) -> None:
    figure = f"<figure><img src='/a.jpg' width=600><figcaption>{caption}</figcaption></figure>"
    found = article(f"<h1>Đại hội chi bộ thôn Đồng Vai</h1>{PROSE}{figure}{PROSE}")
    assert [(one.text, one.credit) for one in found.captions] == [(text, credit)]
    assert not any("An" in block.text for block in found.body)


def test_small_print_that_a_style_sheet_calls_caption_is_none_without_a_photo() -> None:
    found = article(
        "<h1>Đại hội chi bộ thôn Đồng Vai</h1>"
        f"<div class='text-caption'>Thời gian đọc: 5 phút</div>{PROSE}"
    )
    assert not found.captions


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anne-Marie Slaughter", ["Anne-Marie Slaughter"]),
        ("Q.Như-N.Phương", ["Q.Như", "N.Phương"]),
        ("XUÂN NGHĨA - MINH TÂN", ["XUÂN NGHĨA", "MINH TÂN"]),
        ("By Jane Roe and Max Poe-Smith", ["Jane Roe", "Max Poe-Smith"]),
    ],
)
def test_a_hyphen_divides_people_only_where_names_are_written_so(
    text: str, names: list[str]
) -> None:
    found = bylines.read(text)
    assert found is not None
    assert [one.name for one in found.authors] == names


def test_a_button_called_partager_is_no_byline() -> None:
    assert not bylines.is_labelled("Partager via")


def test_names_that_are_links_leave_out_what_the_people_are() -> None:
    by = "<div class='byline'>By <a href='/a'>Jane Roe</a>Travel Reporter</div>"
    found = article(f"<h1>Đại hội chi bộ thôn Đồng Vai</h1>{by}{PROSE}")
    assert [one.name for one in found.authors] == ["Jane Roe"]


@pytest.mark.parametrize(
    "around",
    [
        "<body class='post three-column content-sidebar'>{}</body>",
        "<body><div class='sidebar-grid'><div class='sidebar-grid__content'>{}</div></div></body>",
        "<body><article class='post type-post hentry tag-dai-hoi category-ads'>{}</article></body>",
    ],
)
def test_names_of_grids_and_of_tags_do_not_hide_the_text(around: str) -> None:
    found = article(f"<h1>Đại hội chi bộ thôn Đồng Vai</h1>{PROSE}", around=around)
    assert len(found.body) == 9
