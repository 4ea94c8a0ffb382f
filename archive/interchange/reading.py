"""A WARC file (ISO 28500:2017, and 1.0) -> its records, each whole and checked, or what is wrong.

Only what exchanges are made of is held in memory, a record at a time and at most
:data:`LARGEST` bytes of it; the rest is read over and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Literal

from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from archive.errors import InputError
from archive.interchange.fields import agrees, bare, moment
from archive.interchange.members import DamageError, Members
from archive.interchange.record import CAPTURE, FAILURE, SITE, Record

LARGEST = 64 << 20
"""Bytes of one record, and of one payload after its coding was undone."""
LARGEST_HEAD = 1 << 20
LONGEST_NUMBER = 19  # digits of a length; Python refuses to read thousands of them
VERSIONS = ["WARC/1.1", "WARC/1.0", "WARC/0.18", "WARC/0.17"]

Trouble = Literal["truncated", "damaged", "too large"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record that a file holds at byte *offset*; ids and addresses without `<…>`."""

    record: Record
    id: str | None
    uri: str
    date: datetime
    media: str  # the Content-Type of the block, without parameters, in lower case
    concurrent: frozenset[str]  # ids that WARC-Concurrent-To names
    offset: int
    proven: bool  # its WARC-Block-Digest agrees


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that no exchange is made of: its type."""

    type: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that could not be taken: what, in words, and at which byte of the file."""

    trouble: Trouble
    why: str
    offset: int


class Records:
    """The records of the file *raw* (with ``read`` and ``peek``), called *name* in errors.

    ``consumed`` tells how many of its bytes were read.
    """

    def __init__(self, raw: IO[bytes], name: str) -> None:
        self._name = name
        self._stream = Members(raw)
        self._head = _Head(self._stream)
        self._parser = StatusAndHeadersParser(VERSIONS)

    @property
    def consumed(self) -> int:
        return self._stream.consumed

    def __iter__(self) -> Iterator[Incoming | Skipped | Wrong]:
        """InputError if the file is empty or no WARC. After damage it goes on at the next record
        that is whole."""
        self.check()
        while True:
            try:
                found = self._next()
            except DamageError as error:
                yield Wrong("truncated" if error.cut else "damaged", error.why, error.offset)
                if not self._goes_on(framed=error.framed):
                    return
                continue
            if found is None:
                return
            yield found

    def _goes_on(self, framed: bool) -> bool:
        """Whether there is something whole behind the damage."""
        stream = self._stream
        try:
            if not framed and stream.next_record():
                return True
        except DamageError:
            pass
        return stream.next_member()

    def check(self) -> None:
        """InputError if the file is empty or no WARC."""
        stream, name = self._stream, self._name
        try:
            first = stream.peek(200)
        except DamageError as error:
            raise InputError(
                f"{name} cannot be read: {error}.", "Fetch or copy it again."
            ) from None
        if not first:
            raise InputError(f"{name} is empty.", "Fetch or copy it again.")
        if first.startswith(b"filedesc:"):
            raise InputError(
                f"{name} is an ARC file, the format before WARC.",
                f"Turn it into a WARC: `warcio recompress {name} {name}.warc.gz`.",
            )
        if not first.lstrip(b"\r\n").startswith(b"WARC/"):
            raise InputError(f"{name} is neither WARC nor WACZ.", "Name a file of these formats.")

    def _next(self) -> Incoming | Skipped | Wrong | None:
        stream = self._stream
        line = b"\r\n"
        while line in (b"\r\n", b"\n"):
            if not stream.more():
                return None
            offset = stream.offset
            line = stream.readline()
        names = self._names(line, offset)
        fields = {key.lower(): value for key, value in names}
        size = fields.get("content-length", "").strip()
        if not (size.isascii() and size.isdecimal() and len(size) <= LONGEST_NUMBER):
            raise DamageError(offset, "a record without a Content-Length", framed=False)
        kind = fields.get("warc-type", "").lower()
        if not _wanted(kind, fields):
            self._skip(int(size), offset)
            return Skipped(kind or "unknown")
        if int(size) > LARGEST:
            self._skip(int(size), offset)
            words = f"a record of {int(size):,} bytes where {LARGEST:,} are taken"
            return Wrong("too large", words, offset)
        block = stream.read(int(size))
        if len(block) < int(size):
            raise DamageError(offset, "the file ends in the middle of a record", cut=True)
        return _checked(Record(kind, tuple(names), block), fields, offset)

    def _names(self, line: bytes, offset: int) -> list[tuple[str, str]]:
        try:
            head = self._parser.parse(self._head.begins(offset), line)
        except StatusAndHeadersParserException:
            why = "no record where the one before it ends"
            raise DamageError(offset, why, framed=False) from None
        names: list[tuple[str, str]] = head.headers
        return names

    def _skip(self, size: int, offset: int) -> None:
        while size > 0:
            part = len(self._stream.read(min(size, 1 << 16)))
            if not part:
                raise DamageError(offset, "the file ends in the middle of a record", cut=True)
            size -= part


class _Head:
    """What warcio's parser reads the lines of a record's head from: they have an end."""

    def __init__(self, stream: Members) -> None:
        self._stream = stream

    def begins(self, offset: int) -> _Head:
        self._left, self._offset = LARGEST_HEAD, offset
        return self

    def readline(self) -> bytes:
        line = self._stream.readline()
        self._left -= len(line)
        if not line:
            raise DamageError(self._offset, "the file ends in the middle of a record", cut=True)
        if self._left < 0:
            raise DamageError(self._offset, "the head of a record has no end", framed=False)
        return line


def _wanted(kind: str, fields: Mapping[str, str]) -> bool:
    """Whether an exchange is made of it. dns: and ftp: answers are responses too."""
    media = fields.get("content-type", "").lower()
    if kind == "metadata":
        return media.startswith((SITE, CAPTURE, FAILURE))
    uri = bare(fields.get("warc-target-uri", "")).lower()
    if kind == "revisit":  # it may have neither type nor block
        return uri.startswith(("http:", "https:"))
    asked = kind in ("request", "response") and media.startswith("application/http")
    return asked and uri.startswith(("http:", "https:"))


def _checked(record: Record, fields: Mapping[str, str], offset: int) -> Incoming | Wrong:
    proven = agrees(fields.get("warc-block-digest"), record.block)
    if proven is False:
        return Wrong("damaged", "a record whose WARC-Block-Digest is another", offset)
    date = moment(fields.get("warc-date", ""))
    if date is None:
        return Wrong("damaged", "a record without a WARC-Date that can be read", offset)
    beside = (value for key, value in record.fields if key.lower() == "warc-concurrent-to")
    return Incoming(
        record,
        bare(fields["warc-record-id"]) if fields.get("warc-record-id") else None,
        bare(fields.get("warc-target-uri", "")).replace(" ", "%20"),
        date,
        fields.get("content-type", "").partition(";")[0].strip().lower(),
        frozenset(map(bare, beside)),
        offset,
        bool(proven),
    )
