"""How the members of a WARC are compressed: gzip, or zstd with or without a dictionary.

A decoder takes a piece of input and gives a bounded piece of output, whatever that expands to.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import IO, Any, Protocol

import zstandard as zstd

MOST_AT_ONCE = 1 << 18  # bytes out of one step of gzip
LARGEST_WINDOW = 1 << 27  # zstd's own limit for streams: 128 MB
LARGEST_DICTIONARY = 1 << 27

_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_DICTIONARY = b"\x5d\x2a\x4d\x18"  # a skippable frame that holds what the others lean on


class Decoder(Protocol):
    """What undoes one member: that of zlib, or of zstandard."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...


class Coding(Protocol):
    """How members are undone. ``member``: their name; ``chunk``: bytes to read at a time."""

    magic: bytes
    member: str
    chunk: int
    errors: tuple[type[Exception], ...]

    def decoder(self) -> Any:
        """What undoes the next member."""
        ...

    def step(self, decoder: Any, data: bytes) -> tuple[bytes, bytes]:
        """Some output, and what is left of *data* after it."""
        ...


class Gzip:
    magic = _GZIP
    member = "gzip member"
    chunk = 1 << 16
    errors: tuple[type[Exception], ...] = (zlib.error,)

    def decoder(self) -> Any:
        return zlib.decompressobj(16 + zlib.MAX_WBITS)

    def step(self, decoder: Any, data: bytes) -> tuple[bytes, bytes]:
        out = decoder.decompress(data, MOST_AT_ONCE)
        return out, decoder.unused_data if decoder.eof else decoder.unconsumed_tail


@dataclass
class Zstd:
    """zstandard has no bound for the output of a step, so steps are small: four bytes can stand
    for a block of 128 kB."""

    words: zstd.ZstdCompressionDict | None = None
    magic = _ZSTD
    member = "zstd frame"
    chunk = 1 << 12
    piece = 1 << 8
    errors: tuple[type[Exception], ...] = (zstd.ZstdError,)

    def decoder(self) -> Any:
        made = zstd.ZstdDecompressor(dict_data=self.words, max_window_size=LARGEST_WINDOW)
        return made.decompressobj()

    def step(self, decoder: Any, data: bytes) -> tuple[bytes, bytes]:
        out = decoder.decompress(data[: self.piece]) if data else b""
        return out, (decoder.unused_data if decoder.eof else b"") + data[self.piece :]


def coding_of(raw: IO[bytes]) -> tuple[Coding | None, int]:
    """The coding of a file that is at its beginning, and how much of it was read to know that."""
    first = raw.peek(4)[:4]  # type: ignore[attr-defined]  # files and members of a zip have it
    if first[:3] == _GZIP:
        return Gzip(), 0
    if first == _ZSTD:
        return Zstd(), 0
    if first != _DICTIONARY:
        return None, 0
    size = int.from_bytes(raw.read(8)[4:], "little")
    data = raw.read(min(size, LARGEST_DICTIONARY))
    read = 8 + len(data)
    if data.startswith(_ZSTD):  # it may be compressed itself
        try:
            with zstd.ZstdDecompressor().stream_reader(data) as reader:
                data = reader.read(LARGEST_DICTIONARY)
        except zstd.ZstdError:
            return Zstd(), read  # then no frame can be read, and that is told
    return Zstd(zstd.ZstdCompressionDict(data)), read
