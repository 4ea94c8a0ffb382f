"""What changed between two versions, and of which kind the change is."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.alignment import changes, pieces
from archive.diff import Diff, compare, kind_of, to_json
from archive.types import Article, Attachment, Author, Block, Caption, Link, Version

MOMENT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
ARTICLE = Article(
    url="http://127.0.0.1/a",
    title="Hội nghị báo cáo viên tháng 5",
    section=("Tin tức", "Hoạt động"),
    published="2026-05-04T08:00+07:00",
    authors=(Author("Lò Thị Mây"),),
    byline="Lò Thị Mây",
    body=(
        Block("paragraph", "Sáng 4/5, Đảng ủy xã Bình Sơn tổ chức hội nghị."),
        Block("paragraph", "Đến dự có 40 đại biểu của các chi bộ."),
        Block("paragraph", "Hội nghị kết thúc trong ngày."),
    ),
    captions=(Caption("Quang cảnh hội nghị"),),
)


def version(article: Article, number: int = 1) -> Version:
    return Version(number, "k", "binh-son", article.url, "", MOMENT, MOMENT, 1, 1, "r", "live",
                   article)  # fmt: skip


def diff(**changed: object) -> Diff:
    return compare(version(ARTICLE), version(replace(ARTICLE, **changed), 2))  # type: ignore[arg-type]  # fields of Article


def body(*texts: str) -> tuple[Block, ...]:
    return tuple(Block("paragraph", text) for text in texts)


TEXTS = [block.text for block in ARTICLE.body]


def test_nothing_changed() -> None:
    assert diff().fields == ()
    assert diff().kind is None


@pytest.mark.parametrize(
    ("changed", "field", "kind"),
    [
        ({"title": "Hội nghị báo cáo viên tháng 6"}, "title", "content"),
        ({"title": "Hội nghị báo cáo viên Tháng 5."}, "title", "form"),
        ({"title": "Hội nghị bảo cáo viên tháng 5"}, "title", "marks"),
        ({"published": "2026-05-05"}, "published", "date"),
        ({"updated": "2026-05-05"}, "updated", "date"),
        ({"byline": "Lò Thị Mai"}, "byline", "content"),
        ({"lead": "Mới"}, "lead", "content"),
        ({"section": ("Tin tức",)}, "section", "content"),
        ({"attachments": (Attachment("Văn bản", "http://127.0.0.1/a.pdf"),)}, "attachments",
         "content"),
        ({"captions": (Caption("Quang cảnh hội nghị", "Ảnh: PV"),)}, "captions", "content"),
        ({"body": body(TEXTS[0].replace("ủy", "uỷ"), *TEXTS[1:])}, "body", "tone"),
        ({"body": body(" ".join(TEXTS[:2]), TEXTS[2])}, "body", "space"),
        ({"captions": (Caption("Quang cảnh hội nghị", None, "http://h/b.jpg?1"),)}, "captions",
         "content"),
        ({"related": (Link("text", "Xem", "http://127.0.0.1/b"),)}, "links", "content"),
    ],
)  # fmt: skip
def test_each_field_has_its_kind(changed: dict[str, object], field: str, kind: str) -> None:
    found = diff(**changed)
    assert [(one.field, one.kind) for one in found.fields] == [(field, kind)]
    assert found.kind == kind


def test_the_weightiest_kind_counts() -> None:
    found = diff(published="2026-05-05", title="Hội nghị báo cáo viên tháng 7")
    assert [one.field for one in found.fields] == ["title", "published"]
    assert found.kind == "content"


def test_link_boxes_tags_and_photo_caches_are_no_content() -> None:
    box = (Link("related", "Khác", "http://127.0.0.1/c"),)
    assert diff(related=box, tags=("một",), images=("http://h/a.jpg?2",)).fields == ()


def test_words_are_told_apart() -> None:
    (field,) = diff(title="Hội nghị tuyên truyền viên tháng 6").fields
    (change,) = field.changes
    assert [(piece.op, piece.text) for piece in change.pieces] == [
        ("same", "Hội nghị "),
        ("removed", "báo cáo"),
        ("added", "tuyên truyền"),
        ("same", " viên tháng "),
        ("removed", "5"),
        ("added", "6"),
    ]


def test_paragraphs_are_paired_when_they_are_alike() -> None:
    texts = ["Ngày mới, một đoạn chưa từng có.", TEXTS[0], "Đến dự có 45 đại biểu của các chi bộ."]
    (field,) = diff(body=body(*texts)).fields
    assert [(one.op, one.before, one.after) for one in field.changes] == [
        ("added", None, 0),
        ("same", 0, 1),
        ("changed", 1, 2),
        ("removed", 2, None),
    ]
    told = to_json(diff(body=body(*texts)))["fields"][0]["changes"]
    assert [one["op"] for one in told] == ["added", "changed", "removed"]
    assert ["removed", "40"] in told[1]["pieces"]


lines = st.lists(st.text(st.sampled_from("aủuỷ đb. \n"), max_size=12), max_size=8)


@settings(deadline=None)
@given(lines, lines)
def test_both_sides_can_be_read_back(old: list[str], new: list[str]) -> None:
    found = changes(old, new)
    before = [one for one in found if one.before is not None]
    after = [one for one in found if one.after is not None]
    assert [one.before for one in before] == list(range(len(old)))
    assert [one.after for one in after] == list(range(len(new)))
    for one in before:
        assert "".join(p.text for p in one.pieces if p.op != "added") == old[one.before or 0]
    for one in after:
        assert "".join(p.text for p in one.pieces if p.op != "removed") == new[one.after or 0]


@settings(deadline=None)
@given(st.text(), st.text())
def test_pieces_give_both_texts(old: str, new: str) -> None:
    found = pieces(old, new)
    assert "".join(piece.text for piece in found if piece.op != "added") == old
    assert "".join(piece.text for piece in found if piece.op != "removed") == new


def test_a_long_body_laid_out_anew_takes_no_minutes() -> None:
    old = [f"Đoạn {number}: hội nghị bàn việc {number * 7 % 50}." for number in range(300)]
    new = [text.replace("bàn", "quyết định").replace("Đoạn", "Mục") for text in old]
    start = time.perf_counter()
    changes(old, new)
    pieces(" ".join(old * 5), " ".join(new * 5))
    assert time.perf_counter() - start < 3


def test_kind_of_lists_of_addresses_is_content() -> None:
    assert kind_of("links", ["http://127.0.0.1/A"], ["http://127.0.0.1/a"]) == "content"
