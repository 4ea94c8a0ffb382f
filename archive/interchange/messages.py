"""HTTP messages as other tools put them into WARC records: as they came over the wire. Pure."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import brotli
import zstandard as zstd
from warcio.bufferedreaders import ChunkedDataReader

from archive.types import Headers

_STATUS = re.compile(r"HTTP/\d(?:\.\d)?\s+(\d{3})(?!\d)")
_REQUEST = re.compile(r"([A-Z]+)\s+\S")
_END = re.compile(rb"\r?\n\r?\n")
_GZIP = b"\x1f\x8b"
_PIECE = 1 << 16

Coding = Callable[[bytes], Iterator[bytes]]


class TooLargeError(Exception):
    """The payload is larger than what may be kept."""


class CodingError(Exception):
    """The payload is not what its Content-Encoding says; in words."""


@dataclass(frozen=True, slots=True)
class Message:
    """First line, headers (bytes as Latin-1, in their order), and the body as it stands."""

    first: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def status(self) -> int | None:
        match = _STATUS.match(self.first)
        return int(match[1]) if match else None

    @property
    def method(self) -> str | None:
        match = _REQUEST.match(self.first)
        return match[1] if match else None

    @property
    def transferred(self) -> bytes:
        """The body without chunks, as a Content-Encoding left it; some tools store it so."""
        if "chunked" not in (self.header("transfer-encoding") or "").lower():
            return self.body
        return bytes(ChunkedDataReader(BytesIO(self.body)).read())


def message(block: bytes) -> Message:
    """A block of `application/http`. Lines may end in LF alone, and be folded (RFC 9112, 5.2)."""
    end = _END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    first, *lines = head.decode("latin-1").replace("\r\n", "\n").split("\n")
    headers: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}".strip())
            continue
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip(), value.strip()))
    return Message(first, tuple(headers), body)


def decoded(body: bytes, encodings: str | None, most: int) -> tuple[bytes, bool]:
    """The payload under a Content-Encoding (RFC 9110, 8.4), and whether that was whole.

    TooLargeError beyond *most* bytes, however small *body* is; CodingError if it breaks off in
    nonsense. What is no such coding from its first byte on was decoded by who stored it.
    """
    if len(body) > most:
        raise TooLargeError
    if not body:
        return body, True
    whole = True
    names = [name.strip().lower() for name in (encodings or "").split(",")]
    for name in reversed([name for name in names if name not in ("", "identity")]):
        if name not in _CODINGS:
            raise CodingError(f"Content-Encoding {name!r} is not known")
        body, ended = _undone(body, _CODINGS[name], most)
        whole = whole and ended
    return body, whole


def _undone(body: bytes, coding: Coding, most: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    try:
        for part in coding(body):
            size += len(part)
            if size > most:
                raise TooLargeError
            parts.append(part)
    except EOFError:
        return b"".join(parts), False
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        if not size and not body.startswith(_GZIP):
            return body, True
        raise CodingError(str(error) or type(error).__name__) from error
    return b"".join(parts), True


def _zlib(bits: int) -> Coding:
    def undo(body: bytes) -> Iterator[bytes]:
        while body:
            inflater = zlib.decompressobj(bits)
            while not inflater.eof:
                part = inflater.decompress(body, _PIECE)
                body = inflater.unconsumed_tail
                if not part and not body and not inflater.eof:
                    raise EOFError
                yield part
            body = inflater.unused_data.lstrip(b"\0")
            if not body.startswith(_GZIP):
                return  # what some servers put behind the end

    return undo


def _deflate(body: bytes) -> Iterator[bytes]:
    """RFC 9110 means zlib's form; some servers send the bare one."""
    try:
        zlib.decompressobj().decompress(body[:64], 1)
    except zlib.error:
        return _zlib(-zlib.MAX_WBITS)(body)
    return _zlib(zlib.MAX_WBITS)(body)


def _brotli(body: bytes) -> Iterator[bytes]:
    undoer = brotli.Decompressor()
    yield undoer.process(body, output_buffer_limit=_PIECE)
    while not undoer.is_finished():
        part = undoer.process(b"", output_buffer_limit=_PIECE)
        if not part and undoer.can_accept_more_data():
            raise EOFError
        yield part


def _zstd(body: bytes) -> Iterator[bytes]:
    # RFC 9659: a window of 8 MB at most
    with zstd.ZstdDecompressor(max_window_size=1 << 23).stream_reader(
        body, read_across_frames=True
    ) as reader:
        while part := reader.read(_PIECE):
            yield part


_CODINGS: dict[str, Coding] = {
    "gzip": _zlib(16 + zlib.MAX_WBITS),
    "x-gzip": _zlib(16 + zlib.MAX_WBITS),
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
