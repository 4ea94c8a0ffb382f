"""`luutru sites`: list and show, their formats, and what is wrong."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from archive.cli.run import status_of
from crawler.cli import group


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = status_of(group, ["sites", *arguments])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "list", "--format", "json")
    rows = {row["site"]: row for row in json.loads(out)}
    assert status == 0
    assert rows["tinhuy-binhphuoc"] == {
        "site": "tinhuy-binhphuoc",
        "name": "Tỉnh ủy Bình Phước",
        "family": "nukeviet",
        "province then": "Bình Phước",
        "province now": "Đồng Nai",
        "hosts": ["tinhuybinhphuoc.vn", "www.tinhuybinhphuoc.vn"],
        "verified": False,
    }


def test_list_as_csv_and_table(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "list", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["family"] for row in rows} >= {"nukeviet", "liferay", "sharepoint", "joomla"}
    status, out, _ = run(capsys, "list")
    assert status == 0
    assert "tinhuy-hatinh" in out


def test_own_sites_are_listed_and_a_wrong_file_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "dep.toml").write_text('name = "Đẹp"\nhosts = ["dep.example"]\n', encoding="utf-8")
    (tmp_path / "hong.toml").write_text('nam = "Hỏng"\n', encoding="utf-8")
    status, out, err = run(capsys, "list", "--sites", str(tmp_path), "--format", "jsonl")
    slugs = [json.loads(line)["site"] for line in out.splitlines()]
    assert status == 1
    assert "dep" in slugs
    assert "hong" not in slugs
    assert "hong.toml" in err


def test_a_profile_that_cannot_be_read_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "hong.toml").mkdir()
    status, out, err = run(capsys, "list", "--sites", str(tmp_path), "--format", "jsonl")
    assert (status, '"hong"' in out) == (1, False)
    assert "cannot be read" in err


def test_own_sites_by_the_environment(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dep.toml").write_text('name = "Đẹp"\nhosts = ["dep.example"]\n', encoding="utf-8")
    monkeypatch.setenv("LUUTRU_SITES", str(tmp_path))
    status, out, _ = run(capsys, "show", "dep")
    assert status == 0
    assert "name: Đẹp" in out


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "show", "tinhuy-binhphuoc")
    assert status == 0
    assert "crawl.delay: 1.0" in out
    assert "fields.body: #news-bodyhtml" in out
    _, out, _ = run(capsys, "show", "tinhuy-binhphuoc", "--format", "json")
    assert json.loads(out)["start"]["home"] == "https://tinhuybinhphuoc.vn/"


def test_an_unknown_site(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "show", "tinhuy-binhphuo")
    assert status == 2
    assert "Did you mean tinhuy-binhphuoc" in err


def test_a_folder_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _, err = run(capsys, "list", "--sites", str(tmp_path / "none"))
    assert status == 2
    assert "no such folder" in err


@pytest.mark.parametrize("arguments", [(), ("list",), ("show",), ("add",), ("record",), ("check",)])
def test_help_ends_with_an_example(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(capsys, *arguments, "--help")
    assert status == 0
    assert out.rstrip().splitlines()[-1].strip().startswith("luutru sites")
