"""The reader of plain text: the project's own leading article, odd inputs, and the real one."""

from pathlib import Path

import pytest

from archive.errors import InputError
from archive.types import Author
from crawler.demo import plaintext
from crawler.demo.content import Para, Photo
from crawler.demo.leading import LEADING_FILE, leading

SEED = Path(__file__).parents[2] / "shared" / "seed" / "lang-son-article.txt"


def test_leading_article_has_the_structure_of_the_real_one():
    article = leading()
    assert article.section == ("Hoạt động Đảng ủy Khối các cơ quan tỉnh Vân Sơn",)
    assert article.published == "2024-09-19T15:47+07:00"
    assert article.lead is None
    assert [box.slugs for box in article.boxes] == [()]
    office = "Văn phòng Đảng uỷ Khối các cơ quan tỉnh"
    assert article.authors == (Author("Vi Thị Hoài An", office, "author"),)
    assert article.paras[0].text.startswith("Chiều 18/9/2024, " + article.title)
    text = LEADING_FILE.read_text(encoding="utf-8")
    assert "ủy" in text and "uỷ" in text


def test_leading_article_has_six_paragraphs_and_three_captions():
    article = leading()
    kinds = [type(piece) for piece in article.pieces]
    assert kinds == [Para, Para, Photo, Para, Para, Photo, Para, Photo, Para]
    assert [para.joined for para in article.paras] == [False, False, False, True, False, False]
    assert [len(photo.lines) for photo in article.photos] == [2, 1, 1]
    assert article.photos[0].caption == (
        "Đ/c Nông Quốc Vượng, Trưởng phòng Tổ chức đảng, đảng viên Ban Tổ chức Tỉnh ủy giới thiệu "
        "những điểm mới về nội dung sinh hoạt chi bộ trong các cơ quan hành chính, sự nghiệp"
    )


@pytest.mark.skipif(not SEED.exists(), reason="the real article is not in this checkout")
def test_the_real_article():
    article = plaintext.read(SEED.read_text(encoding="utf-8"))
    assert article.section[0].startswith("Hoạt động Đảng ủy Khối")
    assert article.title.startswith("Đảng ủy Khối các cơ quan tỉnh tổ chức hội nghị")
    assert article.paras[0].text.startswith("Sáng 23/6/2023, " + article.title)
    assert article.published == "2023-06-26T16:23+07:00"
    assert article.lead is None
    assert len(article.paras) == 6
    assert [para.joined for para in article.paras].count(True) == 1
    assert len(article.photos) == 3
    assert len(article.photos[0].lines) == 2
    assert article.authors[0].name == "La Thị Nhung"
    assert article.authors[0].affiliation == "Ban Tuyên giáo Đảng uỷ Khối các cơ quan tỉnh"
    assert all(not box.slugs for box in article.boxes)


def test_an_article_without_section_byline_and_related_head():
    article = plaintext.read("Tiêu đề\n\n05/3/2021\n\nMột câu.\nHai câu.\n")
    assert article.section == ()
    assert article.published == "2021-03-05"
    assert [para.text for para in article.paras] == ["Một câu.", "Hai câu."]
    assert (article.byline, article.boxes) == (None, ())


def test_a_line_that_does_not_end_goes_on():
    article = plaintext.read("Tiêu đề\n\n05/3/2021 08:15\n\nMột câu dài\nqua hai dòng.\n")
    assert [para.text for para in article.paras] == ["Một câu dài qua hai dòng."]


def test_captions_by_place_and_by_opening():
    article = plaintext.read(
        "Tiêu đề\n\n05/3/2021 08:15\n\n  Một câu.\n\n\nLễ phát động ở xã\n\n  Hai câu.\n\n"
        "Toàn cảnh buổi lễ. Ảnh: N.Đ\n\n  Ba câu.\n\nTHU MINH - ĐỨC HẢI\n"
    )
    assert [photo.caption for photo in article.photos] == [
        "Lễ phát động ở xã", "Toàn cảnh buổi lễ. Ảnh: N.Đ",
    ]  # fmt: skip
    assert [photo.credit for photo in article.photos] == [None, "N.Đ"]
    assert [author.name for author in article.authors] == ["THU MINH", "ĐỨC HẢI"]


@pytest.mark.parametrize(
    ("text", "next_step"),
    [
        ("", "date like"),
        ("Chỉ có tiêu đề\n\nvà một đoạn văn không có ngày.", "date like"),
        ("26-06-2023 16:23\n\nKhông có tiêu đề.", "the title"),
        ("Mục\n\nTiêu đề\n\n26-06-2023 16:23\n\nTin liên quan\n", "below the date line"),
    ],
)
def test_what_is_missing_is_said_with_the_next_step(text, next_step):
    with pytest.raises(InputError, match=next_step):
        plaintext.read(text)


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("Theo Trần Thu Hà, Phòng Tổ chức", [("Trần Thu Hà", "Phòng Tổ chức")]),
        ("Tin, ảnh: Lê Anh - Vũ Hà", [("Lê Anh", None), ("Vũ Hà", None)]),
        ("Tác giả: Lê Anh", [("Lê Anh", None)]),
        ("BAN BIÊN TẬP", [("BAN BIÊN TẬP", None)]),
    ],
)
def test_bylines(byline, authors):
    found = plaintext.authors_of(byline)
    assert [(author.name, author.affiliation) for author in found] == authors
