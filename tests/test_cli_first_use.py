"""What somebody meets in the first hour: mistyped names, narrow terminals, no archive yet."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import click
import pytest
from stored import ARTICLE, Store

from archive.cli import output
from archive.cli.run import status_of
from crawler.cli import group


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = status_of(group, arguments)
    out, err = capsys.readouterr()
    return status, out, err


def test_a_command_that_was_mistyped_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = call(capsys, "serach", "dang uy")
    assert status == 2
    assert "Did you mean 'search'?" in err


def test_an_unknown_site_leaves_no_archive(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "new.db"
    status, out, err = call(capsys, "crawl", "tinhuy-camau", "tinhuy-camua", "--archive", str(path))
    assert status == 2
    assert "Error: no site 'tinhuy-camua' is known. Did you mean tinhuy-camau" in err
    assert not out
    assert not path.exists()


def test_a_plan_of_known_and_new_sites_is_one_table(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from archive import pages, sites
    from archive.clock import SystemClock
    from archive.db import Archive
    from archive.types import Found

    path = tmp_path / "a.db"
    with Archive.create(path, SystemClock()) as archive, archive.transaction():
        site = sites.ensure(archive, "tinhuy-camau", "Tỉnh ủy Cà Mau", None, None)
        found = Found(url="https://camau.dcs.vn/tin/1.html", kind="article", how="listing")
        pages.add(archive, site, [found], at=SystemClock().now(), due=SystemClock().now())
    status, out, err = call(
        capsys, "crawl", "tinhuy-hatinh", "tinhuy-camau", "--dry-run", "--archive", str(path),
        "--format", "csv",
    )  # fmt: skip
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "site,start points,article,hosts"
    assert re.search(r"^tinhuy-hatinh,\d+,0,", out, re.MULTILINE)
    assert re.search(r"^tinhuy-camau,\d+,1,", out, re.MULTILINE)


def test_nothing_found_says_what_may_help(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    store = Store(path)
    store.see(ARTICLE)
    store.end()
    accented = unicodedata.normalize("NFD", "không đâu")
    for words, hint in ((accented, "try them without"), ("khong dau ca", "begin*")):
        status, out, err = call(capsys, "search", words, "--archive", str(path))
        assert (status, out) == (0, "")
        assert hint in err


@pytest.mark.parametrize("width", [60, 90])
def test_long_lines_are_folded_between_words_behind_their_indent(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    words = ["Hội", "nghị", click.style("tuyên truyền", fg="yellow"), "miệng"] * 9
    lines = click.unstyle(output.folded(" ".join(words), "1. ", "   ")).split("\n")
    assert len(lines) > 1
    assert all(len(line) <= width for line in lines)
    assert lines[0].startswith("1. Hội")
    assert all(re.match(r" {3}\S", line) for line in lines[1:])
    assert " ".join(line[3:] for line in lines) == click.unstyle(" ".join(words))


def test_a_table_never_cuts_a_word() -> None:
    lines = [["site", "name"], ["demo-sharepoint", "Đảng ủy Khối các cơ quan"]]
    assert output._widths(lines, 80, 2) == [15, 24]
    assert output._widths(lines, 26, 2) == [15, 9]
    assert output._widths(lines, 20, 1) == [15, 4]
    assert output._widths(lines, 19, 1) == []
