"""The query language: what a text means, where it is wrong, and that SQLite hears no nonsense."""

import sqlite3
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import query_fts
from archive.errors import QueryError
from archive.index_text import COLUMNS, folded_words
from archive.query import parse
from archive.query_tree import Atom, Group, Near, Node, Province, Query, Site
from archive.vietnamese import exact, fold

SCHEMA = Path(__file__).parents[1] / "archive" / "schema_2.sql"

TITLES = {
    1: "Đảng ủy Khối tổ chức hội nghị",
    2: "Đang úy lạo bạn đọc",
    3: "Đảng uỷ xã họp bàn về chuyển đổi số",
    4: "Ban Tuyên giáo tập huấn ngày 26/6/2023",
    5: "Bạn đọc viết: hòa giải ở cơ sở",
}


def table() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE article (id INTEGER)")
    conn.executescript(SCHEMA.read_text("utf-8"))
    for row, title in TITLES.items():
        conn.execute(
            "INSERT INTO search_text (rowid, title, title_folded, site) VALUES (?, ?, ?, ?)",
            (row, exact(title), folded_words(fold(title)), f"s{row}"),
        )
    return conn


def known_sites(site: Site | Province) -> list[int]:
    return [int(site.name)] if site.name.isdecimal() and len(site.name) < 6 else []


def found(conn: sqlite3.Connection, text: str) -> set[int]:
    query = parse(text)
    sql = query_fts.expression(query.root, known_sites)
    if not sql:  # days alone
        return set(TITLES)
    return {row[0] for row in conn.execute("SELECT rowid FROM search_text(?)", (sql,))}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("dang uy", {1, 2, 3}),
        ('"dang uy"', {1, 2, 3}),
        ("Đảng ủy", {1, 3}),
        ("đảng uỷ", {1, 3}),
        ("ĐẢNG ỦY", {1, 3}),
        (unicodedata.normalize("NFD", "Đảng ủy"), {1, 3}),
        ("Ban Tuyên giáo", {4}),
        ("ban", {2, 3, 4, 5}),
        ("=ban", {4}),
        ("bạn", {2, 5}),
        ("Đảng ~uy", {1, 3}),
        ("~đảng ủy", {1, 3}),
        ("dang =đang", set()),  # one mark closes them all
        ("hoà giải", {5}),
        ("chuyen*", {3}),
        ("chuyển đ*", {3}),
        ('"chuyển đổi s"*', {3}),
        ('"chuyển đổi s*"', {3}),
        ("26/6/2023", {4}),
        ("ban -giao", {2, 3, 5}),
        ("ban NOT doc", {3, 4}),
        ("ban NOT (doc OR giao)", {3}),
        ("ban (NOT doc OR viet)", {3, 4, 5}),
        ("NOT NOT NOT NOT ban", {2, 3, 4, 5}),
        ("hoi OR hop", {1, 3}),
        ("hoi nghi OR hop", {1, 3}),
        ("(hoi OR hop) nghi", {1}),
        ("hoi AND nghi", {1}),
        ("tieu-de:ban", {2, 3, 4, 5}),
        ("Tiêu-đề: bạn", {2, 5}),
        ("title:(hoi OR hop)", {1, 3}),
        ("sapo:ban", set()),
        ("ban site:4", {4}),
        ("ban -site:4", {2, 3, 5}),
        ("site:99 ban", set()),
        ("Bạn đọc viết: hòa giải – ở cơ sở", {5}),
        ("“ban doc”", {2, 5}),
        ("viết:hòa", {5}),
        ("ban -- doc", {2, 5}),
        ("ban - doc", {2, 5}),
        ("hội nghị\ud800", {1}),
        ("khong co tu nay", set()),
        ("hoi NEAR/4 dang", {1}),
        ("hoi NEAR/2 uy", set()),
        ("uy NEAR/2 hoi NEAR to", {1}),
        ('"dang uy" NEAR/3 "hoi nghi"', {1}),
        ("Đảng NEAR hội", {1}),
        ("title:(dang NEAR/9 doi)", {3}),
        ("dang NEAR/1 uy -hop", {1, 2}),
        ("near ban", set()),
        ("hop ngay:2020..2022", {3}),  # days are for the rows, not for the expression
        ("tinh:4 ban", {4}),
        ('tinh:"4" ban', {4}),
        ("ban -tinh:4", {2, 3, 5}),
    ],
)
def test_what_a_query_finds(text: str, rows: set[int]) -> None:
    assert found(table(), text) == rows


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "empty"),
        ("  –, ", 0, "no word"),
        ('hoi "nghi', 4, "no end"),
        ("hoi (nghi", 4, "not closed"),
        ("hoi nghi)", 8, "No parenthesis was opened"),
        ("AND hoi", 0, "missing"),
        ("hoi OR", 6, "missing"),
        ("hoi OR OR nghi", 7, "missing"),
        ("hoi ()", 5, "missing"),
        ("NOT hoi", 0, "nothing to find"),
        ("hoi OR -nghi", 0, "nothing to find"),
        ("hoi titel:nghi", 4, "no field `titel`"),
        ("title: –, hoi title:", 14, "nothing to look for"),
        ("https://example.org/a", 0, "not an address"),
        ("(" * 30 + "a" + ")" * 30, 21, "nested too deeply"),
        (" ".join("a" * 201), 400, "too long"),
        ("hoi NEAR", 4, "between two"),
        ("NEAR/3 hoi", 0, "missing"),
        ("hoi NEAR (nghi)", 4, "between two"),
        ("(hoi) NEAR nghi", 6, "between two"),
        ("hoi NEAR/3 title:nghi", 0, "one field"),
        ("hoi NEAR/3 =nghi", 0, "all with marks"),
        ("hoi NEAR/3 ngh*", 0, "one field"),
        ("hoi NEAR/3 site:4", 0, "one field"),
        ("hoi tu:hom-qua", 4, "no date"),
        ("hoi tu:31/2/2023", 4, "no day"),
        ("hoi ngay:2023..2020", 4, "after"),
        ("hoi den:2020..2023", 4, "one date"),
        ("hoi ngay:..", 4, "a beginning or an end"),
        ("hoi OR tu:2023", 7, "whole query"),
        ("hoi -tu:2023", 5, "whole query"),
        ("hoi (nghi tu:2023)", 10, "whole query"),
        ("-hoi tu:2023", 0, "nothing to find"),
    ],
)
def test_errors_know_the_place_and_the_next_step(text: str, position: int, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert words in caught.value.what
    assert caught.value.position == position
    assert caught.value.next_step
    assert len(caught.value.query) <= len(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("hoi from:2023", [("2023-01-01", None)]),
        ("từ:26/6/2023 đến:2024", [("2023-06-26", None), (None, "2024-12-31")]),
        ("ngày:6/2023 hoi", [("2023-06-01", "2023-06-30")]),
        ("date:2020..6/2022", [("2020-01-01", "2022-06-30")]),
        ('hoi date:"..2022"', [(None, "2022-12-31")]),
        ("hoi date:2022-02..", [("2022-02-01", None)]),
    ],
)
def test_days_hold_for_the_whole_query(text: str, days: list[tuple[str | None, ...]]) -> None:
    found = [(one.since, one.until) for one in parse(text).days]
    assert [tuple(day.isoformat() if day else None for day in one) for one in found] == days


def test_the_nearest_of_several_near_counts_as_one_group() -> None:
    near = parse("hoi NEAR/3 nghi NEAR/7 tong NEAR ket").root
    assert isinstance(near, Near) and near.distance == 10
    assert [one.words for one in near.parts] == [("hoi",), ("nghi",), ("tong",), ("ket",)]


def test_runs_are_the_plain_words_side_by_side() -> None:
    query = parse('hoi nghi "bao cao" so ket NOT tong title:ket (a b OR c)')
    runs = [[atom.words[0] for atom in run.atoms] for run in query.runs]
    assert runs == [["hoi", "nghi"], ["so", "ket"], ["a", "b"], ["c"]]
    wanted = [" ".join(atom.words) for atom in query.atoms()]
    assert wanted == ["hoi", "nghi", "bao cao", "so", "ket", "ket", "a", "b", "c"]


def test_exact_words_are_kept_beside_folded_ones() -> None:
    assert isinstance(parse("~Ủy").root, Atom)
    (atom,) = parse("~Ủy").atoms()
    assert (atom.words, atom.typed, atom.mode) == (("uy",), ("uỷ",), "folded")


pieces = st.sampled_from(
    ["dang", "ủy", "ban", "đ", '"', "“", "(", ")", "AND", "OR", "NOT", "-", "=", "~", "*", ":",
     "title:", "site:", "tac-gia:", "x:", " ", " ", "NEAR", "NEAR(", "NEAR/3", " NEAR/2 ", "^",
     "tu:", "tu:2023", "ngay:2020..2021", "tinh:", "..", "+", "{", "}", "'", "\\",
     "\x00", "𝔄", "²", "İ", "\u0301", ",", "rowid", "search_text"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.text() | st.lists(pieces).map("".join))
def test_whatever_is_typed_sqlite_never_complains(text: str) -> None:
    try:
        rows = found(CONN, text)
    except QueryError as error:
        assert 0 <= error.position <= len(error.query)
        assert error.next_step
    else:
        assert rows <= set(TITLES)


CONN = table()

leaves = st.sampled_from(["dang", "uy", "ban", "doc", "hop", "hoi", "giao", "viet"])
trees = st.recursive(
    leaves,
    lambda inner: (
        st.tuples(st.sampled_from(["and", "or"]), inner, inner) | st.tuples(st.just("not"), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(trees)
def test_and_or_not_mean_what_sets_mean(tree: object) -> None:
    try:
        rows = found(CONN, written(tree))
    except QueryError as error:
        assert "nothing to find" in error.what or "deeply" in error.what
    else:
        assert rows == meant(tree)


def written(tree: object) -> str:
    if isinstance(tree, str):
        return tree
    assert isinstance(tree, tuple)
    if tree[0] == "not":
        return f"NOT ({written(tree[1])})"
    return f"({written(tree[1])}) {tree[0].upper()} ({written(tree[2])})"


def meant(tree: object) -> set[int]:
    if isinstance(tree, str):
        return {row for row, title in TITLES.items() if tree in fold(title).split()
                or tree in fold(title).replace(":", "").split()}  # fmt: skip
    assert isinstance(tree, tuple)
    if tree[0] == "not":
        return set(TITLES) - meant(tree[1])
    first, second = meant(tree[1]), meant(tree[2])
    return first & second if tree[0] == "and" else first | second


def test_two_hundred_words_are_no_load() -> None:
    conn = table()
    assert found(conn, " ".join(["ban"] * 200)) == {2, 3, 4, 5}
    assert found(conn, " OR ".join(["ban"] * 200)) == {2, 3, 4, 5}


def test_the_tree_is_plain() -> None:
    query: Query = parse("hoi -nghi")
    root: Node = query.root
    assert isinstance(root, Group)
    assert [type(part) for part in root.parts] == [Atom, Group]
    assert set(COLUMNS) >= {"title", "lead", "body", "caption", "author", "section"}
