"""The table `payload`: distinct bytes once, pages of a site compressed against each other.

A page is compressed against up to three earlier pages of its site, kept whole (a raw-content
dictionary): 1/3 to 1/6 of gzip. Those anchors stand alone, so that reading needs no chain.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

import zstandard

from archive.db import Archive
from archive.digest import sha256
from archive.errors import ArchiveError

LEVEL = 3  # level 6 saves a tenth for twice the time
ANCHORS = 3
SMALLEST = 512  # bytes; below, a dictionary costs more to load than it saves
LARGEST_ANCHOR = 512 * 1024
SITES_IN_MEMORY = 8  # compressors kept; 1.3 MB each
WORSE = 3.0  # a page that takes so many times the usual share of its size is of a new template
AFTER = 3  # such pages in a row renew the anchors
FLAT_MEDIA = ("image", "video", "audio", "pdf", "zip", "font")  # compressed already


@dataclass(slots=True)
class _Group:
    """The anchors of one site and media, newest generation, and how well they serve."""

    generation: int
    ids: list[int] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    compressor: zstandard.ZstdCompressor | None = None
    usual: float = 0.0  # running mean of compressed / plain
    misfits: list[int] = field(default_factory=list)


def keep(archive: Archive, site_id: int, data: bytes, media: str) -> tuple[int, bool]:
    """Store *data* if its digest is new. Returns its row number, and whether it was new.

    *media* is the Content-Type: bytes are compressed against others of the same type.
    """
    digest = sha256(data)
    row = archive.conn.execute("SELECT id FROM payload WHERE digest = ?", (digest,)).fetchone()
    if row is not None:
        return row[0], False
    kind = _group_name(media)
    if kind is None or len(data) < SMALLEST:
        return _insert(archive, digest, data, site_id, _plain().compress(data), ""), True
    group = _group(archive, site_id, kind)
    if len(group.ids) < ANCHORS and len(data) <= LARGEST_ANCHOR:
        return _insert_anchor(archive, group, digest, data, (site_id, kind)), True
    if group.compressor is None:
        group.compressor = zstandard.ZstdCompressor(
            level=LEVEL, dict_data=_dictionary(group.data), write_content_size=True
        )
    packed = group.compressor.compress(data)
    payload_id = _insert(archive, digest, data, site_id, packed, ",".join(map(str, group.ids)))
    _judge(archive, group, len(packed) / len(data), data, (site_id, kind))
    return payload_id, True


def read(archive: Archive, payload_id: int) -> bytes:
    """The bytes of a payload; ArchiveError if they are not what their digest says."""
    row = archive.conn.execute(
        "SELECT digest, data, anchors FROM payload WHERE id = ?", (payload_id,)
    ).fetchone()
    if row is None:
        raise LookupError(f"no payload {payload_id}")
    try:
        data = _decompressor(archive, row["anchors"]).decompress(row["data"])
    except zstandard.ZstdError as error:
        raise _damaged(archive, row["digest"]) from error
    if sha256(data) != row["digest"]:
        raise _damaged(archive, row["digest"])
    return data


def _damaged(archive: Archive, digest: str) -> ArchiveError:
    return ArchiveError(
        f"{archive.path}: the payload {digest} is damaged.", "Restore it from a backup."
    )


# -- anchors ----------------------------------------------------------------------------------------


def _group_name(media: str) -> str | None:
    """The group that a Content-Type is compressed in; None for what is compressed already."""
    media = media.split(";")[0].strip().lower()
    if any(word in media for word in FLAT_MEDIA):
        return None
    return media.rsplit("/", 1)[-1][:40] or "unknown"


def _group(archive: Archive, site_id: int, kind: str) -> _Group:
    groups = _cache(archive, "payload groups")
    key = (site_id, kind)
    group = groups.get(key)
    if group is None:
        group = _load_group(archive, site_id, kind)
        groups[key] = group
        while len(groups) > SITES_IN_MEMORY:
            groups.popitem(last=False)
    groups.move_to_end(key)
    return group  # type: ignore[no-any-return]  # the cache holds groups alone


def _load_group(archive: Archive, site_id: int, kind: str) -> _Group:
    rows = archive.conn.execute(
        """SELECT payload_id, generation FROM anchor WHERE site_id = ? AND media = ?
           AND generation = (SELECT max(generation) FROM anchor WHERE site_id = ? AND media = ?)
           ORDER BY payload_id""",
        (site_id, kind, site_id, kind),
    ).fetchall()
    group = _Group(rows[0]["generation"] if rows else 1)
    for row in rows:
        group.ids.append(row["payload_id"])
        group.data.append(read(archive, row["payload_id"]))
    return group


def _insert_anchor(
    archive: Archive, group: _Group, digest: str, data: bytes, of: tuple[int, str]
) -> int:
    payload_id = _insert(archive, digest, data, of[0], _plain().compress(data), "")
    archive.conn.execute(
        "INSERT INTO anchor (site_id, media, generation, payload_id) VALUES (?, ?, ?, ?)",
        (*of, group.generation, payload_id),
    )
    group.ids.append(payload_id)
    group.data.append(data)
    group.compressor = None
    return payload_id


def _judge(archive: Archive, group: _Group, share: float, data: bytes, of: tuple[int, str]) -> None:
    """Renew the anchors when several pages in a row no longer look like them."""
    if group.usual and share > group.usual * WORSE and share > 0.1:
        group.misfits.append(len(data))
        if len(group.misfits) >= AFTER:
            fresh = _Group(group.generation + 1)
            _cache(archive, "payload groups")[of] = fresh
        return
    group.misfits.clear()
    group.usual = share if not group.usual else group.usual * 0.9 + share * 0.1


# -- zstd -------------------------------------------------------------------------------------------


def _plain() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=LEVEL, write_content_size=True)


def _dictionary(parts: list[bytes]) -> zstandard.ZstdCompressionDict:
    # matches near the end are cheapest: the first page of the site stands there
    return zstandard.ZstdCompressionDict(
        b"".join(reversed(parts)), dict_type=zstandard.DICT_TYPE_RAWCONTENT
    )


def _decompressor(archive: Archive, anchors: str) -> zstandard.ZstdDecompressor:
    if not anchors:
        return zstandard.ZstdDecompressor()
    known = _cache(archive, "payload readers")
    reader = known.get(anchors)
    if reader is None:
        parts = [read(archive, int(number)) for number in anchors.split(",")]
        reader = zstandard.ZstdDecompressor(dict_data=_dictionary(parts))
        known[anchors] = reader
        while len(known) > SITES_IN_MEMORY:
            known.popitem(last=False)
    known.move_to_end(anchors)
    return reader  # type: ignore[no-any-return]  # the cache holds decompressors alone


def _insert(
    archive: Archive, digest: str, data: bytes, site_id: int, packed: bytes, anchors: str
) -> int:
    cursor = archive.conn.execute(
        "INSERT INTO payload (digest, size, site_id, data, anchors) VALUES (?, ?, ?, ?, ?)",
        (digest, len(data), site_id, packed, anchors),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _cache(archive: Archive, name: str) -> OrderedDict[object, object]:
    if name not in archive.cache:
        cache: OrderedDict[object, object] = OrderedDict()
        archive.cache[name] = cache
        archive.on_rollback(cache.clear)  # it may name rows that were never written
    return archive.cache[name]  # type: ignore[return-value]  # put there above
