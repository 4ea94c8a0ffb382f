"""Of which kind a change of text is: from white space alone up to other words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

from archive.syllables import is_syllable
from archive.vietnamese import exact, fold, syllables, tone_settled

Kind = Literal["content", "marks", "spelling", "form", "space", "tone", "date"]
"""The class of a change, weightiest first: other words; the same letters with other marks (bàn,
bán), which are other words as a rule; a slip of spelling; case or punctuation alone; white space,
paragraphs and headings alone; the place of tone marks alone (ủy, uỷ); a date."""

WEIGHT: dict[Kind, int] = {
    "content": 7, "marks": 6, "spelling": 5, "form": 4, "space": 3, "tone": 2, "date": 1,
}  # fmt: skip

SLIPS = 8  # words of a field that may be slips of spelling; more are a text written anew
NEAR = 2  # letters that a slip may add, drop or change
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_I_OR_Y = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")


def kind_of(field: str, old: Sequence[str], new: Sequence[str]) -> Kind:
    """The class of the change from the entries *old* to *new* of a field."""
    if field in ("published", "updated"):
        return "date"
    if field in ("attachments", "links"):
        return "content"
    if list(map(tone_settled, old)) == list(map(tone_settled, new)):
        return "tone"
    one, other = (tone_settled(" ".join(texts)) for texts in (old, new))
    if "".join(one.split()) == "".join(other.split()):
        return "space"
    if syllables(exact(one)) == syllables(exact(other)):
        return "form"
    if _is_spelling(one, other):
        return "spelling"
    if syllables(fold(one)) == syllables(fold(other)):
        return "marks"
    return "content"


def _is_spelling(old: str, new: str) -> bool:
    """Whether only slips of spelling differ, word for word.

    Of two words that are both right one is no slip of the other: *bàn* and *bán*, *tháng* and
    *thắng* are other words, and so may names and numbers be.
    """
    one, other = _WORD.findall(old), _WORD.findall(new)
    if len(one) != len(other):
        return False
    pairs: list[tuple[str, str]] = []
    opcodes = SequenceMatcher(
        None, [word.lower() for word in one], [word.lower() for word in other], autojunk=False
    ).get_opcodes()
    for op, i1, i2, j1, j2 in opcodes:
        if op != "equal":
            if i2 - i1 != j2 - j1:
                return False
            pairs += zip(one[i1:i2], other[j1:j2], strict=True)
    return 0 < len(pairs) <= SLIPS and all(_is_slip(*pair) for pair in pairs)


def _is_slip(old: str, new: str) -> bool:
    if not (old + new).isalpha():
        return False
    low, high = old.lower(), new.lower()
    if low.translate(_I_OR_Y) == high.translate(_I_OR_Y) and low[0] == high[0]:
        return True  # kỹ, kĩ: both stand in dictionaries
    if is_syllable(low) == is_syllable(high) or old.isupper() != new.isupper():
        return False
    return _distance(low, high) <= NEAR and min(len(low), len(high)) > 1


def _distance(one: str, other: str) -> int:
    """Letters to add, drop, change or exchange with their neighbour (Damerau 1964)."""
    if abs(len(one) - len(other)) > NEAR:
        return NEAR + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row, older = row, [i], before
        for j, b in enumerate(other, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, older[j - 2] + 1)
            row.append(best)
        before = last
    return row[-1]
