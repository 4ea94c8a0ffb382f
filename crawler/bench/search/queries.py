"""The queries of `luutru bench search`: some of each kind, drawn from the corpus itself.

A new kind is a function of the sample and a number, entered under its name by `@kind`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from archive.filters import Filters
from archive.vietnamese import exact, fold
from crawler.bench.search.asked import Asked, Peer
from crawler.bench.search.sample import Sample, words_of

_EACH = 12  # queries of a kind, as a rule: some kinds spread them over what there is

Make = Callable[[Sample, int], Asked]
KINDS: dict[str, Make] = {}


def queries(sample: Sample, each: int = _EACH) -> list[Asked]:
    """*each* of every kind, kind by kind."""
    made: list[Asked] = []
    for name, make in KINDS.items():
        made += [replace(make(sample, number), kind=name) for number in range(each)]
    return made


def by_kind(asked: Sequence[Asked]) -> Iterator[tuple[str, list[Asked]]]:
    """Neighbours of one kind together."""
    return ((name, list(of)) for name, of in groupby(asked, key=lambda one: one.kind))


def kind(name: str) -> Callable[[Make], Make]:
    def enter(make: Make) -> Make:
        KINDS[name] = make
        return make

    return enter


def _phrase(words: str, *, marks: bool = True, **filters: Any) -> Asked:
    words = words if marks else fold(words)
    peer = None if filters else Peer((words,), marks=marks)
    return Asked(f'"{words}"', Filters(**filters), peer)


def _planted(sample: Sample, number: int, low: float, high: float) -> str:
    """One of the planted phrases of some share of the articles."""
    there = [one for one, share in sample.corpus.words.planted if low <= share <= high]
    return there[number % len(there)]


def _common(sample: Sample, number: int) -> str:
    return _planted(sample, number, 0.2, 1)


def _medium(sample: Sample, number: int) -> str:
    return _planted(sample, number, 0.005, 0.2)


def _run(words: Sequence[str], sample: Sample, name: str, number: int) -> str:
    """Four to six of *words* side by side."""
    dice = sample.dice(name, number)
    size = min(dice.randint(4, 6), len(words))
    at = dice.randrange(len(words) - size + 1)
    return " ".join(words[at : at + size])


def _some(sample: Sample, name: str, number: int) -> list[str]:
    """The syllables of the lead and body of some article."""
    return words_of(sample.dice(f"{name} of", number).choice(sample.articles).article)


# -- the kinds ------------------------------------------------------------------------------------


@kind("common word")
def _word(sample: Sample, number: int) -> Asked:
    there = sample.between(sample.exact, 0.2, 0.9)
    word = sample.dice("common word", number).choice([one for one in there if one != fold(one)])
    return Asked(word, peer=Peer((word,)))


@kind("common phrase, exact")
def _common_exact(sample: Sample, number: int) -> Asked:
    return _phrase(_common(sample, number))


@kind("common phrase, without accents")
def _common_folded(sample: Sample, number: int) -> Asked:
    return _phrase(_common(sample, number), marks=False)


@kind("common words side by side, no quotes")
def _common_bare(sample: Sample, number: int) -> Asked:
    words = fold(_common(sample, number))
    return Asked(words, peer=Peer(tuple(words.split()), marks=False))


@kind("medium phrase (10 %, 1 %)")
def _medium_exact(sample: Sample, number: int) -> Asked:
    return _phrase(_medium(sample, number * 2))


@kind("rare phrase (0.01 %)")
def _rare(sample: Sample, number: int) -> Asked:
    words = sample.corpus.words
    there = [one for one in map(words.rare_at, range(min(sample.corpus.size, 10_000))) if one]
    return _phrase(there[number * len(there) // _EACH % len(there)])


@kind("rare pair of frequent syllables")
def _rare_pair(sample: Sample, number: int) -> Asked:
    frequent = set(sample.between(sample.folded, 0.15, 1))
    most = max(1, len(sample.articles) // 500)
    there = sorted(
        pair for pair, count in sample.pairs.items() if count <= most and frequent.issuperset(pair)
    )
    return _phrase(" ".join(sample.dice("rare pair", number).choice(there)), marks=False)


@kind("phrase of 4 to 6 syllables, exact")
def _run_exact(sample: Sample, number: int) -> Asked:
    return _phrase(_run(_some(sample, "run", number), sample, "run", number))


@kind("phrase of 4 to 6 syllables, without accents")
def _run_folded(sample: Sample, number: int) -> Asked:
    return _phrase(_run(_some(sample, "bare", number), sample, "bare", number), marks=False)


@kind("4 loose words, without accents")
def _loose(sample: Sample, number: int) -> Asked:
    there = sorted({one for one in _some(sample, "loose", number) if len(one) > 1})
    words = [fold(one) for one in sample.dice("loose", number).sample(there, min(4, len(there)))]
    return Asked(" ".join(words), peer=Peer(tuple(words), marks=False))


@kind("OR")
def _or(sample: Sample, number: int) -> Asked:
    one, other = _common(sample, number), _medium(sample, number)
    return Asked(f'"{one}" OR "{other}"', peer=Peer((one, other), "any"))


@kind("NOT")
def _not(sample: Sample, number: int) -> Asked:
    one, other = _common(sample, number), _medium(sample, number + 5)
    return Asked(f'"{one}" NOT "{other}"', peer=Peer((one, other), "but"))


@kind("NEAR")
def _near(sample: Sample, number: int) -> Asked:
    one, other = fold(_common(sample, number)), fold(_medium(sample, number))
    tie = f"NEAR/{3 + number}"
    if number % 2:
        return Asked(f'"{one}" {tie} "{other}"')
    return Asked(f"{one.split()[0]} {tie} {other.split()[0]}")


@kind("abbreviation")
def _abbreviation(sample: Sample, number: int) -> Asked:
    return Asked(f"{('UBND', 'btv', 'HĐND', 'mttq')[number % 4]} {_medium(sample, number)}")


@kind("prefix")
def _prefix(sample: Sample, number: int) -> Asked:
    there = sample.between(sample.folded, 0.01, 1)
    beginnings = sorted({one[: 2 + number % 3] for one in there if len(one) > 3})
    start = sample.dice("prefix", number).choice(beginnings)
    return Asked(f"{start}*", peer=Peer((start,), "prefix", marks=False))


@kind("title: field")
def _title(sample: Sample, number: int) -> Asked:
    if number % 3 == 0:
        part = _common(sample, number)
        return Asked(f'title:"{part}"', peer=Peer((part,), title=True))
    dice = sample.dice("title", number)
    words = exact(dice.choice(sample.articles).article.title).split()
    at = dice.randrange(len(words) - 2)
    part = " ".join(words[at : at + 2 + number % 2]).replace("-", "").strip()
    return Asked(f'title:"{part}"', peer=Peer((part,), title=True))


@kind("author: field")
def _author(sample: Sample, number: int) -> Asked:
    name = sample.dice("author", number).choice(sample.corpus.authors)
    part = name if number % 2 else name.rsplit(" ", 1)[0]
    return Asked(f'author:"{fold(part) if number % 3 else part}"')


@kind("phrase and site")
def _site(sample: Sample, number: int) -> Asked:
    sites = sample.corpus.sites
    slug = sites[number * 3 % len(sites)].slug
    return _phrase(_common(sample, number), marks=number % 2 == 0, sites=(slug,))


@kind("phrase and month")
def _month(sample: Sample, number: int) -> Asked:
    year, month = 2012 + number, 1 + number % 12
    since, until = f"{year}-{month:02}-01", f"{year}-{month:02}-28"
    return _phrase(_common(sample, number), marks=number % 2 == 0, since=since, until=until)


@kind("word as typed (=)")
def _typed(sample: Sample, number: int) -> Asked:
    there = [one for one in sample.between(sample.exact, 0.02, 0.9) if one == fold(one)]
    word = sample.dice("typed", number).choice(there)
    return Asked(f"={word}", peer=Peer((word,)))


@kind("no match")
def _nothing(sample: Sample, number: int) -> Asked:
    """Words of no language; and frequent syllables in an order that nobody writes."""
    if number % 2:
        return _phrase(f"qx{number}zv wqk", marks=False)
    dice = sample.dice("nothing", number)
    there = sample.between(sample.folded, 0.4, 1)
    return _phrase(" ".join(dice.sample(there, 5)), marks=False)


@kind("browse, no query")
def _browse(sample: Sample, number: int) -> Asked:
    site = sample.corpus.sites[number]
    section = site.sections[number][-1]
    choices = (
        Filters(), Filters(sites=(site.slug,)), Filters(since="2019-03-01", until="2019-03-31"),
        Filters(section=section), Filters(province=site.province.name),
        Filters(author=sample.corpus.authors[number]),
    )  # fmt: skip
    return Asked("", choices[number % len(choices)])
