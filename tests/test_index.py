"""The index follows the current versions, and what is deleted leaves no word behind."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bulk import NOW, Row, add, create, synthetic
from indexed import wrong

from archive import index
from archive.db import Archive
from archive.errors import ArchiveError
from archive.filters import Filters
from archive.index_text import UNDATED, row_base, text_of
from archive.ops.checks import RESTORE
from archive.ops.checks_index import REINDEX
from archive.search import browse, search


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = create(
        tmp_path / "luutru.db",
        [
            Row("Đảng ủy họp", ("Một đoạn.",), published=NOW, author="Lò Mây", affiliation="Ban A"),
            Row("Hội nghị bàn việc", ("Hai đoạn.", "Ba đoạn."), captions=("Quang cảnh",)),
            Row("Không dấu", lead="Sa pô", published=NOW - timedelta(days=1)),
        ],
    )
    index.rebuild(archive)
    return archive


def matches(archive: Archive, expression: str) -> list[int]:
    """Ids of the articles, newest first."""
    rows = archive.conn.execute(
        "SELECT r.article_id FROM search_text s JOIN search_row r ON r.id = s.rowid"
        " WHERE s.search_text MATCH ? ORDER BY s.rowid DESC",
        (expression,),
    )
    return [row[0] for row in rows]


def test_every_column_is_indexed_twice(archive: Archive) -> None:
    assert matches(archive, 'title : "đảng uỷ"') == [1]
    assert matches(archive, 'title_folded : "0dang 0uy"') == [1]
    assert matches(archive, 'title : "dang"') == []
    assert matches(archive, 'caption_folded : "0canh"') == [2]
    assert matches(archive, 'lead : "sa pô"') == [3]
    assert matches(archive, 'author_folded : "0ban 0a"') == [1]
    assert matches(archive, 'body : "đoạn"') == [1, 2]
    assert matches(archive, 'section_folded : "0tin 0tuc"') == [1, 3, 2]
    assert matches(archive, 'site : "s1"') == [1, 3, 2]
    assert wrong(archive) == []


def test_a_change_takes_the_old_words_out(archive: Archive) -> None:
    with archive.transaction():
        archive.conn.execute(
            "INSERT INTO version SELECT 9, article_id, 'd', text_digest, 2, 2, reader, 'Tin mới',"
            " section, lead, published, published_utc, published_precision, updated, byline,"
            " source, '[]', attachments, tags, images, language, canonical, evidence"
            " FROM version WHERE id = 1"
        )
        archive.conn.execute("UPDATE article SET version_id = 9 WHERE id = 1")
        index.put(archive, 9)
    assert matches(archive, '"đảng"') == []
    assert matches(archive, 'title : "mới"') == [1]
    assert wrong(archive) == []


def test_put_again_changes_nothing(archive: Archive) -> None:
    before = dump(archive)
    with archive.transaction():
        for version in (1, 2, 3):
            index.put(archive, version)
    assert dump(archive) == before


def test_drop(archive: Archive) -> None:
    with archive.transaction():
        index.drop(archive, 2)
        index.drop(archive, 99)
    assert matches(archive, '"nghị"') == []
    (key,) = archive.conn.execute("SELECT key FROM article WHERE id = 2").fetchone()
    assert wrong(archive) == [
        f"Article {key}: the index holds version none, current is 2. {REINDEX}"
    ]
    assert archive.conn.execute("SELECT count(*) FROM search_text_docsize").fetchone()[0] == 2


def test_drop_then_change_in_place_then_put(archive: Archive) -> None:
    with archive.transaction():
        index.drop(archive, 1)
        archive.conn.execute("UPDATE version SET title = 'Đọc lại' WHERE id = 1")
        index.put(archive, 1)
    assert matches(archive, 'title : "đọc"') == [1]
    assert matches(archive, '"họp"') == []
    assert wrong(archive) == []


def test_a_change_in_place_without_drop_is_refused(archive: Archive) -> None:
    archive.conn.execute("UPDATE version SET title = 'Đọc lại' WHERE id = 1")
    assert wrong(archive) == [f"Version 1: its text is not the one that was indexed. {RESTORE}"]
    with pytest.raises(RuntimeError, match=r"before index\.drop"), archive.transaction():
        index.put(archive, 1)
    assert matches(archive, '"họp"') == [1]
    index.rebuild(archive)
    assert wrong(archive) == []


def test_rows_rise_with_the_time_of_publication(archive: Archive) -> None:
    rows = dict(archive.conn.execute("SELECT article_id, id FROM search_row").fetchall())
    assert rows == {1: row_base(NOW), 2: UNDATED + 2, 3: row_base(NOW - timedelta(days=1))}


def test_a_thousand_articles_of_one_day_keep_apart(tmp_path: Path) -> None:
    archive = create(tmp_path / "many.db", [Row(f"Tin {n}", published=NOW) for n in range(300)])
    with archive.transaction():
        index.put(archive, 7)
    index.rebuild(archive)
    rows = [row[0] for row in archive.conn.execute("SELECT id FROM search_row ORDER BY id")]
    assert rows == list(range(row_base(NOW), row_base(NOW) + 300))
    with archive.transaction():
        index.drop(archive, 5)
        index.put(archive, 5)
    assert wrong(archive) == []


def test_a_day_that_ends_fills_up_from_behind_and_its_neighbours_stay_apart(tmp_path: Path) -> None:
    late = datetime(2026, 3, 1, 16, 59, tzinfo=UTC)  # the last minute of the day in Vietnam
    rows = [Row(f"Tin {n}", published=late) for n in range(150)]
    rows += [Row(f"Sau {n}", published=late + timedelta(minutes=1)) for n in range(3)]
    with create(tmp_path / "many.db", rows) as archive:
        index.rebuild(archive)
        assert wrong(archive) == []
        for day, found in (("2026-03-01", 150), ("2026-03-02", 3)):
            assert browse(archive, Filters(since=day, until=day)).total == found
            assert search(archive, f"(tin OR sau) date:{day}").total == found
        assert [hit.title[:3] for hit in browse(archive, limit=4).hits] == ["Sau"] * 3 + ["Tin"]
        with archive.transaction():
            for version in (1, 150):
                index.put(archive, version)  # stays where it is
        assert wrong(archive) == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE search_row SET site_id = site_id + 1 WHERE article_id = 1", "of another site"),
        ("UPDATE search_list SET uses = uses + 1 WHERE kind = 'section'", "and says that it is"),
        (
            "UPDATE search_list SET names = '[\"Khác\"]' WHERE kind = 'section'",
            "names other sections",
        ),
        ("DELETE FROM search_list WHERE kind = 'author'", "names other sections or authors"),
    ],
)
def test_what_facets_count_by_is_checked(archive: Archive, sql: str, told: str) -> None:
    archive.conn.execute(sql)
    assert any(told in problem and REINDEX in problem for problem in wrong(archive))
    index.rebuild(archive)
    assert wrong(archive) == []


def test_a_list_that_no_row_names_goes(archive: Archive) -> None:
    with archive.transaction():
        for article in (1, 2, 3):
            index.drop(archive, article)
    assert archive.conn.execute("SELECT count(*) FROM search_list").fetchone()[0] == 0


def test_rebuild_gives_what_feeding_gave(tmp_path: Path) -> None:
    rows = list(synthetic(60, length=50))
    fed = create(tmp_path / "fed.db", [])
    with fed.transaction():
        fed.conn.execute("UPDATE index_state SET complete = 1")
        for row in rows:
            for version in add(fed, [row]):
                index.put(fed, version)
    built = create(tmp_path / "built.db", rows)
    told: list[tuple[int, int]] = []
    assert index.rebuild(built, lambda done, total: told.append((done, total))) == 60
    assert told[-1] == (60, 60)
    assert sorted(map(tuple, fed.conn.execute("SELECT * FROM search_row"))) == sorted(
        map(tuple, built.conn.execute("SELECT * FROM search_row"))
    )
    for word in ("hội", "uỷ", "0dang"):
        assert matches(fed, f'"{word}"') == matches(built, f'"{word}"') != []
    assert wrong(fed) == wrong(built) == []


def test_other_rules_are_refused_and_wait_for_reindex(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "RULES_VERSION", 99)
    with pytest.raises(ArchiveError, match="luutru reindex"):
        index.require(archive)
    before = dump(archive)
    with archive.transaction():  # a crawl goes on
        (version,) = add(archive, [Row("Tin thêm")])
        index.put(archive, version)
        index.drop(archive, 1)
    assert dump(archive) == before
    assert len(wrong(archive)) == 1
    assert index.rebuild(archive) == 4
    index.require(archive)
    assert matches(archive, 'title : "thêm"') == [4]


def test_an_unfinished_rebuild_is_told(archive: Archive) -> None:
    def killed(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.rebuild(archive, killed)
    with pytest.raises(ArchiveError, match="not complete"):
        index.require(archive)
    index.rebuild(archive)
    index.require(archive)


def test_a_rolled_back_put_leaves_nothing(archive: Archive) -> None:
    with pytest.raises(sqlite3.IntegrityError), archive.transaction():
        (version,) = add(archive, [Row("Sẽ lùi lại")])
        index.put(archive, version)
        add(archive, [Row("Đặt sai", state="nowhere")])
    assert matches(archive, '"lùi"') == []
    assert wrong(archive) == []


def test_clear_lets_the_articles_be_made_anew(archive: Archive) -> None:
    with archive.transaction():
        index.clear(archive)
        archive.conn.execute("UPDATE version SET title = 'Đọc lại'")
        for version in (3, 1, 2):
            index.put(archive, version)
    assert matches(archive, 'title : "đọc"') == [1, 3, 2]
    assert matches(archive, '"họp"') == []
    assert wrong(archive) == []


def test_text_of(archive: Archive) -> None:
    text = text_of(archive, 2)
    assert (text.title, text.body, text.caption) == (
        "Hội nghị bàn việc", "Hai đoạn.\nBa đoạn.", "Quang cảnh",
    )  # fmt: skip
    assert text_of(archive, 1).author == "Lò Mây\nLò Mây\nBan A"


def dump(archive: Archive) -> list[object]:
    return [
        tuple(row)
        for table in ("search_text_data", "search_text_docsize", "search_row")
        for row in archive.conn.execute(f"SELECT * FROM {table}")
    ]


def test_a_word_without_marks_is_not_looked_for_among_the_folded_ones(archive: Archive) -> None:
    # In one list of rows `dang` as typed would cost what all of đảng, đang and dạng do.
    archive.conn.execute(
        "CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search_text, 'row')"
    )
    there = {row[0] for row in archive.conn.execute("SELECT term FROM temp.words")}
    assert {"đảng", "0dang", "0hoi", "hội"} <= there
    assert not {"dang", "hoi"} & there
