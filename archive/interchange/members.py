"""The bytes of a WARC before they were compressed, read forward, with the place of any damage.

Plain, gzip (a member for each record, or one for all) and zstd. warcio's own reader takes a damaged
gzip member for the end of the file, prints to standard error, and refuses a single member; so only
its header parser is used.
"""

from __future__ import annotations

from typing import IO

from archive.interchange.codings import Coding, Decoder, coding_of

CHUNK = 1 << 16
LONGEST_LINE = 1 << 16
_START = b"WARC/"


class DamageError(Exception):
    """The file cannot be read on from *offset* (bytes in the file); *why* in words.

    *cut*: it ends there. *framed*: its bytes are lost, else only their division into records.
    """

    def __init__(self, offset: int, why: str, *, cut: bool = False, framed: bool = True) -> None:
        super().__init__(f"{why}, at byte {offset:,}")
        self.offset = offset
        self.why = why
        self.cut = cut
        self.framed = framed


class Members:
    """A file as one stream of bytes.

    *raw* has ``read`` and ``peek``; it is never sought in, so it may be a member of a zip.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._coding: Coding | None
        self._coding, self._at = coding_of(raw)  # and where the input begins
        self._input = b""  # read from the file and not decoded
        self._out = b""  # decoded and not read
        self._pos = 0
        self._member = self._at
        self._decoder: Decoder | None = None

    @property
    def offset(self) -> int:
        """Where in the file the current member begins; if it is plain, the next byte."""
        if self._coding is not None:
            return self._member
        return self._at - len(self._out) + self._pos

    @property
    def consumed(self) -> int:
        """Bytes of the file that were read so far."""
        return self._at

    def more(self) -> bool:
        """Whether another byte can be read. DamageError."""
        return self._pos < len(self._out) or self._fill()

    def peek(self, size: int) -> bytes:
        """Some of the bytes that come next, which are left to be read. DamageError."""
        return self._out[self._pos : self._pos + size] if self.more() else b""

    def read(self, size: int) -> bytes:
        """*size* bytes, fewer only at the end of the file. DamageError."""
        parts: list[bytes] = []
        while size > 0 and self.more():
            part = self._out[self._pos : self._pos + size]
            self._pos += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def readline(self, most: int = LONGEST_LINE) -> bytes:
        """A line with its end, b"" at the end of the file. DamageError, also if it is too long."""
        parts: list[bytes] = []
        size = 0
        while self.more():
            end = self._out.find(b"\n", self._pos) + 1
            part = self._out[self._pos : end or len(self._out)]
            self._pos += len(part)
            parts.append(part)
            size += len(part)
            if end:
                break
            if size > most:
                raise DamageError(self.offset, "a line without an end", framed=False)
        return b"".join(parts)

    def next_member(self) -> bool:
        """After a DamageError: go to the next member that holds a record; False if none does."""
        self._out, self._pos = b"", 0
        coding = self._coding
        if coding is None:
            return False
        wanted = self._member + 1
        while True:
            found = self._input.find(coding.magic, max(0, wanted - self._at))
            keep = found if found >= 0 else max(0, len(self._input) - len(coding.magic) + 1)
            self._input = self._input[keep:]
            self._at += keep
            if found >= 0:
                self._read_input(coding.chunk)
                if self._begins_record(coding):
                    self._decoder = None
                    return True
                wanted = self._at + 1
            elif not self._read_input(len(self._input) + coding.chunk):
                return False

    def next_record(self) -> bool:
        """Skip to the next line that begins a record, which is left to be read."""
        while self.more():
            if self._out.startswith(_START, self._pos):
                return True
            end = self._out.find(b"\n", self._pos) + 1
            self._pos = end or len(self._out)
        return False

    # -- from the file ----------------------------------------------------------------------------

    def _fill(self) -> bool:
        self._pos = 0
        if self._coding is not None:
            self._out = self._decoded(self._coding)
        else:
            self._out = self._raw.read(CHUNK)
            self._at += len(self._out)
        return bool(self._out)

    def _read_input(self, wanted: int) -> bool:
        """Have *wanted* bytes in the input, if the file has as many; False if none came."""
        before = len(self._input)
        while len(self._input) < wanted and (data := self._raw.read(wanted)):
            self._input += data
        return len(self._input) > before

    def _decoded(self, coding: Coding) -> bytes:
        while True:
            if self._decoder is None or self._decoder.eof:
                self._skip_padding(coding)
                if not self._input:
                    return b""
                self._member = self._at
                self._decoder = coding.decoder()
            ended = not self._input and not self._read_input(coding.chunk)
            decoder = self._decoder
            try:
                out, rest = coding.step(decoder, self._input)
            except coding.errors as error:
                raise DamageError(self._member, f"a damaged {coding.member}") from error
            self._at += len(self._input) - len(rest)
            self._input = rest
            if out:
                return out
            if ended and not decoder.eof:
                why = f"the file ends in the middle of a {coding.member}"
                raise DamageError(self._member, why, cut=True)

    def _skip_padding(self, coding: Coding) -> None:
        """Zero bytes may follow a member (as tapes have them)."""
        while self._input or self._read_input(coding.chunk):
            rest = self._input.lstrip(b"\0")
            self._at += len(self._input) - len(rest)
            self._input = rest
            if rest:
                return

    def _begins_record(self, coding: Coding) -> bool:
        try:
            return coding.step(coding.decoder(), self._input)[0].startswith(_START)
        except coding.errors:
            return False
