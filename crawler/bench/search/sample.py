"""What is known of a corpus before it is searched: who has which words, by a sample of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from archive.types import Article
from archive.vietnamese import exact, fold, syllables
from crawler.bench.search.corpus import Corpus, Made

_SAMPLE = 1_500  # articles


@dataclass(frozen=True)
class Sample:
    """Articles of a corpus, evenly spread; the share of them that a syllable or pair stands in.

    ``exact`` and ``folded``: of syllables with and without marks. ``pairs``: of neighbours without.
    """

    corpus: Corpus
    articles: Sequence[Made]
    exact: Counter[str]
    folded: Counter[str]
    pairs: Counter[tuple[str, str]]

    def dice(self, kind: str, number: int) -> random.Random:
        """For one query of a kind: the same each time."""
        return random.Random(f"{self.corpus.seed} {kind} {number}")  # noqa: S311  # no secret

    def between(self, counts: Counter[str], low: float, high: float) -> list[str]:
        """The syllables that a share from *low* to *high* of the articles has, by name."""
        size = len(self.articles)
        return sorted(
            word for word, number in counts.items()
            if low <= number / size <= high and word.isalpha() and len(word) > 1
        )  # fmt: skip


def sample_of(corpus: Corpus) -> Sample:
    """The sample of *corpus*."""
    step = max(1, corpus.size // _SAMPLE)
    articles = [corpus.article(number) for number in range(0, corpus.size, step)]
    marked: Counter[str] = Counter()
    folded: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for made in articles:
        marked.update(set(words_of(made.article)))
        bare = words_of(made.article, fold)
        folded.update(set(bare))
        pairs.update(set(pairwise(bare)))
    return Sample(corpus, articles, marked, folded, pairs)


def words_of(article: Article, form: Callable[[str], str] = exact) -> list[str]:
    """The syllables of lead and body, as the index holds them in *form*."""
    return syllables(form("\n".join(filter(None, (article.lead, *(b.text for b in article.body))))))
