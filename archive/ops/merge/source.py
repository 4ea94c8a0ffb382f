"""The archive that is merged: opened for reading alone, and read in one state of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.clock import Clock
from archive.db import Archive
from archive.errors import ArchiveError, InputError
from archive.faults import mended

_SEALED = "SELECT crawl_id, digest FROM seal ORDER BY id"

# An `unchanged` capture may name an answer that an import has kept which is still at work.
_RESTING = """
SELECT DISTINCT one.crawl_id FROM capture one JOIN capture earlier ON earlier.id = one.earlier_id
WHERE earlier.crawl_id NOT IN (SELECT value FROM json_each(:taken))
  AND NOT EXISTS (SELECT 1 FROM crawl_leaf WHERE capture_id = earlier.id
                  AND crawl_id IN (SELECT value FROM json_each(:taken)))"""


@dataclass(frozen=True, slots=True)
class Source:
    """``crawls``: those that are taken, row number -> digest of the seal, in the order of seals.
    ``left``: how many have not ended yet, or rest on one that has not."""

    archive: Archive
    path: Path
    crawls: Mapping[int, str]
    left: int

    @property
    def conn(self) -> sqlite3.Connection:
        return self.archive.conn

    def captures(self) -> Iterator[sqlite3.Row]:
        """The captures of the crawls that are taken, in the order of their rows, which are read as
        they are asked for."""
        for row in self.conn.execute(
            """SELECT capture.*, payload.digest AS payload_digest,
                      payload.size AS payload_size, page.method AS page_method,
                      page.url AS page_url, page.body_digest AS page_digest
               FROM capture JOIN page ON page.id = capture.page_id
               LEFT JOIN payload ON payload.id = capture.payload_id ORDER BY capture.id"""
        ):
            if self.crawl_of(row["id"], row["crawl_id"]) is not None:
                yield row

    def crawl_of(self, capture_id: int, crawl_id: int) -> int | None:
        """The crawl that a capture comes with; None if it is left, as its crawl is."""
        if crawl_id in self.crawls:
            return crawl_id
        rows = self.conn.execute(
            "SELECT crawl_id FROM crawl_leaf WHERE capture_id = ? ORDER BY crawl_id", (capture_id,)
        )
        return next((row[0] for row in rows if row[0] in self.crawls), None)


@contextmanager
def opened(path: Path, target: Path, clock: Clock) -> Iterator[Source]:
    """The archive at *path*, in the state that it has now; InputError if it is *target* itself.

    ArchiveError if it is missing, foreign, damaged, newer or of an earlier release.
    """
    if path.exists() and target.exists() and path.samefile(target):
        raise InputError(f"{path} is the archive itself.", "Name another one to merge into it.")
    archive = _open(path, clock)
    try:
        with mended(path):
            archive.conn.execute("BEGIN")
            crawls = dict(map(tuple, archive.conn.execute(_SEALED).fetchall()))
            (all_,) = archive.conn.execute("SELECT count(*) FROM crawl").fetchone()
            crawls = _without_resting(archive, crawls)
            yield Source(archive, path, crawls, all_ - len(crawls))
    finally:
        archive.close()


def _open(path: Path, clock: Clock) -> Archive:
    try:
        return Archive.open(path, clock=clock, readonly=True)
    except ArchiveError as error:
        if path.suffix == ".zst" and path.is_file():
            raise InputError(
                f"{path} is compressed.",
                f"`luutru restore {path} --archive OTHER` unpacks it; then merge OTHER.",
            ) from error
        raise


def _without_resting(archive: Archive, crawls: dict[int, str]) -> dict[int, str]:
    while True:
        names = "[" + ",".join(map(str, crawls)) + "]"
        rows = archive.conn.execute(_RESTING, {"taken": names}).fetchall()
        resting = {row[0] for row in rows} & crawls.keys()
        if not resting:
            return crawls
        crawls = {one: seal for one, seal in crawls.items() if one not in resting}
