"""The text of a document settled: no signs that are not seen, old letters repaired where certain.

Old documents are written in TCVN3 and VNI fonts as old pages are, and are repaired by their rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from archive.old_letters import CODINGS, Coding
from crawler.pages import old_fonts
from crawler.pages.edits import Around, Font, applied
from crawler.pages.mending import ENOUGH, LONGEST
from crawler.pages.repair import STEPS

LOOKED_AT = 400_000  # characters: what an old book has; beyond, lines stay as they are
_STEPS = tuple(STEPS[f"{coding} letters"] for coding in CODINGS)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u200b-\u200d\u2060\ufeff\ufffe\uffff\u00ad]")
_SPACES = re.compile("[ \u00a0\u2000-\u200a\u202f\u3000]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the document has it, and the old fonts that it names for parts of it."""

    text: str
    fonts: tuple[Font, ...] = ()


def settled(lines: Iterable[Line]) -> str:
    """The lines as text: NFC, white space settled, letters of old fonts made Unicode."""
    lines = list(lines)
    around = _around(lines)
    made, size = [], 0
    for line in lines:
        text = line.text
        size += len(text)
        if not text.isascii() and len(text) <= LONGEST and size <= LOOKED_AT:
            text = _repaired(line, around)
        text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
        made.append(_SPACES.sub(" ", text).strip(" "))
    return _EMPTY_LINES.sub("\n\n", "\n".join(made)).strip("\n")


def _repaired(line: Line, around: Around) -> str:
    text, fonts = line.text, line.fonts
    for step in _STEPS:
        edits = step(text, around, fonts)
        if edits:
            text, fonts = applied(text, edits), ()  # places have moved
    return text


def _around(lines: list[Line]) -> Around:
    """Codings that several lines are certainly in: the others of their kind are too."""
    runs: Counter[Coding] = Counter()
    size = 0
    for line in lines:
        size += len(line.text)
        if size > LOOKED_AT:
            break
        if line.text.isascii() or len(line.text) > LONGEST:
            continue
        for coding in CODINGS:
            if runs[coding] < ENOUGH and old_fonts.edits(line.text, coding, Around(), line.fonts):
                runs[coding] += 1
    return Around(codings=frozenset(coding for coding in CODINGS if runs[coding] >= ENOUGH))
