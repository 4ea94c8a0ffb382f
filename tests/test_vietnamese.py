"""Settling, tone marks in one place, and folding: offsets must survive all but settling."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import vietnamese as vi

LETTERS = "aàáảãạăằâấđeèêếiìoòôốơớuùúủũụưứyýỳỷqghkhnthQUYÒAỦÝĐ "
vietnamese_text = st.text(st.sampled_from(LETTERS)) | st.text()


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Đảng ủy", "Đảng uỷ"),
        ("hòa bình", "hoà bình"),
        ("HÒA BÌNH", "HOÀ BÌNH"),
        ("Thúy", "Thuý"),
        ("sức khỏe, khoẻ", "sức khoẻ, khoẻ"),
        ("tỏa, lõa, họa", "toả, loã, hoạ"),
        ("Hùynh", "Huỳnh"),
        ("tòan quốc, hòang, ngòai, xóay", "toàn quốc, hoàng, ngoài, xoáy"),
        ("khủyu", "khuỷu"),
        ("thủơ", "thuở"),
        ("Nguỹên, Ngũyên", "Nguỹên, Nguyễn"),
        ("qúy, Qúy, qúa", "quý, Quý, quá"),
    ],
)
def test_tone_marks_move_to_the_main_vowel(before: str, after: str) -> None:
    assert vi.tone_settled(before) == after


@pytest.mark.parametrize(
    "word",
    ["quý", "quí", "giá", "già", "khuỷu", "thuở", "của", "mùa", "múa", "ủi", "tụi", "ngủ", "úa",
     "quả", "quốc", "cuối", "xoong", "góc", "nói", "loại", "thuế", "huệ", "uy", "ui", "ùa", "lụa"],
)  # fmt: skip
def test_words_that_are_right_stay(word: str) -> None:
    assert vi.tone_settled(word) == word
    assert vi.tone_settled(word.upper()) == word.upper()


def test_different_words_stay_different() -> None:
    words = ["uy", "ủy", "úy", "ùy", "quý", "quí", "hoa", "hòa", "hóa", "hỏa", "họa"]
    assert len({vi.exact(word) for word in words}) == len(words)
    assert vi.exact("ủy") == vi.exact("uỷ") == vi.exact("ỦY") == vi.exact("UỶ")


@settings(deadline=None)
@given(vietnamese_text)
def test_tone_settled_keeps_length_form_and_is_idempotent(text: str) -> None:
    text = nfc(text)
    once = vi.tone_settled(text)
    assert len(once) == len(text)
    assert nfc(once) == once
    assert vi.tone_settled(once) == once
    assert vi.fold(once) == vi.fold(text)


@settings(deadline=None)
@given(vietnamese_text)
def test_fold_and_exact_keep_length_and_are_idempotent(text: str) -> None:
    text = nfc(text)
    for form in (vi.fold, vi.exact, vi.lower):
        once = form(text)
        assert len(once) == len(text)
        assert form(once) == once
    assert list(vi.spans(vi.fold(text))) == list(vi.spans(vi.exact(text)))


def test_fold() -> None:
    assert vi.fold("Đảng uỷ Khối – TIẾNG VIỆT, nghĩa vụ") == "dang uy khoi – tieng viet, nghia vu"
    assert vi.fold("İstanbul ẞ ﬁ Ǆ") == "istanbul ß ﬁ ǆ"
    every = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
    tones = "\u0300\u0301\u0303\u0309\u0323"
    marked = "".join(nfc(letter + tone) for letter in "aăâeêioôơuưy" for tone in tones)
    assert vi.fold(every + marked + every.upper() + marked.upper()).isascii()


@pytest.mark.parametrize("word", ["Đ", "đi", "ấp", "cafe\u0301", "Nguyễn", "ư"])
def test_has_marks(word: str) -> None:
    assert vi.has_marks(word)
    assert vi.has_marks(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize("word", ["di", "ap", "26/6/2023", "", "–", "COVID-19"])
def test_has_no_marks(word: str) -> None:
    assert not vi.has_marks(word)


def test_settle() -> None:
    assert vi.settle("\ufeff  Tin\u00a0 tức\r\n\thoạt\u3000động\u200b \x00") == "Tin tức hoạt động"
    assert vi.settle("Hô\u0323i nghi\u0323") == "Hội nghị"
    assert vi.settle("e\u200b\u0302") == "ê"
    assert vi.settle("Đảng ủy, Đảng uỷ “Khối”…") == "Đảng ủy, Đảng uỷ “Khối”…"


@settings(deadline=None)
@given(st.text())
def test_settle_is_idempotent_and_nfc(text: str) -> None:
    once = vi.settle(text)
    assert vi.settle(once) == once == nfc(once)


def test_syllables() -> None:
    assert vi.syllables("Sáng 23/6/2023, “Đảng_ủy” (COVID-19)") == [
        "Sáng", "23", "6", "2023", "Đảng", "ủy", "COVID", "19"
    ]  # fmt: skip
    assert vi.syllables("x\u0331y \u0331") == ["x\u0331y"]
    assert [*vi.spans("a bc")] == [(0, 1), (2, 4)]


def test_twenty_kilobytes_fold_within_a_few_milliseconds() -> None:
    text = "Đảng ủy Khối tổ chức hội nghị tuyên truyền miệng sáu tháng đầu năm. " * 230
    assert len(text.encode()) >= 20_000
    for form in (vi.fold, vi.exact, vi.settle):
        best = min(_seconds(form, text) for _ in range(5))
        assert best < 0.01, form.__name__  # measured: 0.2 to 0.5 ms; slack for busy machines


def _seconds(form, text: str) -> float:  # type: ignore[no-untyped-def]  # any of three functions
    start = time.perf_counter()
    form(text)
    return time.perf_counter() - start
