"""Which encoding a page is in: BOM, Content-Type, meta, each believed only if the bytes agree.

Old Vietnamese pages are windows-1258 without saying so: its accents are combining letters of one
byte, so a text that becomes Vietnamese when read that way is in it. TCVN3 and VNI (fonts ".VnTime",
"VNI-Times") reuse the bytes of Latin letters: their text comes out as windows-1252 shows it, and
is repaired where pages are read. A page in UTF-8 may have passages that are not (`archive.mixed`).
"""

from __future__ import annotations

import codecs
import re

from archive.mixed import coding_of, decode_mixed
from archive.vietnamese import composed

VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăĂđĐơƠưƯ]")
META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_.:-]{2,40})""", re.I)
TYPE = re.compile(r"""charset\s*=\s*["']?\s*([a-zA-Z0-9_.:-]{2,40})""", re.I)
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LATIN = frozenset({"cp1252", "iso8859-1", "ascii", "iso8859-15"})
STRAY = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
SAMPLE = 60_000  # bytes that decide between single-byte encodings
HEAD = 16_384  # bytes in which a meta element is looked for


def lookup(label: str | None) -> str | None:
    """Python's name of a declared charset, None if there is no such text encoding.

    As browsers do (WHATWG Encoding, 4.2), ISO-8859-1 and ASCII mean windows-1252.
    """
    if not label:
        return None
    try:
        found = codecs.lookup(label.strip())
        "".encode(found.name)  # codecs such as `hex` are no text encodings
    except (LookupError, UnicodeError, ValueError):
        return None
    return "cp1252" if found.name in {"iso8859-1", "ascii"} else found.name


def decode(body: bytes, content_type: str | None) -> tuple[str, str, str]:
    """The text of *body*, its encoding and the rule that chose it. Never raises."""
    for bom, name in BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace"), name, "byte order mark"
    wide = _utf16(body)
    if wide:
        return body.decode(wide, "replace"), wide, "every second byte is zero"
    meta = META.search(body, 0, HEAD)
    declared = [
        (lookup(_charset(content_type)), "Content-Type"),
        (lookup(meta[1].decode("ascii")) if meta else None, "meta"),
    ]
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, declared)
    if body.isascii():
        for label, rule in declared:
            # Stateful encodings write everything in ASCII bytes.
            if label and label.startswith(("iso2022", "hz")):
                return body.decode(label, "replace"), label, rule
        return text, "utf-8", "only ASCII bytes"
    rule = next((rule for name, rule in declared if name == "utf-8"), "valid UTF-8")
    return text, "utf-8", rule


def _charset(content_type: str | None) -> str | None:
    found = TYPE.search(content_type or "")
    return found[1] if found else None


def _utf16(body: bytes) -> str | None:
    """UTF-16 without a byte order mark: markup has a zero beside nearly each of its letters."""
    head = body[:HEAD]
    zeros = head.count(0)
    if zeros * 4 < len(head) or len(head) < 8:
        return None
    odd = head[1::2].count(0)
    if odd > 20 * (zeros - odd):
        return "utf-16-le"
    return "utf-16-be" if zeros - odd > 20 * odd else None


def _not_utf8(body: bytes, declared: list[tuple[str | None, str]]) -> tuple[str, str, str]:
    wide = len(body.translate(None, _NARROW))
    if wide >= 5:
        # Bytes of another encoding form next to no characters of UTF-8 by chance.
        broken = body.decode("utf-8", "replace").count("\ufffd")
        if broken < (wide - broken) * (1 if wide > 40 else 0.2):
            text, passages, left = decode_mixed(body)
            told = [f"{passages} passages in another encoding"] if passages else []
            told += [f"{left} broken places"] if left or not passages else []
            return text, "utf-8", "UTF-8 with " + ", ".join(told)
    latin = next((name for name, _ in declared if name in LATIN), None)
    silent = not any(name for name, _ in declared if name != "utf-8")
    if latin or silent or any(name == "cp1258" for name, _ in declared):
        coding = coding_of(body.decode("cp1252", "replace"))
        if coding in {"TCVN3", "VNI"}:
            return _latin(body), "cp1252", f"letters of {coding}"
        if coding or ((latin or silent) and _is_windows_1258(body)):
            rule = next((rule for name, rule in declared if name == "cp1258"), None)
            return _windows_1258(body), "cp1258", rule or "reads as Vietnamese in windows-1258"
    for name, rule in declared:
        if name and name != "utf-8":
            try:
                return _normal(body.decode(name), name), name, rule
            except UnicodeError:
                continue
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken * 20 < wide:
        return text, "utf-8", f"UTF-8 with {broken} broken places"
    if _is_windows_1258(body):
        return _windows_1258(body), "cp1258", "reads as Vietnamese in windows-1258"
    return _guessed(body)


_NARROW = bytes(range(0xC2))


def _latin(body: bytes) -> str:
    """As browsers read windows-1252: its five undefined bytes are controls."""
    text = body.decode("cp1252", "surrogateescape")
    return text.translate(_UNDEFINED) if not text.isascii() else text


_UNDEFINED = {0xDC00 + byte: chr(byte) for byte in b"\x81\x8d\x8f\x90\x9d"}


def _guessed(body: bytes) -> tuple[str, str, str]:
    # Loaded only here: few pages need it, and every reader would wait for it.
    from bs4.dammit import UnicodeDammit

    dammit = UnicodeDammit(body, is_html=True)
    if dammit.unicode_markup is None:
        return body.decode("cp1252", "replace"), "cp1252", "nothing fits"
    return dammit.unicode_markup, str(dammit.original_encoding), "UnicodeDammit"


def _is_windows_1258(body: bytes) -> bool:
    sample = bytes(byte for byte in body[: SAMPLE * 4] if byte >= 0x80 or byte in b" " or byte > 64)
    text = composed(sample[:SAMPLE].decode("cp1258", "replace"))
    whole = len(VIETNAMESE.findall(text))
    return whole >= 3 and whole > 4 * len(STRAY.findall(text))


def _windows_1258(body: bytes) -> str:
    return composed(body.decode("cp1258", "replace"))


def _normal(text: str, name: str) -> str:
    return composed(text) if name == "cp1258" else text
