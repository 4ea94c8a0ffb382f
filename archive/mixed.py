"""Pages in UTF-8 with passages that are not: pasted into a template by another program."""

from __future__ import annotations

import re

from archive.old_letters import CODINGS, Coding, decoded
from archive.syllables import is_syllable
from archive.vietnamese import composed

_ASIDE = re.compile("[^<>\n]*[\udc80-\udcff][^<>\n]*")
_WORD = re.compile("[A-Za-z\udc80-\udcff]*[\udc80-\udcff][A-Za-z\udc80-\udcff]*")
_BROKEN = re.compile("[\udc80-\udcff]+")
_POINTS = re.compile("[\udc80\udc85\udc91-\udc94\udc96\udc97\udca0]+")
"""Punctuation of windows-1252 that no broken UTF-8 leaves alone between spaces and letters."""


def decode_mixed(body: bytes) -> tuple[str, int, int]:
    """*body* as UTF-8, how many passages were read otherwise, how many places stay broken.

    A passage is read as windows-1252 or 1258 only where its words are Vietnamese then; in the
    letters of TCVN3 and VNI it comes out as windows-1252 shows it. Else it is U+FFFD.
    """
    passages = broken = 0

    def mended(found: re.Match[str]) -> str:
        nonlocal passages, broken
        line = found[0]
        read = _read(line)
        passages += read != line
        left = len(_BROKEN.findall(read))
        if not left:
            return read
        broken += left
        return read.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    text = _ASIDE.sub(mended, body.decode("utf-8", "surrogateescape"))
    return text, passages, broken


def _read(line: str) -> str:
    words = _WORD.findall(line)
    best, most = "", 0
    for name in ("cp1252", *CODINGS):
        good = sum(_is_good(word, name) for word in words)
        if good > most:
            best, most = name, good
    if most and (len(words) - most) * 4 <= most and (most > 1 or best in {"cp1252", CODINGS[2]}):
        shown = "cp1258" if best == "windows-1258" else "cp1252"
        return _WORD.sub(lambda word: _as(word[0], shown), line)
    if best == "cp1252":
        line = _WORD.sub(
            lambda word: _as(word[0], best) if _is_good(word[0], best) else word[0], line
        )
    return _POINTS.sub(lambda points: _as(points[0], "cp1252"), line)


def _as(word: str, name: str) -> str:
    raw = word.encode("ascii", "surrogateescape")
    return composed(raw.decode(name, "replace"))


def _is_good(word: str, name: str) -> bool:
    shown = _as(word, "cp1252")
    if name == "cp1252":
        letters = shown.strip("\u2018\u2019\u201c\u201d\u2013\u2014\u2026\xa0.")
        return not letters or is_syllable(letters)
    coding: Coding = next(coding for coding in CODINGS if coding == name)
    made = decoded(shown, coding)
    return made is not None and is_syllable(made)


def coding_of(text: str) -> Coding | None:
    """Which of the old encodings *text*, as windows-1252 shows it, is in; None if in none.

    By its first words with letters beyond ASCII: most must be Vietnamese in it, and not without.
    """
    words = [word for word in _OLD_WORD.findall(text[:SAMPLE]) if not word.isascii()][:600]
    best: Coding | None = None
    most = 2
    for coding in CODINGS:
        made = [(decoded(word, coding), word) for word in words]
        good = sum(
            now is not None and is_syllable(now) and not is_syllable(word) for now, word in made
        )
        if good > most and good * 2 > len(words):
            best, most = coding, good
    return best


SAMPLE = 240_000  # characters that decide
_OLD_WORD = re.compile("[A-Za-z\xa1-\xff]+")
