"""Edits: class, sentences, silent or admitted, window, and servers that go to and fro."""

from __future__ import annotations

from dataclasses import replace

import pytest
from strategies import Walker

from archive import articles, events
from archive.clock import iso
from archive.db import Archive
from archive.edits import edits
from archive.sentence_diff import sentence_changes
from archive.types import Article, Block

DAY = 86_400
TEXT = (
    "Sáng 4/5, Đảng ủy xã Bình Sơn tổ chức hội nghị. Đến dự có 40 đại biểu của các chi bộ.",
    "Đồng chí Bí thư Đảng ủy phát biểu khai mạc. Hội nghị kết thúc trong ngày.",
)
A = Article(
    url="http://x.vn/a", title="Hội nghị báo cáo viên", published="2026-02-28T08:00+07:00",
    body=tuple(Block("paragraph", text) for text in TEXT),
)  # fmt: skip


def body(*texts: str) -> tuple[Block, ...]:
    return tuple(Block("paragraph", text) for text in texts)


B = replace(A, body=body(TEXT[0].replace("40", "45"), TEXT[1]))
C = replace(A, title="Hội nghị tổng kết")


@pytest.fixture
def walker(archive: Archive) -> Walker:
    return Walker.begin(archive)


def told(walker: Walker) -> list[dict[str, object]]:
    return [dict(one.data) for one in events.since(walker.archive, 0) if one.kind == "changed"]


# -- what an edit says ----------------------------------------------------------------------------


def test_the_window_is_from_the_last_look_at_the_old_to_the_first_at_the_new(
    walker: Walker,
) -> None:
    walker.see(A)
    walker.clock.advance(DAY)
    stored = walker.see(A)
    since = walker.clock.now()
    walker.clock.advance(DAY)
    walker.see(B)
    until = walker.clock.now()
    first, second = edits(articles.versions(walker.archive, stored.article_id))
    assert (first.kind, first.silent, first.since) == (None, None, None)
    assert (second.since, second.until) == (since, until)
    assert (second.kind, second.fields, second.sentences) == (
        "content", {"body": "content"}, {"changed": 1},
    )  # fmt: skip
    assert told(walker) == [
        {"fields": ["body"], "kind": "content", "silent": True, "since": iso(since)}
    ]


@pytest.mark.parametrize(
    ("stamps", "silent"),
    [
        ({}, True),
        ({"updated": "2026-03-01T09:00+07:00"}, False),
        ({"updated": "2026-02-28T08:00+07:00"}, True),  # when it was published
        ({"updated": "2026-02-28"}, True),
        ({"published": "2026-03-01T09:00+07:00"}, False),  # sites print the last edit there
        ({"published": "2026-02-27T09:00+07:00"}, True),  # put back
        ({"published": None}, True),
    ],
)
def test_an_edit_is_admitted_if_the_page_s_own_stamp_went_forward(
    walker: Walker, stamps: dict[str, str | None], silent: bool
) -> None:
    walker.see(A)
    stored = walker.see(replace(B, **stamps))  # type: ignore[arg-type]  # fields of Article
    *_, last = edits(articles.versions(walker.archive, stored.article_id))
    assert last.silent is silent
    assert told(walker)[0]["silent"] is silent


def test_a_stamp_that_moved_once_admits_only_that_edit(walker: Walker) -> None:
    stamp = {"updated": "2026-03-01T09:00+07:00"}
    for one in (A, replace(B, **stamp), replace(C, **stamp)):  # type: ignore[arg-type]  # as above
        stored = walker.see(one)
    found = list(edits(articles.versions(walker.archive, stored.article_id)))
    assert [one.silent for one in found] == [None, False, True]


# -- sentences ------------------------------------------------------------------------------------


def test_sentences_are_told_wherever_paragraphs_end() -> None:
    one, two = TEXT[0].split(". ")
    new = [f"{one}.", f"{two} Có thêm một câu.", TEXT[1].replace("kết thúc", "bế mạc")]
    found = [(c.op, c.before, c.after) for c in sentence_changes(TEXT, new)]
    assert found == [
        ("added", None, "Có thêm một câu."),
        ("changed", "Hội nghị kết thúc trong ngày.", "Hội nghị bế mạc trong ngày."),
    ]
    assert list(sentence_changes(TEXT, [" ".join(TEXT)])) == []


def test_a_sentence_that_stands_elsewhere_has_moved() -> None:
    found = [(c.op, c.after) for c in sentence_changes(TEXT, [TEXT[1], TEXT[0]])]
    assert {op for op, _ in found} == {"moved"}
    assert len(found) == 2
    short = ["Hết.", "Hội nghị bàn ba việc lớn trong năm nay.", "Còn nữa."]
    assert [c.op for c in sentence_changes(short, [*short[1:], short[0]])] == ["removed", "added"]


# -- to and fro -----------------------------------------------------------------------------------


def test_a_server_that_goes_to_and_fro_is_told_once(walker: Walker) -> None:
    for one in (A, B, A, B, A, B, A):
        stored = walker.see(one)
        walker.clock.advance(DAY // 2)
    assert [data.get("flaps") for data in told(walker)] == [None, True]
    found = list(edits(articles.versions(walker.archive, stored.article_id)))
    assert [one.flaps for one in found] == [False, False, True, True, True, True, True]
    assert [one.returns_to for one in found] == [None, None, 1, 2, 3, 4, 5]
    walker.see(C)
    assert told(walker)[-1]["fields"] == ["title"]
    assert len(told(walker)) == 3


def test_what_stood_for_days_was_meant(walker: Walker) -> None:
    for one in (A, B, A, B):
        walker.see(one)
        walker.clock.advance(4 * DAY)
        stored = walker.see(one)
        walker.clock.advance(DAY)
    assert [data.get("flaps") for data in told(walker)] == [None, None, None]
    found = list(edits(articles.versions(walker.archive, stored.article_id)))
    assert [(one.flaps, one.returns_to) for one in found[2:]] == [(False, 1), (False, 2)]


def test_a_third_content_ends_the_silence(walker: Walker) -> None:
    for one in (A, B, A, B, C, B, A, B):
        walker.see(one)
    kinds = [(data["fields"], data.get("flaps")) for data in told(walker)]
    # A-B is new, B-A flaps; C is new, and so is the return to B from it, told as a flap once more.
    assert kinds[:3] == [(["body"], None), (["body"], True), (["title", "body"], None)]
    assert [flaps for _, flaps in kinds[3:]] == [True, None, True]


def test_a_change_of_the_reader_is_no_edit(walker: Walker) -> None:
    walker.see(A)
    stored = walker.see(B, reader="r2")
    *_, last = edits(articles.versions(walker.archive, stored.article_id))
    assert last.reread
    assert told(walker) == []
