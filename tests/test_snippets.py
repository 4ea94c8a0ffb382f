"""Marks and snippets: accented text, the words that the index finds, sentences where possible."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import QueryError
from archive.index_text import Text
from archive.matching import Forms, Unit, forms_of, spans, units
from archive.query import parse
from archive.sentences import sentences
from archive.snippets import LENGTH, Snippet, snippet, title_marks
from archive.vietnamese import settle

EMPTY = Text("", "", "", "", "", "", "")


def snippet_of(text: Text, wanted: tuple[Unit, ...]) -> Snippet:
    return snippet(forms_of(text), wanted)


def marked(text: str, query: str, column: str = "body") -> list[str]:
    found = spans(Forms(text), column, units(parse(query)))
    return [text[start:end] for start, end in found]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Họp Đảng ủy, Đảng uỷ viên", "dang uy", ["Đảng ủy", "Đảng uỷ"]),
        ("Họp Đảng ủy, Đảng uỷ viên", "Đảng uỷ", ["Đảng ủy", "Đảng uỷ"]),
        ("Đang úy lạo; đảng ủy họp", "Đảng ủy", ["đảng ủy"]),
        ("bạn đọc và ban đọc", "ban", ["bạn", "ban"]),
        ("bạn đọc và ban đọc", "=ban", ["ban"]),
        ("tuyên truyền miệng, rồi tuyên giáo", "tuyen truyen", ["tuyên truyền"]),
        ("tuyên bố, rồi truyền đạt", "tuyen truyen", ["tuyên", "truyền"]),
        ("ngày 26/6/2023 tại", "26/6/2023", ["26/6/2023"]),
        ("chuyển đổi, chuyên đề", "chuyen*", ["chuyển", "chuyên"]),
        ("hội nghị\nbáo cáo", '"nghi bao"', ["nghị\nbáo"]),
        ("không dấu câu", "au", []),
        ("một hai ba", "mot -hai ba", ["một", "ba"]),
        ("một hai ba", "title:mot ba", ["ba"]),
        ("Đỗ Đức Độ", "do duc do", ["Đỗ Đức Độ"]),
    ],
)
def test_marks(text: str, query: str, expected: list[str]) -> None:
    assert marked(text, query) == expected


def test_title_marks_follow_the_field() -> None:
    text = Text("Hòa giải ở cơ sở", "", "", "", "", "", "")
    assert title_marks(forms_of(text), units(parse("title:hoa"))) == ((0, 3),)
    assert title_marks(forms_of(text), units(parse("body:hoa"))) == ()


def test_sentences() -> None:
    text = "Tại TP. Hạ Long, PGS.TS. Đỗ Ánh dự. Đến dự có 1.147 đại biểu! Xong.\nHết"
    assert [text[start:end] for start, end in sentences(text)] == [
        "Tại TP. Hạ Long, PGS.TS. Đỗ Ánh dự.",
        "Đến dự có 1.147 đại biểu!",
        "Xong.",
        "Hết",
    ]


FILLER = "Các đại biểu đã thảo luận sôi nổi và nhất trí cao với báo cáo của ban tổ chức. "


def test_a_snippet_is_whole_sentences_around_the_best_match() -> None:
    body = FILLER * 5 + "Lớp tập huấn chuyển đổi số mở tại Bình Sơn. " + FILLER * 5
    shown = snippet_of(Text("", "", settle(body), "", "", "", ""), units(parse("chuyen doi so")))
    assert shown.text.startswith("Lớp tập huấn chuyển đổi số mở tại Bình Sơn. Các đại biểu")
    assert shown.text.endswith("ban tổ chức.")
    assert [shown.text[start:end] for start, end in shown.marks] == ["chuyển đổi số"]
    assert len(shown.text) <= LENGTH


def test_a_long_sentence_is_cut_at_words_around_the_match() -> None:
    body = "từ " * 300 + "tuyên truyền miệng " + "sau " * 300
    shown = snippet_of(Text("", "", settle(body), "", "", "", ""), units(parse("tuyen truyen")))
    assert shown.text.startswith("… từ ")
    assert shown.text.endswith("sau …")
    assert [shown.text[start:end] for start, end in shown.marks] == ["tuyên truyền"]
    assert len(shown.text) <= LENGTH + 4


def test_every_field_can_be_shown() -> None:
    text = Text("Tiêu đề", "Sa pô", "Thân bài", "Ảnh: lễ ký", "Lò Thị Mây", "Tin tức", "lưu trữ")
    for query, expected in [("sa po", "Sa pô"), ("may", "Lò Thị Mây"), ("le ky", "Ảnh: lễ ký"),
                            ("luu tru", "lưu trữ"), ("tin tuc", "Tin tức")]:  # fmt: skip
        assert snippet_of(text, units(parse(query))).text == expected


def test_a_match_in_the_title_alone_shows_the_beginning() -> None:
    text = Text("Hội nghị", "", "Mở đầu.\nSau đó.", "", "", "", "")
    shown = snippet_of(text, units(parse("hoi nghi")))
    assert (shown.text, shown.marks) == ("Mở đầu.", ())
    assert snippet_of(EMPTY, units(parse("hoi nghi"))).text == ""


words = st.sampled_from(["đảng", "ủy", "uỷ", "Hội", "nghị.", "x" * 300, "\n", "“số”", "TP.", "Đ"])


@settings(deadline=None)
@given(st.lists(words, max_size=120).map(" ".join) | st.text(max_size=600), st.text(max_size=20))
def test_marks_are_in_order_apart_and_inside(body: str, query: str) -> None:
    body = "\n".join(settle(line) for line in body.split("\n"))
    try:
        wanted = units(parse(query or "dang uy"))
    except QueryError:
        wanted = units(parse("dang uy"))
    shown = snippet_of(Text("", "", body, "", "", "", ""), wanted)
    last = 0
    for start, end in shown.marks:
        assert last <= start < end <= len(shown.text)
        last = end
    if spans(Forms(body), "body", wanted):
        assert shown.marks
