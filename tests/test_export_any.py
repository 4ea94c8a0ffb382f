"""Whatever an article holds survives the way into each format and back."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.export import csv as csv_format
from archive.export import jsonl, parquet, sqlite
from archive.export.record import Record, Row
from archive.sites import Site
from archive.types import Article, Attachment, Author, Block, Caption, Link, Version

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
SITE = Site(1, "binh-son", "Bình Sơn", None, None, "healthy", NOW, None)

# Everything that UTF-8 can hold, and what breaks readers: NUL, line ends of all kinds, quotes,
# formulas, marks of direction, emoji with joiners, a byte order mark.
texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", "\x00", "a\x00b", "\r", "\n", "\r\n", "\x85\u2028\u2029", '"', "'", '","', "=1+1", "@a",
     "\\N", "NULL", "null", "1e9", "\ufeff", "\u202e", "👩\u200d👧🇻🇳", "Đảng uỷ", "e\u0301", "; ",
     "\t", "\x1b[0m"]
)  # fmt: skip
maybe = st.none() | texts
lists = st.lists(texts, max_size=3).map(tuple)


def several(kind: type, *parts: st.SearchStrategy[str | None]) -> st.SearchStrategy[tuple[object]]:
    return st.lists(st.builds(kind, *parts), max_size=3).map(tuple)  # type: ignore[return-value]  # tuples of it


articles = st.builds(
    Article,
    url=texts,
    title=texts,
    section=lists,
    lead=maybe,
    published=maybe,
    authors=several(Author, texts, maybe, maybe),
    byline=maybe,
    body=several(Block, st.sampled_from(["paragraph", "row"]), texts),
    captions=several(Caption, texts, maybe, maybe),
    related=several(Link, st.sampled_from(["related", "text"]), texts, texts, maybe),
    attachments=several(Attachment, texts, texts),
    tags=lists,
    evidence=st.dictionaries(texts, texts, max_size=3),
)


def row_of(article: Article, number: int) -> Row:
    version = Version(
        number, f"{number:016x}", "binh-son", article.url, "sha256:0", NOW, NOW, 1, 1, "r", "live",
        replace(article),
    )  # fmt: skip
    record = Record(version, 1, 1, True, None, "sha256:1", "sha256:1", None, "content", ("title",))
    return record.to_dict("versions")


@given(found=st.lists(articles, max_size=4))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_article_survives(tmp_path: Path, found: list[Article]) -> None:
    rows = [row_of(article, number) for number, article in enumerate(found, 1)]
    assert through_jsonl(rows, tmp_path / "a.jsonl") == rows
    assert through_parquet(rows, tmp_path / "a.parquet") == rows
    assert through_sqlite(rows, tmp_path / "a.sqlite") == rows
    names = csv_format.columns("versions")
    plain = [name for name in names if not rows or isinstance(rows[0][name], str) or name == "lead"]
    for row, cells in zip(rows, through_csv(rows, tmp_path / "a.csv"), strict=True):
        assert tuple(cells) == names
        assert all(cells[name] == (row[name] or "") for name in plain)
        assert cells["body"] == "\n".join(block["text"] for block in row["body"])
        assert cells["authors"] == "; ".join(author["name"] for author in row["authors"])


def through_jsonl(rows: list[Row], file: Path) -> list[Row]:
    with file.open("w", encoding="utf-8", newline="") as out:
        jsonl.write(rows, out, "versions", full=True)
    text = file.read_text("utf-8")
    assert text.splitlines() == text.split("\n")[:-1]  # no line end but those between rows
    return [json.loads(line) for line in text.splitlines()]


def through_csv(rows: list[Row], file: Path) -> list[dict[str, str]]:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv_format.write(rows, out, "versions")
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def through_parquet(rows: list[Row], file: Path) -> list[Row]:
    file.unlink(missing_ok=True)
    parquet.write(rows, file, "versions")
    found = pq.read_table(file).to_pylist(maps_as_pydicts="strict")
    for row in found:
        for name in ("first_seen", "last_seen", "published_utc"):
            row[name] = row[name] and row[name].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return found


def through_sqlite(rows: list[Row], file: Path) -> list[Row]:
    file.unlink(missing_ok=True)
    sqlite.write(rows, file, "versions", {SITE.slug: SITE})
    with closing(sqlite3.connect(file)) as conn:
        conn.row_factory = sqlite3.Row
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        conn.execute("INSERT INTO version_search (version_search) VALUES ('integrity-check')")
        found = []
        for one in conn.execute("SELECT * FROM version ORDER BY id").fetchall():
            lists = {
                name: conn.execute(
                    f"SELECT * FROM {table} WHERE version_id = ? ORDER BY position", (one["id"],)
                ).fetchall()
                for table, name in TABLES.items()
            }
            row = {name: one[name] for name in one.keys() if name not in ("id", "folded")}  # noqa: SIM118  # a Row has no `in`
            for name, entries in lists.items():
                row[name] = [
                    dict(zip(entry.keys()[2:], entry[2:], strict=True)) for entry in entries
                ]
            for name, part in (("section", "name"), ("tags", "name"), ("changed", "field"),
                               ("collections", "name")):  # fmt: skip
                row[name] = [entry[part] for entry in row[name]]
            row["evidence"] = {entry["field"]: entry["rule"] for entry in row["evidence"]}
            row["current"] = bool(row["current"])
            found.append(row)
        return found


TABLES = {
    "section": "section", "author": "authors", "block": "body", "caption": "captions",
    "link": "related", "attachment": "attachments", "tag": "tags", "evidence": "evidence",
    "note": "notes", "collection": "collections",
    "changed": "changed",
}  # fmt: skip


def test_rows_of_one_group_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROWS", 3)
    monkeypatch.setattr(parquet, "_CHARACTERS", 100)
    small = row_of(Article("u", "t", body=(Block("paragraph", "x"),)), 1)
    large = row_of(Article("u", "t", body=(Block("paragraph", "x" * 150),)), 2)
    parquet.write([small] * 4 + [large] * 2 + [small], tmp_path / "a.parquet", "versions")
    file = pq.ParquetFile(tmp_path / "a.parquet")
    sizes = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert sizes == [3, 2, 1, 1]
