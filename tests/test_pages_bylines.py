"""Bylines in the forms seen, and lines that look like one and are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages import bylines

READ = [
    ("THIÊN TRÚC", [("THIÊN TRÚC", None)], None),
    ("XUÂN NGHĨA - MINH TÂN", [("XUÂN NGHĨA", None), ("MINH TÂN", None)], None),
    ("Q.Như-N.Phương", [("Q.Như", None), ("N.Phương", None)], None),
    ("BAN BIÊN TẬP", [("BAN BIÊN TẬP", None)], None),
    ("Tin, ảnh: Thu Hà - Văn Nam", [("Thu Hà", None), ("Văn Nam", None)], None),
    ("Tin, ảnh: A - B", [("A", None), ("B", None)], None),
    ("Bài và ảnh: Hoàng Nam", [("Hoàng Nam", None)], None),
    (
        "Theo Nguyễn Văn An, Phòng Tuyên truyền",
        [("Nguyễn Văn An", "Phòng Tuyên truyền")],
        None,
    ),
    ("Theo Báo Nhân Dân", [], "Báo Nhân Dân"),
    ("(Theo TTXVN)", [], "TTXVN"),
    ("Tác giả: Lê Sơn", [("Lê Sơn", None)], None),
    ("Tác giả bài viết: Chinhphu.vn", [("Chinhphu.vn", None)], None),
    ("Nguồn tin: baochinhphu.vn", [], "baochinhphu.vn"),
    (
        "Đàm Thu Yến, Văn phòng Đảng uỷ Khối các cơ quan tỉnh",
        [("Đàm Thu Yến", "Văn phòng Đảng uỷ Khối các cơ quan tỉnh")],
        None,
    ),
    ("Nguyễn Thị Hoa (Ban Dân vận Tỉnh ủy)", [("Nguyễn Thị Hoa", "Ban Dân vận Tỉnh ủy")], None),
    ("Hoàng Minh - Phòng Tổ chức", [("Hoàng Minh", "Phòng Tổ chức")], None),
]
SIGNED = [
    "THIÊN TRÚC", "Q.Như-N.Phương", "BAN BIÊN TẬP", "Tin, ảnh: Thu Hà", "Theo Báo Nhân Dân",
    "Đàm Thu Yến, Văn phòng Đảng uỷ Khối các cơ quan tỉnh", "Lê Văn Sơn", "Nguồn tin: TTXVN",
]  # fmt: skip
NOT_SIGNED = [
    "Hội nghị đã thành công tốt đẹp.",
    "Theo đó, các chi bộ thay nhau giữ tủ sách",
    "Theo Phó Thủ tướng, các bộ đã rà soát.",
    "Nguồn kết nạp được chọn từ những tổ sản xuất",
    "Tài liệu kèm theo",
    "Phát huy truyền thống",
]


@pytest.mark.parametrize(("text", "people", "source"), READ)
def test_read(text: str, people: list[tuple[str, str | None]], source: str | None) -> None:
    found = bylines.read(text)
    assert found is not None
    assert [(author.name, author.affiliation) for author in found.authors] == people
    assert found.source == source
    assert found.text == text


@pytest.mark.parametrize("text", SIGNED)
def test_signature(text: str) -> None:
    assert bylines.is_signature(text, aside=False)


@pytest.mark.parametrize("text", NOT_SIGNED)
def test_no_signature(text: str) -> None:
    assert not bylines.is_signature(text, aside=False)


def test_place_makes_a_doubtful_name_sure() -> None:
    assert bylines.is_signature("Thu Hà", aside=True)


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    bylines.read(text)
    bylines.is_signature(text, aside=True)
