"""Seals of another archive, as they stand there: written when all captures under them are here."""

from __future__ import annotations

import sqlite3

from archive import seals
from archive.db import Archive
from archive.errors import ArchiveError
from archive.ops.merge.crawls import Crawls
from archive.ops.merge.source import Source
from archive.ops.merge.whole import fits, has_seal


def merge_seals(source: Source, target: Archive, crawls: Crawls) -> None:
    """Every seal of the crawls that were taken, in their order; each is on the disk when done."""
    for row in source.conn.execute("SELECT * FROM seal ORDER BY id").fetchall():
        if row["crawl_id"] not in source.crawls or has_seal(target, row["digest"]):
            continue
        crawl_id = crawls.here(row["crawl_id"])
        with target.transaction(full=True) as conn:
            if not fits(target, crawl_id, row["root"]):
                _list(source, target, row["crawl_id"], crawl_id)
            if not fits(target, crawl_id, row["root"]):
                raise _lost(source, row)
            conn.execute(
                """INSERT INTO seal (crawl_id, archive_id, leaves, root, previous, digest, time)
                   VALUES (?, ?, ?, ?, ?, ?, ?)""",
                (crawl_id, row["archive_id"], row["leaves"], row["root"], row["previous"],
                 row["digest"], row["time"]),
            )  # fmt: skip


def _list(source: Source, target: Archive, there: int, here: int) -> None:
    """Write down the captures under a crawl's seal, some of which stand under another one here."""
    target.conn.execute("DELETE FROM crawl_leaf WHERE crawl_id = ?", (here,))
    target.conn.executemany(
        "INSERT INTO crawl_leaf SELECT ?, ?, id FROM capture WHERE identity = ?",
        (
            (here, position, leaf.decode())
            for position, leaf in enumerate(seals.leaves(source.archive, there))
        ),
    )


def _lost(source: Source, row: sqlite3.Row) -> ArchiveError:
    return ArchiveError(
        f"The captures under the seal {row['digest']} of {source.path} are not all here.",
        "Call it again; if that does not help, `luutru verify` tells what is wrong.",
    )
