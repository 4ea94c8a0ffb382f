"""The archive's file: opened, checked, migrated; and the one way to write to it."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import quote

from archive import migrations
from archive.clock import Clock, SystemClock, iso
from archive.errors import ArchiveError, NewerArchiveError
from archive.faults import mended

APPLICATION_ID = 0x4C555554  # "LUUT", in the file's header
# Compressed pages take 1 to 6 kB, texts of articles 2 to 8: most rows fit one page of 8 kB.
PAGE_SIZE = 8192
BUSY_SECONDS = 30.0
_HEADER = b"SQLite format 3\x00"


class Archive:
    """One archive file and the connection to it, for use in one thread.

    ``conn`` commits each statement by itself outside :meth:`transaction`; rows are
    ``sqlite3.Row``. The hot path writes plain SQL through it: sqlite-utils inspects tables before
    each insert, which takes longer than the insert. ``cache`` is for what other modules keep in
    memory about this file; a rollback empties it, since row numbers may be given again.
    """

    def __init__(self, path: Path, conn: sqlite3.Connection, clock: Clock, readonly: bool) -> None:
        self.path = path
        self.conn = conn
        self.clock = clock
        self.readonly = readonly
        self.cache: dict[str, object] = {}
        self._resets: list[Callable[[], None]] = []
        self.id: str = ""

    @classmethod
    def create(cls, path: Path | str, clock: Clock | None = None) -> Self:
        """Make a new archive; ArchiveError if something is there already."""
        path = Path(path)
        if path.is_dir() or (path.exists() and path.stat().st_size):
            raise ArchiveError(
                f"{path} is there already.", "Name another file, or use this one as it is."
            )
        if not path.parent.is_dir():
            raise ArchiveError(f"There is no folder {path.parent}.", "Create it first.")
        _check_writable(path)
        with mended(path):
            conn = _connect(path, "rwc")
            try:
                conn.execute(f"PRAGMA page_size = {PAGE_SIZE}")
                conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                return cls._ready(path, conn, clock or SystemClock(), readonly=False)
            except BaseException:
                conn.close()
                raise

    @classmethod
    def open(cls, path: Path | str, *, clock: Clock | None = None, readonly: bool = False) -> Self:
        """Open an archive and bring it up to date; *readonly* writes nothing at all.

        ArchiveError if it is missing, foreign, damaged, locked or may not be written to;
        NewerArchiveError if a later release has written it.
        """
        path = Path(path)
        _check_file(path)
        if not readonly:
            _check_writable(path)
        with mended(path):
            conn = _connect_readonly(path) if readonly else _connect(path, "rw")
            try:
                return cls._ready(path, conn, clock or SystemClock(), readonly)
            except BaseException:
                conn.close()
                raise

    @classmethod
    def _ready(cls, path: Path, conn: sqlite3.Connection, clock: Clock, readonly: bool) -> Self:
        archive = cls(path, conn, clock, readonly)
        _check_application(path, conn)
        if not readonly:
            conn.execute("PRAGMA journal_mode = WAL")
            conn.execute("PRAGMA synchronous = NORMAL")
        _migrate(path, conn, readonly)
        row = conn.execute("SELECT id FROM archive").fetchone()
        if row is None:
            row = (secrets.token_hex(8),)
            conn.execute("INSERT INTO archive VALUES (?, ?, 1)", (row[0], iso(clock.now())))
        archive.id = row[0]
        return archive

    @contextmanager
    def transaction(self, full: bool = False) -> Iterator[sqlite3.Connection]:
        """One write transaction (BEGIN IMMEDIATE), rolled back on any error; not to be nested.

        *full*: on the disk when it returns (synchronous FULL), for what others rely on.
        """
        if self.conn.in_transaction:
            raise RuntimeError("a transaction is open already")
        with mended(self.path):
            if full:
                self.conn.execute("PRAGMA synchronous = FULL")
            try:
                self.conn.execute("BEGIN IMMEDIATE")
                yield self.conn
                self.conn.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            finally:
                if full:
                    self.conn.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def joined(self) -> Iterator[sqlite3.Connection]:
        """The transaction that is open, or one of its own."""
        if self.conn.in_transaction:
            yield self.conn
        else:
            with self.transaction():
                yield self.conn

    def require_transaction(self) -> None:
        """RuntimeError outside a transaction: what follows must be written whole or not at all."""
        if not self.conn.in_transaction:
            raise RuntimeError("this must be called inside Archive.transaction()")

    def on_rollback(self, reset: Callable[[], None]) -> None:
        """Call *reset* after each rollback, beside emptying ``cache``."""
        self._resets.append(reset)

    def _roll_back(self) -> None:
        if self.conn.in_transaction:  # a full disk or an I/O error has already rolled back
            self.conn.execute("ROLLBACK")
        self.cache.clear()
        for reset in self._resets:
            reset()

    def close(self) -> None:
        """Close the file; nothing can be read after that."""
        self.cache.clear()
        self.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?{'mode=' if '=' not in mode else ''}{mode}"
    conn = sqlite3.connect(
        uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=256
    )
    conn.row_factory = sqlite3.Row
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA cache_size = -16000")  # 16 MB: the default of 2 MB is for small machines
    return conn


def _connect_readonly(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, also where the folder may not be written to.

    A file in WAL mode needs its `-shm` beside it even to be read. Where that cannot be made and
    there is no `-wal` with newer pages, the file alone is the whole archive: it is read as
    immutable (https://www.sqlite.org/wal.html#read_only_databases).
    """
    conn = _connect(path, "ro")
    try:
        conn.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        conn.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        wal = Path(f"{path}-wal")
        if wal.exists() and wal.stat().st_size:
            raise ArchiveError(
                f"{path} has changes in {wal.name} that can only be read where the folder may be"
                " written to.",
                "Copy the file and those beside it to a folder of your own and open it there.",
            ) from error
        return _connect(path, "mode=ro&immutable=1")
    return conn


def _check_file(path: Path) -> None:
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


def _check_writable(path: Path) -> None:
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


def _check_application(path: Path, conn: sqlite3.Connection) -> None:
    if conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise ArchiveError(
            f"{path} is a SQLite file of another program, not an archive of Luutru.",
            "Name an archive with --archive FILE; `luutru crawl SITE` creates a new one.",
        )


def _migrate(path: Path, conn: sqlite3.Connection, readonly: bool) -> None:
    strange = migrations.unknown(conn)
    if strange:
        raise NewerArchiveError(
            f"{path} was written by a later release of Luutru (it knows {', '.join(strange)}).",
            "Update Luutru, then call again; the file was left as it is.",
        )
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
        with closing(_connect(path, "ro")) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, readable anywhere
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
