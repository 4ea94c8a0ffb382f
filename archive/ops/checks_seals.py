"""Seals: each crawl that ended has one, and it still fits its captures and the seal before it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from archive import seals
from archive.ops.checks import VALUES, Look

_UNSEALED = """
SELECT crawl.id, crawl.ended, site.slug FROM crawl
LEFT JOIN site ON site.id = crawl.site_id LEFT JOIN seal ON seal.crawl_id = crawl.id
WHERE crawl.ended IS NOT NULL AND seal.id IS NULL ORDER BY crawl.id"""


def crawl_seals(look: Look) -> None:
    """Merkle roots and the chain of seals, made again from the captures; and the digests held."""
    look.expect("seal")
    last: dict[str, str] = {}  # archive -> digest of its last seal so far
    held = set(look.held)
    for row in look.conn.execute(f"{seals.SEALS} ORDER BY seal.id"):
        look.at()
        try:
            wrong = list(_wrong(look, row, last.get(row["archive_id"])))
        except VALUES as error:
            wrong = [f"its row holds what nobody wrote ({error})"]
        for why in wrong:
            look.problem(f"Seal {row['id']}, of {_crawl(row)}: {why}.")
        last[row["archive_id"]] = row["digest"]
        held.discard(row["digest"])
    for row in look.conn.execute(_UNSEALED):
        look.problem(
            f"Crawl {row['id']} of {row['slug'] or 'several sites'} ended at {row['ended']}"
            " and has no seal."
        )
    for one in sorted(held):
        look.problem(
            f"No seal here is {one}: it is another archive's, or this one was made up or cut short."
        )


def _crawl(row: sqlite3.Row) -> str:
    """Which crawl that is, in words."""
    if row["started"] is None:
        return f"crawl {row['crawl_id']}"
    return f"crawl {row['crawl_id']} ({row['site'] or 'several sites'}, {row['started'][:19]}Z)"


def _wrong(look: Look, row: sqlite3.Row, before: str | None) -> Iterator[str]:
    """What is wrong with one seal; *before*: digest of the one before it in its archive."""
    # Of another archive's seals, the first that came here may follow one that stayed there.
    if row["previous"] != before and (before is not None or row["archive_id"] == look.archive.id):
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
