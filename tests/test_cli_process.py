"""The command line as a process: pipes, terminals, full disks, and what it loads."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from stored import ARTICLE, EDITED, Store

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("process") / "luutru.db"
    store = Store(path)
    store.see(ARTICLE)
    store.see(EDITED)
    store.end()
    return path


@pytest.fixture(autouse=True)
def environment(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUUTRU_ARCHIVE", str(path))


def test_a_full_disk_is_told() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = luutru("export", "jsonl", "-", stdout=os.open("/dev/full", os.O_WRONLY))
    assert done.returncode == 2
    assert b"The disk is full" in done.stderr
    assert b"Traceback" not in done.stderr


def luutru(*arguments: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    code = "from crawler.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        stdout=stdout, stderr=subprocess.PIPE, cwd=ROOT, check=False,
    )  # fmt: skip


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    code = f"{sys.executable} -c 'from crawler.cli import main; main()'"
    many = "; ".join([f"{code} export csv - --full"])
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"({many}) | true"], capture_output=True, cwd=ROOT
    )
    assert done.returncode == 0
    assert done.stderr == b""


@pytest.mark.parametrize("quiet", [False, True])
def test_a_terminal_gets_colour_unless_it_wants_none(
    monkeypatch: pytest.MonkeyPatch, quiet: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if quiet:
        monkeypatch.setenv("NO_COLOR", "1")
    for arguments in (["search", "dang", "uy"], ["diff", ARTICLE.url], ["show", ARTICLE.url]):
        shown = on_terminal(*arguments)
        assert ("\x1b[" in shown) is not quiet
    for width in ("60", "100", "160"):
        monkeypatch.setenv("COLUMNS", width)
        shown = on_terminal("status")
        assert "binh-" in shown
        plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
        assert all(len(line) <= int(width) for line in plain.splitlines())


def test_bars_of_trends_fit_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    bars = {}
    for width in (40, 60, 160):
        monkeypatch.setenv("COLUMNS", str(width))
        lines = on_terminal("trends", "dang uy", "--by-site").splitlines()
        assert all(len(line) <= width for line in lines)
        bars[width] = max(line.count("█") for line in lines)
    assert bars[40] == 0 < bars[60] < bars[160] == 20
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    assert b" " + b"#" * 20 + b"\n" in luutru("trends", "dang uy").stdout


@pytest.mark.parametrize("fmt", ["table", "json", "jsonl", "csv"])
def test_a_reader_that_leaves_ends_trends_quietly(fmt: str) -> None:
    code = f"{sys.executable} -c 'from crawler.cli import main; main()'"
    terms = " ".join(["dang"] * 3000)  # more than a pipe holds
    done = subprocess.run(
        ["bash", "-c", f"{code} trends {terms} --format {fmt} | true; echo ${{PIPESTATUS[0]}}"],
        capture_output=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (b"0\n", b"")


def on_terminal(*arguments: str) -> str:
    ours, theirs = pty.openpty()
    done = luutru(*arguments, stdout=theirs)
    os.close(theirs)
    assert done.returncode == 0, done.stderr
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    return shown.decode()


def test_a_search_starts_fast_and_light() -> None:
    code = (
        "import sys; sys.argv = ['luutru', 'search', 'dang uy', '--format', 'jsonl']\n"
        "from crawler.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)
    assert b"tuy" in done.stdout
    loaded = {name.split(".")[0] for name in done.stderr.decode().split()}
    heavy = {"rich", "scrapy", "twisted", "lxml", "dateparser", "bs4", "PIL", "sqlite_utils",
             "zstandard", "hypothesis"}  # fmt: skip
    assert not heavy & loaded
