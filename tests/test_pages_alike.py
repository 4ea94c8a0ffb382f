"""What stands beside the text, told by how it is marked up: as its paragraphs are, or otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from archive.types import Article, Exchange
from crawler.pages.document import Document
from crawler.pages.extract import extract
from crawler.pages.walk import blocks
from crawler.profile import generic

URL = "https://huyenuy.example.vn/tin/hoi-nghi-giao-ban.html"
TEXT = [
    "Sáng 12/3, Ban Thường vụ Huyện ủy tổ chức hội nghị giao ban với bí thư các chi bộ trực thuộc.",
    "Hội nghị nghe báo cáo kết quả công tác hai tháng đầu năm, những việc chưa làm được và lý do.",
    "Các chi bộ kiến nghị sớm bổ sung tài liệu sinh hoạt, nhất là cho các chi bộ thôn, bản ở xa.",
    "Nhiều ý kiến đề nghị Huyện ủy giao chỉ tiêu kết nạp đảng viên sát với từng chi bộ cơ sở hơn.",
    "Kết luận hội nghị, đồng chí Bí thư Huyện ủy yêu cầu hoàn thành kế hoạch trước ngày 20/3.",
]
LEAD = "Hội nghị đánh giá hai tháng đầu năm và bàn những việc phải làm xong trong quý này."


def read(inside: str, *, before: str = "", head: str = "") -> Article:
    markup = f"""<!doctype html><html lang="vi"><head><meta charset="utf-8">
<title>Hội nghị giao ban quý I</title>{head}</head><body>
<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/tin/">Tin tức</a></li></ul>
<div id="bai"><h1>Hội nghị giao ban quý I</h1><div>12/03/2026 09:15</div>{before}
<div class="chu">{inside}</div></div>
<div id="foot">Cơ quan chủ quản: Huyện ủy</div></body></html>"""
    exchange = Exchange(
        URL, datetime(2026, 3, 13, tzinfo=UTC), status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),), body=markup.encode(),
    )  # fmt: skip
    found = extract(Document.parse(exchange), generic(URL))
    assert found is not None
    return found


def paragraphs(texts: list[str], name: str = "c1") -> str:
    return "".join(f"<p class='{name}'>{text}</p>" for text in texts)


def texts(article: Article) -> list[str]:
    return [block.text for block in article.body]


def test_paragraphs_in_a_box_called_an_advertisements_are_of_the_text() -> None:
    box = f"<div class='teaser-content'>{paragraphs(TEXT[:2])}</div>"
    assert texts(read(box + paragraphs(TEXT[2:]))) == TEXT


def test_a_first_paragraph_before_the_box_of_the_others_is_of_the_text() -> None:
    found = read(paragraphs(TEXT[1:]), before=f"<div class='mo'>{paragraphs(TEXT[:1])}</div>")
    assert texts(found) == TEXT


def test_what_such_a_box_holds_besides_stays_out() -> None:
    other = "<div class='teaser-content'><p class='t'>Đăng ký nhận bản tin của Huyện ủy để không"
    other += " bỏ lỡ những tin mới nhất từ các chi bộ trực thuộc.</p></div>"
    assert texts(read(paragraphs(TEXT[:3]) + other + paragraphs(TEXT[3:]))) == TEXT


@pytest.mark.parametrize(
    "note",
    ["Lượt xem bài viết này: 1.432 lượt", "Bạn đọc góp ý về Văn phòng Huyện ủy, số 1 phố Vạn Xuân"],
)
def test_a_note_in_a_box_behind_the_text_is_none_of_it(note: str) -> None:
    assert texts(read(paragraphs(TEXT) + f"<section><div><p>{note}</p></div></section>")) == TEXT


def test_a_last_paragraph_of_another_class_stays() -> None:
    last = "Hội nghị kết thúc trong buổi sáng; các chi bộ nhận tài liệu ngay tại chỗ."
    assert texts(read(paragraphs(TEXT) + f"<p>{last}</p>")) == [*TEXT, last]
    pasted = paragraphs(TEXT) + paragraphs([last], "MsoNormal")
    assert texts(read(pasted)) == [*TEXT, last]


def test_a_long_end_in_a_box_of_its_own_stays() -> None:
    end = [f"{text} Đó là ý kiến chung của các đại biểu dự hội nghị." for text in TEXT[:4]]
    box = "<div class='khung'>" + "".join(f"<p>{text}</p>" for text in end) + "</div>"
    assert texts(read(paragraphs(TEXT) + box)) == TEXT + end


def test_labels_said_again_and_again_are_none_of_the_text() -> None:
    label = "<div>Quảng bá</div>"
    mixed = label.join(paragraphs([text]) for text in TEXT)
    assert texts(read(mixed)) == TEXT


def test_the_refrain_of_a_song_stays() -> None:
    song = ["Ơi con sông quê", *TEXT[:2], "Ơi con sông quê", *TEXT[2:], "Ơi con sông quê"]
    assert texts(read(paragraphs(song))) == song


def test_a_lead_of_two_paragraphs_before_the_text_is_one() -> None:
    second = "Đây là lần giao ban đầu tiên từ khi sáp nhập các chi bộ cơ quan."
    head = f'<meta property="og:description" content="{LEAD}">'
    before = f"<div class='dan'><p class='d'>{LEAD}</p><p class='d'>{second}</p></div>"
    more = [f"{text} Các đại biểu nhất trí với ý kiến đó." for text in TEXT]
    found = read(paragraphs(TEXT + more), before=before, head=head)
    assert found.lead == f"{LEAD} {second}"
    assert texts(found) == TEXT + more


PHOTO = "Các đại biểu dự hội nghị giao ban tại hội trường Huyện ủy"


def test_a_photo_in_a_button_that_enlarges_it_keeps_its_caption() -> None:
    figure = f"<button><img src='/a/1.jpg' width=600><figcaption>{PHOTO}</figcaption></button>"
    found = read(paragraphs(TEXT[:2]) + figure + paragraphs(TEXT[2:]))
    assert [caption.text for caption in found.captions] == [PHOTO]
    assert texts(found) == TEXT
    plain = read(paragraphs(TEXT[:2]) + "<button>Chia sẻ bài này</button>" + paragraphs(TEXT[2:]))
    assert texts(plain) == TEXT


@pytest.mark.parametrize("credit", ["", " TTXVN/Lê Mây"])
def test_a_caption_that_repeats_the_alt_is_found_in_a_box_of_any_name(credit: str) -> None:
    box = (
        f"<div class='teaser-box'><img src='/a/1.jpg' alt='{PHOTO}' width=600>"
        f"<p>{PHOTO}{credit}</p></div>"
    )
    found = read(paragraphs(TEXT[:2]) + box + paragraphs(TEXT[2:]))
    assert [caption.text.removesuffix(credit) for caption in found.captions] == [PHOTO]


def test_a_teaser_with_a_link_is_no_caption() -> None:
    box = (
        f"<div class='teaser-box'><img src='/a/1.jpg' alt='{PHOTO}' width=600>"
        f"<p><a href='/tin/2.html'>{PHOTO}</a></p></div>"
    )
    assert read(paragraphs(TEXT[:2]) + box + paragraphs(TEXT[2:])).captions == ()


@pytest.mark.parametrize("line", ["01:48 min", "0:35", "Bài và ảnh đăng 12/03/2026, 09:15"])
def test_a_players_time_and_a_date_are_no_captions(line: str) -> None:
    figure = f"<figure><img src='/a/1.jpg' width=600><figcaption>{line}</figcaption></figure>"
    assert read(paragraphs(TEXT[:2]) + figure + paragraphs(TEXT[2:])).captions == ()


def test_who_wrote_it_is_no_lead() -> None:
    inside = "<p><b>Nguyễn Văn An</b></p>" + paragraphs(TEXT)
    assert read(inside).lead is None


def test_what_is_never_shown_is_passed_over_whole_and_no_further() -> None:
    inside = "<template><p>Ẩn</p><p><b>Ẩn</b></p></template><svg></svg>"
    markup = f"<html><body><div>{inside}<p>{TEXT[0]}</p></div></body></html>"
    exchange = Exchange(URL, datetime(2026, 3, 13, tzinfo=UTC), status=200, body=markup.encode())
    doc = Document.parse(exchange)
    next(doc.body.iter("svg")).append(etree.Comment("a child that is no element"))
    assert [line.shown for line in blocks(doc).lines] == [TEXT[0]]
