"""A listing's items: the recorded cases, and pages that show one rule each."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listing_cases import CASES, exchange, facts, profile_of

from archive.types import Exchange, Item
from crawler.discovery.listing import items
from crawler.pages.document import Document
from crawler.profile import generic
from crawler.reading import read

NOW = datetime(2024, 3, 11, tzinfo=UTC)
BASE = "https://tinhuy.example.vn"
SITE = generic(f"{BASE}/")
TITLES = (
    "Đảng ủy Khối tổ chức hội nghị quán triệt nghị quyết",
    "Tập huấn nghiệp vụ công tác kiểm tra cho cấp ủy cơ sở",
    "Chi bộ Trường Tiểu học Đồng Cói kết nạp đảng viên mới",
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_recorded_cases(case: Path, tmp_path: Path) -> None:
    page = exchange(case)
    reading = read(page, profile_of(case, tmp_path))
    assert facts(reading) == json.loads((case / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_the_generic_rules_alone_find_the_same_items(case: Path) -> None:
    page = exchange(case)
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    found = items(Document.parse(page), generic(page.url))
    assert [item.url for item in found] == [item["url"] for item in expected["items"]]
    assert [item.published for item in found] == [item["published"] for item in expected["items"]]


def listed(body: str, path: str = "/tin-tuc/") -> tuple[Item, ...]:
    page = f"<html><head><meta charset=utf-8></head><body>{body}</body></html>"
    return items(Document.parse(Exchange(BASE + path, NOW, status=200, body=page.encode())), SITE)


def rows(count: int = 3, start: int = 0, **parts: str) -> str:
    tag, extra = parts.get("tag", "div"), parts.get("extra", "")
    return "".join(
        f'<{tag} class="item"><h3><a href="/tin/bai-{n}-{n + 100}.html">'
        f"{TITLES[n % 3]} {n}</a></h3>{extra}</{tag}>"
        for n in range(start, start + count)
    )


def urls(found: tuple[Item, ...]) -> list[int]:
    return [int(item.url.rpartition("-")[2].removesuffix(".html")) - 100 for item in found]


def test_boxes_beside_a_list_are_not_of_it() -> None:
    side = (
        '<div class="sidebar"><h4>Tin đọc nhiều</h4><ul>'
        + rows(6, 50, tag="li")
        + '</ul></div><div class="x"><h4>Các tin khác</h4><ul>'
        + rows(6, 60, tag="li")
        + "</ul></div>"
    )
    assert urls(listed(f'<div class="main">{rows(3)}</div>{side}')) == [0, 1, 2]


def test_only_boxes_are_left_beyond_the_end() -> None:
    assert (
        listed('<h2>Tin tức</h2><div class="b"><h4>Tin xem nhiều</h4>' + rows(5) + "</div>") == ()
    )


def test_a_lead_story_over_the_list_is_of_it() -> None:
    story = (
        '<div class="lead-story"><h2><a href="/tin/bai-7-107.html">' + TITLES[0] + "</a></h2>"
        "<i>08/03/2024</i><p>Sáng 8/3, Ban Thường vụ họp phiên thường kỳ tháng ba.</p></div>"
    )
    more = "<i>07/03/2024</i><p>Chiều 7/3, các chi bộ họp bàn về công tác phát triển đảng.</p>"
    assert urls(listed(f"<div>{story}<div>{rows(3, extra=more)}</div></div>")) == [7, 0, 1, 2]


def test_plain_links_without_headings_or_dates() -> None:
    plain = "".join(
        f'<li><a href="/tin/bai-{n}-{n + 100}.html">{TITLES[n % 3]}</a></li>' for n in range(9)
    )
    assert urls(
        listed(f'<ul class="menu"><li><a href="/">Nhà</a></li></ul><ul>{plain}</ul>')
    ) == list(range(9))


def test_a_menu_of_long_section_names_lists_nothing() -> None:
    names = ("hoc-tap-va-lam-theo-tu-tuong", "bao-ve-nen-tang-tu-tuong-cua-dang")
    menu = "".join(
        f'<li><a href="/{n}/">Học tập và làm theo tư tưởng, đạo đức</a></li>' for n in names
    )
    assert listed(f"<nav><ul>{menu}</ul></nav><p>Đang cập nhật.</p>") == ()


def test_picture_title_and_more_are_one_item() -> None:
    url = "/tin/bai-1-101.html"
    body = (
        f'<div><a href="{url}"><img src="a.jpg" alt="ảnh"></a>'
        f'<h3><a href="{url}">{TITLES[0]}</a></h3>'
        f'<p>{TITLES[1]} trong hai ngày.</p><a href="{url}">Xem tiếp</a></div>'
    )
    [item] = listed(f"<div>{body}</div><div>{rows(2, 5)}</div>")[:1]
    assert (item.title, item.lead) == (TITLES[0], f"{TITLES[1]} trong hai ngày.")


def test_addresses_that_tell_nothing_are_known_by_their_words() -> None:
    body = "".join(
        f'<tr><td><a href="/xem.php?c=7&x={n}">{TITLES[n]}</a> (0{n + 1}/03/2024)</td></tr>'
        for n in range(3)
    )
    found = listed(f"<table>{body}</table>")
    assert [item.published for item in found] == ["2024-03-01", "2024-03-02", "2024-03-03"]


def test_traps_and_other_hosts_are_no_items() -> None:
    body = (
        rows(2)
        + f'<div class="item"><h3><a href="https://khac.example/a-1.html">{TITLES[2]}</a></h3></div>'
        + f'<div class="item"><h3><a href="/news/print/tin/a-9.html">{TITLES[2]}</a></h3></div>'
    )
    assert urls(listed(f"<div>{body}</div>")) == [0, 1]


def test_a_home_page_lists_all_its_sections() -> None:
    sections = "".join(
        f'<section class="s{n}"><h2><a href="/muc-{n}/">Mục</a></h2>'
        f"<div>{rows(3, n * 10)}</div></section>"
        for n in range(3)
    )
    assert urls(listed(f"<nav></nav><main>{sections}</main>", "/")) == [
        0,
        1,
        2,
        10,
        11,
        12,
        20,
        21,
        22,
    ]


def test_links_in_sentences_are_no_items() -> None:
    prose = "".join(
        f"<p>Trước đó, trong buổi làm việc với các chi bộ, <a href='/tin/bai-{n}-{n + 100}.html'>"
        f"{TITLES[0]}</a> đã nêu rõ.</p><p><a href='/tin/bai-{n}-{n + 200}.html'>{TITLES[1]}</a> "
        "đã mở ra một hướng đi mới cho công tác kiểm tra của cấp ủy.</p>"
        for n in range(6)
    )
    assert listed(f"<div>{prose}</div>") == ()


def test_a_lead_behind_a_linked_title_leaves_it_an_item() -> None:
    plain = "".join(
        f"<li><a href='/tin/bai-{n}-{n + 100}.html'>{TITLES[n]}</a> Đồng chí Bí thư phát biểu "
        "chỉ đạo tại hội nghị, có các đồng chí trong Ban Thường vụ.</li>"
        for n in range(3)
    )
    assert urls(listed(f"<ul>{plain}</ul>")) == [0, 1, 2]


def test_the_page_itself_is_no_item() -> None:
    own = f'<div class="item"><h3><a href="{BASE}/tin-tuc">{TITLES[0]}</a></h3></div>'
    assert urls(listed(f"<div>{rows(2)}{own}</div>")) == [0, 1]


def test_an_article_of_two_sections_is_one_item() -> None:
    twice = "".join(
        f'<div class="item"><h3><a href="/{section}/bai-hay-9.html">{TITLES[0]}</a></h3></div>'
        for section in ("ke-hoach", "kinh-te")
    )
    found = listed(f"<div>{rows(2)}{twice}</div>")
    assert [item.url.removeprefix(BASE) for item in found][2:] == ["/ke-hoach/bai-hay-9.html"]


def test_a_banner_of_the_home_page_is_no_item() -> None:
    banner = (
        '<div class="note"><img src="a.png"><a href="/page/thong-bao.html">Chỉ dẫn thủ tục hành '
        "chính và hỗ trợ trực tuyến qua điện thoại</a></div>"
    )
    assert urls(listed(f"<main><section>{rows(3)}</section>{banner}</main>", "/")) == [0, 1, 2]


@settings(max_examples=60, deadline=None)
@given(st.text("<>/=\"' adivhrefultbo123-.h", max_size=400))
def test_any_markup_can_be_read(markup: str) -> None:
    found = listed(f"{rows(2)}{markup}{rows(2, 4)}")
    assert len({item.url for item in found}) == len(found)
