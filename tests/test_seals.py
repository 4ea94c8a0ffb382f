"""Seals: the tree of RFC 9162 by hand, proofs, and the chain of an archive's seals."""

from __future__ import annotations

import json
import sqlite3
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import Walker

from archive import crawls, seals
from archive.db import Archive
from archive.proof import check_bundle

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


def test_old_seals_still_fit_and_new_ones_cover_the_crawl(archive: Archive) -> None:
    walker = Walker.begin(archive)
    walker.look("http://x.vn/1")
    crawls.end(archive, walker.crawl_id, "finished", {"captures": 1})

    def now() -> sqlite3.Row:
        row: sqlite3.Row = archive.conn.execute(seals.SEALS).fetchone()
        return row

    assert seals.format_of(now()) == 2
    # as release 0.1 wrote it
    one = now()
    first = [1, archive.id, one["started"], 1, one["root"], None]
    text = json.dumps(first, separators=(",", ":"))
    old = f"sha256:{sha256(text.encode()).hexdigest()}"
    new = one["digest"]
    archive.conn.execute("UPDATE seal SET digest = ?", (old,))
    assert seals.format_of(now()) == 1
    archive.conn.execute("UPDATE crawl SET agent = 'another'")
    assert seals.format_of(now()) == 1
    archive.conn.execute("UPDATE seal SET digest = ?", (new,))
    assert seals.format_of(now()) is None
    archive.conn.execute("UPDATE crawl SET agent = 'test'")
    assert seals.format_of(now()) == 2


# -- against a tree that is built whole -----------------------------------------------------------


def tree(entries: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word by word: the hash over a list of entries."""
    if len(entries) < 2:
        return leaf(entries[0]) if entries else sha256(b"").digest()
    half = max(2**n for n in range(len(entries).bit_length()) if 2**n < len(entries))
    return node(tree(entries[:half]), tree(entries[half:]))


def beside(entries: list[bytes], index: int) -> list[bytes]:
    """The subtrees that do not hold the entry, the smallest first."""
    first, last, found = 0, len(entries), []
    while last - first > 1:
        half = first + max(2**n for n in range(20) if 2**n < last - first)
        if index < half:
            found.append(tree(entries[half:last]))
            last = half
        else:
            found.append(tree(entries[first:half]))
            first = half
    return found[::-1]


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=70), st.data())
def test_roots_and_paths_are_those_of_the_whole_tree(
    entries: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    assert seals.merkle_root(entries) == tree(entries)
    path = seals.inclusion_proof(entries, index)
    assert path == beside(entries, index)
    text = [entry.decode("latin-1") for entry in entries]
    names = [one.encode() for one in text]
    path = [one.hex() for one in seals.inclusion_proof(names, index)]
    top = check_bundle.root(text[index], index, len(names), path)
    assert top == f"sha256:{tree(names).hex()}"


@given(st.integers(1, 70), st.data())
def test_a_changed_path_leads_elsewhere(size: int, data: st.DataObject) -> None:
    entries = [b"%d" % number for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    root = seals.merkle_root(entries)
    path = seals.inclusion_proof(entries, index)
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        bit = 1 << data.draw(st.integers(0, 255))
        wrong = bytearray((int.from_bytes(path[place], "big") ^ bit).to_bytes(32, "big"))
        changed = [*path[:place], bytes(wrong), *path[place + 1 :]]
        assert not seals.holds(entries[index], index, size, changed, root)
        assert not seals.holds(entries[index], index, size, path[:-1], root)
    # Another number of leaves: rarely a tree of the same shape on this way, never with this root
    # and another entry.
    assert not seals.holds(b"other", index, size, path, root)
