"""Vietnamese before Unicode: which letters stand where in the encodings that old pages are full of.

Text in them came to pages through editors that took its bytes for windows-1252, so each letter is
given here as the characters of that encoding. Sources: TCVN 5712:1993 (VN3, "ABC", fonts .VnTime);
VNI for Windows (fonts VNI-Times): a letter, then one for its marks; windows-1258 as Microsoft
publishes it, read as windows-1252.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

Coding = Literal["TCVN3", "VNI", "windows-1258"]
CODINGS: tuple[Coding, ...] = ("TCVN3", "VNI", "windows-1258")

TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)

# Marks that VNI writes behind a vowel: alone a tone, or a shape with its tone. Behind ô and ö,
# which stand for ơ and ư, only the tones.
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_ROUND = {
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323",
}  # fmt: skip
_VNI_SHORT = {
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_ALONE = {
    "ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ",
}  # fmt: skip


def _vni() -> dict[str, str]:
    table = dict(_VNI_ALONE)
    for base, letter in [*zip("aeiouy", "aeiouy", strict=True), ("ô", "ơ"), ("ö", "ư")]:
        marks = dict(_VNI_TONES) if base != "i" else {}
        if base in "aeo":
            marks |= _VNI_ROUND
        if base == "a":
            marks |= _VNI_SHORT
        for sign, mark in marks.items():
            table[base + sign] = unicodedata.normalize("NFC", letter + mark)
    both = {}
    for code, letter in table.items():
        both[code] = letter
        both[code[0].upper() + code[1:]] = letter.upper()
        both[code.upper()] = letter.upper()
    return both


VNI = _vni()


def _windows_1258() -> dict[str, str]:
    table = {}
    for byte in b"\xc3\xcc\xd0\xd2\xd5\xdd\xde\xe3\xec\xf0\xf2\xf5\xfd":  # where the two differ
        table[bytes([byte]).decode("cp1252")] = bytes([byte]).decode("cp1258")
    return table


WINDOWS_1258 = _windows_1258()
_LATIN_OF_1258 = frozenset("ÀÁÂÈÉÊÍÓÔÙÚàáâèéêíóôùú")  # the same letter in both encodings

_VNI_UNITS = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
_TABLES = {
    "TCVN3": {ord(code): letter for code, letter in TCVN3.items()},
    "windows-1258": {ord(code): letter for code, letter in WINDOWS_1258.items()},
}
_OWN = {
    "TCVN3": frozenset(TCVN3),
    "windows-1258": frozenset(WINDOWS_1258) | _LATIN_OF_1258,
}
MARKS = {
    "TCVN3": frozenset(code for code in TCVN3 if not code.isalpha()),
    "VNI": frozenset("".join(_VNI_TONES) + "".join(_VNI_ROUND) + "".join(_VNI_SHORT)),
    "windows-1258": frozenset("ÌÒÞìò"),
}
"""What text of another kind does not have within its words (VNI: behind another vowel)."""
LETTERS = "".join(
    sorted(
        char
        for char in {*TCVN3, *"".join(VNI), *WINDOWS_1258, *_LATIN_OF_1258}
        if not char.isascii()
    )
)
"""All characters beyond ASCII that stand for a Vietnamese letter in one of them."""


def decoded(word: str, coding: Coding) -> str | None:
    """*word* as *coding* means it, NFC; None if it has a character that it does not know."""
    return _decoded(word, coding) if len(word) <= 24 else _decoded.__wrapped__(word, coding)


@lru_cache(16_384)
def _decoded(word: str, coding: Coding) -> str | None:
    if coding == "VNI":
        rest = _VNI_UNITS.sub("", word)
        return _VNI_UNITS.sub(lambda unit: VNI[unit[0]], word) if rest.isascii() else None
    own = _OWN[coding]
    if any(char not in own for char in word if not char.isascii()):
        return None
    made = word.translate(_TABLES[coding])
    return unicodedata.normalize("NFC", made) if coding == "windows-1258" else made
