"""Payloads: distinct decoded bytes, each kept once, pages of a site compressed against each other.

The first three pages of a site and group stand whole: they are its *anchors*. What follows
leans on them as a zstd dictionary of raw content, which takes a third to a sixth of gzip. Anchors
lean on nothing, so reading never needs more than one step back.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from typing import Any, cast

import zstandard as zstd

from archive import withdrawals
from archive.compression import SMALL, Group, alone, group_of, load_dictionary
from archive.db import Archive
from archive.digest import sha256
from archive.errors import ArchiveError

GROUPS_AT_ONCE = 16  # compressors in memory, 1.3 MB each for a dictionary of 170 kB
DICTIONARIES_AT_ONCE = 16

_STORED = "SELECT id, digest, size, data, anchors FROM payload"


def keep(
    archive: Archive, site_id: int, data: bytes, media: str | None, layout: str = ""
) -> tuple[int, bool]:
    """Row number of the payload, and whether it is new. Call it inside a transaction.

    *media* is the Content-Type, if there is one; *layout* the kind of page, since listings look
    like listings and articles like articles. The digest decides what is equal; the form in which
    it is stored never does.
    """
    archive.require_transaction()
    digest = sha256(data)
    row = archive.conn.execute("SELECT id FROM payload WHERE digest = ?", (digest,)).fetchone()
    if row is not None:
        return row[0], False
    name = group_of(media, data, layout) if len(data) >= SMALL else None
    _forget_withdrawn(archive)
    if name is None:
        return _insert(archive, site_id, digest, data, alone(data), ""), True
    group = _group(archive, site_id, name)
    if group.takes_anchor(data):
        payload_id = _insert(archive, site_id, digest, data, alone(data, anchor=True), "")
        archive.conn.execute(
            "INSERT INTO anchor VALUES (?, ?, ?, ?)", (site_id, name, group.generation, payload_id)
        )
        group.add_anchor(payload_id, data)
        return payload_id, True
    stored, anchors = group.compress(data)
    return _insert(archive, site_id, digest, data, stored, anchors), True


def withhold(archive: Archive, site_id: int, data: bytes, withdrawal_id: int) -> tuple[int, bool]:
    """As :func:`keep`, for what must not come into the archive: digest and size alone are kept.

    What the archive holds already, by another page, stays as it is.
    """
    archive.require_transaction()
    digest = sha256(data)
    row = archive.conn.execute("SELECT id FROM payload WHERE digest = ?", (digest,)).fetchone()
    if row is not None:
        return row[0], False
    payload_id = _insert(archive, site_id, digest, data, b"", "")
    archive.conn.execute("INSERT INTO withdrawn_payload VALUES (?, ?)", (payload_id, withdrawal_id))
    return payload_id, True


def read(archive: Archive, payload_id: int) -> bytes:
    """The bytes of a payload; ArchiveError if they are not those that were kept.

    WithdrawnError if they were withdrawn.
    """
    row = archive.conn.execute(f"{_STORED} WHERE id = ?", (payload_id,)).fetchone()
    if row is None:
        raise KeyError(payload_id)
    if not row["data"]:
        withdrawals.refuse_payload(archive, payload_id)
    return decoded(archive, row)


def decoded(archive: Archive, row: sqlite3.Row) -> bytes:
    """The bytes that a row of `payload` holds: its id, digest, size, data and anchors; as `read`.

    What the frame's own header says of its size is believed only if the row says the same: a
    damaged one can ask for more than any memory.
    """
    try:
        if zstd.get_frame_parameters(row["data"]).content_size != row["size"]:
            raise _damaged(archive, row["id"], "its size and digest do not fit")
        data = _decompressor(archive, row).decompress(
            row["data"], max_output_size=row["size"], allow_extra_data=False
        )
    except (zstd.ZstdError, MemoryError) as error:
        raise _damaged(archive, row["id"], str(error) or "it asks for too much memory") from error
    if sha256(data) != row["digest"]:
        raise _damaged(archive, row["id"], "its digest is another")
    return data


def _insert(
    archive: Archive, site_id: int, digest: str, data: bytes, stored: bytes, anchors: str
) -> int:
    cursor = archive.conn.execute(
        "INSERT INTO payload (digest, size, site_id, data, anchors) VALUES (?, ?, ?, ?, ?)",
        (digest, len(data), site_id, stored, anchors),
    )
    return int(cursor.lastrowid or 0)


def _damaged(archive: Archive, payload_id: int, why: str) -> ArchiveError:
    return ArchiveError(
        f"Payload {payload_id} of {archive.path} is damaged: {why}.",
        "Put a backup of the archive in its place, or crawl that page again.",
    )


def _lru(archive: Archive, name: str) -> OrderedDict[Any, Any]:
    found: Any = archive.cache.setdefault(name, OrderedDict())
    return cast("OrderedDict[Any, Any]", found)


def _forget_withdrawn(archive: Archive) -> None:
    """Anchors that are in memory may have been withdrawn meanwhile, by another process."""
    (last,) = archive.conn.execute("SELECT max(id) FROM withdrawal").fetchone()
    if archive.cache.setdefault("payloads.withdrawn", last) != last:
        archive.cache["payloads.withdrawn"] = last
        archive.cache.pop("payloads.groups", None)


def _group(archive: Archive, site_id: int, name: str) -> Group:
    cache: OrderedDict[tuple[int, str], Group] = _lru(archive, "payloads.groups")
    group = cache.pop((site_id, name), None)
    if group is None:
        row = archive.conn.execute(
            "SELECT coalesce(max(generation), 1) FROM anchor WHERE site_id = ? AND media = ?",
            (site_id, name),
        ).fetchone()
        ids = archive.conn.execute(
            "SELECT payload_id FROM anchor WHERE site_id = ? AND media = ? AND generation = ?"
            " ORDER BY payload_id",
            (site_id, name, row[0]),
        ).fetchall()
        group = Group(row[0], {one[0]: read(archive, one[0]) for one in ids})
    cache[(site_id, name)] = group
    while len(cache) > GROUPS_AT_ONCE:
        cache.popitem(last=False)
    return group


def _decompressor(archive: Archive, row: sqlite3.Row) -> zstd.ZstdDecompressor:
    anchors: str = row["anchors"]
    cache: OrderedDict[str, zstd.ZstdDecompressor] = _lru(archive, "payloads.readers")
    reader = cache.pop(anchors, None)
    if reader is None:
        parts = [_anchor(archive, row["id"], one) for one in anchors.split(",")] if anchors else []
        reader = zstd.ZstdDecompressor(dict_data=load_dictionary(parts) if parts else None)
    cache[anchors] = reader
    while len(cache) > DICTIONARIES_AT_ONCE:
        cache.popitem(last=False)
    return reader


def _anchor(archive: Archive, payload_id: int, number: str) -> bytes:
    """The bytes of an anchor. It stands alone, so that damage cannot lead round in a circle."""
    row = archive.conn.execute(f"{_STORED} WHERE id = ? AND anchors = ''", (number,)).fetchone()
    if row is None:
        raise _damaged(archive, payload_id, f"it leans on payload {number}, which is no anchor")
    return decoded(archive, row)
