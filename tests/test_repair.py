"""Text repaired where that is certain, and nowhere else: by the line, by the page, by the bytes."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.encoding import decode
from archive.old_letters import TCVN3, VNI, decoded
from archive.syllables import TONES, bases, is_syllable
from archive.types import Exchange, Reading
from archive.vietnamese import composed
from crawler.pages.edits import Around
from crawler.pages.old_fonts import of_name
from crawler.pages.repair import repair
from crawler.profile import generic
from crawler.reading import read

LINE = "Đảng ủy Khối các cơ quan tỉnh tổ chức hội nghị sơ kết công tác sáu tháng đầu năm"
BASES = sorted(bases())
SEEN = datetime(2024, 1, 1, tzinfo=UTC)
_TO_TCVN3 = {letter: code for code, letter in TCVN3.items()}
_TO_VNI = {letter: code for code, letter in VNI.items() if not letter.isascii()}
_TO_VNI |= {letter: code for code, letter in VNI.items() if code[1:] == code[1:].lower()}


def in_tcvn3(text: str) -> str:
    return "".join(_TO_TCVN3.get(char, char) for char in text)


def in_vni(text: str) -> str:
    return "".join(_TO_VNI.get(char, char) for char in text)


def in_1258(text: str) -> str:
    """As windows-1258 writes it, read as windows-1252."""
    out = []
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        tone = "".join(part for part in parts if part in TONES)
        rest = "".join(part for part in parts if part not in TONES)
        out.append((unicodedata.normalize("NFC", rest) + tone).encode("cp1258").decode("cp1252"))
    return "".join(out)


def twice(text: str, shown: str = "cp1252") -> str:
    """UTF-8 taken for windows-1252 as browsers read it, or for latin-1."""
    return "".join(bytes([byte]).decode(shown, "ignore") or chr(byte) for byte in text.encode())


def loosely(word: str) -> str:
    """With the tone on the first of two vowels, as many write it: hòa, ủy."""
    return word.replace("oà", "òa").replace("uỷ", "ủy").replace("oá", "óa")


def toned(base: str, tone: str) -> str:
    """The syllable of `bases` with *tone* ("" or one of `TONES`), in NFC and the newer spelling."""
    place, _ = bases()[base]
    return unicodedata.normalize("NFC", base[: place + 1] + tone + base[place + 1 :])


@st.composite
def syllable(draw: st.DrawFn) -> str:
    base = draw(st.sampled_from(BASES))
    stops = bases()[base][1]
    tones = ["\u0301", "\u0323"] if stops else ["", *TONES]
    return toned(base, draw(st.sampled_from(tones)))


# A sign alone is a bullet or a paragraph sign as well as á or Đ, and stays.
LINES = st.lists(syllable().filter(lambda word: len(word) > 1), min_size=8, max_size=30).map(
    lambda words: " ".join([LINE, *words])
)


@given(syllable())
def test_every_syllable_is_one_in_both_spellings_and_cases(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(word.upper())
    assert is_syllable(loosely(word))


@pytest.mark.parametrize(
    "word",
    [
        "Đảng",
        "uỷ",
        "ủy",
        "hòa",
        "hoà",
        "quý",
        "quốc",
        "giếng",
        "gìn",
        "già",
        "khuya",
        "nghiêng",
        "xoong",
        "ĐƯỢC",
        "thuở",
        "y",
    ],
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word",
    [
        "für",
        "goût",
        "schön",
        "où",
        "cat",
        "càt",
        "cáć",
        "ngiệp",
        "kà",
        "ce",
        "gê",
        "Đắkk",
        "über",
        "§¶ng",
        "uûy",
        "é́",
        "qa",
    ],
)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_what_was_encoded_wrongly_comes_back_exactly(line: str) -> None:
    assert repair(in_tcvn3(line)).text == line
    assert repair(in_vni(line)).text == line
    assert repair(in_1258(line)).text == line
    assert repair(twice(line)).text == line
    assert repair(twice(line, "latin-1")).text == line
    assert repair(unicodedata.normalize("NFD", line)).text == line


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_clean_vietnamese_stays(line: str) -> None:
    assert repair(line, Around(True, frozenset({"TCVN3"}), True)).text == line
    assert repair(line.title()).notes == ()
    assert repair(f"«{line}» – “{line.upper()}” (®, ©, §5)").notes == ()


FOREIGN = [
    "Où est la fête ? L'été dernier, élève naïf à Noël, goût et dû, maïs, Raphaël, aérien",
    "Größe für schöne Mädchen, Übung, süß, Straße, Bär, fünf, geändert, § 5 Abs. 2, 20 µm",
    "Zażółć gęślą jaźń, Łódź, Kraków, więc, ósmy, południe",
    "Příliš žluťoučký kůň úpěl ďábelské ódy, Plzeň, míč, více",
    "El niño comió piñas; ¿qué? ¡Sí! Año 1ª, 2º, aéreo, Raúl, país, oído",
    "Perché così più città è là, però, virtù",
    "Så må vi nå på øya, få, blå, små, hår, æra",
    "Þetta er það sem Ðað ðu ðe, hér á Íslandi",
    "São não é à praça três avô, você, pão, lá",
    "Tôi có cá, bà và mẹ là ông; anh ta thì sao",
    "x² ± 3·10⁻⁴ µm ≥ ½; f(x) = ∂y/∂x; £5, ¥7; Nokia®, ©2020, «quá», «má»…",
    "if (a && b) { c = d ^ e; } // &agrave; &#7843; &nbsp;",
    "https://a.vn/tin/%C4%90%E1%BA%A3ng?x=1&y=%E1%BB%A7 /đảng-ủy/§¶ng",
    "cafÃ© dÃ©jÃ  vu Ã©tÃ©",
    "XÃ HỘI CHỦ NGHĨA, XÃ VIÊN, NHÃ NHẠC",
    "Привет, мир: Москва и Нaгопый",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_what_is_not_certain_stays(text: str) -> None:
    assert repair(text).text == text


REPAIRED = [
    ("XÃ HỘI Ðảng bộ, HÐND tỉnh, ðồng chí", "XÃ HỘI Đảng bộ, HĐND tỉnh, đồng chí"),
    ("Đ&#7843;ng ủy và ng&agrave;nh &#7843;", "Đảng ủy và ngành &#7843;"),
    ("\u0110a\u0309ng, a\u0301\u0302n, ê\u0301", "Đảng, ấn, ế"),
    ("§¶NG Uû KHèI C¸C C¬ QUAN", "ĐẢNG UỶ KHỐI CÁC CƠ QUAN"),
    ("Nguyễn, §¶ng uû Khèi c¸c c¬ quan, Đắk", "Nguyễn, Đảng uỷ Khối các cơ quan, Đắk"),
    ("Äáº£ng á»§y Khá»‘i cÃ¡c nhiá»u lÃ  ngÃ y", "Đảng ủy Khối các nhiều là  ngày"),
    ("Đồng chí Vаn Аn ở Bình Sоn", "Đồng chí Van An ở Bình Son"),
]


@pytest.mark.parametrize(("text", "good"), REPAIRED)
def test_repairs(text: str, good: str) -> None:
    found = repair(text)
    assert found.text == good
    assert found.notes


def page(title: str, lines: list[str], attributes: str = "") -> str:
    body = "".join(f"<p{attributes}>{line}</p>" for line in lines)
    return f"<meta charset=utf-8><title>{title}</title><h1>{title}</h1>{body}"


def reading(markup: str | bytes, content_type: str = "text/html") -> Reading:
    body = markup if isinstance(markup, bytes) else markup.encode()
    headers = (("Content-Type", content_type),)
    url = "https://a.vn/tin/x-12.html"
    return read(Exchange(url, SEEN, status=200, headers=headers, body=body), generic(url))


TITLE = "Hội nghị sơ kết công tác"
TEXT = [
    LINE + ".",
    "Đồng chí Nguyễn Văn An, Bí thư Chi bộ phát biểu chỉ đạo tại hội nghị.",
    "Dự hội nghị có đại diện các cơ quan, đơn vị trực thuộc.",
]


@pytest.mark.parametrize(
    ("wrong", "note"),
    [
        (in_tcvn3, "TCVN3 letters in 5 lines"),
        (in_vni, "VNI letters in 5 lines"),
        (in_1258, "windows-1258 letters in 5 lines"),
        (twice, "UTF-8 encoded twice in 5 lines"),
        (lambda text: unicodedata.normalize("NFD", text), "marks composed in 5 lines"),
    ],
)
def test_pages_are_repaired_before_the_rules_read_them(wrong, note: str) -> None:  # type: ignore[no-untyped-def]  # one of the functions above
    article = reading(page(wrong(TITLE), [wrong(line) for line in TEXT])).article
    assert article is not None
    assert article.title == TITLE
    assert [block.text for block in article.body] == TEXT
    assert article.evidence["text"] == note


def test_old_letters_in_bytes_and_entities() -> None:
    old = page(in_tcvn3(TITLE), [in_tcvn3(line) for line in TEXT])
    named = "".join(char if char.isascii() else f"&#{ord(char)};" for char in old)
    in_bytes = old.replace("utf-8", "windows-1252").encode("latin-1")
    for markup in (named, in_bytes, in_bytes.replace(b"<meta charset=windows-1252>", b"")):
        article = reading(markup).article
        assert article is not None
        assert [block.text for block in article.body] == TEXT


def test_a_named_font_is_believed_and_its_capitals_are_shown() -> None:
    lines = [*TEXT, f'<font face=".VnTimeH">{in_tcvn3("ban biên tập")}</font>']
    lines.append(f'<a href="/§¶ng.html" style="font-family: \'.VnTime\'">{in_tcvn3("Đảng")}</a>')
    article = reading(page(TITLE, lines)).article
    assert article is not None
    assert "BAN BIÊN TẬP" in str(article)
    assert "§¶ng" not in str([block.text for block in article.body])
    assert of_name("Times New Roman", ("TCVN3", False)) is None
    assert of_name("color: red", ("TCVN3", False)) == ("TCVN3", False)
    assert of_name("font-family: VNI-Times, serif", None) == ("VNI", False)


def test_words_cut_by_elements_and_addresses() -> None:
    cut = "".join(f"<p>{in_tcvn3(line).replace('¶', '<b>¶</b>')}</p>" for line in TEXT)
    link = f'<p>{TEXT[1]} <a href="/{in_tcvn3("Đảng-ủy")}">{in_tcvn3("Đảng ủy Khối các")}</a></p>'
    made = reading(page(TITLE, []) + cut + link)
    assert made.article is not None
    assert [block.text for block in made.article.body][:3] == TEXT
    assert any("Đ" not in found.url and "§" in found.url for found in made.found) or not made.found


def test_what_is_not_seen_is_noted() -> None:
    broken = [line.replace("hội", "hộ\u00adi\u200b") for line in TEXT]
    article = reading(page(TITLE, broken)).article
    assert article is not None
    assert article.evidence["text"] == "soft hyphens removed; zero-width spaces removed"
    assert [block.text for block in article.body] == TEXT
    clean = reading(page(TITLE, TEXT)).article
    assert clean is not None
    assert "text" not in clean.evidence


def raw_1258(text: str) -> bytes:
    return in_1258(text).encode("cp1252")


MIXED = (LINE + " ") * 5
BYTES = [
    (f"<p>{MIXED}<p>".encode() + raw_1258(TEXT[1]), TEXT[1]),
    (f"<p>{MIXED}<p>".encode() + in_tcvn3(TEXT[1]).encode("latin-1"), in_tcvn3(TEXT[1])),
    (f"<p>{MIXED}<p>".encode() + b"\x93h\xe0ng h\xf3a\x94 \x96 caf\xe9", "“hàng hóa” – caf\ufffd"),
    (f"<p>{MIXED}".encode() + "ả".encode()[:2], "\ufffd"),
    (f"<p>{LINE}".encode("utf-16-le"), LINE),
    (f"<p>{LINE}".encode("utf-16-be"), LINE),
    (in_tcvn3(f"<p>{MIXED}").encode("latin-1"), in_tcvn3(LINE) + " "),
]


@pytest.mark.parametrize(("body", "end"), BYTES)
@pytest.mark.parametrize("declared", ["", "iso-8859-1", "windows-1258", "tcvn", "utf-8"])
def test_bytes_of_several_encodings(body: bytes, end: str, declared: str) -> None:
    assert decode(body, f"text/html; charset={declared}")[0].endswith(end)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text(text: str) -> None:
    repair(text, Around(True, frozenset({"TCVN3", "VNI"}), True))
    assert composed(text) == unicodedata.normalize("NFC", text)


def test_marks_without_end_are_cut() -> None:
    assert len(composed("a" + "\u0301\u0323" * 100_000 + "b")) < 40
    assert composed("━" * 1000 + "。" * 500) == "━" * 1000 + "。" * 500
    assert decoded("®", "VNI") is None


def test_controls_beside_what_is_repaired() -> None:
    marked = unicodedata.normalize("NFD", TEXT[0])
    article = reading(page(TITLE, [f"\x01{marked}\x0c&#1;\ufffe", *TEXT[1:]])).article
    assert article is not None
    assert [block.text for block in article.body][1:] == TEXT[1:]
