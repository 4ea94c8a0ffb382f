"""Two lists of texts laid side by side: which entry became which, and in it which words changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from archive.vietnamese import fold, syllables

Op = Literal["same", "removed", "added"]

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_PAIR_FROM = 0.4  # share of common words from which two paragraphs are told as one that changed
_LONG = 4000  # tokens of two texts from which words are compared in lumps, sentence by sentence
_LUMP = re.compile(r"[^.!?…;\n]*[.!?…;\n]*\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that both have, or that only the older (`removed`) or newer (`added`) one has."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a field (a paragraph, a caption, an author; of a plain field all of it).

    ``before`` and ``after`` are its places in the two lists; None where it is not.
    """

    before: int | None
    after: int | None
    pieces: tuple[Piece, ...]

    @property
    def op(self) -> Literal["same", "changed", "removed", "added"]:
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "same" if all(piece.op == "same" for piece in self.pieces) else "changed"


def changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The entries of both lists in reading order, those that are alike as one that changed."""
    found: list[Change] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            found += [
                Change(i, j, (Piece("same", old[i]),))
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
            ]
        else:
            found += _replaced(old, new, (i1, i2), (j1, j2))
    return found


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The two texts as one, word by word; white space between two changes goes with them."""
    one, other = _tokens(old, new)
    found: list[tuple[str, str]] = []  # removed and added between texts that both have
    result: list[Piece] = []
    opcodes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for number, (op, i1, i2, j1, j2) in enumerate(opcodes):
        removed, added = "".join(one[i1:i2]), "".join(other[j1:j2])
        inner = 0 < number < len(opcodes) - 1
        if op != "equal" or (inner and removed.isspace()):
            found.append((removed, added))
            continue
        result += _flushed(found)
        found = []
        result.append(Piece("same", removed))
    return tuple(result + _flushed(found))


def _replaced(
    old: Sequence[str], new: Sequence[str], olds: tuple[int, int], news: tuple[int, int]
) -> list[Change]:
    """A block of entries that differ: pairs that are alike, in order, and the rest alone."""
    found: list[Change] = []
    i, last = olds[0], news[0]
    pairs = _pairs(old[slice(*olds)], new[slice(*news)])
    for one, other in [*((olds[0] + a, news[0] + b) for a, b in pairs), (olds[1], news[1])]:
        found += [Change(k, None, (Piece("removed", old[k]),)) for k in range(i, one)]
        found += [Change(None, k, (Piece("added", new[k]),)) for k in range(last, other)]
        if one < olds[1]:
            found.append(Change(one, other, pieces(old[one], new[other])))
        i, last = one + 1, other + 1
    return found


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which entries are the same one changed: the pairing in order with the most in common."""
    if len(old) == len(new) == 1:
        return [(0, 0)]
    if len(old) * len(new) > 2500:  # a body laid out anew: place by place, or it takes seconds
        both = range(min(len(old), len(new)))
        return [(i, i) for i in both if _likeness(_bag(old[i]), _bag(new[i])) >= _PAIR_FROM]
    bags, others = [_bag(text) for text in old], [_bag(text) for text in new]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_likeness(one, other) for other in others] for one in bags]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            pair = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= _PAIR_FROM else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    found = []
    i = j = 0
    while i < len(old) and j < len(new):
        if alike[i][j] >= _PAIR_FROM and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _bag(text: str) -> Counter[str]:
    return Counter(syllables(fold(text)))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _tokens(old: str, new: str) -> tuple[list[str], list[str]]:
    one, other = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(one) + len(other) <= _LONG:
        return one, other
    return [*filter(None, _LUMP.findall(old))], [*filter(None, _LUMP.findall(new))]


def _flushed(found: Sequence[tuple[str, str]]) -> list[Piece]:
    """Changes that only white space divides, as one removed and one added text."""
    removed = "".join(one for one, _ in found)
    added = "".join(other for _, other in found)
    if removed == added:
        return [Piece("same", removed)] if removed else []
    result = [Piece("removed", removed), Piece("added", added)]
    return [piece for piece in result if piece.text]
