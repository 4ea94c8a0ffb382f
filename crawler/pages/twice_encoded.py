"""UTF-8 that was read as windows-1252 and written as UTF-8 again: "Äáº£ng á»§y" for "Đảng ủy"."""

from __future__ import annotations

import re
from functools import lru_cache

from archive.syllables import is_syllable
from crawler.pages.edits import Around, Edit, Font


def _shown(byte: int) -> str:
    """What windows-1252 shows of *byte*; of the five that it leaves undefined, the C1 control."""
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


_BYTES = {_shown(byte): byte for byte in range(0x80, 0x100)} | {
    chr(byte): byte for byte in range(0x80, 0x100)
}
_HIGH = re.escape("".join(char for char, byte in _BYTES.items() if byte < 0xC0))
_UNIT = f"[\u00c2-\u00df][{_HIGH}]|[\u00e0-\u00ef][{_HIGH}]{{2}}"
# Some editors drop the undefined five: Đ, ề, ọ, ỏ, Ố, ờ, Á, Í, Ý lose their end; and the no-break
# space that ends à becomes a plain one.
_LOST = {"á»": "ềọỏỐờ", "Ã": "ÁÍÝ", "Ã ": "à", "Ä": "Đ"}
_PIECE = re.compile(f"({_UNIT})|(á»|Ã ?|Ä)|.")
_INSIDE = f"A-Za-z\u00c0-\u024f\u1e00-\u1eff{_HIGH}"
# Nothing follows, so nothing is tried again: possessive groups, which Python 3.11.2 gets wrong,
# would save nothing.
_WORD = re.compile(f"[{_INSIDE}]+(?:(?<=Ã) [{_INSIDE}]*)*")
_TELLS = re.compile(f"[ÂÃÄÅÆ][{_HIGH} ]|[áâ][{_HIGH}]")
_QUOTES = re.compile(r"(?:^|[\s(])«")  # then » behind á is a quotation mark
_LETTERS = re.compile(r"[^\W\d_]+")
LONGEST = 60  # characters of a word


def edits(line: str, around: Around, fonts: tuple[Font, ...]) -> list[Edit]:
    """All of *line* that is encoded twice, if its words then are Vietnamese."""
    if not _TELLS.search(line) or _QUOTES.search(line):
        return []
    found, good, bad = [], 0, 0
    for match in _WORD.finditer(line):
        word = match[0]
        if word.isascii():
            continue
        made = _once(word) if len(word) <= LONGEST else None
        if made is None:
            continue
        text, sure = made
        good += sure > 0
        bad += sure < 0
        found.append(Edit(*match.span(), text))
    certain = (good >= 2 and bad * 4 <= good) or (around.twice and good > 0 and not bad)
    return found if certain else []


@lru_cache(8_192)
def _once(word: str) -> tuple[str, int] | None:
    """*word* encoded once, and 1 if that is Vietnamese, -1 if it is not, 0 if it tells nothing.

    None if nothing in it is encoded twice, or what was lost can be more than one letter.
    """
    made = [""]
    whole = lost = False
    for match in _PIECE.finditer(word):
        unit, cut = match[1], match[2]
        if unit:
            whole = True
            try:
                end = bytes(_BYTES[char] for char in unit).decode()
            except UnicodeDecodeError:
                return None
            made = [start + end for start in made]
        elif cut:
            if lost:
                return None
            lost = True
            ends = list(_LOST[cut])
            if cut == "Ã ":  # what follows ends the word, or is the next one
                ends = ["à", "à "] if match.end() < len(word) else ["à "]
            made = [start + end for start in made for end in ends]
        else:
            made = [start + match[0] for start in made]
    if not (whole or lost):
        return None
    if not lost:
        return made[0], _verdict(made[0])
    sure = [text for text in made if _verdict(text) > 0]
    if len(sure) == 2 and sure[1].replace(" ", "") == sure[0]:
        del sure[1]  # a space of its own would stand beside the one of à
    # What lost a letter proves nothing: XÃ HỘI is written so.
    return (sure[0], int(whole)) if len(sure) == 1 else None


def _verdict(text: str) -> int:
    words = _LETTERS.findall(text)
    return 0 if not words else 1 if all(map(is_syllable, words)) else -1
