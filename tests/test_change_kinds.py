"""Of which kind a change is: slips of spelling apart from other words, white space from form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.change_kinds import kind_of

SLIPS = [
    ("Hội nghi quán triệtt nghị quyết", "Hội nghi quán triệt nghị quyết"),
    ("Đồng chí phát biẻu chỉ đạo", "Đồng chí phát biểu chỉ đạo"),
    ("Ban Thưòng vụ", "Ban Thường vụ"),
    ("kỹ năng tuyên truyền", "kĩ năng tuyên truyền"),
    ("nâng cao chât lựơng sinh hoạt", "nâng cao chất lượng sinh hoạt"),
    ("công tác kiểm tar, giám sát", "công tác kiểm tra, giám sát"),
]
OTHER_WORDS = [
    ("Đồng chí Nguyễn Văn An", "Đồng chí Nguyễn Văn Anh"),  # both are names
    ("có 40 đại biểu", "có 45 đại biểu"),
    ("ngày 2/9", "ngày 3/9"),
    ("được thông qua", "không được thông qua"),
    ("tháng 5", "tháng năm"),
    ("kết quả tốt", "kết quả khá"),
    ("xã Bình Sơn", "xã Bình Long"),
    ("BTV", "BCH"),
    ("Hội nghị sơ kết", "Hội nghị tổng kết"),
]


@pytest.mark.parametrize(("old", "new"), SLIPS)
def test_slips_of_spelling(old: str, new: str) -> None:
    assert kind_of("body", [old], [new]) == "spelling"
    assert kind_of("body", [new], [old]) == "spelling"


@pytest.mark.parametrize(("old", "new"), OTHER_WORDS)
def test_other_words_are_no_slips(old: str, new: str) -> None:
    assert kind_of("body", [old], [new]) == "content"
    assert kind_of("body", [new], [old]) == "content"


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (["cái bàn"], ["cái bán"], "marks"),
        (["Đảng ủy"], ["Đảng uỷ"], "tone"),
        (["Một. Hai."], ["Một.", "Hai."], "space"),
        (["nghị quyết"], ["nghịquyết"], "space"),
        (["Hội nghị"], ["HỘI NGHỊ"], "form"),
        (["Hội nghị"], ["Hội nghị."], "form"),
        (["Đảng ủy họp."], ["Đảng uỷ  họp ."], "space"),
    ],
)
def test_the_other_kinds(old: list[str], new: list[str], kind: str) -> None:
    assert kind_of("body", old, new) == kind


def test_a_text_full_of_slips_is_another_text() -> None:
    old = " ".join(f"chât lựơng {word}" for word in ["một", "hai", "ba", "bốn", "năm"])
    assert kind_of("body", [old], [old.replace("chât lựơng", "chất lượng")]) != "spelling"


@given(st.lists(st.text(max_size=30), max_size=4), st.lists(st.text(max_size=30), max_size=4))
def test_a_change_is_of_the_same_kind_both_ways(old: list[str], new: list[str]) -> None:
    assert kind_of("body", old, new) == kind_of("body", new, old)
