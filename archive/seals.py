"""Seals: a crawl's captures under one Merkle root (RFC 9162, section 2.1), chained in the archive.

Who keeps a seal's digest can later see that no capture of that crawl was changed, added or taken
away, and can check one capture without the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from archive import digest
from archive.clock import iso
from archive.db import Archive


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


def identities(archive: Archive, crawl_id: int) -> list[bytes]:
    """The leaves of a crawl's tree: identities of its captures in the order of their rows."""
    rows = archive.conn.execute(
        "SELECT identity FROM capture WHERE crawl_id = ? ORDER BY id", (crawl_id,)
    )
    return [row[0].encode() for row in rows]


def seal(archive: Archive, crawl_id: int) -> str:
    """Seal a crawl that has ended, and return the seal's digest. Call it inside a transaction."""
    archive.require_transaction()
    conn = archive.conn
    leaves = identities(archive, crawl_id)
    (started,) = conn.execute("SELECT started FROM crawl WHERE id = ?", (crawl_id,)).fetchone()
    before = conn.execute(
        "SELECT digest FROM seal WHERE archive_id = ? ORDER BY id DESC LIMIT 1", (archive.id,)
    ).fetchone()
    previous = before[0] if before is not None else None
    root = "sha256:" + merkle_root(leaves).hex()
    name = seal_digest(archive.id, started, len(leaves), root, previous)
    conn.execute(
        """INSERT INTO seal (crawl_id, archive_id, leaves, root, previous, digest, time)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (crawl_id, archive.id, len(leaves), root, previous, name, iso(archive.clock.now())),
    )
    return name


def seal_digest(archive_id: str, started: str, leaves: int, root: str, previous: str | None) -> str:
    """The digest of a seal: of the archive, the crawl's start, the tree and the seal before."""
    return digest.sha256(digest.canonical_json([1, archive_id, started, leaves, root, previous]))
