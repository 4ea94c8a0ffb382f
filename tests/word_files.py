"""Word files made by hand: a DOC as Word 97 wrote it, and DOCX files with what they may hold.

No program that writes DOC is on every machine that runs the tests, so the container ([MS-CFB]) and
the text in it ([MS-DOC] 2.4.1) are put together here, as small as readers accept them.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence

_SECTOR = 512
_END, _FAT, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SMALLEST = 4_096  # smaller streams stand in a stream of their own
_TEXT_AT = 0x800


def doc(pieces: Sequence[tuple[str, str]], *, flags: int = 0x0200, version: int = 0xC1) -> bytes:
    """A DOC of these pieces: (text, `cp1252` or `utf-16-le`), in their order."""
    word = bytearray(_TEXT_AT)
    places = [0]
    table = b""
    for text, encoding in pieces:
        begin = len(word)
        word += text.encode(encoding)
        word += bytes(len(word) % 2)
        compressed = encoding == "cp1252"
        place = begin * 2 | 0x40000000 if compressed else begin
        table += struct.pack("<HIH", 0, place, 0)
        places.append(places[-1] + len(text))
    plc = struct.pack(f"<{len(places)}I", *places) + table
    clx = b"\x01" + struct.pack("<H", 4) + b"\0\0\0\0" + b"\x02" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<HH", word, 0, 0xA5EC, version)
    struct.pack_into("<H", word, 0x0A, flags)
    struct.pack_into("<i", word, 0x4C, places[-1])
    struct.pack_into("<II", word, 0x01A2, 16, len(clx))
    return ole({"WordDocument": bytes(word), "1Table": bytes(16) + clx})


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file of one or two streams, the longer name first."""
    names = list(streams)
    data = [one.ljust(_SMALLEST, b"\0") for one in streams.values()]
    data = [one + bytes(-len(one) % _SECTOR) for one in data]
    fat, body, starts = [_FAT, _END], b"", []
    for one in data:
        start, count = len(fat), len(one) // _SECTOR
        starts.append(start)
        fat += [*range(start + 1, start + count), _END]
        body += one
    assert len(fat) <= 128, "one sector of the table is all that is written"
    none = 0xFFFFFFFF
    directory = _entry("Root Entry", 5, (none, none, 1), _END, 0)
    for number, name in enumerate(names):
        left = 2 if number == 0 and len(names) == 2 else none
        directory += _entry(name, 2, (left, none, none), starts[number], len(data[number]))
    directory += bytes((4 - 1 - len(names)) * 128)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1)
    header += struct.pack("<IIIIII", 0, _SMALLEST, _END, 0, _END, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    table = struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat)))
    return header + table + directory + body


def _entry(name: str, kind: int, tree: tuple[int, int, int], start: int, size: int) -> bytes:
    letters = name.encode("utf-16-le").ljust(64, b"\0")
    about = struct.pack("<HBB", 2 * len(name) + 2, kind, 1) + struct.pack("<III", *tree)
    return letters + about + bytes(16 + 4 + 16) + struct.pack("<IQ", start, size)


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body: str, *, title: str | None = None, extra: dict[str, bytes] | None = None) -> bytes:
    """A DOCX with this markup (prefix `w`) as its body."""
    office = "http://schemas.openxmlformats.org"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    kinds = f"{office}/officeDocument/2006/relationships/officeDocument"
    relation = f'<Relationship Id="r1" Type="{kinds}" Target="word/document.xml"/>'
    overrides = f'<Override PartName="/word/document.xml" ContentType="{word}"/>'
    parts = {
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    }
    if title is not None:
        kinds = f"{office}/package/2006/relationships/metadata/core-properties"
        relation += f'<Relationship Id="r2" Type="{kinds}" Target="docProps/core.xml"/>'
        overrides += f'<Override PartName="/docProps/core.xml" ContentType="{core}"/>'
        parts["docProps/core.xml"] = (
            f'<cp:coreProperties xmlns:cp="{office}/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>'
            "</cp:coreProperties>"
        )
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="bin" ContentType="application/octet-stream"/>{overrides}</Types>'
    )
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{office}/package/2006/relationships">{relation}</Relationships>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, head + text)
        for name, data in (extra or {}).items():
            package.writestr(name, data)
    return out.getvalue()


def paragraph(text: str, font: str | None = None) -> str:
    told = f'<w:rPr><w:rFonts w:ascii="{font}"/></w:rPr>' if font else ""
    return f"<w:p><w:r>{told}<w:t>{text}</w:t></w:r></w:p>"
