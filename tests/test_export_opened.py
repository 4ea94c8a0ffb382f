"""Each format opened as its users open it: counts, nested fields, dates and text as archived."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exporting import NASTY, expected, export, store_of

from archive.clock import from_iso
from archive.db import Archive
from archive.export.csv import columns
from archive.export.selection import Selection
from archive.filters import Filters
from archive.types import Article

FORMATS = ("jsonl", "csv", "parquet", "sqlite")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    store = store_of(tmp_path_factory.mktemp("opened") / "luutru.db")
    yield store.archive
    store.archive.close()


@pytest.fixture(scope="module")
def folder(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for ending in FORMATS:
        export(archive, folder / f"a.{ending}")
        export(archive, folder / f"v.{ending}", kind="versions")
    return folder


def parts(rows: Any) -> list[dict[str, Any]]:
    return [dict(one) for one in rows]


def check(row: dict[str, Any], article: Article) -> None:
    """A row as a reader of nested data gives it, against the archive's own article."""
    assert row["title"] == article.title
    assert list(row["section"]) == list(article.section)
    assert row["lead"] == article.lead
    assert (row["published"], row["updated"]) == (article.published, article.updated)
    assert [one["name"] for one in row["authors"]] == [one.name for one in article.authors]
    assert parts(row["body"]) == [{"kind": one.kind, "text": one.text} for one in article.body]
    assert parts(row["captions"]) == [
        {"text": one.text, "credit": one.credit, "image": one.image, "payload": None}
        for one in article.captions
    ]
    assert parts(row["related"]) == [
        {"kind": one.kind, "title": one.title, "url": one.url, "published": one.published}
        for one in article.related
    ]
    assert list(row["tags"]) == list(article.tags)
    assert dict(row["evidence"]) == dict(article.evidence)


def test_jsonl_in_python_and_pandas(archive: Archive, folder: Path) -> None:
    lines = (folder / "a.jsonl").read_text("utf-8").splitlines()
    wanted = expected(archive)
    assert len(lines) == len(wanted) == 5
    for line in lines:
        row = json.loads(line)
        assert row["body"] == [block.text for block in wanted[row["key"]].body]
    export(archive, folder / "full.jsonl", full=True)
    rows = pandas.read_json(folder / "full.jsonl", lines=True, dtype=False)
    for row in rows.astype(object).where(rows.notna(), None).to_dict("records"):
        check(row, wanted[row["key"]])


def test_csv_in_python_pandas_and_duckdb(archive: Archive, folder: Path) -> None:
    file = folder / "a.csv"
    wanted = expected(archive)
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert tuple(rows[0]) == columns("articles")
    (nasty,) = [row for row in rows if row["title"] == NASTY.title]
    assert nasty["authors"] == "A, B; =C"
    assert nasty["body"] == "một\nx\ty\n'hai' \\"
    assert (nasty["language"], nasty["published_precision"]) == ("vi", "day")
    for row in rows:
        article = wanted[row["key"]]
        assert row["title"] == article.title
        assert row["lead"] == (article.lead or "")
        assert row["body"].split("\n") == ([block.text for block in article.body] or [""])
    frame = pandas.read_csv(file, dtype=str, keep_default_na=False)
    assert frame.to_dict("records") == rows
    relation = duckdb.read_csv(str(file), all_varchar=True)
    found = [
        {name: value or "" for name, value in zip(relation.columns, values, strict=True)}
        for values in relation.fetchall()
    ]
    assert found == rows


def test_parquet_in_pyarrow_pandas_and_duckdb(archive: Archive, folder: Path) -> None:
    file = folder / "a.parquet"
    wanted = expected(archive)
    table = pq.read_table(file)
    assert table.schema.field("first_seen").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("captions").type.value_type.num_fields == 4
    assert pa.types.is_dictionary(table.schema.field("site").type)
    assert table.schema.field("url").metadata[b"meaning"].startswith(b"canonical")
    for row in table.to_pylist():
        check(row, wanted[row["key"]])
        assert isinstance(row["first_seen"], datetime)
    (nasty,) = [row for row in table.to_pylist() if row["title"] == NASTY.title]
    assert nasty["published_utc"] == datetime(2025, 12, 30, 17, tzinfo=UTC)
    assert pq.ParquetFile(file).metadata.row_group(0).column(0).compression == "ZSTD"
    frame = pandas.read_parquet(file)
    for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
        check(row, wanted[row["key"]])
    rows = duckdb.read_parquet(str(file))  # noqa: F841  # DuckDB finds it by its name
    found = duckdb.sql("SELECT key, unnest(captions) AS c FROM rows").fetchall()
    assert {(key, one["text"]) for key, one in found} == {
        (key, one.text) for key, article in wanted.items() for one in article.captions
    }
    (days,) = duckdb.sql(
        "SELECT count(*) FROM rows WHERE first_seen < TIMESTAMPTZ '2026-03-01 10:30:00Z'"
    ).fetchall()
    assert days == (1,)


def test_sqlite_in_sqlite_and_pandas(archive: Archive, folder: Path) -> None:
    wanted = expected(archive)
    with closing(sqlite3.connect(folder / "a.sqlite")) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        conn.execute("INSERT INTO article_search (article_search) VALUES ('integrity-check')")
        conn.row_factory = sqlite3.Row
        for row in conn.execute("SELECT * FROM article").fetchall():
            lists = {
                name: conn.execute(
                    f"SELECT * FROM {table} WHERE article_id = ? ORDER BY position", (row["id"],)
                ).fetchall()
                for name, table in (
                    ("authors", "author"), ("body", "block"), ("captions", "caption"),
                    ("related", "link"), ("section", "section"), ("tags", "tag"),
                    ("evidence", "evidence"),
                )
            }  # fmt: skip
            nested = {
                name: [{key: one[key] for key in one.keys()[2:]} for one in rows]
                for name, rows in lists.items()
            }
            for name in ("section", "tags"):
                nested[name] = [one["name"] for one in nested[name]]
            nested["evidence"] = {one["field"]: one["rule"] for one in nested["evidence"]}
            check({**dict(row), **nested}, wanted[row["key"]])
            assert row["body"] == "\n".join(block.text for block in wanted[row["key"]].body)
        conn.row_factory = None
        frame = pandas.read_sql("SELECT * FROM article JOIN site ON site = slug", conn)
    assert sorted(frame["key"]) == sorted(wanted)
    assert set(frame["province_now"]) == {"Phú Thọ"}


def test_sqlite_is_searched_by_any_tool(folder: Path) -> None:
    def found(query: str) -> int:
        sql = "SELECT count(*) FROM article_search WHERE article_search MATCH ?"
        return int(conn.execute(sql, (query,)).fetchone()[0])

    with closing(sqlite3.connect(folder / "a.sqlite")) as conn:
        assert found('"dang uy xa"') == found('"đảng ủy xã"') == 3
        assert found('"đang uy"') == 0
        assert found('authors: "lò thị mây"') == 3
        assert found('captions: "quang cảnh"') == 3


def test_sqlite_is_shown_by_datasette(folder: Path) -> None:
    """By its own command: in this process our plugin may have been registered."""

    def rows(path: str) -> Any:
        command = [sys.executable, "-m", "datasette", str(folder / "a.sqlite"), "--get", path]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)["rows"]

    assert len(rows("/a/article.json?_search=dang+uy&_shape=objects")) == 3
    assert rows("/a/caption.json?_shape=objects&article_id=1")


def test_versions_in_every_format(archive: Archive, folder: Path) -> None:
    lines = [json.loads(line) for line in (folder / "v.jsonl").read_text("utf-8").splitlines()]
    table = pq.read_table(folder / "v.parquet").to_pylist()
    with (folder / "v.csv").open(encoding="utf-8", newline="") as opened:
        cells = list(csv.DictReader(opened))
    with closing(sqlite3.connect(folder / "v.sqlite")) as conn:
        conn.row_factory = sqlite3.Row
        stored = [dict(row) for row in conn.execute("SELECT * FROM version ORDER BY id")]
        changed = conn.execute("SELECT field FROM changed ORDER BY 1").fetchall()
    assert len(lines) == len(table) == len(cells) == len(stored) == 7
    for line, row, cell, kept in zip(lines, table, cells, stored, strict=True):
        assert row["changed"] == line["changed"]
        assert cell["changed"] == "; ".join(line["changed"])
        for name in ("key", "version", "versions", "change", "digest", "first_capture"):
            assert row[name] == line[name] == kept[name]
            assert cell[name] == str(line[name] or "")
        for name in ("first_seen", "last_seen", "published_utc"):
            assert row[name] == (line[name] and from_iso(line[name]))
            assert line[name] == kept[name]
        assert row["current"] is line["current"] is bool(kept["current"])
        assert cell["current"] == ("yes" if line["current"] else "no")
    assert [one[0] for one in changed] == ["body", "lead", "title"]


def test_nothing_selected_is_a_file_of_the_same_shape(archive: Archive, tmp_path: Path) -> None:
    for kind in ("articles", "versions"):
        for ending in FORMATS:
            file = tmp_path / f"{kind}.{ending}"
            nothing = Selection(Filters(until="1990-12-31"))
            made = export(archive, file, kind=kind, selection=nothing)
            assert made["counts"]["rows"] == 0
            full = tmp_path / f"{kind}-full.{ending}"
            export(archive, full, kind=kind)
            assert shape(file) == shape(full)


def shape(file: Path) -> object:
    """The schema of a file; a text format has only its header."""
    if file.suffix == ".parquet":
        return pq.read_schema(file)
    if file.suffix == ".sqlite":
        with closing(sqlite3.connect(file)) as conn:
            return conn.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    return file.read_text("utf-8").split("\n")[0] if file.suffix == ".csv" else None
