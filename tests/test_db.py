"""The archive's file: made, opened, refused with the next step, and written to in transactions."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from strategies import Walker, article

from archive.clock import FixedClock, SystemClock
from archive.db import Archive
from archive.errors import ArchiveError
from archive.faults import as_archive_error


def count(archive: Archive) -> int:
    return int(archive.conn.execute("SELECT count(*) FROM site").fetchone()[0])


def add_site(archive: Archive, slug: str) -> None:
    archive.conn.execute(
        "INSERT INTO site (slug, name, state_since) VALUES (?, ?, '')", (slug, slug)
    )


def test_made_and_opened_again(tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "kho lưu trữ #1?.db"
    with Archive.create(path, clock) as made:
        first = made.id
        assert len(first) == 16
        assert made.conn.execute("SELECT created FROM archive").fetchone()[0].startswith("2026-03")
    with Archive.open(path) as opened:
        assert opened.id == first
        settings = {
            name: opened.conn.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "page_size")
        }
    assert settings == {
        "journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 30_000,
        "page_size": 8192,
    }  # fmt: skip
    with Archive.create(tmp_path / "other.db", clock) as other:
        assert other.id != first


def test_create_takes_an_empty_file_and_nothing_else(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    Archive.create(empty).close()
    for path, why in [(empty, "is there already"), (tmp_path, "is there already"),
                      (tmp_path / "no" / "a.db", "There is no folder")]:  # fmt: skip
        with pytest.raises(ArchiveError, match=why):
            Archive.create(path)


def test_a_create_that_was_cut_short_is_finished_by_open(tmp_path: Path) -> None:
    path = tmp_path / "cut.db"
    with sqlite3.connect(path) as conn:
        conn.execute("PRAGMA application_id = 1280660820")
        conn.execute("CREATE TABLE t (a)")
        conn.execute("DROP TABLE t")
    conn.close()
    with Archive.open(path) as opened:
        assert len(opened.id) == 16
        assert not list(tmp_path.glob("*.before-*"))


# -- refused --------------------------------------------------------------------------------------


def test_missing(tmp_path: Path) -> None:
    path = tmp_path / "no.db"
    with pytest.raises(ArchiveError, match=r"no archive at .*`luutru crawl SITE --archive .*no.db"):
        Archive.open(path)
    assert not path.exists()


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"is a folder.*--archive FILE"):
        Archive.open(tmp_path)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "is empty"), (b"%PDF-1.7 and so on", "not a SQLite file"), (b"SQL", "not a SQLite")],
)
@pytest.mark.parametrize("readonly", [False, True])
def test_not_sqlite(tmp_path: Path, content: bytes, why: str, readonly: bool) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=rf"{why}.*`luutru crawl SITE` creates"):
        Archive.open(path, readonly=readonly)
    assert path.read_bytes() == content


def test_another_program_s_file(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE bookmark (url TEXT)")
    conn.close()
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="of another program"):
        Archive.open(path)
    assert path.read_bytes() == before


def damaged(archive: Archive, tmp_path: Path) -> Path:
    walker = Walker.begin(archive)
    for number in range(30):
        walker.see(article(f"http://x.vn/{number}", f"Bài {number}"))
    archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(shutil.copy(archive.path, tmp_path / "damaged.db"))


@pytest.mark.parametrize("readonly", [False, True])
@pytest.mark.parametrize("keep", [50, 8192 * 2, 8192 * 9 + 100])
def test_cut_short(archive: Archive, tmp_path: Path, keep: int, readonly: bool) -> None:
    path = damaged(archive, tmp_path)
    os.truncate(path, keep)
    with pytest.raises(ArchiveError, match=r"(is damaged|its beginning is damaged).*backup"):
        Archive.open(path, readonly=readonly)


def test_overwritten(archive: Archive, tmp_path: Path) -> None:
    path = damaged(archive, tmp_path)
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 8000)
    with pytest.raises(ArchiveError, match=r"is damaged.*backup"):
        Archive.open(path)


def test_in_use(archive: Archive, clock: FixedClock) -> None:
    with Archive.open(archive.path, clock=clock) as other:
        other.conn.execute("PRAGMA busy_timeout = 20")
        with archive.transaction():
            with pytest.raises(ArchiveError, match=r"is in use.*call again"), other.transaction():
                raise AssertionError("never reached")
            assert count(other) == 0  # reading goes on
        with other.transaction():
            add_site(other, "a")
        assert count(archive) == 1


def test_a_full_disk_loses_nothing(archive: Archive) -> None:
    with archive.transaction():
        add_site(archive, "before")
    pages = archive.conn.execute("PRAGMA page_count").fetchone()[0]
    archive.conn.execute(f"PRAGMA max_page_count = {pages + 2}")
    told = pytest.raises(ArchiveError, match=r"the disk is full.*Free some space")
    with told, archive.transaction():
        add_site(archive, "lost")
        for number in range(100):
            add_site(archive, str(number) * 4000)
    assert count(archive) == 1
    archive.conn.execute("PRAGMA max_page_count = 1000000")
    with archive.transaction():
        add_site(archive, "after")
    assert count(archive) == 2
    assert archive.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_create_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.db.PAGE_SIZE", "(")  # fails before the first page is written
    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        Archive.create(tmp_path / "a.db")
    assert not list(tmp_path.iterdir())


def opened_by_another(path: Path, readonly: bool, answer: Connection) -> None:
    if os.geteuid() == 0:  # root reads and writes everything
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    try:
        with Archive.open(path, readonly=readonly) as archive:
            answer.send(count(archive))
    except ArchiveError as error:
        answer.send(str(error))


def open_as_another(path: Path, *, readonly: bool) -> object:
    """What a user gets whom the rights of files bind: the number of sites, or an error's text."""
    # Forked, since that user may have no right to the Python that runs the tests.
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=opened_by_another, args=(path, readonly, there))
    child.start()
    there.close()
    told = here.recv()
    child.join()
    return told


@pytest.fixture
def shelf(archive: Archive) -> Iterator[Path]:
    """A folder that nobody may write to, with an archive of one site in it."""
    with archive.transaction():
        add_site(archive, "a")
    archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        folder = Path(name)
        path = Path(shutil.copy(archive.path, folder / "a.db"))
        path.chmod(0o444)
        folder.chmod(0o555)
        yield path
        folder.chmod(0o755)


def test_a_read_only_folder_can_be_read(shelf: Path) -> None:
    assert open_as_another(shelf, readonly=True) == 1
    assert [one.name for one in shelf.parent.iterdir()] == ["a.db"]


def test_a_read_only_file_or_folder_is_not_written_to(shelf: Path) -> None:
    told = str(open_as_another(shelf, readonly=False))
    assert "a.db is read-only. Give yourself the right" in told
    shelf.chmod(0o666)
    told = str(open_as_another(shelf, readonly=False))
    assert "The folder of" in told
    assert "name a file in another folder" in told


def test_newer_pages_beside_a_file_on_a_shelf_are_told(shelf: Path, archive: Archive) -> None:
    with archive.transaction():
        add_site(archive, "b")
    shelf.parent.chmod(0o755)
    shutil.copy(f"{archive.path}-wal", f"{shelf}-wal")
    shelf.parent.chmod(0o555)
    told = str(open_as_another(shelf, readonly=True))
    assert "Copy the file and those beside it" in told


def test_what_may_not_be_read(shelf: Path) -> None:
    shelf.chmod(0)
    assert "may not be read by you" in str(open_as_another(shelf, readonly=True))


def test_readonly_writes_nothing(archive: Archive) -> None:
    told = pytest.raises(ArchiveError, match="cannot be written to")
    with Archive.open(archive.path, readonly=True) as reading, told, reading.transaction():
        add_site(reading, "a")
    assert count(archive) == 0


def test_bugs_stay_bugs(archive: Archive) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), archive.transaction():
        archive.conn.execute("SELECT * FROM nowhere")
    with pytest.raises(sqlite3.IntegrityError), archive.transaction():
        archive.conn.execute("INSERT INTO seal (crawl_id) VALUES (7)")
    assert as_archive_error(sqlite3.ProgrammingError("closed"), "a.db") is None


# -- transactions ---------------------------------------------------------------------------------


def test_a_transaction_is_whole_or_not_at_all(archive: Archive) -> None:
    archive.cache["kept"] = 1
    resets = []
    archive.on_rollback(lambda: resets.append(count(archive)))
    with pytest.raises(KeyError), archive.transaction():
        add_site(archive, "a")
        raise KeyError
    assert (count(archive), resets, archive.cache) == (0, [0], {})
    with archive.transaction():
        add_site(archive, "a")
    assert count(archive) == 1


def test_transactions_do_not_nest(archive: Archive) -> None:
    with archive.transaction():
        with pytest.raises(RuntimeError, match="open already"), archive.transaction():
            raise AssertionError("never reached")
        with archive.joined():
            add_site(archive, "a")
        assert archive.conn.in_transaction
    with archive.joined():
        add_site(archive, "b")
    assert not archive.conn.in_transaction
    assert count(archive) == 2


def test_full_is_for_one_transaction(archive: Archive) -> None:
    with archive.transaction(full=True) as conn:
        assert conn.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert archive.conn.execute("PRAGMA synchronous").fetchone()[0] == 1
    with pytest.raises(KeyError), archive.transaction(full=True):
        raise KeyError
    assert archive.conn.execute("PRAGMA synchronous").fetchone()[0] == 1


def write_some(path: Path, name: str) -> None:
    with Archive.open(path, clock=SystemClock()) as archive:
        for number in range(20):
            with archive.transaction():
                add_site(archive, f"{name}{number}")


def test_several_writers_take_turns(archive: Archive) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_some, args=(archive.path, n)) for n in "abc"]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0, 0, 0]
    assert count(archive) == 60
