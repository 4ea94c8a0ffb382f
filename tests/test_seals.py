"""Seals: the tree of RFC 9162 by hand, proofs, and the chain of an archive's seals."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import Walker

from archive import crawls, seals
from archive.db import Archive

LEAVES = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", b"P" * 8, b"`" * 16]


def leaf(entry: bytes) -> bytes:
    return sha256(b"\0" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def test_small_trees_by_hand() -> None:
    a, b, c, d, e, f, g = (leaf(entry) for entry in LEAVES[:7])
    assert seals.merkle_root([]) == sha256(b"").digest()
    assert seals.merkle_root(LEAVES[:1]) == a
    assert seals.merkle_root(LEAVES[:2]) == node(a, b)
    assert seals.merkle_root(LEAVES[:3]) == node(node(a, b), c)
    assert seals.merkle_root(LEAVES[:5]) == node(node(node(a, b), node(c, d)), e)
    # the tree of seven that RFC 9162 draws in section 2.1.5
    seven = node(node(node(a, b), node(c, d)), node(node(e, f), g))
    assert seals.merkle_root(LEAVES[:7]) == seven
    assert seals.inclusion_proof(LEAVES[:7], 0) == [b, node(c, d), node(node(e, f), g)]
    assert seals.inclusion_proof(LEAVES[:7], 3) == [c, node(a, b), node(node(e, f), g)]
    assert seals.inclusion_proof(LEAVES[:7], 4) == [f, g, node(node(a, b), node(c, d))]
    assert seals.inclusion_proof(LEAVES[:7], 6) == [node(e, f), node(node(a, b), node(c, d))]


def test_known_root() -> None:
    # of the eight entries with which the implementations of certificate transparency are tested
    entries = [
        b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43",
        bytes.fromhex("5051525354555657"), bytes.fromhex("606162636465666768696a6b6c6d6e6f"),
    ]  # fmt: skip
    assert seals.merkle_root(entries).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_each_entry_can_be_shown_to_be_in(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    root = seals.merkle_root(entries)
    proof = seals.inclusion_proof(entries, index)
    size = len(entries)
    assert seals.holds(entries[index], index, size, proof, root)
    assert not seals.holds(entries[index] + b"x", index, size, proof, root)
    assert not seals.holds(entries[index], index, size, [*proof, root], root)
    assert not seals.holds(entries[index], size, size, proof, root)
    assert not seals.holds(entries[index], index, size, proof, leaf(root))
    for wrong in range(size):
        if entries[wrong] != entries[index]:
            assert not seals.holds(entries[index], wrong, size, proof, root)


@given(st.lists(st.binary(max_size=3), max_size=12), st.lists(st.binary(max_size=3), max_size=12))
def test_other_entries_or_another_order_have_another_root(one: list[bytes], two: list[bytes]):
    assert (seals.merkle_root(one) == seals.merkle_root(two)) == (one == two)


def test_no_such_entry() -> None:
    with pytest.raises(IndexError):
        seals.inclusion_proof([b"a"], 1)


def test_a_crawl_is_sealed_and_chained(archive: Archive) -> None:
    walker = Walker.begin(archive)
    names = [walker.look(f"http://x.vn/{n}").identity for n in range(3)]
    first = crawls.end(archive, walker.crawl_id, "finished", {"captures": 3})
    with archive.transaction():
        empty = crawls.begin(archive, walker.site_id, "asked", "test", {})
    second = crawls.end(archive, empty, "interrupted")
    one, two = archive.conn.execute("SELECT * FROM seal ORDER BY id").fetchall()
    assert one["root"] == "sha256:" + seals.merkle_root(name.encode() for name in names).hex()
    assert (one["leaves"], one["previous"], one["digest"]) == (3, None, first)
    assert (two["leaves"], two["previous"], two["digest"]) == (0, first, second)
    assert one["archive_id"] == archive.id
    started = archive.conn.execute("SELECT started FROM crawl WHERE id = 1").fetchone()[0]
    assert first == seals.seal_digest(archive.id, started, 3, one["root"], None)
