"""A backup: one whole file of the archive's committed state, made while a crawl goes on.

All steps of SQLite's backup read one snapshot, held open: without it a copy begins anew whenever
another process commits between two steps, and under a busy crawl never ends (measured: 251 MB were
not copied in 20 s beside 170 commits a second; in a snapshot they are in 1.0 s, by `VACUUM INTO`,
which also kept the writer waiting for 0.1 s, in 1.7 s).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from archive import payloads
from archive.clock import SystemClock
from archive.db import Archive
from archive.errors import ArchiveError, InputError, WithdrawnError
from archive.export.files import replacing
from archive.faults import mended
from archive.opening import (
    check_application,
    check_file,
    connect_readonly,
    copy_into,
    refuse_newer,
)
from archive.ops.checks import sample
from archive.ops.zst import SUFFIX, compress, digest_of

_SPOT = 50  # payloads that are read in a new copy

Bar = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What tells one state of an archive from another; equal in an archive and its copy."""

    archive: str  # its id
    captures: int
    articles: int
    event: int  # number of the last one
    seal: str | None  # digest of the last one


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made and checked: its size in bytes, and the digest of them."""

    file: Path
    bytes: int
    digest: str
    contents: Contents


def back_up(path: Path, target: Path, *, force: bool = False, bar: Bar) -> Backup:
    """Copy the archive at *path* to *target*, compressed if that ends in `.zst`.

    InputError if something is at *target* and not *force*, or it cannot be written; ArchiveError
    if the archive cannot be read or the copy is damaged. Nothing is left of a copy that failed.
    """
    check_file(path)
    check_target(path, target, force)
    with replacing(target) as part:
        if target.suffix != SUFFIX:
            contents = _copied(path, part, target, bar)
        else:
            with plain_beside(target) as plain:
                contents = _copied(path, plain, target, bar)
                with bar("Compressing") as progress:
                    compress(plain, part, progress)
        digest, size = digest_of(part)
    return Backup(target, size, digest, contents)


def check_target(path: Path, target: Path, force: bool) -> None:
    """InputError if *target* is the archive's own, or there already and not to be replaced."""
    for end in ("", "-wal", "-shm", "-journal"):
        own = path.with_name(path.name + end)
        same = target.exists() and own.exists() and target.samefile(own)
        if same or target.resolve() == own.resolve():
            raise InputError(
                f"{target} {'belongs to' if end else 'is'} the archive itself.",
                "Name another file, best on another disk.",
            )
    if target.is_dir():
        raise InputError(f"{target} is a folder.", "Name a file in it.")
    if target.exists() and not target.is_file():
        raise InputError(f"{target} is no plain file.", "Name a file.")
    if target.exists() and not force:
        raise InputError(
            f"{target} is there already.", "Name another file, or replace it with --force."
        )


@contextmanager
def plain_beside(target: Path) -> Iterator[Path]:
    """The name of a file for what is not compressed, beside *target*; it is removed at the end."""
    plain = target.with_name(f".{target.name}.plain.{os.getpid()}.part")
    try:
        yield plain
    finally:
        plain.unlink(missing_ok=True)


def _copied(path: Path, copy: Path, target: Path, bar: Bar) -> Contents:
    """Write the archive's state to *copy* and check that it is there; what it holds."""
    with mended(path), closing(connect_readonly(path)) as source:
        check_application(path, source)
        refuse_newer(path, source)
        source.execute("BEGIN")
        contents = contents_of(source)
        with written(copy, target), bar("Copying") as progress:
            copy_into(source, copy, progress)
    with bar("Checking") as progress:
        problem = problem_of(copy, progress)
        if problem is None and contents_in(copy) != contents:
            problem = "it does not hold what the archive does"
    if problem is not None:
        raise ArchiveError(
            f"The copy is damaged, so {target} was not written: {problem}.",
            f"`luutru verify --archive {path}` tells whether the archive is damaged itself.",
        )
    return contents


@contextmanager
def written(copy: Path, target: Path) -> Iterator[None]:
    """What SQLite raises while it writes *copy*, told of *target*; nothing of it is left then."""
    try:
        # SQLite says only that it cannot open a file; this says why.
        copy.open("wb").close()
        yield
    except sqlite3.OperationalError as error:
        code = error.sqlite_errorcode & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise InputError(
                f"The disk is full, so {target} was not written.", "Make room there."
            ) from error
        if code == sqlite3.SQLITE_IOERR:
            raise InputError(
                f"{target} was not written: {error}.",
                "Check both disks, or name a file on another one.",
            ) from error
        raise
    finally:
        for end in ("-wal", "-shm", "-journal"):
            Path(f"{copy}{end}").unlink(missing_ok=True)


def contents_of(conn: sqlite3.Connection) -> Contents:
    """What an archive holds, of the state that *conn* sees."""
    row = conn.execute(
        """SELECT (SELECT id FROM archive), (SELECT count(*) FROM capture),
                  (SELECT count(*) FROM article), (SELECT coalesce(max(number), 0) FROM event),
                  (SELECT digest FROM seal ORDER BY id DESC LIMIT 1)"""
    ).fetchone()
    return Contents(*row)


def contents_in(path: Path) -> Contents:
    """What the archive at *path* holds."""
    with closing(connect_readonly(path)) as conn:
        return contents_of(conn)


def problem_of(path: Path, progress: Callable[[int, int], None]) -> str | None:
    """Why the copy at *path* cannot be relied on, in words; None if it can.

    Its length, SQLite's check of all pages and rows, and some payloads against their digests.
    """
    try:
        with closing(connect_readonly(path)) as conn:
            pages, size = (
                conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
            )
            if pages * size != path.stat().st_size:
                return f"it has {path.stat().st_size} bytes and not {pages * size}"
            told = conn.execute("PRAGMA quick_check(1)").fetchone()[0]
            if told != "ok":
                return str(told).replace("\n", " ")
            opened = Archive(path, conn, SystemClock(), readonly=True)
            ids = sample((row[0] for row in conn.execute("SELECT id FROM payload")), _SPOT)
            for done, payload_id in enumerate(sorted(ids), 1):
                with suppress(WithdrawnError):
                    payloads.read(opened, payload_id)
                progress(done, len(ids))
    except sqlite3.DatabaseError as error:
        return str(error)
    except ArchiveError as error:
        return error.what.rstrip(".")
    return None
