"""The archive's file: opened, checked, migrated; and the one way to write to it."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from archive.clock import Clock, SystemClock, iso
from archive.errors import ArchiveError
from archive.faults import mended
from archive.opening import (
    APPLICATION_ID,
    PAGE_SIZE,
    check_application,
    check_file,
    check_writable,
    connect,
    connect_readonly,
    migrate,
)


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
        self.closed = False
        self.cache: dict[str, object] = {}
        self._resets: list[Callable[[], None]] = []
        self.id: str = ""
        self.whole: Archive = self  # of a scratch copy of some pages: where all others are

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
        check_writable(path)
        with mended(path):
            conn = connect(path, "rwc")
            try:
                conn.execute(f"PRAGMA page_size = {PAGE_SIZE}")
                conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                return cls._ready(path, conn, clock or SystemClock(), readonly=False)
            except BaseException:
                conn.close()
                if path.exists() and not path.stat().st_size:
                    path.unlink()  # nothing could be written: it would only be in the way
                raise

    @classmethod
    def open(
        cls, path: Path | str, *, clock: Clock | None = None, readonly: bool | None = False
    ) -> Self:
        """Open an archive and bring it up to date; *readonly* writes nothing at all. None: what is
        only read is opened for writing where that may be, so that an older release's is migrated.

        ArchiveError if it is missing, foreign, damaged, locked or may not be written to;
        NewerArchiveError if a later release has written it.
        """
        path = Path(path)
        check_file(path)
        if readonly is None:
            readonly = not os.access(path, os.W_OK)
        if not readonly:
            check_writable(path)
        with mended(path):
            conn = connect_readonly(path) if readonly else connect(path, "rw")
            try:
                return cls._ready(path, conn, clock or SystemClock(), readonly)
            except BaseException:
                conn.close()
                raise

    @classmethod
    def _ready(cls, path: Path, conn: sqlite3.Connection, clock: Clock, readonly: bool) -> Self:
        archive = cls(path, conn, clock, readonly)
        check_application(path, conn)
        if not readonly:
            conn.execute("PRAGMA journal_mode = WAL")
            conn.execute("PRAGMA synchronous = NORMAL")
        migrate(path, conn, readonly)
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
        self.closed = True
        self.cache.clear()
        self.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
