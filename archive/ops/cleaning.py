"""After a withdrawal: the file is written anew, so that no byte of it is left in free room.

SQLite leaves what was deleted in free pages, in the room between rows and in the `-wal`;
`secure_delete` overwrites some of it, but a row that was moved from one page to another leaves its
old bytes behind (https://www.sqlite.org/pragma.html#pragma_secure_delete). FTS5 keeps the words of
a deleted row until its segments are merged.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from archive import fts
from archive.clock import iso
from archive.errors import ArchiveError
from archive.faults import as_archive_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.db import Archive

_AGAIN = "`luutru withdraw --clean` does the rest, once nothing else has the file open."


def clean(archive: Archive, progress: Callable[[int, int], None] = lambda _d, _t: None) -> int:
    """Write the file anew; how many withdrawals were waiting for that. A crawl may wait for it.

    ArchiveError if there is no room, or another program keeps the old state open. It may be called
    again at any time.
    """
    (waiting,) = archive.conn.execute(
        "SELECT count(*) FROM withdrawal WHERE cleaned IS NULL"
    ).fetchone()
    try:
        archive.conn.execute("PRAGMA secure_delete = ON")
        progress(0, 3)
        for table in fts.TABLES:
            fts.merge(archive, table)
        progress(1, 3)
        archive.conn.execute("VACUUM")
        progress(2, 3)
        _checkpoint(archive)
    except sqlite3.Error as error:
        told = as_archive_error(error, archive.path)
        if told is None:
            raise
        raise ArchiveError(f"It is withdrawn, but its bytes may still be in the file: {told.what}",
                           _AGAIN) from error  # fmt: skip
    with archive.transaction(full=True) as conn:
        conn.execute(
            "UPDATE withdrawal SET cleaned = ? WHERE cleaned IS NULL", (iso(archive.clock.now()),)
        )
    progress(3, 3)
    return int(waiting)


def beyond(archive: Archive) -> list[Path]:
    """Files beside the archive that hold earlier states of it, which no withdrawal reaches."""
    path = archive.path.absolute()
    return sorted(path.parent.glob(f"{path.name}.before-*"))


def _checkpoint(archive: Archive) -> None:
    """All of the `-wal` into the file, and the `-wal` emptied."""
    busy, _, _ = archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise ArchiveError(
            f"It is withdrawn, but another program still reads the old state of {archive.path}.",
            f"End it (`luutru serve`, a crawl, …). {_AGAIN}",
        )
