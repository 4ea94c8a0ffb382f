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

_SEALS = """
SELECT seal.*, crawl.started, crawl.ended FROM seal
LEFT JOIN crawl ON crawl.id = seal.crawl_id ORDER BY seal.id"""


def crawl_seals(look: Look) -> None:
    """Merkle roots and the chain of seals, made again from the identities of the captures."""
    look.expect("seal")
    last: dict[str, str] = {}  # archive -> digest of its last seal so far
    for row in look.conn.execute(_SEALS):
        look.at()
        try:
            wrong = list(_wrong(look, row, last.get(row["archive_id"])))
        except VALUES as error:
            wrong = [f"its row holds what nobody wrote ({error})"]
        for why in wrong:
            look.problem(f"Seal {row['id']}, of crawl {row['crawl_id']}: {why}.")
        last[row["archive_id"]] = row["digest"]
    for row in look.conn.execute(_UNSEALED):
        look.problem(
            f"Crawl {row['id']} of {row['slug'] or 'several sites'} ended at {row['ended']}"
            " and has no seal."
        )


def _wrong(look: Look, row: sqlite3.Row, before: str | None) -> Iterator[str]:
    """What is wrong with one seal; *before*: digest of the one before it in its archive."""
    # Of another archive's seals, the first that came here may follow one that stayed there.
    if row["previous"] != before and (before is not None or row["archive_id"] == look.archive.id):
        yield "it does not follow the seal before it, so one was changed or taken away"
    if row["started"] is None:
        return  # there is no such crawl: the references tell
    if row["ended"] is None:
        yield "that crawl has not ended"
    name = seals.seal_digest(
        row["archive_id"], row["started"], row["leaves"], row["root"], row["previous"]
    )
    if name != row["digest"]:
        yield "its digest is not that of what its row and its crawl say"
    try:
        count, root = _tree(look.conn, row["crawl_id"])
    except sqlite3.DatabaseError as error:
        look.require_damage(error)
        yield f"the captures under it cannot be read ({error})"
        return
    if count != row["leaves"]:
        yield f"it is over {row['leaves']} captures, and {count} are there"
    elif root != row["root"]:
        yield "a capture under it is not the one that was sealed"


def _tree(conn: sqlite3.Connection, crawl_id: int) -> tuple[int, str]:
    """How many captures a crawl has, and the root over their identities."""
    count = 0

    def leaves() -> Iterator[bytes]:
        nonlocal count
        for (identity,) in conn.execute(
            "SELECT identity FROM capture WHERE crawl_id = ? ORDER BY id", (crawl_id,)
        ):
            count += 1
            yield identity.encode()

    root = seals.merkle_root(leaves()).hex()
    return count, f"sha256:{root}"
