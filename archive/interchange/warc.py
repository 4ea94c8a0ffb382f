"""WARC/1.1 files (ISO 28500:2017): one gzip member a record; same captures, same bytes."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING

from archive import captures, withdrawals
from archive.clock import iso
from archive.export.files import replacing
from archive.interchange import selection
from archive.interchange.blocks import uri
from archive.interchange.record import CRAWL, FORMAT, SITE, WITHDRAWN, Record, made
from archive.interchange.records import records_of
from archive.snapshot import snapshot

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.filters import Filters
    from archive.interchange.selection import Choice, Exported
    from archive.types import Exchange
    from archive.withdrawals import Withdrawal

Progress = Callable[[int, int], None]

_LEVEL = 6  # level 9 takes 1.4 times as long and saves 0.3 %
_EVERY = 20  # captures between two looks at the bar

_LOST = (
    "Headers stand in the order and case that Scrapy leaves, requests without the Host that it "
    "adds; reason phrases are the standard ones. Payloads are stored decoded, in one piece: "
    "headers that speak of the transfer are renamed X-Archive-Orig-*."
)


@dataclass(frozen=True, slots=True)
class Written:
    """A record as it went into the file: where it begins, and its bytes there."""

    record: Record
    exchange: Exchange | None  # of a capture's principal record
    offset: int
    length: int


class Counted:
    """A file that is only written to, with the count and digest of what went in."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self.bytes += len(data)

    @property
    def sha256(self) -> str:
        return f"sha256:{self._digest.hexdigest()}"


def export(
    archive: Archive,
    path: Path,
    filters: Filters,
    query: str | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write the captures that *filters* and *query* select to *path*, whole or not at all.

    A name that ends with `.warc` gives a file that is not compressed, any other one gzip. Errors
    as in :func:`selection.choose`; InputError if the file cannot be written.
    """
    packed = path.suffix.lower() != ".warc"
    with snapshot(archive), replacing(path) as part:
        choice = selection.choose(archive, filters, query)
        with part.open("xb") as out:
            counted = Counted(out)
            records = sum(1 for _ in write(archive, choice, counted, progress, packed=packed))
    return selection.Exported(choice.captures, records, counted.bytes, counted.sha256)


def write(
    archive: Archive,
    choice: Choice,
    out: Counted,
    progress: Progress | None = None,
    *,
    packed: bool = True,
) -> Iterator[Written]:
    """Write what was chosen, record by record, as the caller asks for the next."""
    for record, exchange in _records(archive, choice, progress):
        data = record.to_bytes()
        offset = out.bytes
        out.write(member(data) if packed else data)
        yield Written(record, exchange, offset, out.bytes - offset)


def member(data: bytes) -> bytes:
    """One gzip member (RFC 1952) that holds no time and no name."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(data) + packer.flush()


def _records(
    archive: Archive, choice: Choice, progress: Progress | None
) -> Iterator[tuple[Record, Exchange | None]]:
    yield _warcinfo(archive, choice), None
    for media, rows in ((SITE, choice.sites), (CRAWL, choice.crawls)):
        for row in rows:
            block = json.dumps(row, sort_keys=True, ensure_ascii=False).encode()
            name = f"{archive.id} {media} {block!r}"
            yield made("metadata", name, choice.time, media, block), None
    for done, one in enumerate(selection.captures(archive, choice), 1):
        if progress is not None and (done % _EVERY == 0 or done == choice.captures):
            progress(done, choice.captures)
        withdrawal = withdrawals.of_capture(archive, one.capture_id)
        if withdrawal is not None:
            yield _withdrawn(archive, one.capture_id, withdrawal), None
            continue
        exchange = captures.exchange(archive, one.capture_id, as_sent=True)
        principal, *others = records_of(exchange, one.identity, one.said, one.holder)
        yield principal, exchange
        for record in others:
            yield record, None


def _withdrawn(archive: Archive, capture_id: int, withdrawal: Withdrawal) -> Record:
    """What stands for a capture whose payload was withdrawn."""
    one = captures.get(archive, capture_id)
    told = {
        "capture": one.identity, "url": one.url, "payload": one.payload_digest,
        "time": iso(withdrawal.time), "reason": withdrawal.reason,
    }  # fmt: skip
    block = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
    target = ("WARC-Target-URI", f"urn:luutru:withdrawn:{uri(one.url)}")
    return made("metadata", f"{one.identity} withdrawn", one.time, WITHDRAWN, block, target)


def _warcinfo(archive: Archive, choice: Choice) -> Record:
    told = {
        "software": software(),
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/"
        "warc-1.1/",
        "isPartOf": f"luutru-{archive.id}",
        "description": _LOST,
        "luutru-archive": archive.id,
        "luutru-format": str(FORMAT),
        "luutru-selection": json.dumps(choice.asked, sort_keys=True),
    }
    block = "".join(f"{name}: {value}\r\n" for name, value in told.items()).encode()
    name = f"{archive.id} {choice.time} {block!r}"
    return made("warcinfo", name, choice.time, "application/warc-fields", block)


def software() -> str:
    return f"luutru/{version('luutru')}"
