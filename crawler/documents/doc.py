"""Text of a DOC, as Word 97 to 2003 wrote it: olefile opens the file, its pieces are read here.

No library that is kept up reads these in Python, and no such tool is on every machine. What the
text needs of [MS-DOC] (2.4.1, Retrieving Text) is little: the header, and a table of pieces.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator

import olefile

from archive.types import Extracted
from crawler.documents.letters import Line, settled
from crawler.documents.pdf import plausible

_WORD_FILE = 0xA5EC
_ENCRYPTED, _TABLE_ONE, _WORD_97 = 0x0100, 0x0200, 0x00C1
_FLAGS, _CCP_TEXT, _FC_CLX = 0x0A, 0x4C, 0x01A2  # places in the header
_COMPRESSED = 0x40000000  # one byte a character, windows-1252
_MOST_PIECES = 200_000
# A field shows what stands between its second and third sign; before that is its formula.
_FIELD = re.compile("\x13[^\x13\x15]*?\x14([^\x13-\x15]*)\x15|\x13[^\x13-\x15]*\x15")
_SIGNS = {0x07: "\t", 0x0B: "\n", 0x0C: "\n", 0x0D: "\n", 0x1E: "-", 0x1F: None,
          0x13: None, 0x14: None, 0x15: None}  # fmt: skip


def read(data: bytes, longest: int) -> Extracted:
    """The text and the footnotes, up to *longest* characters, a line a paragraph."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            if file.exists("EncryptedPackage"):
                return Extracted("docx", "encrypted", problem="it asks for a password")
            if not file.exists("WordDocument"):
                return Extracted(
                    "ole", "unsupported", problem="it is no text of Word; such files are not read"
                )
            return _of_word(file, longest)
    except (OSError, struct.error, IndexError, ValueError, TypeError) as error:
        return Extracted("doc", "broken", problem=f"it is not as [MS-DOC] says: {error}")


def _of_word(file: olefile.OleFileIO, longest: int) -> Extracted:
    word = file.openstream("WordDocument").read()
    magic, version = struct.unpack_from("<HH", word)
    if magic != _WORD_FILE or version < _WORD_97:
        return Extracted("doc", "unsupported", problem="it is older than Word 97")
    (flags,) = struct.unpack_from("<H", word, _FLAGS)
    if flags & _ENCRYPTED:
        return Extracted("doc", "encrypted", problem="it asks for a password")
    table = file.openstream("1Table" if flags & _TABLE_ONE else "0Table").read()
    start, size = struct.unpack_from("<II", word, _FC_CLX)
    main, notes = struct.unpack_from("<ii", word, _CCP_TEXT)
    whole = "".join(_pieces(word, table[start : start + size]))[: max(main, 0) + max(notes, 0)]
    text = settled(map(Line, _shown(whole).split("\n")))
    if not text:
        return Extracted("doc", "empty", problem="it holds no text")
    title = plausible(_property(file.get_metadata().title)) if _has_summary(file) else None
    return Extracted("doc", "text", text[:longest], title, cut=len(text) > longest)


def _pieces(word: bytes, clx: bytes) -> Iterator[str]:
    """The pieces of text in their order; ValueError where the table is none."""
    at = 0
    while clx[at] == 1:  # formatting of pieces
        at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
    if clx[at] != 2:
        raise ValueError("there is no table of pieces")
    size = int.from_bytes(clx[at + 1 : at + 5], "little")
    table = clx[at + 5 : at + 5 + size]
    count = (len(table) - 4) // 12
    if not 0 < count <= _MOST_PIECES:
        raise ValueError(f"a table of {count} pieces")
    places = struct.unpack_from(f"<{count + 1}I", table)
    total = 0
    for number in range(count):
        length = places[number + 1] - places[number]
        (place,) = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * number + 2)
        total += length
        if length < 0 or total > len(word):  # pieces lie beside each other, never twice
            raise ValueError("its pieces are longer than the file")
        if place & _COMPRESSED:
            begin = (place & ~_COMPRESSED) // 2
            yield word[begin : begin + length].decode("cp1252", "replace")
        else:
            yield word[place : place + 2 * length].decode("utf-16-le", "replace")


def _shown(text: str) -> str:
    """What a reader sees: fields by their results, without signs for pictures and notes."""
    for _ in range(5):  # fields inside of fields
        shorter = _FIELD.sub(lambda field: field[1] or "", text)
        if shorter == text:
            break
        text = shorter
    return text.translate(_SIGNS)


def _has_summary(file: olefile.OleFileIO) -> bool:
    return bool(file.exists("\x05SummaryInformation"))


def _property(value: object) -> str | None:
    """A text among the properties: bytes in the code page of its writer, UTF-8 in the best case."""
    if isinstance(value, str):
        return value
    if not isinstance(value, bytes):
        return None
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return None
