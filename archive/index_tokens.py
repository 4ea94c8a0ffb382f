"""Which words a version has, and which frequent ones stand side by side, as tokens of a table
without places.

A phrase of frequent syllables is dear in an index with places: all of theirs must be read. As one
token a pair costs what a rare word does. A token's first letter says what it is of, so that nothing
that is typed can meet another kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, cast

from archive.frequent import FREQUENT
from archive.index_text import COLUMNS, Entry
from archive.query_tree import Mode
from archive.vietnamese import fold, syllables

Place = Literal["anywhere", "title", "author", "section"]

_SHORT = 3
"""Letters: so few are the beginning of so many words that each would have to be put together."""
# What each token begins with. Folded words themselves begin with `0`, see
# `archive.index_text.folded_words`; pairs are of words anywhere.
_WORD: dict[tuple[Place, Mode], str] = {
    ("anywhere", "folded"): "", ("anywhere", "exact"): "e", ("title", "folded"): "t",
    ("author", "folded"): "a", ("section", "folded"): "s",
}  # fmt: skip
_PAIR: dict[Mode, str] = {"folded": "p", "exact": "x"}
_SITE = "9"
_FOLDED_FREQUENT = frozenset(f"0{word}" for word in FREQUENT)


def tokens_of(entry: Entry, words: Sequence[str]) -> str:
    """What the table is given of a version, whose *words* are `entry.words()`.

    In no order. A pair does not reach over the end of a column.
    """
    found: dict[str, None] = {}
    every: set[str] = set()
    size = len(COLUMNS)
    for name, typed, bare in zip(COLUMNS, words[:size], words[size : 2 * size], strict=True):
        exact, folded = syllables(typed), bare.split()
        every.update(folded)
        found |= dict.fromkeys([f"e{word}" for word in exact])
        often = [word in _FOLDED_FREQUENT for word in folded]
        for at, (one, two) in enumerate(pairwise(often)):
            if one and two:
                found[f"p{folded[at]}_{folded[at + 1]}"] = None
                found[f"x{exact[at]}_{exact[at + 1]}"] = None
        letter = _WORD.get((cast(Place, name), "folded"))
        if letter is not None:
            found |= dict.fromkeys([letter + word for word in folded])
    return " ".join([site(entry.site_id), *found, *every])


def site(number: int) -> str:
    """The token of a site, by its row number."""
    return f"{_SITE}{number}"


class SideBySide(NamedTuple):
    """``parts``: expressions of FTS5 that all hold where words stand side by side; ``equal``: and
    nowhere else."""

    parts: tuple[str, ...]
    equal: bool


def side_by_side(
    place: Place, mode: Mode, words: Sequence[str], *, prefix: bool = False
) -> SideBySide:
    """Of *words* in a *place*; the last one may go on if it is a *prefix*."""
    if (place, mode) not in _WORD:
        folded = list(map(fold, words))
        return SideBySide(side_by_side(place, "folded", folded, prefix=prefix).parts, False)
    letter, bare = _WORD[place, mode], [f"0{fold(word)}" for word in words]
    inside = bare if mode == "folded" else words
    last = len(words) - 1
    paired = _paired(bare, prefix) if place == "anywhere" else []
    parts = [f'"{_PAIR[mode]}{inside[at]}_{inside[at + 1]}"' for at in paired]
    for at, word in enumerate(inside):
        if prefix and at == last:
            parts.append(f'"{letter}{word}"*')
        elif not {at, at - 1} & set(paired):
            parts.append(f'"{letter}{word}"')
    if prefix and len(words[-1]) <= _SHORT:
        return SideBySide(tuple(parts), False)
    return SideBySide(tuple(parts), last == 0 or (last == 1 and paired == [0]))


def _paired(bare: Sequence[str], prefix: bool) -> list[int]:
    """Where pairs begin that have a token; a word that goes on is in none."""
    whole = bare[:-1] if prefix else bare
    return [at for at, pair in enumerate(pairwise(whole)) if _FOLDED_FREQUENT.issuperset(pair)]


def of_sites(numbers: Sequence[int]) -> str:
    """An expression for the articles of these sites; of none, if there is none."""
    return " OR ".join(f'"{site(number)}"' for number in numbers) or f'"{_SITE}none"'
