"""The words that the articles of `luutru bench search` are made of, and how frequent each is.

Hand-written words of the field stand first, words composed by the rules of the spelling behind
them; frequencies fall with the rank as Zipf and Mandelbrot say. Phrases whose share of the articles
is to be known stand apart: they are planted.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate

from archive.syllables import TONES, bases

_SYLLABLES = 3_500  # that the composed words are made of; a newspaper has some 4,000
_SINGLE = 1_200  # composed words of one syllable
_DOUBLE = 6_000
_TOPICS = 24
_TOPIC_WORDS = 500
_TOPIC_FROM = 60  # ranks before that are everybody's
_RARE = 100
_FLATTER = (100, 1.5)  # syllables: the 500 most frequent are four fifths of a text, as in news
_TONES = ("", *TONES)

Shares = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Words:
    """Words and the running sums of their weights, as `random.choices` takes them."""

    words: Sequence[str]
    sums: Sequence[float]

    def draw(self, dice: random.Random, number: int) -> list[str]:
        return dice.choices(self.words, cum_weights=self.sums, k=number)


@dataclass(frozen=True)
class Vocabulary:
    """``planted``: phrases with the share of articles that have them. ``rare``: see `rare_at`."""

    all: Words
    topics: Sequence[Words]
    planted: Shares
    rare: Sequence[str]

    def rare_at(self, number: int) -> str | None:
        """The rare phrase of the article with that number: each stands in one of 10,000."""
        place, rest = divmod(number % 10_000 - 13, 97)
        return self.rare[place] if rest == 0 and 0 <= place < len(self.rare) else None


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """The lists of `words.txt` by name, in NFC."""
    text = (files("crawler.bench.search") / "words.txt").read_text(encoding="utf-8")
    text = unicodedata.normalize("NFC", text)
    parts = re.split(r"^\[(\w+)\]$", text, flags=re.M)[1:]
    return {
        name: tuple(" ".join(entry.split()) for entry in body.split(","))
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


@cache
def vocabulary(seed: int) -> Vocabulary:
    """The words of that seed."""
    dice = random.Random(seed)  # noqa: S311  # the same words each time, no secret
    given = groups()
    frequent = [part for word in given["field"] for part in word.split()]
    syllables = list(dict.fromkeys([*frequent, *_composed(dice)]))
    parts = _zipf(syllables, *_FLATTER)
    singles = parts.draw(dice, _SINGLE)
    doubles = [" ".join(parts.draw(dice, 2)) for _ in range(_DOUBLE)]
    tail = [*singles, *doubles]
    dice.shuffle(tail)
    ranked = list(dict.fromkeys([*given["function"], *given["field"], *tail]))
    topics = [_zipf(dice.sample(ranked[_TOPIC_FROM:], _TOPIC_WORDS)) for _ in range(_TOPICS)]
    shares = [0.25 + 0.2 * place / len(given["common"]) for place in range(len(given["common"]))]
    shares[0] = 0.4
    planted = [
        *zip(given["common"], shares, strict=True),
        *((phrase, 0.1) for phrase in given["medium"]),
        *((phrase, 0.01) for phrase in given["uncommon"]),
    ]
    rare = [" ".join(parts.draw(dice, 3)) for _ in range(_RARE)]
    return Vocabulary(_zipf(ranked), topics, planted, rare)


def _composed(dice: random.Random) -> list[str]:
    """Syllables by the rules, drawn without preference."""
    made = []
    for base, (place, stopped) in bases().items():
        for tone in _TONES:
            if stopped and tone not in ("\u0301", "\u0323"):
                continue  # syllables that end in a stop bear sắc or nặng
            toned = base[: place + 1] + tone + base[place + 1 :]
            made.append(unicodedata.normalize("NFC", toned))
    return dice.sample(made, _SYLLABLES)


def _zipf(words: Sequence[str], flat: float = 3.7, steep: float = 1.0) -> Words:
    weights = ((rank + flat) ** -steep for rank in range(len(words)))
    return Words(words, list(accumulate(weights)))
