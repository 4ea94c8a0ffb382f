"""The manifest and the card: what they say is counted again, and the card's commands are run."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from exporting import BARE, NASTY, OTHER, export, store_of
from stored import HOST

from archive.clock import iso
from archive.db import Archive
from archive.export import card
from archive.export.fields import fields_of
from archive.export.markdown import code, days, share, table, years
from archive.export.selection import Selection, cursor
from archive.filters import Filters

FORMATS = ("jsonl", "csv", "parquet", "sqlite")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    store = store_of(tmp_path_factory.mktemp("card") / "luutru.db")
    yield store.archive
    store.archive.close()


def test_the_manifest_counts_what_the_file_holds(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "v.jsonl"
    told = export(archive, file, kind="versions")
    made = json.loads((tmp_path / "v.jsonl.manifest.json").read_text("utf-8"))
    assert made == told
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert made["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert made["bytes"] == file.stat().st_size
    assert made["counts"] == {
        "rows": len(rows),
        "articles": len({row["key"] for row in rows}),
        "versions": len(rows),
        "states": {"gone": 1, "live": 4},
        "changes": {"content": 2},
    }
    assert [one["name"] for one in made["fields"]] == list(rows[0])
    for field in made["fields"]:
        filled = [row for row in rows if row[field["name"]] not in (None, "", [], {})]
        assert field["filled"] == len(filled), field["name"]
    assert made["published"] == {
        "first": min(row["published_utc"] for row in rows if row["published_utc"]),
        "last": max(row["published_utc"] for row in rows if row["published_utc"]),
    }
    assert made["seen"]["last"] == max(row["last_seen"] for row in rows)
    (site,) = made["sites"]
    assert (site["site"], site["rows"], site["articles"]) == ("binh-son", 7, 5)
    assert (site["known"], site["captured"], site["problems"]) == (5, 5, {"HTTP 404": 1})
    assert made["archive"] == {
        "id": archive.id,
        "cursor": cursor(archive),
        "captures": 13,
        "last_capture": "2026-03-03T13:00:00.000000Z",
    }
    assert made["readers"] == ["test 1"]
    assert made["software"] == {"luutru": version("luutru")}
    assert iso(archive.clock.now())[:4] + "-" in made["archive"]["last_capture"]


def test_the_manifest_tells_the_selection(archive: Archive, tmp_path: Path) -> None:
    given = {"query": "tuyen truyen", "from": "2026", "site": ["binh-son"]}
    filters = Filters(("binh-son",), since="2026-01-01")
    selection = Selection(filters, "tuyen truyen", None, given)
    made = export(archive, tmp_path / "a.csv", selection=selection)
    assert made["selection"] == {
        "given": given,
        "understood": {
            "query": '(~"tuyen" AND ~"truyen")',
            "sites": ["binh-son"],
            "published_from": "2026-01-01",
        },
    }
    text = (tmp_path / "a.csv.card.md").read_text("utf-8")
    for name in ("--query tuyen truyen", "--from 2026", "--site binh-son"):
        assert f"- `{name}`" in text


def test_sites_without_rows_are_told_as_gaps(tmp_path: Path) -> None:
    from archive import sites

    store = store_of(tmp_path / "two.db")
    sites.ensure(store.archive, "an-phu", "Đảng ủy xã An Phú", "Hòa Bình", "Phú Thọ")
    made = export(store.archive, tmp_path / "a.csv")
    assert [(one["site"], one["rows"]) for one in made["sites"]] == [("an-phu", 0), ("binh-son", 5)]
    narrow = Selection(Filters(("binh-son",)))
    made = export(store.archive, tmp_path / "a.csv", selection=narrow)
    assert [one["site"] for one in made["sites"]] == ["binh-son"]
    store.end()


@pytest.mark.parametrize("kind", ["articles", "versions"])
@pytest.mark.parametrize("format_", FORMATS)
def test_the_commands_of_a_card_open_its_file(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: str, kind: Any
) -> None:
    name = f"Đảng 'a' b.{format_}"
    export(archive, tmp_path / name, kind=kind)
    run_all(tmp_path, name, monkeypatch, expect="binh-son")


@pytest.mark.parametrize("format_", FORMATS)
def test_they_open_a_file_without_rows_or_captions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    store = store_of(tmp_path / "bare.db", [(1, OTHER, BARE)])
    export(store.archive, tmp_path / f"a.{format_}")
    run_all(tmp_path, f"a.{format_}", monkeypatch)
    if format_ != "jsonl":  # no line of JSON names no field
        export(
            store.archive,
            tmp_path / f"a.{format_}",
            selection=Selection(Filters(until="1990-01-01")),
        )
        run_all(tmp_path, f"a.{format_}", monkeypatch)
    store.end()


def run_all(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch, expect: str | None = None
) -> None:
    """Run what the card of the file shows: its check and its Python, where the file stands."""
    text = (folder / f"{name}.card.md").read_text("utf-8")
    (check,) = re.findall(r"```sh\n(.*?)```", text, re.S)
    done = subprocess.run(["sh", "-c", check], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip().endswith(": OK")) == (0, True), done.stderr
    monkeypatch.chdir(folder)
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert len(blocks) == (3 if name.endswith(".parquet") else 2)
    printed = ""
    for block in blocks:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(block, name, "exec"), {})  # what is run is the card of this test
        printed += out.getvalue()
    if expect:
        assert expect in printed
        assert name.endswith(".csv") or "Quang cảnh" in printed or "xã Bình Sơn" in printed


def test_the_card_says_what_matters(archive: Archive, tmp_path: Path) -> None:
    made = export(archive, tmp_path / "v.csv", kind="versions")
    text = (tmp_path / "v.csv.card.md").read_text("utf-8")
    assert text == card.render(json.loads((tmp_path / "v.csv.manifest.json").read_text("utf-8")))
    assert text.startswith("# Versions of articles of Đảng ủy xã Bình Sơn, 2025 to 2026\n")
    for field in fields_of("versions"):
        assert re.search(rf"^\| {field.name} \| .* % \| ", text, re.M), field.name
    assert "whole archive" in text
    assert "Hòa Bình, now Phú Thọ | 7 | 5 | 2025-12-31 to 2026-02-28 |" in text
    assert "| binh-son | 5 | 5 | 0 | 1 | HTTP 404: 1 |" in text
    assert "1 gone: their pages show them no more" in text
    assert "content 2" in text
    assert "formulas" in text
    assert "belong to those who published them" in text
    assert f"sha256:{made['sha256']}" in text
    assert f"{archive.id}:" in text
    assert not re.search(r"[ \t]$", text, re.M)
    assert os.linesep == "\n"
    assert "\n\n\n" not in text


def test_markdown_of_values() -> None:
    assert list(table(("a", "b"), [(1234, "x|y\\<b>")])) == [
        "| a | b |", "|---|---|", "| 1,234 | x\\|y\\\\&lt;b> |",
    ]  # fmt: skip
    assert [share(*one) for one in ((0, 0), (0, 9), (1, 999), (998, 999), (9, 9), (1, 3))] == [
        "–", "0 %", "1 %", "99 %", "100 %", "33 %",
    ]  # fmt: skip
    late = "2025-12-31T20:00:00.000000Z"  # New Year in Vietnam
    assert days({"first": late, "last": late}) == "2026-01-01 to 2026-01-01"
    assert years({"first": "2019-05-05T00:00:00.000000Z", "last": late}) == "2019 to 2026"
    assert days(None) == "–"
    assert code("a\n`b`") == "`a 'b'`"


def test_a_field_that_only_some_rows_have(tmp_path: Path) -> None:
    looks = [(n, f"{HOST}/{n}.html", replace(NASTY, lead=None if n else "x")) for n in range(3)]
    store = store_of(tmp_path / "some.db", looks)
    export(store.archive, tmp_path / "a.jsonl")
    assert "| lead | text | 33 % |" in (tmp_path / "a.jsonl.card.md").read_text("utf-8")
    store.end()
