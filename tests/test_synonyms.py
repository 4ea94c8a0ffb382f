"""Abbreviations and spellings: what else a search finds, and where it keeps to what was typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from bulk import Row, create
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from test_query import CONN, TITLES, known_sites

from archive import index, synonyms
from archive.clock import FixedClock
from archive.db import Archive
from archive.errors import InputError, QueryError, UnknownReferenceError
from archive.filters import Filters
from archive.query import parse
from archive.query_expand import MOST_FORMS, Lexicon
from archive.query_fts import expression
from archive.search import search
from crawler.cli import group


@pytest.fixture
def filled(tmp_path: Path, clock: FixedClock) -> Iterator[Archive]:
    rows = [Row(title, (body,)) for title, body in (
        ("UBND tỉnh họp", "Chủ tịch UBND tỉnh chủ trì."),
        ("Uỷ ban nhân dân huyện giao ban", "Uỷ ban nhân dân huyện họp."),
        ("Uỷ ban MTTQ", "Nhân dân phấn khởi."),
        ("Ban Thường vụ Tỉnh ủy cho ý kiến", "Đồng chí Bí thư phát biểu."),
        ("BTV Tỉnh ủy làm việc", "Đ/c Bí thư phát biểu."),
        ("Ban hành quy chế", "Công tác thường xuyên, nhiệm vụ mới của đảng."),
        ("Họp Trung ương", "Tổng kết."),
        ("Họp TƯ", "Tổng kết."),
        ("Tư tưởng", "Học tập kỹ càng, luyện kỷ luật."),
        ("Quý bạn đọc", "Lý luận và lí lẽ."),
    )]  # fmt: skip
    create(tmp_path / "test.db", rows).close()
    with Archive.open(tmp_path / "test.db", clock=clock) as archive:
        index.rebuild(archive)
        yield archive


def titles(archive: Archive, text: str, spellings: bool = False) -> list[str]:
    return [hit.title for hit in search(archive, text, Filters(spellings=spellings)).hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ubnd", {"UBND tỉnh họp", "Uỷ ban nhân dân huyện giao ban"}),
        ("UBND", {"UBND tỉnh họp", "Uỷ ban nhân dân huyện giao ban"}),
        ("ủy ban nhân dân", {"UBND tỉnh họp", "Uỷ ban nhân dân huyện giao ban", "Uỷ ban MTTQ"}),
        ("uy ban nhan dan", {"UBND tỉnh họp", "Uỷ ban nhân dân huyện giao ban", "Uỷ ban MTTQ"}),
        ("=UBND", {"UBND tỉnh họp"}),
        ('"ubnd"', {"UBND tỉnh họp"}),
        ('"ủy ban nhân dân"', {"Uỷ ban nhân dân huyện giao ban"}),
        ("-ubnd họp", {"Họp Trung ương", "Họp TƯ"}),
        ("title:btv", {"BTV Tỉnh ủy làm việc", "Ban Thường vụ Tỉnh ủy cho ý kiến"}),
        ("đ/c Bí thư", {"BTV Tỉnh ủy làm việc", "Ban Thường vụ Tỉnh ủy cho ý kiến"}),
        ("đồng chí bí thư", {"BTV Tỉnh ủy làm việc", "Ban Thường vụ Tỉnh ủy cho ý kiến"}),
        ("họp TƯ", {"Họp Trung ương", "Họp TƯ"}),
        ("title:tu", {"Họp TƯ", "Tư tưởng"}),  # without its mark it is a word of many meanings
    ],
)
def test_an_abbreviation_and_its_words_find_each_other(
    filled: Archive, text: str, expected: set[str]
) -> None:
    assert set(titles(filled, text)) == expected


def test_words_side_by_side_rank_before_scattered_ones_in_either_form(filled: Archive) -> None:
    assert set(titles(filled, "ban thuong vu tinh uy")[:2]) == {
        "BTV Tỉnh ủy làm việc", "Ban Thường vụ Tỉnh ủy cho ý kiến",
    }  # fmt: skip
    (hit,) = search(filled, "uỷ ban nhân dân tỉnh").hits
    assert [hit.title[start:end] for start, end in hit.title_marks] == ["UBND tỉnh"]


def test_spellings_are_an_option(filled: Archive) -> None:
    assert titles(filled, "kĩ càng") == []
    assert titles(filled, "kĩ càng", spellings=True) == ["Tư tưởng"]
    assert titles(filled, '"ki cang" "ki luat"', spellings=True) == ["Tư tưởng"]
    assert titles(filled, "lí luận", spellings=True) == ["Quý bạn đọc"]
    assert titles(filled, "title:quí", spellings=True) == ["Quý bạn đọc"]
    assert titles(filled, "tai", spellings=True) == titles(filled, "tay", spellings=True) == []
    with pytest.raises(QueryError, match="too many words") as caught:
        search(filled, 'hop "' + " ".join(["ky"] * 6) + '"', Filters(spellings=True))
    assert caught.value.position == 4
    assert titles(filled, " ".join(["ky"] * 30), spellings=True) == ["Tư tưởng"], "loose words may"


def test_the_table_can_be_edited(filled: Archive, clock: FixedClock) -> None:
    before = synonyms.all(filled)
    assert [one for one in before if one.by] == []
    assert titles(filled, "mttq") == ["Uỷ ban MTTQ"]
    synonyms.add(filled, "CT", "Chủ tịch", "Mây")
    assert titles(filled, "ct ubnd") == ["UBND tỉnh họp"]
    with pytest.raises(InputError, match="already"):
        synonyms.add(filled, "ct", "chủ tịch", "Mây")
    with pytest.raises(InputError, match="same words"):
        synonyms.add(filled, "Ủy ban", "uỷ ban", "Mây")
    with pytest.raises(InputError, match="cannot stand"):
        synonyms.add(filled, "–", "dấu", "Mây")
    clock.advance(86_400)
    (taken,) = synonyms.remove(filled, "ct", None, "Mây")
    assert (taken.short, taken.long, taken.by) == ("CT", "Chủ tịch", "Mây")
    assert titles(filled, "ct ubnd") == []
    with pytest.raises(UnknownReferenceError, match="no synonym"):
        synonyms.remove(filled, "CT", None, "Mây")
    assert synonyms.all(filled) == before
    synonyms.remove(filled, "UBND", "ủy ban nhân dân", "Mây")
    assert titles(filled, "ubnd") == ["UBND tỉnh họp"], "one of the release goes too"
    clock.advance(86_400)
    synonyms.add(filled, "UBND", "Ủy ban nhân dân", "Mây")
    assert len(titles(filled, "ubnd")) == 2


def test_the_command(filled: Archive, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        call = ["synonyms", *words, "--archive", str(tmp_path / "test.db")]
        done = CliRunner().invoke(group, call)
        assert done.exit_code == 0, done.stderr
        return done.stdout + done.stderr

    assert "find each other now" in run("add", "BQL", "Ban Quản lý", "--by", "Mây")
    rows = {row["short"]: row for row in json.loads(run("list", "--format", "json"))}
    assert rows["BQL"]["long"] == "Ban Quản lý" and rows["BQL"]["by"] == "Mây"
    assert rows["UBND"]["by"] is None
    assert "does not stand for" in run("remove", "bql")
    assert "BQL" not in run("list")


def test_what_comes_with_the_release_is_well_formed(archive: Archive) -> None:
    assert len(synonyms.all(archive)) == len(synonyms.USUAL), "no pair stands twice"
    for one in synonyms.all(archive):
        assert parse(one.long).root and parse(one.short).root
        assert one.short[0] == one.short[0].upper() or "/" in one.short


words = st.sampled_from(
    ["dang", "ủy", "ky", "lý", "mỹ", "ban", "x", "(", ")", "OR", "NOT", '"', " "]
)
tables = st.dictionaries(
    st.lists(st.sampled_from(["dang", "uy", "ky", "x"]), min_size=1, max_size=3).map(tuple),
    st.lists(st.tuples(st.sampled_from(["đảng uỷ", "ky", "x"]), st.text(max_size=9)), max_size=2),
    max_size=4,
)


@given(st.lists(words, max_size=12).map(" ".join), tables, st.booleans())
def test_no_table_makes_sqlite_complain(
    text: str, table: dict[tuple[str, ...], list[tuple[str, str]]], spellings: bool
) -> None:
    lexicon = Lexicon(
        {key: [(one, other) for one, other in found if other.strip(" \n")] for key, found in
         table.items()}, spellings
    )  # fmt: skip
    try:
        plain, query = parse(text), parse(text, lexicon)
    except QueryError:
        return
    assert all(len(run.forms) <= MOST_FORMS for run in query.runs)
    rows = [
        {row[0] for row in CONN.execute("SELECT rowid FROM search_text(?)", (sql,))}
        for sql in (expression(one.root, known_sites) for one in (plain, query))
    ]
    assert rows[1] <= set(TITLES)
    if "NOT" not in text:
        assert rows[0] <= rows[1], "what else may stand there only adds"
