"""What stands in the text without being of it: boxes beside the paragraphs, notices, told texts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.types import Article, Exchange
from crawler.pages.document import Document
from crawler.pages.extract import extract
from crawler.profile import generic

URL = "https://huyenuy.example.vn/tin/hoi-nghi-giao-ban.html"
TEXT = [
    "Sáng 12/3, Ban Thường vụ Huyện ủy tổ chức hội nghị giao ban với bí thư các chi bộ trực thuộc.",
    "Hội nghị nghe báo cáo kết quả công tác hai tháng đầu năm, những việc chưa làm được và lý do.",
    "Các chi bộ kiến nghị sớm bổ sung tài liệu sinh hoạt, nhất là cho các chi bộ thôn, bản ở xa.",
    "Kết luận hội nghị, đồng chí Bí thư Huyện ủy yêu cầu hoàn thành kế hoạch trước ngày 20/3.",
]


def page(*inside: str, head: str = "", around: str = "div") -> Exchange:
    """A page whose text box holds *inside*; strings without a tag are paragraphs."""
    body = "\n".join(part if part.startswith("<") else f"<p>{part}</p>" for part in inside)
    markup = f"""<!doctype html><html lang="vi"><head><meta charset="utf-8">
<title>Hội nghị giao ban quý I</title>{head}</head><body>
<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/tin/">Tin tức</a></li></ul>
<{around} id="bai"><h1>Hội nghị giao ban quý I</h1><div>12/03/2026 09:15</div>
<div class="chu">{body}</div></{around}>
<div id="foot">Cơ quan chủ quản: Huyện ủy</div></body></html>"""
    return Exchange(
        URL, datetime(2026, 3, 13, tzinfo=UTC), status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),), body=markup.encode(),
    )  # fmt: skip


def read(exchange: Exchange) -> Article:
    found = extract(Document.parse(exchange), generic(URL))
    assert found is not None
    return found


def texts(exchange: Exchange) -> list[str]:
    return [block.text for block in read(exchange).body]


POLL = (
    "<div class='x1'><h3>Ý kiến của bạn về cuộc họp?</h3><div><p>Rất hữu ích cho chi bộ.</p></div>"
    "<div><p>Chưa thật sự cần thiết.</p></div></div>"
)


@pytest.mark.parametrize(
    "aside",
    [
        POLL,
        "<div class='x2'><div><p>Nội dung này được nhúng từ một trang khác.</p>"
        "<p>Bạn cần đồng ý trước khi xem.</p></div></div>",
        "<section><h4>Về tác giả</h4><p>Ông viết về công tác Đảng từ năm 2001.</p></section>",
    ],
)
def test_a_box_of_its_own_among_the_paragraphs_is_no_text(aside: str) -> None:
    assert texts(page(*TEXT[:2], aside, *TEXT[2:])) == TEXT
    assert texts(page(*TEXT, aside)) == TEXT


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        ("<div><ul><li>Củng cố tổ chức.</li><li>Kết nạp đảng viên mới.</li></ul></div>",
         ["Củng cố tổ chức.", "Kết nạp đảng viên mới."]),
        ("<div><blockquote>Làm việc nào, xong việc ấy.</blockquote></div>",
         ["Làm việc nào, xong việc ấy."]),
        ("<div class='s'><h2>Những việc còn chậm</h2></div>", ["Những việc còn chậm"]),
        ("<div><table><tr><td>Chi bộ</td><td>Đảng viên</td></tr><tr><td>Bản Áng</td><td>24</td>"
         "</tr></table></div>", ["Chi bộ\tĐảng viên", "Bản Áng\t24"]),
    ],
)  # fmt: skip
def test_lists_quotations_tables_and_lone_headings_stay(inside: str, kept: list[str]) -> None:
    assert texts(page(*TEXT[:2], inside, *TEXT[2:])) == [*TEXT[:2], *kept, *TEXT[2:]]


def test_paragraphs_that_are_boxes_are_the_text() -> None:
    boxed = [f"<div>{text}</div>" for text in TEXT]
    assert texts(page(*boxed)) == TEXT


def test_a_text_in_several_boxes_alike_is_one_text() -> None:
    halves = [f"<div class='doan'><p>{a}</p><p>{b}</p></div>" for a, b in (TEXT[:2], TEXT[2:])]
    assert texts(page(*halves)) == TEXT
    assert texts(page(halves[0], POLL, halves[1])) == TEXT


def test_half_of_a_text_in_a_box_of_its_own_stays() -> None:
    box = f"<div class='x'><p>{TEXT[2]}</p><p>{TEXT[3]}</p></div>"
    assert texts(page(*TEXT[:2], box)) == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "Đọc thêm: <a href='/tin/2.html'>Chi bộ Bản Áng kết nạp ba đảng viên mới</a>",
        "Chuyện ở cơ sở | <a href='/tin/3.html'>Một bí thư chi bộ đi từng nhà</a>",
        "<b>Les også: <a href='/n.html'>Flere unge melder seg inn i partiet i år</a></b>",
        "<a href='/x.html'>Đăng ký nhận bản tin hằng tuần</a> của Huyện ủy để không bỏ lỡ tin mới.",
        "Read more about the meeting <a href='/en/'>on our English page next week</a>.",
    ],
)
def test_a_line_that_leads_elsewhere_is_no_text(line: str) -> None:
    assert texts(page(*TEXT[:2], line, *TEXT[2:])) == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "© 2026 Huyện ủy. Ghi rõ nguồn khi phát hành lại.",
        "Copyright: Ban Tuyên giáo Huyện ủy, 2026",
        "<i>This article was first published in the district's bulletin of March.</i>",
    ],
)
def test_whose_rights_it_is_ends_the_text(line: str) -> None:
    assert texts(page(*TEXT, line)) == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "Mời các chi bộ gửi báo cáo về Văn phòng Huyện ủy trước ngày 25/3 để tổng hợp chung.",
        "Theo Quyết định <a href='/vb/12.html'>số 12-QĐ/HU</a>, mỗi chi bộ họp một lần mỗi tháng.",
        "Nghị quyết: <a href='/vb/3.html'>số 03-NQ/HU</a> được cả hội nghị nhất trí thông qua.",
        "Read aloud by the chairman, the letter of the province moved everyone in the hall.",
        "More than 150 members, <a href='/en/9.html'>many of them young</a>, came to the meeting.",
        "Related work of the district was <a href='/en/8.html'>told of in May</a>, its chair said.",
        "For the latest of these plans the committee asked <a href='/en/7.html'>all branches</a>.",
        "Join the branch, <a href='/en/6.html'>its letter says</a>, and serve those living there.",
        "Bản quyền phần mềm quản lý đảng viên cũng được bàn tại hội nghị của Huyện ủy lần này.",
    ],
)
def test_a_sentence_that_only_begins_like_a_notice_stays(line: str) -> None:
    plain = page(*TEXT[:1], line, *TEXT[1:])
    assert len(texts(plain)) == len(TEXT) + 1


def test_a_lone_label_goes_with_its_links() -> None:
    links = "<p><a href='/tin/2.html'>Chi bộ Bản Áng kết nạp ba đảng viên mới</a></p>"
    assert texts(page(*TEXT[:2], "<p>Đọc thêm</p>", links, *TEXT[2:])) == TEXT
    alone = texts(page(*TEXT[:2], "<p>Đọc thêm trong văn kiện</p>", *TEXT[2:]))
    assert alone == [*TEXT[:2], "Đọc thêm trong văn kiện", *TEXT[2:]]


def told(text: str) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Hội nghị giao ban quý I",
    }
    data["articleBody"] = text
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


BETWEEN = "Bản tin này do một cộng tác viên gửi đến, chưa biên tập."


def test_what_the_page_does_not_tell_as_its_text_is_none() -> None:
    known = page(*TEXT[:2], BETWEEN, *TEXT[2:], head=told(escape(" ".join(TEXT))))
    assert texts(known) == TEXT


@pytest.mark.parametrize(
    "other", [" ".join(TEXT[:1]) * 2, "Một bài khác hẳn, của một ngày khác. " * 12, "Ngắn."]
)
def test_a_told_text_that_is_another_is_not_believed(other: str) -> None:
    assert texts(page(*TEXT[:2], BETWEEN, *TEXT[2:], head=told(other))) == [
        *TEXT[:2], BETWEEN, *TEXT[2:]
    ]  # fmt: skip


def test_headings_that_the_told_text_leaves_out_stay() -> None:
    known = page(*TEXT[:2], "<h2>Những việc còn chậm</h2>", *TEXT[2:], head=told(" ".join(TEXT)))
    assert texts(known) == [*TEXT[:2], "Những việc còn chậm", *TEXT[2:]]


SYLLABLES = ["chi", "bộ", "đảng", "viên", "họp", "bàn", "việc", "xã", "năm", "nay"]
SENTENCE = st.lists(st.sampled_from(SYLLABLES), min_size=14, max_size=40).map(" ".join)


@given(st.lists(SENTENCE, min_size=3, max_size=9, unique=True))
def test_plain_paragraphs_are_never_cut(sentences: list[str]) -> None:
    written = [f"{text.capitalize()} {number}." for number, text in enumerate(sentences)]
    assert texts(page(*written)) == written
