"""SQLite's errors at the border: what a user can mend becomes ArchiveError, bugs stay bugs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveError

_MENDABLE = {
    sqlite3.SQLITE_BUSY: (
        "is in use: another program has been writing to it for longer than we wait",
        "Wait until that program ends (`luutru status` shows who crawls), then call again.",
    ),
    sqlite3.SQLITE_LOCKED: (
        "is locked by another part of this program",
        "Call again when it has ended.",
    ),
    sqlite3.SQLITE_FULL: (
        "cannot grow: the disk is full; what was committed before is whole",
        "Free some space on that disk, then call again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "cannot be written to",
        "Give yourself the right to write to the file and its folder, or work on a copy.",
    ),
    sqlite3.SQLITE_PERM: (
        "may not be opened by you",
        "Give yourself the right to read the file and its folder, or work on a copy.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened",
        "Check that its folder exists and that you may read and write there.",
    ),
    sqlite3.SQLITE_IOERR: (
        "could not be read or written: the disk reported an error",
        "Check the disk, copy the file to another one and call again.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged",
        "`luutru restore FILE --force` puts a backup in its place (`.before-*` files beside it are"
        " earlier states); where it can be opened, `luutru verify` names what is lost.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "is not a SQLite file, or its beginning is damaged",
        "Name an archive with --archive FILE, or put a backup in its place: `luutru restore FILE"
        " --force`.",
    ),
}


def as_archive_error(error: sqlite3.Error, path: Path | str) -> ArchiveError | None:
    """The ArchiveError to raise instead, or None if nobody but a programmer can mend *error*."""
    # The low byte is the primary code: https://www.sqlite.org/rescode.html
    code = getattr(error, "sqlite_errorcode", None)
    told = _MENDABLE.get(code & 0xFF) if code is not None else None
    return ArchiveError(f"{path} {told[0]} ({error}).", told[1]) if told else None


@contextmanager
def mended(path: Path | str) -> Iterator[None]:
    """Turn what SQLite raises inside into ArchiveError, where the user can mend it."""
    try:
        yield
    except sqlite3.Error as error:
        told = as_archive_error(error, path)
        if told is None:
            raise
        raise told from error
