"""Queries of each kind, drawn from the made articles themselves; always the same ones."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from archive.vietnamese import exact, fold, syllables
from crawler.bench.search.corpus import LAST, Made, articles

A_KIND = 12
_LOOKED_AT = 3_000  # articles that queries are drawn from


@dataclass(frozen=True, slots=True)
class Asked:
    """One query; ``filters``: arguments of `archive.filters.Filters`. ``plain``: the same for an
    index that knows words and phrases alone; None if it cannot be asked there."""

    kind: str
    text: str
    filters: dict[str, object] = field(default_factory=dict)
    plain: tuple[str, ...] | None = None  # phrases that all must stand there, exact


@dataclass(frozen=True, slots=True)
class Item:
    """Words of a title, and the number of the article whose title that is."""

    text: str
    number: int
    copies: frozenset[int]


def queries(count: int, seed: int = 7) -> list[Asked]:
    """A dozen of each kind, of an archive of *count* articles."""
    dice = random.Random(seed)  # noqa: S311  # no secret
    seen = list(articles(min(count, _LOOKED_AT)))
    texts = [syllables(exact(" ".join((one.title, one.lead, *one.body)))) for one in seen]
    words = Counter(word for text in texts for word in set(text))
    pairs = Counter(pair for text in texts for pair in set(pairwise(text)))
    many = len(seen)

    def of(counts: Counter[str] | Counter[tuple[str, str]], least: float, most: float) -> list[str]:
        found = [one for one, times in counts.items() if least * many <= times <= most * many]
        spelled = sorted(" ".join(one) if isinstance(one, tuple) else one for one in found)
        return dice.sample(spelled, k=min(A_KIND, len(spelled)))

    frequent = {word for word, times in words.items() if times > 0.2 * many}
    of_frequent = Counter({pair: times for pair, times in pairs.items() if set(pair) <= frequent})
    bodies = [text for text in texts if len(text) > 60]

    def piece(length: int) -> str:
        text = dice.choice(bodies)
        start = dice.randrange(len(text) - length)
        return " ".join(text[start : start + length])

    def loose() -> str:
        return " ".join(dice.sample(sorted(set(dice.choice(bodies))), k=4))

    common = of(pairs, 0.3, 0.6) or of(pairs, 0.15, 1)
    kinds: dict[str, Sequence[str]] = {
        "common word": of(words, 0.4, 1),
        "common phrase": common,
        "phrase in 10 %": of(pairs, 0.07, 0.15),
        "phrase in 1 %": of(pairs, 0.007, 0.015),
        "rare pair of frequent words": of(of_frequent, 0.0003, 0.004),
        "phrase of 4 to 6": [piece(dice.randint(4, 6)) for _ in range(A_KIND)],
        "4 loose words": [loose() for _ in range(A_KIND)],
    }
    found = []
    for kind, texts_ in kinds.items():
        single = kind in ("common word", "4 loose words")
        for text in texts_:
            plain = tuple(text.split()) if single else (text,)
            found.append(Asked(kind, text if single else f'"{text}"', plain=plain))
            found.append(Asked(f"{kind}, no accents", fold(text) if single else f'"{fold(text)}"'))
    found += _mixed(dice, seen, common, of(words, 0.01, 0.1), piece)
    return found


def _mixed(
    dice: random.Random, seen: Sequence[Made], common: Sequence[str], words: Sequence[str],
    piece: Callable[[int], str],
) -> Iterator[Asked]:  # fmt: skip
    for _ in range(A_KIND):
        phrase, word = dice.choice(common), dice.choice(words)
        site, year = dice.randrange(12), dice.randint(2012, LAST.year - 1)
        yield Asked("as typed in a box", fold(phrase) + " " + fold(word))
        yield Asked("OR", f'"{phrase}" OR {word}')
        yield Asked("NOT", f'"{phrase}" -{word}')
        yield Asked("NEAR", f"{fold(word)} NEAR/8 {fold(dice.choice(words))}")
        yield Asked("NEAR of frequent words", f'"{phrase}" NEAR/5 {dice.choice(common).split()[0]}')
        yield Asked("prefix", f"{fold(word)[:3]}*")
        yield Asked("in the title", f'title:"{phrase}"')
        yield Asked("author", f'author:"{dice.choice(seen).author}"')
        yield Asked("phrase and site", f'"{phrase}"', {"sites": [f"site-{site}"]})
        yield Asked("phrase and province", f'"{phrase}" tinh:"Bình Phước"')
        month = dice.randint(1, 12)
        yield Asked("phrase and month", f'"{phrase}" date:{month}/{year}')
        yield Asked("phrase and author", f'"{phrase}"', {"author": dice.choice(seen).author})
        yield Asked("abbreviation", "ubnd " + fold(word))
        yield Asked("nothing found", f"{piece(2)} qwzx{dice.randrange(99)}")


def known_items(count: int, wanted: int, seed: int = 11) -> list[Item]:
    """Four to six syllables side by side of titles, as printed; half of them without accents."""
    dice = random.Random(seed)  # noqa: S311  # no secret
    chosen = sorted(dice.sample(range(count), k=min(wanted, count)))
    copies: dict[int, set[int]] = {}
    titles = {}
    for one in articles(count):
        if one.copy_of is not None:
            copies.setdefault(one.copy_of, {one.copy_of}).add(one.number)
            copies[one.number] = copies[one.copy_of]
        titles[one.number] = one.title
    found = []
    for place, number in enumerate(chosen):
        words = syllables(titles[number])
        length = min(len(words), dice.randint(4, 6))
        start = dice.randrange(len(words) - length + 1)
        text = " ".join(words[start : start + length])
        found.append(
            Item(fold(text) if place % 2 else text, number,
                 frozenset(copies.get(number, ())) | {number})
        )  # fmt: skip
    return found
