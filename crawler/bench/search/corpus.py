"""Articles for `luutru bench search`: like news of committees in what a search index feels.

Number and seed alone make an article, so a corpus need not be held: the first 10,000 articles of
any corpus are the same. What is aimed at: a mean of 457 syllables, widely spread; twenty years,
more of the recent ones; one in a hundred undated; one in twenty a copy on another site; one in a
hundred with earlier versions.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log

from archive.types import Article, Author, Block, Caption
from crawler.bench.search.dates import later, published
from crawler.bench.search.vocabulary import Vocabulary, groups, vocabulary
from crawler.provinces import Province, provinces

GENERATOR = 1
"""Another number with every change that makes other articles: kept archives are made anew."""

SITES = 40
_SECTIONS = 20  # a site
_AUTHORS = 300
_MEAN = 440  # syllables before phrases are planted
_SPREAD = 0.62  # of the logarithm
_FEWEST, _MOST = 50, 4_000
_A_WORD = 1.72  # syllables, as the words are drawn
_COPIES, _OLDER = 0.05, 0.01


@dataclass(frozen=True)
class BenchSite:
    slug: str
    name: str
    province: Province
    sections: Sequence[tuple[str, ...]]

    @property
    def now(self) -> str:
        """The name of the province that its own became."""
        return provinces()[self.province.now].name


@dataclass(frozen=True, slots=True)
class Made:
    """One article: the place of its site, its versions, the oldest first, and the number of the
    article that it is a copy of (its own if of none)."""

    site: int
    versions: tuple[Article, ...]
    original: int

    @property
    def article(self) -> Article:
        """The current version."""
        return self.versions[-1]


@dataclass(frozen=True)
class Corpus:
    """*size* articles, numbered from 0."""

    seed: int
    size: int

    def __iter__(self) -> Iterator[Made]:
        return map(self.article, range(self.size))

    @cached_property
    def words(self) -> Vocabulary:
        return vocabulary(self.seed)

    @cached_property
    def sites(self) -> Sequence[BenchSite]:
        dice = self._dice(-1)
        found = []
        for place, province in enumerate(
            sorted(provinces().values(), key=lambda one: one.slug)[:SITES]
        ):
            names = dice.sample(groups()["section"], _SECTIONS)
            sections = [(name,) if n % 4 else (names[0], name) for n, name in enumerate(names, 1)]
            body = groups()["body"][place % len(groups()["body"])]
            found.append(BenchSite(province.slug, f"{body} {province.name}", province, sections))
        return found

    @cached_property
    def authors(self) -> Sequence[str]:
        dice = self._dice(-2)
        parts = [groups()[name] for name in ("surname", "middle", "given")]
        return [" ".join(map(dice.choice, parts)) for _ in range(_AUTHORS)]

    def article(self, number: int) -> Made:
        """The article of that number, whatever the size."""
        dice = self._dice(number)
        site = int(SITES * dice.random() ** 1.5)  # some sites are larger than others
        original = self.original(number)
        if original != number:
            made = self.article(original)
            return Made(*self._copied(dice, number, site, made), original)
        article = self._written(dice, number, site)
        versions: tuple[Article, ...] = (article,)
        if dice.random() < _OLDER:
            versions = (*self._earlier(dice, article), article)
        return Made(site, versions, original)

    def original(self, number: int) -> int:
        """The article that this one is a copy of, or itself."""
        while number:
            dice = self._dice(-3 - number)
            if dice.random() >= _COPIES:
                break
            number = dice.randrange(number)
        return number

    def url(self, site: int, number: int) -> str:
        return f"https://{self.sites[site].slug}.example/tin/{number}.html"

    @staticmethod
    def number(url: str) -> int:
        """The number of the article at *url*, one of those that :meth:`url` made."""
        return int(url.rpartition("/")[2].removesuffix(".html"))

    def _dice(self, number: int) -> random.Random:
        # The same texts each time, no secret; seeding by an integer takes 5 µs, by a tuple more.
        return random.Random((self.seed << 40) + (number << 1 if number >= 0 else 1 - 2 * number))  # noqa: S311

    # -- one article ------------------------------------------------------------------------------

    def _written(self, dice: random.Random, number: int, site: int) -> Article:
        length = int(dice.lognormvariate(log(_MEAN) - _SPREAD**2 / 2, _SPREAD))
        words = self._drawn(dice, number, min(_MOST, max(_FEWEST, length)))
        sentences = list(_sentences(dice, words))
        lead = sentences.pop(0) if dice.random() < 0.9 and len(sentences) > 1 else None
        author = dice.choice(self.authors) if dice.random() < 0.7 else None
        return Article(
            url=self.url(site, number),
            title=self._title(dice, site),
            section=dice.choice(self.sites[site].sections),
            lead=lead,
            published=published(dice),
            authors=(Author(author),) if author else (),
            byline=author,
            body=tuple(_paragraphs(dice, sentences)),
            captions=tuple(self._captions(dice)),
        )

    def _drawn(self, dice: random.Random, number: int, length: int) -> list[str]:
        """Words of the corpus and, a third of them, of a topic; then what is planted."""
        count = max(9, round(length / _A_WORD) // 3 * 3)
        topic = dice.choice(self.words.topics)
        words = [""] * count
        words[0::3] = topic.draw(dice, count // 3)
        rest = self.words.all.draw(dice, count - count // 3)
        words[1::3], words[2::3] = rest[::2], rest[1::2]
        chance = dice.random
        for phrase, share in self.words.planted:
            if chance() < share:
                for _ in range(dice.choice((1, 1, 1, 2, 3))):
                    words.insert(int(chance() * count), phrase)
        if (rare := self.words.rare_at(number)) is not None:
            words.insert(count // 2, rare)
        return words

    def _title(self, dice: random.Random, site: int) -> str:
        """As committees write them, 8 to 18 syllables."""
        given = groups()
        parts = [dice.choice(given["body"])]
        if dice.random() < 0.6:
            parts.append(dice.choice(self.sites).province.name)
        parts.append(dice.choice(given["act"]))
        if dice.random() < 0.5:
            parts.append(dice.choices(*zip(*self.words.planted, strict=True))[0])
        ending = dice.choice(given["when"]) if dice.random() < 0.5 else ""
        while _length(parts) + len(ending.split()) < 8:
            parts += self.words.all.draw(dice, 1)
        for word in dice.choice(self.words.topics).draw(dice, dice.randint(1, 3)):
            if _length(parts) + len(ending.split()) + len(word.split()) <= 18:
                parts.append(word)
        if ending and _length(parts) + len(ending.split()) <= 18:
            parts.append(ending)
        return " ".join(" ".join(parts).split()[:18])

    def _captions(self, dice: random.Random) -> Iterator[Caption]:
        for _ in range(dice.choice((0, 0, 1, 1, 1, 2, 3))):
            begin = dice.choice(groups()["caption"])
            yield Caption(f"{begin} {' '.join(self.words.all.draw(dice, 6))}.")

    def _copied(
        self, dice: random.Random, number: int, site: int, made: Made
    ) -> tuple[int, tuple[Article, ...]]:
        if site == made.site:
            site = (site + 1 + dice.randrange(SITES - 1)) % SITES
        article = replace(
            made.article,
            url=self.url(site, number),
            section=dice.choice(self.sites[site].sections),
            published=later(dice, made.article.published),
        )
        return site, (article,)

    def _earlier(self, dice: random.Random, article: Article) -> Iterator[Article]:
        """One or two earlier versions: another word in the title, the last paragraph not there."""
        first = article.title.split()
        first[-1] = dice.choice(groups()["function"])
        if dice.random() < 0.3:
            yield replace(article, title=" ".join(first), body=article.body[:-1] or article.body)
        yield replace(article, title=" ".join(first))


def _length(parts: Sequence[str]) -> int:
    return len(" ".join(parts).split())


def _sentences(dice: random.Random, words: list[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        end = at + dice.randint(8, 22)
        part = words[at:end]
        if len(part) > 12:
            part[6] += ","
        if dice.random() < 0.1:
            part.append(f"ngày {dice.randint(1, 28)}/{dice.randint(1, 12)}")
        text = " ".join(part)
        yield f"{text[0].upper()}{text[1:]}."
        at = end


def _paragraphs(dice: random.Random, sentences: Sequence[str]) -> Iterator[Block]:
    at = 0
    while at < len(sentences):
        end = at + dice.randint(2, 4)
        yield Block("paragraph", " ".join(sentences[at:end]))
        at = end
