"""The archive's file before it is one: connected to, checked, brought up to date or refused."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from archive import migrations
from archive.errors import ArchiveError, NewerArchiveError

APPLICATION_ID = 0x4C555554  # "LUUT", in the file's header
# Compressed pages take 1 to 6 kB, texts of articles 2 to 8: most rows fit one page of 8 kB.
PAGE_SIZE = 8192
BUSY_SECONDS = 30.0
_STEP = 1000  # pages of a copy, 8 MB, between two calls of its progress
_HEADER = b"SQLite format 3\x00"


def connect(path: Path, mode: str, any_thread: bool = False) -> sqlite3.Connection:
    """A connection that commits by itself; *mode* is SQLite's: `ro`, `rw`, `rwc`, or `mode=…&…`.

    *any_thread*: whoever uses it sees to it that no two threads do at once.
    """
    uri = f"file:{quote(str(path.absolute()))}?{'mode=' if '=' not in mode else ''}{mode}"
    conn = sqlite3.connect(
        uri,
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        cached_statements=256,
        check_same_thread=not any_thread,
    )
    conn.row_factory = sqlite3.Row
    try:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA cache_size = -16000")  # 16 MB: the default of 2 is for small machines
    except sqlite3.Error:
        conn.close()
        raise
    return conn


def connect_readonly(path: Path, any_thread: bool = False) -> sqlite3.Connection:
    """A connection that cannot write, also where the folder may not be written to.

    A file in WAL mode needs its `-shm` beside it even to be read. Where that cannot be made and
    there is no `-wal` with newer pages, the file alone is the whole archive: it is read as
    immutable (https://www.sqlite.org/wal.html#read_only_databases).
    """
    try:
        return connect(path, "ro", any_thread)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        wal = Path(f"{path}-wal")
        if wal.exists() and wal.stat().st_size:
            raise ArchiveError(
                f"{path} has changes in {wal.name} that can only be read where the folder may be"
                " written to.",
                "Copy the file and those beside it to a folder of your own and open it there.",
            ) from error
    return connect(path, "mode=ro&immutable=1", any_thread)


def check_file(path: Path) -> None:
    """ArchiveError unless a SQLite file is there that may be read."""
    if path.is_dir():
        raise ArchiveError(f"{path} is a folder.", "Name the archive's file with --archive FILE.")
    if not path.exists():
        raise ArchiveError(
            f"There is no archive at {path}.",
            f"`luutru crawl SITE --archive {path}` creates it; `luutru demo` shows one at work.",
        )
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except PermissionError as error:
        raise ArchiveError(
            f"{path} may not be read by you.", "Ask its owner for the right, or for a copy."
        ) from error
    if head != _HEADER:
        raise ArchiveError(
            f"{path} is not a SQLite file, so it is not an archive."
            if head
            else f"{path} is empty.",
            "Name an archive with --archive FILE; `luutru crawl SITE` creates a new one.",
        )


def check_writable(path: Path) -> None:
    """ArchiveError if the file or its folder may not be written to."""
    # SQLite opens what it cannot write to for reading alone, and fails at the first write.
    if path.exists() and not os.access(path, os.W_OK):
        raise ArchiveError(
            f"{path} is read-only.", "Give yourself the right to write, or work on a copy."
        )
    if not os.access(path.absolute().parent, os.W_OK):
        raise ArchiveError(
            f"The folder of {path} is read-only, and an archive needs files beside it.",
            "Give yourself the right to write there, or name a file in another folder.",
        )


def check_application(path: Path, conn: sqlite3.Connection) -> None:
    """ArchiveError if another program's number is in the file."""
    if conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise ArchiveError(
            f"{path} is a SQLite file of another program, not an archive of Luutru.",
            "Name an archive with --archive FILE; `luutru crawl SITE` creates a new one.",
        )


def refuse_newer(path: Path, conn: sqlite3.Connection) -> None:
    """NewerArchiveError if migrations were applied that this release does not know."""
    strange = migrations.unknown(conn)
    if strange:
        raise NewerArchiveError(
            f"{path} was written by a later release of Luutru (it knows {', '.join(strange)}).",
            "Update Luutru, then call again; the file was left as it is.",
        )


def migrate(path: Path, conn: sqlite3.Connection, readonly: bool) -> None:
    """Apply pending migrations, with a backup before; NewerArchiveError for unknown ones."""
    refuse_newer(path, conn)
    if not migrations.pending(conn):
        return
    if readonly:
        raise ArchiveError(
            f"{path} is of an earlier release and must be brought up to date first.",
            "Call `luutru reindex` once where the file may be written to.",
        )
    # Taken before looking again: of two processes that open the file at once, one migrates. All
    # pending migrations commit together, on the disk, or none does.
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("BEGIN IMMEDIATE")
    try:
        todo = migrations.pending(conn)
        if todo and migrations.applied(conn):
            back_up(path, Path(f"{path}.before-{todo[0]}"))
        if todo:
            migrations.apply(conn)
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    finally:
        conn.execute("PRAGMA synchronous = NORMAL")


def back_up(path: Path, target: Path) -> None:
    """Copy the committed state of the archive at *path* to *target*, whole or not at all."""
    unfinished = Path(f"{target}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(connect(path, "ro")) as source:
            copy_into(source, unfinished)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def copy_into(
    source: sqlite3.Connection, target: Path, progress: Callable[[int, int], None] | None = None
) -> None:
    """Write what *source* sees to *target*: one file without others beside it, readable anywhere.

    With a *progress* (SQLite's pages done and in all) it goes in steps; *source* must then hold a
    snapshot, or each commit of another process lets SQLite begin anew.
    """

    def told(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    with closing(sqlite3.connect(target)) as copy:
        # A copy that was cut short is thrown away, and one that is whole is synced by the caller.
        copy.execute("PRAGMA synchronous = OFF")
        source.backup(copy, pages=_STEP if progress else -1, progress=told)
        copy.execute("PRAGMA journal_mode = DELETE")
