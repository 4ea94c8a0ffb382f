"""Backups: one state, whole, made while others write; or nothing, and the reason."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

import kept
import pytest
import zstandard
from crawling import Running, SmallSite, article, rows, served

from archive import migrations
from archive.cli.backup import command
from archive.cli.progress import bar
from archive.cli.run import status_of
from archive.db import Archive
from archive.errors import ArchiveError, InputError, NewerArchiveError
from archive.ops.backup import back_up
from archive.ops.verify import verify


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.make(tmp_path_factory.mktemp("whole") / "a.db")


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def problems(path: Path) -> list[str]:
    with Archive.open(path, readonly=True) as archive:
        return [text for one in verify(archive) for text in one.found]


# -- made -----------------------------------------------------------------------------------------


def test_a_plain_backup_is_an_archive_in_one_file(whole: Path, tmp_path: Path) -> None:
    made = back_up(whole, tmp_path / "copy.db", bar=bar)
    assert names(tmp_path) == ["copy.db"]
    data = (tmp_path / "copy.db").read_bytes()
    assert made.digest == "sha256:" + hashlib.sha256(data).hexdigest()
    assert (made.bytes, made.contents.articles, made.contents.captures) == (len(data), 41, 49)
    with closing(sqlite3.connect(f"file:{tmp_path}/copy.db?mode=ro", uri=True)) as conn:
        assert conn.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        copied = list(conn.iterdump())
    with closing(sqlite3.connect(whole)) as conn:
        assert copied == list(conn.iterdump())
    assert problems(tmp_path / "copy.db") == []


def test_a_compressed_backup_holds_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    back_up(whole, tmp_path / "copy.db", bar=bar)
    made = back_up(whole, tmp_path / "copy.db.zst", bar=bar)
    assert names(tmp_path) == ["copy.db", "copy.db.zst"]
    packed, plain = ((tmp_path / name).read_bytes() for name in ("copy.db.zst", "copy.db"))
    assert made.bytes == len(packed) < 0.7 * len(plain)
    assert zstandard.get_frame_parameters(packed).content_size == len(plain)
    assert zstandard.decompress(packed) == plain


def test_what_stands_in_the_log_alone_is_in_it(whole: Path, tmp_path: Path) -> None:
    path = kept.crashed(whole, tmp_path / "a.db", "moi")
    back_up(path, tmp_path / "copy.db", bar=bar)
    assert kept.slugs(tmp_path / "copy.db") == {"binh-son", "moi"}


def test_a_backup_of_an_earlier_release_s_archive_is_not_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "NAMES", migrations.NAMES[:1])
        Archive.create(tmp_path / "old.db").close()
    back_up(tmp_path / "old.db", tmp_path / "copy.db", bar=bar)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as conn:
        assert migrations.applied(conn) == migrations.NAMES[:1]


def write_on(path: Path, ready: Event, stop: Event) -> None:
    with Archive.open(path) as archive:
        number = 0
        while not stop.is_set():
            with archive.transaction() as conn:
                conn.execute(
                    "INSERT INTO site (slug, name, state_since) VALUES (?, '', '')", (f"s{number}",)
                )
                conn.execute("UPDATE site SET name = ? WHERE id = 1", (f"{number}",))
            number += 1
            ready.set()


@contextmanager
def writing(path: Path) -> Iterator[multiprocessing.process.BaseProcess]:
    """A process that commits all the time: each state has one site more, and its number."""
    context = multiprocessing.get_context("fork")
    ready, stop = context.Event(), context.Event()
    process = context.Process(target=write_on, args=(path, ready, stop))
    process.start()
    assert ready.wait(20)
    try:
        yield process
    finally:
        stop.set()
        process.join()


@pytest.mark.parametrize("name", ["copy.db", "copy.db.zst"])
def test_a_constant_writer_neither_stops_it_nor_shows_in_parts(
    whole: Path, tmp_path: Path, name: str
) -> None:
    path = Path(shutil.copy(whole, tmp_path / "a.db"))
    with Archive.open(path) as archive:  # some steps of the copy, with commits between them
        archive.conn.execute("CREATE TABLE more (data BLOB)")
        with archive.transaction() as conn:
            conn.executemany("INSERT INTO more VALUES (?)", [(os.urandom(7000),)] * 3000)
    with writing(path) as writer:
        before = len(rows(path, "SELECT 1 FROM site"))
        back_up(path, tmp_path / name, bar=bar)
        assert writer.is_alive()
        after = len(rows(path, "SELECT 1 FROM site"))
    assert after > before + 5
    if name.endswith(".zst"):
        plain = tmp_path / "plain.db"
        plain.write_bytes(zstandard.decompress((tmp_path / name).read_bytes()))
    else:
        plain = tmp_path / name
    sites = len(rows(plain, "SELECT 1 FROM site"))
    assert before <= sites <= after
    assert rows(plain, "SELECT name FROM site WHERE id = 1") == [(f"{sites - 2}",)]


def test_a_crawl_s_archive_is_backed_up_while_it_runs(tmp_path: Path) -> None:
    links = [f"/tin/{number}.html" for number in range(60)]
    site = SmallSite({one: article(n) for n, one in enumerate(links)}, links=links)
    path = tmp_path / "a.db"
    Archive.create(path).close()
    with served(tmp_path, site):
        crawl = Running(tmp_path)
        crawl.wait_for(lambda: len(rows(path, "SELECT 1 FROM capture")) > 10)
        made = back_up(path, tmp_path / "copy.db", bar=bar)
        assert not rows(path, "SELECT 1 FROM crawl WHERE ended IS NOT NULL")
        assert crawl.end().status == 0
    assert 10 < made.contents.captures < len(rows(path, "SELECT 1 FROM capture"))
    assert problems(tmp_path / "copy.db") == problems(path) == []


# -- refused --------------------------------------------------------------------------------------


def test_an_existing_file_is_replaced_only_with_force(whole: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("old")
    with pytest.raises(InputError, match=r"is there already.*--force"):
        back_up(whole, target, bar=bar)
    assert target.read_text() == "old"
    back_up(whole, target, force=True, bar=bar)
    assert kept.slugs(target) == {"binh-son"}


def test_the_archive_is_never_its_own_backup(whole: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(whole, tmp_path / "a.db"))
    (tmp_path / "b.db").symlink_to(path)
    os.link(path, tmp_path / "c.db")
    for name in ("a.db", "b.db", "c.db"):
        with pytest.raises(InputError, match="is the archive itself"):
            back_up(path, tmp_path / name, force=True, bar=bar)
    for end in ("-wal", "-shm", "-journal"):
        with pytest.raises(InputError, match="belongs to the archive itself"):
            back_up(path, tmp_path / f"a.db{end}", force=True, bar=bar)
    with pytest.raises(InputError, match="is a folder"):
        back_up(path, tmp_path, force=True, bar=bar)
    with pytest.raises(InputError, match="There is no folder"):
        back_up(path, tmp_path / "no" / "copy.db", bar=bar)
    assert path.read_bytes() == whole.read_bytes()


def test_what_is_no_archive(whole: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as conn:
        conn.execute("CREATE TABLE t (a)")
    with pytest.raises(ArchiveError, match="There is no archive"):
        back_up(tmp_path / "no.db", target, bar=bar)
    with pytest.raises(ArchiveError, match="of another program"):
        back_up(tmp_path / "foreign.db", target, bar=bar)
    newer = kept.changed(
        whole, tmp_path / "newer.db",
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('luutru', 'schema_99', '')",
    )  # fmt: skip
    with pytest.raises(NewerArchiveError, match="Update Luutru"):
        back_up(newer, target, bar=bar)
    assert not target.exists()


@pytest.mark.parametrize("name", ["copy.db", "copy.db.zst"])
def test_a_damaged_archive_gives_no_backup(whole: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / name).write_text("the good one of yesterday")
    page = kept.overwritten(whole, tmp_path / "page.db", "payload")
    bytes_ = kept.changed(
        whole, tmp_path / "bytes.db", "UPDATE payload SET data = flipped(data, -3)"
    )
    for path in (page, bytes_):
        with pytest.raises(ArchiveError, match=r"copy is damaged.*was not written.*luutru verify"):
            back_up(path, folder / name, force=True, bar=bar)
    assert (folder / name).read_text() == "the good one of yesterday"
    assert names(folder) == [name]


@pytest.mark.parametrize("name", ["copy.db", "copy.db.zst"])
def test_a_full_disk_leaves_what_was_there(whole: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "small disk"
    folder.mkdir()
    (folder / name).write_text("old")
    done = kept.run("backup", folder / name, "--force", "--archive", whole, limit=100_000)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert f"{name} was not written" in done.stderr
    assert (folder / name).read_text() == "old"
    assert names(folder) == [name]


def test_a_folder_that_may_not_be_written_to(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    shutil.copy(whole, folder / "a.db")
    done = kept.as_another(folder, "backup", "copy.db", "--archive", "a.db")
    assert done.status == 2
    assert "cannot be written to. Name a file elsewhere." in done.stderr


def test_a_read_only_archive_is_backed_up_elsewhere(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    shutil.copy(whole, folder / "a.db")
    target = Path("/tmp") / f"luutru-test-{os.getpid()}.db"  # where every user may write
    try:
        done = kept.as_another(folder, "backup", str(target), "--archive", "a.db")
        assert done.status == 0, done.stderr
        assert kept.slugs(target) == {"binh-son"}
    finally:
        target.unlink(missing_ok=True)


def test_a_kill_leaves_no_half_file_under_the_name(whole: Path, tmp_path: Path) -> None:
    for step in ("copy_into", "problem_of", "digest_of"):
        before = (
            "import os, signal, archive.ops.backup as b\n"
            f"real = b.{step}\n"
            "def call(*a):\n    real(*a)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
            f"b.{step} = call\n"
        )
        done = kept.run("backup", tmp_path / "c.db.zst", "--archive", whole, before=before)
        assert done.returncode == -signal.SIGKILL
        assert not (tmp_path / "c.db.zst").exists()
    done = kept.run("backup", tmp_path / "c.db.zst", "--archive", whole)
    assert done.returncode == 0
    assert names(tmp_path) == ["c.db.zst"]  # what the killed ones left is gone too


def test_the_command(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "sao lưu.db.zst")
    assert status_of(command, [target, "--archive", str(whole), "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert list(row) == ["file", "bytes", "digest", "articles", "captures"]
    assert row["file"] == target
    assert status_of(command, [target, "--archive", str(whole)]) == 2
    assert "is there already" in capsys.readouterr().err
