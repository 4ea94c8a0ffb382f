"""Passages in the letters of TCVN3, VNI or windows-1258 fonts: which words of a line they are.

Certain is a run of words that all but a few become Vietnamese, that were none, and that have signs
within words which no other text has there; fewer words are enough where the font is named, or the
page is full of such runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from archive.old_letters import LETTERS, MARKS, Coding, decoded
from archive.syllables import is_syllable
from crawler.pages.edits import Around, Edit, Font

_WORD = re.compile(
    f"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\u0300-\u036f{re.escape(LETTERS)}]+"
)
_LATER = re.compile("[\u0100-\u1eff\u0300-\u036f]")
_ABBREVIATION = re.compile("[B-DĐGHK-NP-TVX]{2,6}|đ|Đ")
_VOWELS = frozenset("aeiouyôöAEIOUYÔÖ")
# What a line must have, so that few lines are looked at word by word.
_TELLS = {
    "TCVN3": re.compile("[" + re.escape("".join(sorted(MARKS["TCVN3"]))) + "]"),
    "VNI": re.compile("[aeouyôö](?:[ùøûõïâåäêüë]|(?<![ou])[áàãéèú])|[aeo]á[a-z]|ñ", re.I),
    "windows-1258": re.compile("[aeouyâêôõý][ìòþ]", re.I),
}
Told = tuple[Coding, bool]
LONGEST = 24  # characters of a word that is remembered
LEAST = 3  # words that make a run certain by themselves
# .VnTime, .VnArialH (capitals), VnTimes; VNI-Times, VNI Helve.
_NAMED = re.compile(r"(?:^|[\s,:;'\"])(?:\.?(Vn[A-Z]\w{2,20})|(VNI[-_ ]\w{2,20}))", re.I)
_FAMILY = re.compile(r"(?:^|[;\s])font(?:-family)?\s*:([^;]{1,200})", re.I)


@dataclass(slots=True)
class Run:
    """Words next to each other in one kind of letters, and how they fare in a coding."""

    words: list[tuple[int, int, str]] = field(default_factory=list)  # place, in the coding
    good: int = 0  # become Vietnamese, and were not
    even: int = 0  # were Vietnamese too, or are no words
    bad: int = 0
    signs: int = 0  # good ones with a sign that no other text has in a word
    native: int = 0  # ASCII words that are Vietnamese
    foreign: int = 0
    mixed: bool = False  # words beside it are in Unicode
    low: int = 0  # ASCII letters
    high: int = 0  # ASCII capitals

    def is_certain(self, *, believed: bool) -> bool:
        """Whether it is in the coding; *believed*: there is another reason to think so."""
        if self.foreign > self.native + self.good:
            return False
        if believed:
            return self.good > 0 and self.bad * 4 <= self.good
        return (
            self.good >= LEAST
            and self.bad * 8 <= self.good
            and self.signs * 5 >= self.good
            and not (self.mixed and self.even)
        )


def of_name(name: str, around: Told | None) -> Told | None:
    """What a `face` or `style` says of the font: its coding and whether it shows capitals.

    *around* where it names no font.
    """
    if ":" in name:
        family = _FAMILY.search(name)
        if family is None:
            return around
        name = family[1]
    found = _NAMED.search(name)
    if found is None:
        return None
    return ("TCVN3", found[1].endswith("H")) if found[1] else ("VNI", False)


def of(coding: Coding) -> Callable[[str, Around, tuple[Font, ...]], list[Edit]]:
    """The step that repairs what is in *coding*."""

    def step(line: str, around: Around, fonts: tuple[Font, ...]) -> list[Edit]:
        return edits(line, coding, around, fonts)

    return step


def edits(line: str, coding: Coding, around: Around, fonts: tuple[Font, ...]) -> list[Edit]:
    """The words of *line* that are in *coding*, as it means them."""
    told = [font for font in fonts if font.coding == coding]
    if not told and (line.isascii() or not _TELLS[coding].search(line)):
        return []
    found: list[Edit] = []
    at = 0
    for font in [*told, None]:
        end = font.start if font else len(line)
        for run in runs(line, at, end, coding):
            if run.is_certain(believed=coding in around.codings and not run.bad):
                found += _changed(line, run, capitals=run.high >= 4 and not run.low)
        if font:
            for run in runs(line, font.start, font.end, coding):
                if run.is_certain(believed=True):
                    found += _changed(line, run, capitals=font.capitals)
            at = font.end
    return found


def runs(line: str, start: int, end: int, coding: Coding) -> Iterator[Run]:
    """The runs between words that are in Unicode."""
    run = Run()
    for match in _WORD.finditer(line, start, end):
        word = match[0]
        if _LATER.search(word):
            run.mixed = True
            if run.words:
                yield run
            run = Run(mixed=True)
        else:
            _take(run, match.start(), match.end(), word, coding)
    if run.words:
        yield run


def _take(run: Run, start: int, end: int, word: str, coding: Coding) -> None:
    judge = _judged if len(word) <= LONGEST else _judged.__wrapped__
    made, verdict, sign, low, high = judge(word, coding)
    if made is not None:
        run.words.append((start, end, made))
    run.low += low
    run.high += high
    if verdict == "good":
        run.good += 1
        run.signs += sign
    elif verdict == "native":
        run.native += 1
    elif verdict == "even":
        run.even += 1
    elif verdict == "bad":
        run.bad += 1
    elif verdict == "foreign":
        run.foreign += 1


@lru_cache(8_192)
def _judged(word: str, coding: Coding) -> tuple[str | None, str, bool, int, int]:
    """*word* in *coding*, how it fares, whether it has a sign; its ASCII letters, small and large.

    A word that stays as it is, as a bullet or what the coding does not know, is None.
    """
    low = sum(char.isascii() and char.islower() for char in word)
    high = sum(char.isascii() and char.isupper() for char in word)
    if word.isascii():
        if is_syllable(word):
            return word, "native", False, low, high
        verdict = "foreign" if len(word) > 1 and not word.isupper() else ""
        return word, verdict, False, low, high
    if len(word) == 1 and not word.isalpha():
        return None, "", False, 0, 0  # a bullet, a paragraph sign
    made = decoded(word, coding)
    if made is None:
        return None, "bad", False, 0, 0
    if is_syllable(made):
        known = is_syllable(word)
        return made, "even" if known else "good", _signed(word, coding), low, high
    return made, "even" if _ABBREVIATION.fullmatch(made) else "bad", False, low, high


def _signed(word: str, coding: Coding) -> bool:
    signs = MARKS[coding]
    if coding == "TCVN3":
        return any(char in signs for char in word)
    lower = word.lower()
    return any(char in signs and before in _VOWELS for before, char in pairwise(lower))


def _changed(line: str, run: Run, *, capitals: bool) -> list[Edit]:
    found = []
    for start, end, text in run.words:
        shown = text.upper() if capitals else text
        if shown != line[start:end]:
            found.append(Edit(start, end, shown))
    return found


__all__ = ["Run", "Told", "edits", "of", "of_name", "runs"]
