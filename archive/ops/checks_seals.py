"""Seals: each crawl that ended has one, and it still fits its captures and the seal before it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from archive import seals
from archive.db import Archive
from archive.ops.checks import VALUES, Look

_UNSEALED = """
SELECT crawl.id, crawl.ended, site.slug,
       (SELECT file FROM merge JOIN merged_crawl ON merge_id = merge.id
        WHERE merged_crawl.crawl_id = crawl.id) AS file
FROM crawl LEFT JOIN site ON site.id = crawl.site_id LEFT JOIN seal ON seal.crawl_id = crawl.id
WHERE crawl.ended IS NOT NULL AND seal.id IS NULL ORDER BY crawl.id"""


def crawl_seals(look: Look) -> None:
    """Merkle roots and the chain of seals, made again from the captures; and the digests held."""
    look.expect("seal")
    chains = _Chains(look)
    held = set(look.held)
    for row in look.conn.execute(f"{seals.SEALS} ORDER BY seal.id"):
        look.at()
        try:
            wrong = list(_wrong(look, row, chains))
        except VALUES as error:
            wrong = [f"its row holds what nobody wrote ({error})"]
        for why in wrong:
            look.problem(f"Seal {row['id']}, of {_crawl(row)}: {why}.")
        held.discard(row["digest"])
    for row in look.conn.execute(_UNSEALED):
        crawl = f"Crawl {row['id']} of {row['slug'] or 'several sites'}"
        if row["file"] is None:
            look.problem(f"{crawl} ended at {row['ended']} and has no seal.")
        else:
            look.problem(f"{crawl} came by a merge of {row['file']} that was cut off.",
                         "`luutru merge` of that file again does the rest.")  # fmt: skip
    for one in sorted(held):
        look.problem(
            f"No seal here is {one}: it is another archive's, or this one was made up or cut short."
        )


def _crawl(row: sqlite3.Row) -> str:
    """Which crawl that is, in words."""
    if row["started"] is None:
        return f"crawl {row['crawl_id']}"
    return f"crawl {row['crawl_id']} ({row['site'] or 'several sites'}, {row['started'][:19]}Z)"


class _Chains:
    """Which seals there are of each archive. A chain may fork: a copy of an archive that went on by
    itself has its id, and after a merge both lines are here."""

    def __init__(self, look: Look) -> None:
        self._own = look.archive.id
        self._there: defaultdict[str, set[str]] = defaultdict(set)
        self._begun: set[str] = set()
        for row in look.conn.execute("SELECT archive_id, digest FROM seal"):
            self._there[row[0]].add(row[1])

    def holds(self, row: sqlite3.Row) -> bool:
        """Whether a seal follows one that is here, or may be the first of its archive's that is."""
        archive, previous = row["archive_id"], row["previous"]
        if previous in self._there[archive]:
            return True
        # Of another archive's seals, the first that came here may follow one that stayed there.
        first = archive not in self._begun
        self._begun.add(archive)
        return previous is None or (first and archive != self._own)


def forks(archive: Archive) -> list[str]:
    """Where chains of seals fork, in words: no damage, but to be known."""
    rows = archive.conn.execute(
        """SELECT archive_id, previous, count(*) AS lines FROM seal
           GROUP BY archive_id, previous HAVING count(*) > 1 ORDER BY min(id)"""
    )
    return [
        f"{row['lines']} lines of seals of archive {row['archive_id']} go on from"
        f" {row['previous'] or 'its beginning'}: a copy of it went on by itself and was merged"
        for row in rows
    ]


def _wrong(look: Look, row: sqlite3.Row, chains: _Chains) -> Iterator[str]:
    """What is wrong with one seal."""
    if not chains.holds(row):
        yield "it does not follow the seal before it, so one was changed or taken away"
    if row["started"] is None:
        return  # there is no such crawl: the references tell
    if row["ended"] is None:
        yield "that crawl has not ended"
    if seals.format_of(row) is None:
        yield "its digest is not that of what its row and its crawl say"
    try:
        count, root = _tree(look, row["crawl_id"])
    except sqlite3.DatabaseError as error:
        look.require_damage(error)
        yield f"the captures under it cannot be read ({error})"
        return
    if count != row["leaves"]:
        yield f"it is over {row['leaves']} captures, and {count} are there"
    elif root != row["root"]:
        yield "a capture under it is not the one that was sealed"


def _tree(look: Look, crawl_id: int) -> tuple[int, str]:
    """How many captures a crawl has, and the root over their identities."""
    count = 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        for leaf in seals.leaves(look.archive, crawl_id):
            count += 1
            yield leaf

    root = seals.merkle_root(counted()).hex()
    return count, f"sha256:{root}"
