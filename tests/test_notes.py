"""Notes and collections: kept by key, marked and never deleted, shown, exported, and filters."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import unicodedata
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from reading_room import room
from stored import ARTICLE, EDITED, HOST, Store
from strategies import LONG, Walker, article

from archive import articles, collections, notes
from archive.cli.run import status_of
from archive.db import Archive
from archive.errors import InputError, UnknownReferenceError
from archive.filters import Filters
from archive.search import search
from crawler.cli import group

NAME = "Sáp nhập năm 2025"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """The command on an archive of two articles, one of them in two versions."""
    store = Store(tmp_path / "a.db")
    for shown in (ARTICLE, EDITED):
        store.see(shown)
    store.see(article(f"{HOST}/tin/khac.html", "Tin khác", *LONG, "Một đoạn nữa."),
              f"{HOST}/tin/khac.html")  # fmt: skip
    store.end()

    def called(*arguments: str) -> tuple[int, str, str]:
        status = status_of(group, [*arguments, "--archive", str(tmp_path / "a.db")])
        told = capsys.readouterr()
        return status, told.out, told.err

    return called


def key(path: Path, ref: str = ARTICLE.url) -> str:
    with Archive.open(path, readonly=True) as archive:
        return articles.key_of(archive, articles.resolve(archive, ref))


def test_a_note_is_kept_shown_and_retracted(call: Call, tmp_path: Path) -> None:
    said = "Ảnh thứ hai chụp năm 2019"
    decomposed = unicodedata.normalize("NFD", f"  {said} ")
    assert call("note", "add", ARTICLE.url, decomposed, "--by", "Lò Thị Mây")[0] == 0
    assert call("note", "add", key(tmp_path / "a.db"), "Sai ngày")[0] == 0
    shown = call("show", ARTICLE.url)[1]
    assert said in shown and "Lò Thị Mây" in shown and "Sai ngày" in shown
    assert call("note", "retract", "2", "--by", "Mây")[0] == 0
    found = json.loads(call("show", ARTICLE.url, "--format", "json")[1])
    assert [one["text"] for one in found["notes"]] == [said]
    listed = [
        json.loads(line) for line in call("note", "list", "--format", "jsonl")[1].splitlines()
    ]
    assert [(one["note"], bool(one["retracted"]), one["retracted_by"]) for one in listed] == [
        (1, False, None), (2, True, "Mây"),
    ]  # fmt: skip
    assert call("note", "list", f"{HOST}/tin/khac.html")[1] == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("note", "retract", "9"), "There is no note 9"),
        (("note", "add", ARTICLE.url, " "), "TEXT is empty"),
        (("note", "add", "0123456789abcdef", "x"), "No article"),
        (("collection", "show", "Không có"), "There is no collection `Không có`"),
        (("collection", "add", "Không có", ARTICLE.url), "None was made yet"),
        (("search", "hội", "--collection", "Không có"), "There is no collection"),
        (("export", "csv", "-", "--collection", "Không có"), "There is no collection"),
        (("collection", "create", ""), "NAME is empty"),
    ],
)
def test_slips_are_told(call: Call, arguments: tuple[str, ...], words: str) -> None:
    status, _, err = call(*arguments)
    assert status == 2 and words in err


def test_a_collection_is_filled_narrowed_by_and_taken_from(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        call("collection", "create", unicodedata.normalize("NFD", NAME), "--about", "Về tỉnh")[0]
        == 0
    )
    assert "already" in call("collection", "create", NAME)[2]
    assert "1 added, 0 were in it before" in call("collection", "add", NAME, ARTICLE.url)[2]
    assert "0 added, 1 were in it before" in call("collection", "add", NAME, ARTICLE.url)[2]
    own = key(tmp_path / "a.db")
    for name in (NAME, unicodedata.normalize("NFD", NAME)):
        out = call("search", "hoi nghi", "--collection", name, "--format", "jsonl")[1]
        assert [json.loads(line)["key"] for line in out.splitlines()] == [own]
    out = call("export", "csv", "-", "--collection", NAME)[1]
    assert [row["key"] for row in csv.DictReader(out.splitlines())] == [own]
    assert NAME in call("show", ARTICLE.url)[1]
    (shown,) = call("collection", "show", NAME, "--format", "jsonl")[1].splitlines()
    assert json.loads(shown)["key"] == own
    assert "1 taken out" in call("collection", "take-out", NAME, own)[2]
    assert call("search", "hoi nghi", "--collection", NAME, "--format", "jsonl")[1] == ""
    assert call("collection", "add", NAME, "--query", "Tin khác")[0] == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{own}\n\n"))
    assert "1 added" in call("collection", "add", NAME, "-")[2]
    (listed,) = call("collection", "list", "--format", "jsonl")[1].splitlines()
    assert json.loads(listed)["articles"] == 2 and json.loads(listed)["about"] == "Về tỉnh"
    with closing(sqlite3.connect(tmp_path / "a.db")) as conn:  # nothing is deleted
        assert conn.execute("SELECT count(*), count(taken_out) FROM collected").fetchone() == (3, 1)


def test_all_or_none_is_added(call: Call) -> None:
    call("collection", "create", NAME)
    assert call("collection", "add", NAME, ARTICLE.url, "http://khong-co.vn/")[0] == 2
    assert json.loads(call("collection", "list", "--format", "json")[1])[0]["articles"] == 0


def test_exports_hold_them(call: Call, tmp_path: Path) -> None:
    call("note", "add", ARTICLE.url, "Ghi một", "--by", "Mây")
    call("note", "add", ARTICLE.url, "Ghi hai", "--by", "Mây")
    call("collection", "create", NAME)
    call("collection", "add", NAME, ARTICLE.url)
    own = key(tmp_path / "a.db")
    for form in ("jsonl", "csv", "parquet", "sqlite"):
        assert call("export", form, str(tmp_path / f"out.{form}"))[0] == 0
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    found = {row["key"]: row for row in map(json.loads, lines)}
    assert [one["text"] for one in found[own]["notes"]] == ["Ghi một", "Ghi hai"]
    assert found[own]["notes"][0]["by"] == "Mây" and found[own]["collections"] == [NAME]
    assert [row["notes"] for row in found.values() if row["key"] != own] == [[]]
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        cells = {row["key"]: row for row in csv.DictReader(file)}
    assert (cells[own]["notes"], cells[own]["collections"]) == ("Ghi một\nGhi hai", NAME)
    table = {row["key"]: row for row in pq.read_table(tmp_path / "out.parquet").to_pylist()}
    assert [one["text"] for one in table[own]["notes"]] == ["Ghi một", "Ghi hai"]
    with closing(sqlite3.connect(tmp_path / "out.sqlite")) as conn:
        sql = """SELECT text, by FROM note JOIN article ON article.id = article_id
                 WHERE key = ? ORDER BY position"""
        assert conn.execute(sql, (own,)).fetchall() == [("Ghi một", "Mây"), ("Ghi hai", "Mây")]
        assert conn.execute("SELECT name FROM collection").fetchall() == [(NAME,)]


def test_the_reader_shows_and_narrows(call: Call, tmp_path: Path) -> None:
    call("note", "add", ARTICLE.url, "Ghi <b>một</b>", "--by", "Mây")
    call("collection", "create", NAME)
    call("collection", "add", NAME, ARTICLE.url)
    own = key(tmp_path / "a.db")
    with room(tmp_path / "a.db") as reader:
        text = reader.text(f"/article/{own}")
        assert "Ghi &lt;b&gt;một&lt;/b&gt;" in text and NAME in text and "Mây" in text
        narrowed = reader.get(f"/search?collection={NAME}&format=json").json()
        assert [hit["key"] for hit in narrowed["hits"]] == [own]
        assert NAME in reader.text(f"/search?collection={NAME}")
        assert "Không có bộ sưu tập" in reader.get("/search?collection=Khác").text


def test_they_stay_with_an_article_that_takes_another_key(archive: Archive) -> None:
    """Its page becomes a second address of another article, as when a reading joins two."""
    walker = Walker.begin(archive)
    one = walker.see(article("http://x.vn/1.html", "Một", *LONG))
    other = walker.see(article("http://x.vn/2.html", "Hai", *LONG, "Khác."))
    old = articles.key_of(archive, one.article_id)
    notes.add(archive, old, "Ghi", "Mây")
    collections.create(archive, NAME, None, "Mây")
    collections.add(archive, NAME, [old], "Mây")
    with archive.transaction():
        archive.conn.execute(
            "UPDATE article_page SET article_id = ? WHERE article_id = ?",
            (other.article_id, one.article_id),
        )
    new = articles.key_of(archive, other.article_id)
    assert [one.key for one in notes.of_article(archive, other.article_id)] == [new]
    assert collections.keys(archive, NAME) == [new]
    assert collections.add(archive, NAME, [new], "Mây") == 0  # it is in it, by its other key
    assert search(archive, "khác", Filters(collection=NAME)).total == 1
    assert collections.take_out(archive, NAME, [new], "Mây") == 1
    assert collections.keys(archive, NAME) == []
    with archive.transaction():
        archive.conn.execute("DELETE FROM article_page")
    assert [one.key for one in notes.all(archive)] == [old]  # nothing shows it any more


def test_errors_of_the_tables(archive: Archive) -> None:
    with pytest.raises(UnknownReferenceError):
        notes.retract(archive, 1, "a")
    number = notes.add(archive, "0" * 16, "x", "a")
    assert notes.retract(archive, number, "b").agent == "a"
    with pytest.raises(InputError, match="retracted on 2026-03-01"):
        notes.retract(archive, number, "b")
    with pytest.raises(UnknownReferenceError, match="no collection"):
        collections.get(archive, "x")
