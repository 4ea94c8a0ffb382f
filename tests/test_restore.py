"""Restore: the backup in the archive's place and the old one beside it, or all as it was."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import kept
import pytest
from crawling import Running, SmallSite, page, rows, served
from stored import ARTICLE, EDITED, Store

from archive import events, migrations
from archive.cli.progress import bar
from archive.cli.restore import command
from archive.cli.run import status_of
from archive.clock import FixedClock
from archive.db import Archive
from archive.errors import InputError, NewerArchiveError
from archive.export.selection import event_number
from archive.opening import APPLICATION_ID
from archive.ops.backup import back_up
from archive.ops.restore import restore


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.make(tmp_path_factory.mktemp("whole") / "a.db")


@pytest.fixture(scope="module", params=["backup.db", "backup.db.zst"])
def backup(whole: Path, request: pytest.FixtureRequest) -> Path:
    """A backup in a folder of its own."""
    folder = whole.parent / f"of {request.param}"
    folder.mkdir()
    back_up(whole, folder / request.param, bar=bar)
    return Path(folder / request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    assert not list(tmp_path.glob(".*.part*")), "something unfinished is left"


ENDS = ("", "-wal", "-shm")


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def other(path: Path, slug: str = "khac") -> Path:
    """Another archive, with one site."""
    with Archive.create(path) as archive:
        archive.conn.execute(
            "INSERT INTO site (slug, name, state_since) VALUES (?, '', '')", (slug,)
        )
    return path


# -- put in place ---------------------------------------------------------------------------------


def dumped(path: Path) -> list[str]:
    """All that is in an archive, but how far its events are counted."""
    with closing(sqlite3.connect(path)) as conn:
        return [line for line in conn.iterdump() if '"sqlite_sequence" VALUES' not in line]


def test_where_nothing_is(backup: Path, whole: Path, folder: Path) -> None:
    done = restore(backup, folder / "a.db", bar=bar)
    assert (done.contents.articles, done.contents.captures, done.before) == (41, 49, None)
    assert names(folder) == ["a.db"]
    assert dumped(folder / "a.db") == dumped(whole)


def test_what_was_there_is_kept(backup: Path, folder: Path) -> None:
    path = other(folder / "a.db")
    path.chmod(0o640)
    with pytest.raises(InputError, match=r"There is an archive.*--force.*a\.db\.before-restore\."):
        restore(backup, path, bar=bar)
    assert kept.slugs(path) == {"khac"}
    done = restore(backup, path, force=True, bar=bar)
    assert done.before == folder / "a.db.before-restore"
    assert names(folder) == ["a.db", "a.db.before-restore"]
    assert kept.slugs(path) == {"binh-son"}
    assert kept.slugs(done.before) == {"khac"}
    assert path.stat().st_mode & 0o777 == 0o640
    again = restore(backup, path, force=True, bar=bar)
    assert again.before == folder / "a.db.before-restore-2"
    assert kept.slugs(again.before) == {"binh-son"}
    assert kept.slugs(done.before) == {"khac"}


def test_the_log_of_a_killed_crawl_goes_with_its_archive(
    backup: Path, whole: Path, folder: Path
) -> None:
    path = kept.crashed(whole, folder / "a.db", "trong-nhat-ky")
    assert names(folder) == ["a.db", "a.db-wal"]
    done = restore(backup, path, force=True, bar=bar)
    assert done.before is not None
    assert names(folder) == ["a.db", "a.db.before-restore"]
    assert kept.slugs(path) == {"binh-son"}
    assert kept.slugs(done.before) == {"binh-son", "trong-nhat-ky"}


def test_a_log_whose_archive_was_removed_is_not_read_into_the_new_one(
    backup: Path, whole: Path, folder: Path
) -> None:
    path = kept.crashed(whole, folder / "a.db", "trong-nhat-ky")
    path.unlink()
    restore(backup, path, bar=bar)
    assert names(folder) == ["a.db", "a.db.before-restore-wal"]
    assert kept.slugs(path) == {"binh-son"}


@pytest.mark.parametrize("how", ["header", "page", "empty", "cut"])
def test_a_damaged_archive_is_replaced_and_kept_with_its_log(
    backup: Path, whole: Path, folder: Path, how: str
) -> None:
    path = kept.crashed(whole, folder / "a.db", "trong-nhat-ky")
    if how == "header":
        with path.open("r+b") as file:
            file.write(b"\0" * 100)
    elif how == "page":
        path.write_bytes(kept.overwritten(whole, folder / "b.db", "payload").read_bytes())
        (folder / "b.db").unlink()
    else:
        os.truncate(path, 0 if how == "empty" else 20_000)
    before = path.read_bytes()
    done = restore(backup, path, force=True, bar=bar)
    assert kept.slugs(path) == {"binh-son"}
    assert done.before is not None
    there = {one: (folder / one).stat().st_size for one in names(folder)}
    assert set(there) <= {f"a.db{end}" for end in ("", *(f".before-restore{x}" for x in ENDS))}
    if how in ("header", "cut"):  # SQLite could not fold the log into it
        assert done.before.read_bytes() == before
        assert there["a.db.before-restore-wal"] > 1000


def test_a_backup_of_an_earlier_release_is_migrated_when_it_is_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "NAMES", migrations.NAMES[:1])
        other(folder / "old.db", "cu")
    restore(folder / "old.db", folder / "a.db", bar=bar)
    assert kept.slugs(folder / "a.db") == {"cu"}
    assert "a.db.before-schema_2" in names(folder)
    assert "old.db.before-schema_2" not in names(folder)


def test_an_archive_with_a_log_serves_as_a_backup_too(whole: Path, folder: Path) -> None:
    source = kept.crashed(whole, folder / "copied by hand.db", "trong-nhat-ky")
    restore(source, folder / "a.db", bar=bar)
    assert kept.slugs(folder / "a.db") == {"binh-son", "trong-nhat-ky"}


# -- refused --------------------------------------------------------------------------------------


def test_nothing_is_restored_over_an_archive_in_use(backup: Path, folder: Path) -> None:
    path = other(folder / "a.db")
    reading = "import sqlite3, time\nc = sqlite3.connect('{}')\n{}\nprint(1, flush=True)\ninput()"
    for work in ("c.execute('SELECT * FROM site').fetchall()",
                 "c.execute('BEGIN IMMEDIATE')"):  # fmt: skip
        with kept.started(reading.format(path, work)) as process:
            assert process.stdout is not None
            process.stdout.readline()
            done = kept.run("restore", backup, "--force", "--archive", path)
        assert done.returncode == 2
        assert "is in use by another process. End the crawl" in done.stderr
        assert not list(folder.glob("*before*"))
    assert kept.slugs(path) == {"khac"}


def test_nor_while_a_crawl_runs(whole: Path, tmp_path: Path) -> None:
    links = [f"/{number}.html" for number in range(60)]
    site = SmallSite({one: page(one) for one in links}, links=links, pace="delay = 0.05")
    path = tmp_path / "a.db"
    Archive.create(path).close()
    with served(tmp_path, site):
        crawl = Running(tmp_path)
        crawl.wait_for(lambda: rows(path, "SELECT 1 FROM capture"))
        done = kept.run("restore", whole, "--force", "--archive", path)
        crawl.signal(signal.SIGINT)
        crawl.end()
    assert (done.returncode, "is in use by another process" in done.stderr) == (2, True)
    assert rows(path, "SELECT slug FROM site") == [("small",)]


def test_what_is_no_backup(whole: Path, folder: Path) -> None:
    path = other(folder / "a.db")
    text, foreign, newer = (folder / name for name in ("text", "foreign.db", "newer.db"))
    text.write_text("hello, this is no archive at all, and it is longer than a header of SQLite is")
    with closing(sqlite3.connect(foreign)) as conn:
        conn.execute("CREATE TABLE t (a)")
    kept.changed(whole, newer, "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                               " VALUES ('luutru', 'schema_99', '')")  # fmt: skip
    for wrong, error, why in [
        (folder / "no.db", InputError, "is not there. Name the file that `luutru backup` wrote"),
        (folder, InputError, "is a folder"),
        (text, InputError, "neither an archive nor a compressed one"),
        (foreign, InputError, "of another program"),
        (newer, NewerArchiveError, "Update Luutru"),
        (path, InputError, "is the archive itself"),
    ]:
        with pytest.raises(error, match=why):
            restore(wrong, path, force=True, bar=bar)
    with pytest.raises(InputError, match="is a folder"):
        restore(whole, folder, force=True, bar=bar)
    with pytest.raises(InputError, match="There is no folder"):
        restore(whole, folder / "no" / "a.db", bar=bar)
    assert kept.slugs(path) == {"khac"}
    assert not list(folder.glob("*before-restore*"))


def test_a_backup_whose_making_was_cut_short(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "empty.db")) as conn:
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        conn.execute("CREATE TABLE one (a)")
        conn.execute("DROP TABLE one")
    with pytest.raises(InputError, match=r"empty\.db holds nothing.*another backup"):
        restore(folder / "empty.db", folder / "a.db", bar=bar)
    assert names(folder) == ["empty.db"]


def test_a_damaged_backup(backup: Path, whole: Path, folder: Path) -> None:
    path, wrong = other(folder / "a.db"), folder / backup.name
    data = backup.read_bytes()
    half, middle = len(data) // 2, data[:40_000] + b"\xff" * 9000 + data[49_000:]
    packed = [data[:-1], data + b"x"] if backup.suffix == ".zst" else []
    for damaged in (data[:half], middle, *packed):
        wrong.write_bytes(damaged)
        with pytest.raises(InputError, match=r"(damaged|cut short|its end).*another backup"):
            restore(wrong, path, force=True, bar=bar)
    kept.changed(whole, folder / "bytes.db", "UPDATE payload SET data = flipped(data, -3)")
    with pytest.raises(InputError, match=r"damaged: Payload \d+ of .* Use another backup"):
        restore(folder / "bytes.db", path, force=True, bar=bar)
    assert kept.slugs(path) == {"khac"}


def test_a_full_disk(backup: Path, folder: Path) -> None:
    path = other(folder / "a.db")
    done = kept.run("restore", backup, "--force", "--archive", path, limit=300_000)
    assert (done.returncode, "a.db was not written" in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr
    assert kept.slugs(path) == {"khac"}
    assert not list(folder.glob("*before-restore*"))


def test_a_folder_that_may_not_be_written_to(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    shutil.copy(whole, tmp_path / "shelf" / "b.db")
    done = kept.as_another(tmp_path / "shelf", "restore", "b.db", "--archive", "a.db")
    assert done.status == 2
    assert "The folder of a.db is read-only" in done.stderr


# -- killed ---------------------------------------------------------------------------------------

KILL = """
import os, signal
left = {number}
def counted(name):
    real = getattr(os, name)
    def call(*arguments, **options):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    setattr(os, name, call)
for name in ("link", "replace", "rename", "fsync", "unlink", "chmod"):
    counted(name)
"""


@pytest.mark.long
def test_a_kill_at_any_step_leaves_the_old_or_the_new_archive(whole: Path, tmp_path: Path) -> None:
    back_up(whole, tmp_path / "backup.db.zst", bar=bar)
    other(tmp_path / "old.db")
    seen = []
    for number in range(1, 60):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = kept.crashed(tmp_path / "old.db", folder / "a.db", "trong-nhat-ky")
        call = ("restore", tmp_path / "backup.db.zst", "--force", "--archive", path)
        done = kept.run(*call, before=KILL.format(number=number))
        found = kept.slugs(path)
        assert found in ({"khac", "trong-nhat-ky"}, {"binh-son"}), number
        seen.append("binh-son" in found)
        if seen[-1]:
            assert kept.slugs(folder / "a.db.before-restore") == {"khac", "trong-nhat-ky"}
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert kept.run(*call).returncode == 0  # called again, it goes through
        assert kept.slugs(path) == {"binh-son"}
        assert kept.slugs(folder / "a.db.before-restore") == {"khac", "trong-nhat-ky"}
    assert number > 4
    assert seen == sorted(seen), "once the new one is in place it stays"


def test_the_command(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = other(tmp_path / "a.db")
    call = [str(whole), "--archive", str(path), "--format", "json"]
    assert status_of(command, call) == 2
    assert "--force" in capsys.readouterr().err
    assert status_of(command, [*call, "--force"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    before = f"{path}.before-restore"
    assert row == {"archive": str(path), "articles": 41, "captures": 49, "before": before}


def test_event_numbers_of_the_replaced_archive_are_not_given_again(tmp_path: Path) -> None:
    """A cursor of an export before the restore would skip what happens after it, without a word."""
    store = Store(tmp_path / "a.db")
    store.see(ARTICLE)
    back_up(store.archive.path, tmp_path / "b.db", bar=bar)
    store.see(EDITED)
    (cursor,) = store.archive.conn.execute("SELECT max(number) FROM event").fetchone()
    store.end()
    restore(tmp_path / "b.db", tmp_path / "a.db", force=True, bar=bar)
    with Archive.open(tmp_path / "a.db") as archive:
        assert event_number(archive, str(kept_cursor(archive))) < cursor
        with archive.transaction():
            number = events.tell(archive, "site", site_id=1)
        assert number > cursor


def test_nor_where_the_backup_has_no_event_yet(tmp_path: Path) -> None:
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    store = Store(tmp_path / "a.db")
    store.see(ARTICLE)
    cursor = kept_cursor(store.archive)
    store.end()
    restore(other(tmp_path / "b.db"), tmp_path / "a.db", force=True, bar=bar, clock=clock)
    with Archive.open(tmp_path / "a.db") as archive, archive.transaction():
        number = events.tell(archive, "site", site_id=1)
    assert number == clock.now().timestamp() * 1000 + 1 > cursor


def kept_cursor(archive: Archive) -> int:
    return int(archive.conn.execute("SELECT max(number) FROM event").fetchone()[0])
