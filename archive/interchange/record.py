"""The values on the way to and from WARC: a record, what a capture says beside its exchange. Pure.

WARC/1.1 is ISO 28500:2017.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.clock import iso
from archive.digest import sha256
from archive.interchange import blocks
from archive.types import Headers, How, PageKind

FORMAT = 1
SITE, CRAWL, CAPTURE, FAILURE, WITHDRAWN = (
    f"application/vnd.luutru.{name}+json"
    for name in ("site", "crawl", "capture", "failure", "withdrawn")
)
SAID = "WARC-Luutru-Capture"
LONGEST_FIELD = 8000  # fastwarc refuses a record whose header is longer than some 30,000 bytes
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:luutru:record")


@dataclass(frozen=True, slots=True)
class Record:
    """A WARC record: its type, the named fields but Content-Length, in order, and its block."""

    type: str
    fields: Headers
    block: bytes

    def field(self, name: str) -> str | None:
        """The first field of that name, in any case."""
        low = name.lower()
        return next((value for key, value in self.fields if key.lower() == low), None)

    def to_bytes(self) -> bytes:
        """The record as it stands in a file that is not compressed."""
        named = (("WARC-Type", self.type), *self.fields, ("Content-Length", str(len(self.block))))
        lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in named), "", ""]
        return "\r\n".join(lines).encode() + self.block + b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Said:
    """What a capture says beside its exchange; ``page``: its canonical URL, where not the usual.

    ``crawl`` is the number of the crawl's record in the file, ``earlier`` an identity.
    """

    site: str
    kind: PageKind
    how: How
    crawl: int
    page: str | None = None
    earlier: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """The capture in whose record a payload stands."""

    identity: str
    url: str
    time: datetime
    payload_digest: str  # sha256:<hex>


def record_id(name: str) -> str:
    """``<urn:uuid:…>`` made of *name* alone: of a capture's identity, for its principal record."""
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, name)}>"


def made(kind: str, name: str, time: datetime, media: str, block: bytes, *more: Any) -> Record:
    """A record named by *name*; *more*: fields as pairs, of which those that are None are left."""
    named = [("WARC-Record-ID", record_id(name)), ("WARC-Date", iso(time)), *more,
             ("Content-Type", media),
             ("WARC-Block-Digest", blocks.base32_digest(sha256(block)))]  # fmt: skip
    return Record(kind, tuple((key, value) for key, value in named if value is not None), block)
