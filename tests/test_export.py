"""Exports: the same archive gives the same bytes, and a file is whole or not there."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bulk import NOW, Row, create, synthetic
from stored import ARTICLE, HOST, Store

from archive import index
from archive.cli.reindex import command as reindex
from archive.cli.run import status_of
from archive.errors import InputError, UnknownReferenceError
from archive.export import csv as csv_format
from archive.export import jsonl
from archive.export.files import whole
from archive.export.rows import Record, records
from archive.filters import Filters
from archive.types import Author, Block


def lines(store: Store, **narrow: object) -> list[str]:
    out = io.StringIO()
    total, found = records(store.archive, Filters(**narrow))  # type: ignore[arg-type]  # its fields
    jsonl.write(found, out)
    rows = out.getvalue().splitlines()
    assert len(rows) == total
    return rows


def test_the_same_articles_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    pages = [(replace(ARTICLE, title=f"Tin {n}"), f"{HOST}/{n}.html") for n in range(9)]
    one, other = Store(tmp_path / "one.db"), Store(tmp_path / "other.db")
    for article, url in pages:
        one.see(article, url)
    for article, url in reversed(pages):
        other.see(article, url)
    times = {"first_seen", "last_seen"}
    exported = [
        [{k: v for k, v in json.loads(line).items() if k not in times} for line in lines(store)]
        for store in (one, other)
    ]
    assert exported[0] == exported[1]
    assert lines(one) == lines(one)
    assert lines(one, sites=("binh-son",), since="2026-02-28", until="2026-02-28") == lines(one)
    assert lines(one, author="Không ai") == []
    with pytest.raises(UnknownReferenceError):
        lines(one, sites=("nowhere",))


def test_csv_holds_whatever_the_text_holds(tmp_path: Path) -> None:
    store = Store(tmp_path / "one.db")
    nasty = replace(
        ARTICLE, title='=1+1, "hai"; ba', authors=(Author("A, B"), Author("C")),
        body=(Block("paragraph", "một"), Block("row", "x\ty")),
    )  # fmt: skip
    store.see(nasty)
    out = io.StringIO()
    csv_format.write(records(store.archive)[1], out)
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert tuple(row) == csv_format.COLUMNS
    assert row["title"] == nasty.title
    assert row["authors"] == "A, B; C"
    assert row["body"] == "một\nx\ty"
    assert row["attachments"] == f"{HOST}/bao-cao.pdf"
    assert row["language"] == ""


def test_a_query_exports_every_match_by_key(tmp_path: Path) -> None:
    archive = create(tmp_path / "many.db", synthetic(300, length=40))
    index.rebuild(archive)
    total, found = records(archive, Filters(since="2015-01-01"), "dang")
    keys = [record.version.key for record in found]
    assert len(keys) == total > 50
    assert keys == sorted(set(keys))


def test_an_error_midway_leaves_what_was_there(tmp_path: Path) -> None:
    def breaking() -> Iterator[Record]:
        raise RuntimeError("midway")
        yield

    file = tmp_path / "a.jsonl"
    file.write_text("old", "utf-8")
    with pytest.raises(RuntimeError), whole(file) as out:
        out.write("new")
        jsonl.write(breaking(), out)
    assert file.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]
    with pytest.raises(InputError, match="no folder"), whole(tmp_path / "x" / "a") as out:
        out.write("new")
    with pytest.raises(InputError, match="is a folder"), whole(tmp_path) as out:
        out.write("new")


def test_reindex_makes_a_query_possible_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "old.db"
    archive = create(path, [Row("Tin cũ", published=NOW)])
    archive.close()
    assert status_of(reindex, ["--archive", str(path)]) == 0
    assert "1 articles are indexed" in capsys.readouterr().err
