"""Text repaired where that is certain: what comes out is Vietnamese, and what went in is not.

Pure. A line goes through `STEPS` in order; each gives edits, so that what holds the line (nodes of
a tree, or a string) changes where it must and nowhere else. What is uncertain stays as it was:
foreign names, formulas, and text of other languages make no Vietnamese syllables.

ftfy, the library for such text, is not used: it takes the last letter of "XÃ HỘI" for broken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

from archive.syllables import is_syllable
from crawler.pages import old_fonts, twice_encoded
from crawler.pages.edits import Around, Edit, Font, applied
from crawler.pages.text import VIETNAMESE


@dataclass(frozen=True, slots=True)
class Repaired:
    """``notes``: what was repaired, in the order in which it was done."""

    text: str
    notes: tuple[str, ...] = ()


LONGEST = 60  # characters of a word with its entities or marks
Step = Callable[[str, Around, tuple[Font, ...]], list[Edit]]

_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"


def repair(text: str, around: Around | None = None) -> Repaired:
    """*text*, one line or more, repaired line by line."""
    if text.isascii() and "&" not in text:
        return Repaired(text)
    lines, notes = [], []
    for line in text.split("\n"):
        fixed = line
        for note, step in STEPS.items():
            edits = step(fixed, around or Around(), ())
            if edits:
                fixed = applied(fixed, edits)
                notes.append(note)
        lines.append(fixed)
    return Repaired("\n".join(lines), tuple(dict.fromkeys(notes)))


# -- entities encoded twice ------------------------------------------------------------------------

_ENTITY = re.compile(r"&(?:#\d{2,5}|#x[0-9a-fA-F]{2,4}|[a-zA-Z]{3,6});")
_ENTITIES = re.compile(rf"(?:[{_LETTER}]|{_ENTITY.pattern})+")


def entities(line: str, around: Around, fonts: tuple[Font, ...]) -> list[Edit]:
    """`&agrave;` that a reader sees as such, inside a word that it completes."""
    if "&" not in line or not _ENTITY.search(line):
        return []
    edits = []
    for found in _ENTITIES.finditer(line):
        word = found[0]
        if "&" not in word or len(word) > LONGEST or _ENTITY.fullmatch(word):
            continue
        made = unicodedata.normalize("NFC", unescape(word))
        if is_syllable(made):
            edits.append(Edit(*found.span(), made))
    return edits


# -- marks that stand apart, letters that look like others -----------------------------------------

_MARK = "\u0300-\u0303\u0306\u0309\u031b\u0323\u0340\u0341"
_MARKS = re.compile(f"[{_MARK}]")
_MARKED = re.compile(f"[{_LETTER}][{_LETTER}{_MARK}]*")
_SHAPES = "\u0302\u0306\u031b"


def marks(line: str, around: Around, fonts: tuple[Font, ...]) -> list[Edit]:
    """Letters in decomposed form; also a tone that stands before the shape it belongs on."""
    if not _MARKS.search(line):
        return []
    edits = []
    for found in _MARKED.finditer(line):
        word = found[0]
        if not _MARKS.search(word):
            continue
        made = unicodedata.normalize("NFC", word) if len(word) <= LONGEST else word
        if not is_syllable(made):
            parts = unicodedata.normalize("NFD", made) if len(made) <= LONGEST else ""
            turned = unicodedata.normalize("NFC", _TONE_FIRST.sub(r"\2\1", parts))
            made = turned if is_syllable(turned) else made
        if made != word:
            edits.append(Edit(*found.span(), made))
    return edits


_TONE_FIRST = re.compile(f"([\u0300\u0301\u0303\u0309\u0323])([{_SHAPES}])")
_ALIKE = str.maketrans(
    "ÐðƉ" + "АВЕКМНОРСТХУаеорсухіЅЈ",
    "ĐđĐ" + "ABEKMHOPCTXYaeopcyxiSJ",
)
_FALSE = re.compile("[ÐðƉАВЕКМНОРСТХУаеорсухіЅЈ]")
_LIKE = re.compile(f"[{_LETTER}АВЕКМНОРСТХУаеорсухіЅЈ]+")
_CAPITALS = re.compile("[A-ZĐ]{2,8}")


def alike(line: str, around: Around, fonts: tuple[Font, ...]) -> list[Edit]:
    """Eth for đ, and Cyrillic letters among Latin ones, in lines or pages that are Vietnamese."""
    if not _FALSE.search(line) or not (around.vietnamese or VIETNAMESE.search(line)):
        return []
    edits = []
    for found in _LIKE.finditer(line):
        word = found[0]
        if len(word) > LONGEST or not _FALSE.search(word) or not _LATIN.search(word):
            continue
        made = word.translate(_ALIKE)
        eth = "Ð" in word and _CAPITALS.fullmatch(made) and not _CYRILLIC.search(word)
        if is_syllable(made) or eth:
            edits.append(Edit(*found.span(), made))
    return edits


_LATIN = re.compile("[A-Za-z\u00c0-\u00cf\u00d1-\u00ef\u00f1-\u024f\u1e00-\u1eff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")

STEPS: dict[str, Step] = {
    "entities encoded twice": entities,
    "UTF-8 encoded twice": twice_encoded.edits,
    "TCVN3 letters": old_fonts.of("TCVN3"),
    "VNI letters": old_fonts.of("VNI"),
    "windows-1258 letters": old_fonts.of("windows-1258"),
    "marks composed": marks,
    "letters that look alike": alike,
}
"""What a note says -> the step, in the order of repair."""
