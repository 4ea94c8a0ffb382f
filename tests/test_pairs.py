"""Words and pairs of neighbours without places: what they say of a query, and that it is the same
as what the index with places says."""

import itertools
import tempfile
from pathlib import Path

import pytest
from bulk import NOW, Row, create
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import candidates, index, matches
from archive.candidates import count, counted, newest
from archive.db import Archive
from archive.errors import QueryError
from archive.filters import Filters
from archive.index_text import Entry, Text
from archive.index_tokens import tokens_of
from archive.query import parse
from archive.scopes import Scope, scope_of
from archive.search import every, search
from archive.vietnamese import exact, fold, settle, syllables

WORDS = ("hội", "hỏi", "nghị", "hoi", "nghi", "đảng", "dang", "ủy", "uỷ")


def text_of_words(least: int, most: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(WORDS), min_size=least, max_size=most).map(" ".join)


phrases = st.tuples(st.sampled_from(("", "=", "~")), text_of_words(1, 4)).map(
    lambda one: f'{one[0]}"{one[1]}"'
)
words = st.sampled_from(WORDS)
prefixes = st.sampled_from(("h*", "ho*", "hoi*", "đ*", "=ng*", "title:ng*", 'author:"hoi n"*'))
atoms = st.one_of(
    words,
    phrases,
    prefixes,
    st.tuples(st.sampled_from(("title", "lead", "author", "section", "caption")), phrases).map(
        ":".join
    ),
    st.tuples(words, st.integers(0, 4), words).map(lambda one: f"{one[0]} NEAR/{one[1]} {one[2]}"),
    st.just("site:binh-son"),
)
queries = st.recursive(
    atoms,
    lambda inner: st.tuples(inner, st.sampled_from((" ", " OR ", " NOT ")), inner).map(
        lambda one: f"({one[0]}{one[1]}{one[2]})"
    ),
    max_leaves=4,
)
rows = st.builds(
    Row,
    text_of_words(1, 4),
    st.tuples(text_of_words(0, 6), text_of_words(0, 6)),
    site=st.sampled_from(("binh-son", "an-phu")),
    section=st.tuples(text_of_words(1, 2)),
    author=text_of_words(1, 3),
)


def by_places(archive: Archive, scope: Scope) -> set[int]:
    """Rows by the table with places, which is asked nothing but the query."""
    sql = "SELECT rowid FROM search_text WHERE search_text MATCH ?"
    return {row[0] for row in archive.conn.execute(sql, (scope.matches.text,))}


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, min_size=1, max_size=12), st.lists(queries, min_size=1, max_size=8))
def test_both_tables_give_the_same_answers(found: list[Row], asked: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = create(Path(folder) / "a.db", found)
        index.rebuild(archive)
        for text in asked:
            try:
                scope = scope_of(archive, parse(text), None)
            except QueryError as error:
                assert "no site" in error.what  # `an-phu` alone
                continue
            right = by_places(archive, scope)
            if scope.matches.pairs:
                sql = "SELECT rowid FROM search_pair WHERE search_pair MATCH ?"
                proposed = {row[0] for row in archive.conn.execute(sql, (scope.matches.pairs,))}
                assert right <= proposed
                assert right == proposed or not scope.matches.equal
            assert [one.row for one in newest(archive, scope)] == sorted(right, reverse=True)
            assert count(archive, scope, 100) == (len(right), True)
            assert {one[0] for one in counted(archive, scope, 100).rows} == right
            for tier in scope.tiers:
                for stage in tier:
                    narrowed = Scope(stage, (), scope.rows)
                    assert by_places(archive, narrowed) <= right
        archive.close()


LONG = '"hội nghị đảng uỷ"'
MANY = [
    Row("Tin", ("hội nghị đảng uỷ" if n % 3 == 0 else "đảng uỷ. nghị đảng. hội nghị",),
        published=NOW.replace(day=1 + n % 28, hour=n // 28))
    for n in range(90)
]  # fmt: skip


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = create(tmp_path_factory.mktemp("pairs") / "a.db", MANY)
    index.rebuild(archive)
    return archive


def test_a_phrase_of_four_words_is_looked_at_row_by_row(many: Archive) -> None:
    scope = scope_of(many, parse(LONG), None)
    assert not scope.matches.equal
    assert len(list(every(many, LONG))) == 30
    found = search(many, LONG, limit=50)
    assert (found.total, found.total_is_exact, len(found.hits)) == (30, True, 30)


def test_after_many_looks_the_table_with_places_is_asked_for_the_rest(
    many: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [hit.key for hit in every(many, LONG)]
    for patience in (1, 2, 7, 60, 89):
        monkeypatch.setattr(matches, "_PATIENCE", patience)
        assert [hit.key for hit in every(many, LONG)] == whole
        some = itertools.islice(every(many, LONG), 11)
        assert [hit.key for hit in some] == whole[:11]


def test_what_is_not_looked_at_is_not_said_to_be_counted(
    many: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "LOOKS", 30)
    scope = scope_of(many, parse(LONG), None)
    number, whole = count(many, scope, 10_000)
    assert 0 < number < 30
    assert not whole
    assert not counted(many, scope, 10_000).all
    found = search(many, LONG, limit=20)
    assert not found.total_is_exact
    assert found.total == 20  # no less than what is shown


def test_a_section_filter_of_four_words_is_told_by_its_condition(many: Archive) -> None:
    scope = scope_of(many, parse("tin"), Filters(section="một hai ba bốn"))
    assert scope.matches.equal
    assert count(many, scope, 10) == (0, True)


def test_tokens_do_not_reach_over_the_end_of_a_column() -> None:
    text = Text("Đảng uỷ", "khối", "Bàn", "", "", "Tin", "")
    found = tokens_of(entry := Entry(1, 1, 7, 0, text), entry.words()).split()
    expected = {"0dang", "0uy", "p0dang_0uy", "eđảng", "xđảng_uỷ", "t0dang", "s0tin", "97"}
    assert expected <= set(found)
    assert not [one for one in found if "uy_0khoi" in one or "khoi_0ban" in one]
    assert len(found) == len(set(found))


@given(st.text())
def test_whatever_a_page_says_each_word_is_folded_to_one(text: str) -> None:
    entry = Entry(1, 1, 7, 0, Text(*[settle(text)] * 7))
    found = set(tokens_of(entry, entry.words()).split())
    for word in syllables(exact(settle(text))):
        assert {f"e{word}", f"0{fold(word)}"} <= found
