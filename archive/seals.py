"""Seals: a crawl's captures under one Merkle root (RFC 9162, section 2.1), chained in the archive.

Who keeps a seal's digest can later see that no capture of that crawl or of one before it was
changed, added or taken away, nor what the archive says of these crawls; and can check one capture
without the others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from archive import digest
from archive.clock import iso
from archive.db import Archive

SEAL_FORMAT = 2

FIELDS = (
    ("archive", "archive_id"), ("started", "started"), ("captures", "leaves"), ("root", "root"),
    ("previous", "previous"), ("time", "time"), ("site", "site"), ("why", "why"),
    ("ended", "ended"), ("agent", "agent"), ("settings", "settings"), ("figures", "figures"),
    ("outcome", "outcome"),
)  # fmt: skip
"""What a seal's digest is of, behind the number of its format: its name, and its column."""

_FIRST = 5  # of these are in format 1

_OF_CRAWL = """crawl.started, site.slug AS site, crawl.why, crawl.ended, crawl.agent,
       crawl.settings, crawl.figures, crawl.outcome"""

_CRAWL = f"""
SELECT {_OF_CRAWL} FROM crawl LEFT JOIN site ON site.id = crawl.site_id WHERE crawl.id = ?"""

SEALS = f"""
SELECT seal.*, {_OF_CRAWL} FROM seal LEFT JOIN crawl ON crawl.id = seal.crawl_id
LEFT JOIN site ON site.id = crawl.site_id"""
"""Each seal with what it is over, but for the captures."""

_ROWS = "SELECT identity FROM capture WHERE crawl_id = ? ORDER BY id"
_LISTED = """
SELECT capture.identity FROM crawl_leaf JOIN capture ON capture.id = crawl_leaf.capture_id
WHERE crawl_leaf.crawl_id = ? ORDER BY crawl_leaf.position"""


def _leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def merkle_root(entries: Iterable[bytes]) -> bytes:
    """The tree's hash; that of no entries is the hash of nothing. Takes memory for log n hashes."""
    peaks: list[tuple[int, bytes]] = []  # perfect subtrees from the left: height, hash
    for entry in entries:
        height, top = 0, _leaf(entry)
        while peaks and peaks[-1][0] == height:
            top = _node(peaks.pop()[1], top)
            height += 1
        peaks.append((height, top))
    if not peaks:
        return sha256(b"").digest()
    root = peaks.pop()[1]
    while peaks:
        root = _node(peaks.pop()[1], root)
    return root


def inclusion_proof(entries: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes beside the way from an entry to the root, lowest first (section 2.1.3.1)."""
    if not 0 <= index < len(entries):
        raise IndexError(index)
    if len(entries) == 1:
        return []
    half = 1 << (len(entries) - 1).bit_length() - 1
    if index < half:
        return [*inclusion_proof(entries[:half], index), merkle_root(entries[half:])]
    return [*inclusion_proof(entries[half:], index - half), merkle_root(entries[:half])]


def holds(entry: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether *proof* shows that *entry* is number *index* of *size* under *root* (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, top = index, size - 1, _leaf(entry)
    for beside in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            top = _node(beside, top)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            top = _node(top, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and top == root


def leaves(archive: Archive, crawl_id: int) -> Iterator[bytes]:
    """The leaves of a crawl's tree: identities of its captures in the order of their rows.

    After a merge some of them may stand under another crawl: then a list of its own has them.
    """
    conn = archive.conn
    listed = conn.execute("SELECT 1 FROM crawl_leaf WHERE crawl_id = ? LIMIT 1", (crawl_id,))
    sql = _LISTED if listed.fetchone() is not None else _ROWS
    return (row[0].encode() for row in conn.execute(sql, (crawl_id,)))


def following(archive: Archive, archive_id: str, digest: str | None) -> Iterator[str]:
    """The digests of the seals that follow one in its archive's chain; None: from its beginning.

    A copy of an archive that went on by itself makes a fork of it: of two that follow, the one that
    was here first is taken.
    """
    next_of: dict[str | None, str] = {}
    for row in archive.conn.execute(
        "SELECT digest, previous FROM seal WHERE archive_id = ? ORDER BY id", (archive_id,)
    ):
        next_of.setdefault(row["previous"], row["digest"])
    found = next_of.get(digest)
    while found is not None:
        yield found
        found = next_of.get(found)


def _last(archive: Archive) -> str | None:
    """The seal that the next one follows: this file's own last one, or what a merge of a copy of
    this archive brought behind that."""
    row = archive.conn.execute(
        """SELECT digest FROM seal WHERE archive_id = ?
             AND crawl_id NOT IN (SELECT crawl_id FROM merged_crawl) ORDER BY id DESC LIMIT 1""",
        (archive.id,),
    ).fetchone()
    own: str | None = row["digest"] if row is not None else None
    return [own, *following(archive, archive.id, own)][-1]


def seal(archive: Archive, crawl_id: int) -> str:
    """Seal a crawl that has ended, and return the seal's digest. Call it inside a transaction."""
    archive.require_transaction()
    conn = archive.conn
    entries = list(leaves(archive, crawl_id))
    row: dict[str, object] = {
        "archive_id": archive.id,
        "leaves": len(entries),
        "root": "sha256:" + merkle_root(entries).hex(),
        "previous": _last(archive),
        "time": iso(archive.clock.now()),
    }
    name = seal_digest(sealed(row | dict(conn.execute(_CRAWL, (crawl_id,)).fetchone())))
    conn.execute(
        """INSERT INTO seal (crawl_id, archive_id, leaves, root, previous, time, digest)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (crawl_id, *row.values(), name),
    )
    return name


def sealed(row: Mapping[str, Any] | sqlite3.Row, version: int = SEAL_FORMAT) -> dict[str, Any]:
    """What is under a seal's digest, by name and in its order; *row* as of :data:`SEALS`.

    Format 1 (0.1) leaves out the seal's time and what the crawl's row says but for its start.
    """
    names = FIELDS if version > 1 else FIELDS[:_FIRST]
    return {"format": version} | {name: row[column] for name, column in names}


def seal_digest(fields: Mapping[str, Any]) -> str:
    """The digest of a seal: of the values of :func:`sealed` as a JSON list. Names do not count."""
    return digest.sha256(digest.canonical_json(list(fields.values())))


def format_of(row: sqlite3.Row) -> int | None:
    """The format in which a row of :data:`SEALS` fits its digest; None if it does in none."""
    for version in range(SEAL_FORMAT, 0, -1):
        if seal_digest(sealed(row, version)) == row["digest"]:
            return version
    return None
