"""How well one article's text answers a query: a number made from its text alone, so it is cheap.

bm25 reads every match of a common word, also under LIMIT; so the index only proposes candidates
(see `archive.search`), and these are weighed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archive.matching import DOCUMENT, Forms, Unit
from archive.vietnamese import exact

# What the words of a unit, side by side, are worth where they stand; each alone is worth less.
_WORTH = {"title": 10.0, "lead": 4.0, "caption": 3.0, "body": 3.0, "author": 3.0, "section": 2.0,
          "other": 2.0}  # fmt: skip
# What the article does not say itself must stand in its documents, else it were no candidate. They
# are not read for a score: fifty of them with 25 pages each would take two seconds.
_DOCUMENT = 0.4
_ALONE = 0.25
_AGAIN = 1.5  # a body that comes back to the words again and again is worth so much more at most
_SHORT = 12.0  # syllables of a title up to which it counts as all about its words


class Score(NamedTuple):
    """*as_typed*: all words stand in the text with the marks, or none, that they were typed with.

    Greater is better.
    """

    as_typed: bool
    value: float


@dataclass(frozen=True, slots=True)
class _Found:
    whole: int
    share: float  # of the words, alone


def score(forms: Mapping[str, Forms], wanted: Sequence[Unit]) -> Score:
    """The score of a version's text, column by column, for the units of a query."""
    own = {name: text for name, text in forms.items() if not name.startswith(DOCUMENT)}
    attached = len(own) < len(forms)
    value = sum(_worth(unit, own) or (_DOCUMENT if attached else 0.0) for unit in wanted)
    as_typed = all(_is_exact(unit, own) for unit in wanted)
    return Score(as_typed, value / max(1, len(wanted)))


def _worth(unit: Unit, forms: Mapping[str, Forms]) -> float:
    best = more = 0.0
    for column, text in forms.items():
        if not unit.applies(column):
            continue
        found = _find(unit, text)
        worth = _WORTH[column] * (1.0 if found.whole else _ALONE * found.share)
        if column == "title" and found.whole:
            length = len(text.text.split())
            worth *= 1 + min(1.0, unit.weight / max(_SHORT, length))
        if column == "body":
            more += _AGAIN * (1 - 1 / (1 + found.whole / 3))
        best, more = max(best, worth), more + 0.1 * min(best, worth)
    return best + more


def _find(unit: Unit, forms: Forms) -> _Found:
    text = forms.of(unit.mode)
    whole = sum(1 for _ in unit.whole.finditer(text))
    if whole or not unit.words:
        return _Found(whole, float(bool(whole)))
    there = sum(1 for word in unit.words if word.search(text))
    return _Found(0, there / len(unit.words))


def _is_exact(unit: Unit, forms: Mapping[str, Forms]) -> bool:
    """Whether a folded unit stands somewhere just as typed; exact ones always do."""
    if unit.typed is None:
        return True
    return any(
        unit.typed.fullmatch(exact(text.text[slice(*match.span())])) is not None
        for column, text in forms.items()
        if unit.applies(column)
        for match in unit.whole.finditer(text.folded)
    )
