"""The walls of the house: who may import whom, and what a search must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRAPY_ROOMS = {
    "crawler/frontier.py",
    "crawler/guards.py",
    "crawler/pipelines.py",
    "crawler/runner.py",
    "crawler/settings.py",
    "crawler/spiders/site.py",
    "crawler/bench/bare.py",
}
PURE_ROOMS = ("crawler/pages/", "crawler/discovery/", "crawler/reading.py", "crawler/outcomes.py",
              "crawler/revisit.py")  # fmt: skip


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def rooted(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_archive_knows_no_crawler() -> None:
    for path in modules("archive"):
        for name in imports(path):
            assert name.split(".")[0] not in {"crawler", "scrapy", "twisted"}, rooted(path)


def test_only_the_named_files_know_scrapy() -> None:
    knowing = {
        rooted(path)
        for path in modules("crawler")
        if any(name.split(".")[0] in {"scrapy", "twisted"} for name in imports(path))
    }
    assert knowing <= SCRAPY_ROOMS


def test_pages_know_no_archive_clock_or_network() -> None:
    allowed = {"archive.types", "archive.vietnamese", "archive.urls", "archive.digest",
               "archive.errors", "archive.encoding", "archive.old_letters",
               "archive.reading_kinds", "archive.syllables"}  # fmt: skip
    for path in modules("crawler"):
        if not rooted(path).startswith(PURE_ROOMS):
            continue
        for name in imports(path):
            top = name.split(".")[0]
            assert top not in {"socket", "urllib.request", "sqlite3", "requests"}, rooted(path)
            if top == "archive":
                assert name in allowed, f"{rooted(path)} imports {name}"


@pytest.mark.parametrize("call", [["--help"], ["search", "--help"]])
def test_light_commands_load_no_heavy_library(call: list[str]) -> None:
    code = (
        "import sys; from crawler.cli import group\n"
        f"try: group({call!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'scrapy', 'twisted', 'lxml', 'dateparser', 'bs4', 'PIL'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_file_is_a_god() -> None:
    """250 lines at most, but for the one list of the values that pass between the rooms."""
    long = {
        rooted(path): lines
        for room in ("archive", "crawler")
        for path in modules(room)
        if rooted(path) != "archive/types.py"
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 250
    }
    assert not long
