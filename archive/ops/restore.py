"""A backup in the archive's place; what stood there is kept beside it.

The new file is made and checked under another name, then takes the archive's with one rename: a
kill leaves the old archive or the new one. A `-wal` of the old file must not stay beside the new
one, for SQLite would read its pages over it: it is folded into the old file, or moved with it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.clock import Clock, SystemClock
from archive.errors import ArchiveError, InputError
from archive.export.files import replacing
from archive.opening import (
    APPLICATION_ID,
    check_writable,
    connect,
    connect_readonly,
    copy_into,
    refuse_newer,
)
from archive.ops.backup import Bar, Contents, contents_in, problem_of, written
from archive.ops.zst import decompress, is_zst

BEFORE = "before-restore"
_BESIDE = ("-wal", "-shm", "-journal")
# Every connection holds a shared lock on these bytes; in WAL mode as long as it is open. They are
# of SQLite's file format: https://www.sqlite.org/lockingv3.html, SHARED_FIRST in its os.h.
_SHARED_FIRST = 0x40000002
_SHARED_SIZE = 510
_OTHER = "Use another backup."


@dataclass(frozen=True, slots=True)
class Restored:
    """The archive that is there now, what it holds, and where what was there before is kept."""

    archive: Path
    contents: Contents
    before: Path | None


def restore(
    backup: Path, path: Path, *, force: bool = False, bar: Bar, clock: Clock | None = None
) -> Restored:
    """Put *backup*, plain or `.zst`, in the place of the archive at *path*.

    InputError if the backup cannot be used, or an archive is there and not *force*; ArchiveError
    if another process uses that. It is kept as `<archive>.before-restore`, never removed.
    """
    if path.is_symlink():  # it stays: the archive is put where it leads
        path = Path(os.path.realpath(path))
    _check(backup, path, force)
    with ExitStack() as held, replacing(path) as part:
        with written(part, path):
            if is_zst(backup):
                with bar("Decompressing") as progress:
                    decompress(backup, part, progress)
            else:
                _copy(backup, part, bar)
            _settle(backup, part, clock or SystemClock())
        with bar("Checking") as progress:
            problem = problem_of(part, progress)
        if problem is not None:
            raise InputError(f"{backup} is damaged: {problem}.", _OTHER)
        contents = contents_in(part)
        with part.open("rb") as file:
            os.fsync(file.fileno())  # now: what follows is locked, and should take a moment only
        # The lock is held until `replacing` has put the new file in its place.
        before = held.enter_context(_set_aside(path, force))
        if before is not None and before.exists():
            shutil.copymode(before, part)
    return Restored(path, contents, before)


def _check(backup: Path, path: Path, force: bool) -> None:
    """Everything that can be refused before the long work begins."""
    if not backup.is_file():
        what = "is a folder" if backup.is_dir() else "is not there"
        raise InputError(f"{backup} {what}.", "Name the file that `luutru backup` wrote.")
    if path.is_dir():
        raise InputError(f"{path} is a folder.", "Name the archive's file with --archive FILE.")
    if path.exists() and backup.samefile(path):
        raise InputError(f"{backup} is the archive itself.", "Name a backup of it.")
    if path.exists() and path.stat().st_size and not force:
        raise InputError(
            f"There is an archive at {path}.",
            f"With --force it is replaced, and kept as {_kept_as(path)}.",
        )
    if path.absolute().parent.is_dir():
        check_writable(path)
    if path.exists():
        with _alone(path):
            pass


def _copy(backup: Path, part: Path, bar: Bar) -> None:
    with _readable(backup), closing(connect_readonly(backup)) as source:
        source.execute("BEGIN")
        with bar("Copying") as progress:
            copy_into(source, part, progress)


def _settle(backup: Path, part: Path, clock: Clock) -> None:
    """InputError unless *part* is an archive that this release can read; one file after this."""
    with _readable(backup), closing(connect(part, "rw")) as conn:
        if conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise InputError(
                f"{backup} is a SQLite file of another program, not an archive of Luutru.",
                "Name the file that `luutru backup` wrote.",
            )
        refuse_newer(backup, conn)
        if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'event'").fetchone():
            raise InputError(f"{backup} holds nothing: making it was cut short.", _OTHER)
        conn.execute("PRAGMA journal_mode = DELETE")
        # The archive that is replaced went on counting its events: a cursor of those days must not
        # be taken for one of the days to come. Milliseconds lie above every number it gave.
        moment = int(clock.now().timestamp() * 1000)
        (given,) = conn.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'"
        ).fetchone()
        conn.execute("DELETE FROM sqlite_sequence WHERE name = 'event'")
        conn.execute("INSERT INTO sqlite_sequence VALUES ('event', ?)", (max(given, moment),))


@contextmanager
def _readable(backup: Path) -> Iterator[None]:
    """Damage of the backup, told as such; what the new file meets is told by its maker."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_NOTADB:
            raise InputError(
                f"{backup} is neither an archive nor a compressed one.",
                "Name the file that `luutru backup` wrote.",
            ) from error
        if code == sqlite3.SQLITE_CORRUPT:
            raise InputError(f"{backup} is damaged ({error}).", _OTHER) from error
        raise


# -- what is there before -------------------------------------------------------------------------


@contextmanager
def _set_aside(path: Path, force: bool) -> Iterator[Path | None]:
    """Keep what is at *path* under another name too, and hold it so that nobody opens it.

    Yields that name, or None if nothing is there.
    """
    if not path.exists():
        kept = _kept_as(path)
        # Left by who removed the archive alone: SQLite would take them for the new one's.
        yield kept if _move_beside(path, kept) else None
        return
    if path.stat().st_size and not force:
        raise InputError(f"There is an archive at {path} now.", "Call again with --force.")
    _fold(path)
    with _alone(path):
        kept = _kept_as(path)
        if not kept.exists():
            try:
                os.link(path, kept)
            except OSError as error:
                if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
                    raise
                path.rename(kept)  # no links on this file system: for a moment none is at *path*
        _move_beside(path, kept)
        yield kept


def _kept_as(path: Path) -> Path:
    """The first free name for what is at *path*, or the one that a restore cut short has given."""
    number = 1
    while True:
        kept = Path(f"{path}.{BEFORE}{f'-{number}' if number > 1 else ''}")
        if not kept.exists() and not any(Path(f"{kept}{end}").exists() for end in _BESIDE):
            return kept
        if path.exists() and kept.exists() and kept.samefile(path):
            return kept
        number += 1


def _move_beside(path: Path, kept: Path) -> bool:
    """Move what SQLite keeps beside *path*; whether anything was there."""
    there = [end for end in _BESIDE if Path(f"{path}{end}").exists()]
    for end in there:
        Path(f"{path}{end}").replace(f"{kept}{end}")
    return bool(there)


def _fold(path: Path) -> None:
    """Write the pages of the archive's `-wal` into it, if it can be read; ArchiveError if in use.

    The last connection that closes removes what SQLite keeps beside the file.
    """
    try:
        with closing(connect(path, "rw")) as conn:
            conn.execute("PRAGMA busy_timeout = 0")
            busy = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return  # damaged, as may be why it is replaced: its `-wal` is moved with it
        busy = True
    if busy:
        raise _in_use(path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else has the file open in SQLite, nor gets to read it meanwhile; else ArchiveError.

    Asked of the system, not of SQLite, so that it holds for a damaged file too. Not to be used
    where this process itself has the archive open: closing the file drops its locks.
    """
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EAGAIN):
                raise
            raise _in_use(path) from error
        yield


def _in_use(path: Path) -> ArchiveError:
    return ArchiveError(
        f"{path} is in use by another process.",
        "End the crawl, the scheduler or `luutru serve` that has it open, and call again.",
    )
