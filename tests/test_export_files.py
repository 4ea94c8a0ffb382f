"""A file is whole or not there: errors, kills, Ctrl-C, full disks; what must not be replaced."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from bulk import create, synthetic

from archive.db import Archive
from archive.errors import InputError
from archive.export.files import check_target, replacing, whole

ROOT = Path(__file__).parents[1]
FORMATS = ("jsonl", "csv", "parquet", "sqlite")
ROWS = 400

# The command as it is called, with a bar that sends this process a signal at a row, and a file
# that sends it when its first part has taken its place.
STOPPED = """
import os, pathlib, sys
from contextlib import contextmanager
import archive.cli.export as command
sent, row = int(os.environ["SENT"]), int(os.environ["ROW"])
@contextmanager
def bar(label):
    def move(done, total):
        if done >= row >= 0: os.kill(os.getpid(), sent)
    yield move
command.bar = bar
replace = pathlib.Path.replace
def replaced(part, path):
    replace(part, path)
    if row < 0: os.kill(os.getpid(), sent)
pathlib.Path.replace = replaced
from crawler.cli import main
main()
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "luutru.db"
    create(path, synthetic(ROWS, length=150)).close()
    return path


def export(
    path: Path, folder: Path, format_: str, *more: str, limit: int = 0, code: str = "", **env: int
) -> subprocess.CompletedProcess[str]:
    def limited() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-c", code or "from crawler.cli import main; main()", "export", format_,
         f"a.{format_}", "--archive", str(path), *more],
        env={**os.environ, "PYTHONPATH": str(ROOT), **{key: str(one) for key, one in env.items()}},
        cwd=folder, check=False, capture_output=True, text=True, preexec_fn=limited,
    )  # fmt: skip


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def agrees(file: Path) -> bool:
    """Whether the manifest beside *file* is of it."""
    made = json.loads(file.with_name(f"{file.name}.manifest.json").read_text("utf-8"))
    return bool(made["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest())


@pytest.mark.parametrize("format_", FORMATS)
def test_a_kill_midway_leaves_the_old_file(path: Path, tmp_path: Path, format_: str) -> None:
    file = tmp_path / f"a.{format_}"
    assert export(path, tmp_path, format_, "--site", "an-phu").returncode == 0
    old, there = file.read_bytes(), names(tmp_path)
    killed = export(path, tmp_path, format_, code=STOPPED, SENT=signal.SIGKILL, ROW=200)
    assert killed.returncode == -signal.SIGKILL
    assert file.read_bytes() == old
    assert agrees(file)
    left = names(tmp_path) - there
    assert left
    assert all(name.startswith(".") and name.endswith(".part") for name in left)
    # What was left is cleared by the next call, and is in nobody's way.
    done = export(path, tmp_path, format_)
    assert done.returncode == 0, done.stderr
    assert names(tmp_path) == there
    assert file.read_bytes() != old
    assert agrees(file)


def test_a_kill_between_file_and_manifest_is_found_out(path: Path, tmp_path: Path) -> None:
    assert export(path, tmp_path, "csv", "--site", "an-phu").returncode == 0
    old = (tmp_path / "a.csv").read_bytes()
    killed = export(path, tmp_path, "csv", code=STOPPED, SENT=signal.SIGKILL, ROW=-1)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "a.csv").read_bytes() != old
    assert (tmp_path / "a.csv").read_bytes().count(b"\n") > ROWS
    assert not agrees(tmp_path / "a.csv")
    assert export(path, tmp_path, "csv").returncode == 0
    assert agrees(tmp_path / "a.csv")


@pytest.mark.parametrize("format_", FORMATS)
def test_ctrl_c_leaves_nothing(path: Path, tmp_path: Path, format_: str) -> None:
    done = export(path, tmp_path, format_, code=STOPPED, SENT=signal.SIGINT, ROW=100)
    assert done.returncode == 130
    assert done.stderr == "Interrupted.\n"
    assert names(tmp_path) == set()


@pytest.mark.parametrize("format_", FORMATS)
def test_a_disk_that_takes_no_more(path: Path, tmp_path: Path, format_: str) -> None:
    done = export(path, tmp_path, format_, limit=40_000)
    assert done.returncode == 2
    assert f"a.{format_} was not written" in done.stderr
    assert "on another disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert names(tmp_path) == set()


def test_a_folder_that_may_not_be_written_to() -> None:
    # Where nobody makes files, not even the superuser.
    with pytest.raises(InputError, match="cannot be written to"), whole(Path("/sys/a.csv")) as out:
        out.write("new")


def test_an_error_midway_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("old", "utf-8")
    with pytest.raises(RuntimeError), whole(file) as out:
        out.write("new")
        raise RuntimeError("midway")
    assert file.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]
    with pytest.raises(InputError, match="no folder"), whole(tmp_path / "x" / "a") as out:
        out.write("new")
    with pytest.raises(InputError, match="is a folder"), whole(tmp_path) as out:
        out.write("new")


def test_only_what_the_dead_left_is_cleared(tmp_path: Path) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    file = tmp_path / "a[1].csv"
    left = [file.with_name(f".{file.name}.{number}.part") for number in (dead.pid, 1, "x")]
    for part in left:
        part.touch()
    with replacing(file) as part:
        part.write_text("new", "utf-8")
    assert set(tmp_path.iterdir()) == {file, *left[1:]}


def test_what_must_not_be_replaced(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    Archive.create(other).close()
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for target, message in (
        (path, "is the archive itself"),
        (link, "is the archive itself"),
        (path.parent / ".." / path.parent.name / path.name, "is the archive itself"),
        (path.with_name("luutru.db-wal"), "belongs to the archive itself"),
        (path.with_name("luutru.db-shm"), "belongs to the archive itself"),
        (other, "is an archive, which would be lost"),
        (pipe, "is no plain file"),
        (Path("/dev/null"), "is no plain file"),
    ):
        with pytest.raises(InputError, match=message):
            check_target(target, path)
    check_target(tmp_path / "new.db", path)
    (tmp_path / "old.csv").touch()
    check_target(tmp_path / "old.csv", path)
