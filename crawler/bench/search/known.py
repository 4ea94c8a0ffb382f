"""Known items: somebody remembers a piece of a title. Does it come up among the first ten?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from archive import search
from archive.db import Archive
from archive.vietnamese import exact, fold, syllables
from crawler.bench.search.asked import Peer
from crawler.bench.search.corpus import Corpus
from crawler.bench.search.peers import best_fts5, fts5_text
from crawler.bench.search.sample import Sample

ITEMS = 300
FIRST = 10


@dataclass(frozen=True)
class Item:
    """Four to six neighbouring syllables of the title of the article of that number."""

    number: int
    words: str


def items(sample: Sample) -> list[Item]:
    """Items spread over the corpus; the same each time."""
    dice = sample.dice("known items", ITEMS)
    size = sample.corpus.size
    found = []
    for number in sorted(dice.sample(range(size), min(ITEMS, size))):
        words = syllables(sample.corpus.article(number).article.title)
        length = min(len(words), dice.randint(4, 6))
        at = dice.randrange(len(words) - length + 1)
        found.append(Item(number, " ".join(words[at : at + length])))
    return found


def by_search(archive: Archive, corpus: Corpus, wanted: list[Item], marks: bool) -> float:
    """The share of *wanted* that a search finds. A copy of an item is the item."""

    def first(words: str) -> Iterator[int]:
        return (corpus.number(hit.url) for hit in search.search(archive, words, limit=FIRST).hits)

    return _share(corpus, wanted, marks, first)


def by_fts5(conn: sqlite3.Connection, corpus: Corpus, wanted: list[Item], marks: bool) -> float:
    """The same of a plain table by bm25, which has all of the words."""

    def first(words: str) -> Iterator[int]:
        text = fts5_text(Peer(tuple(words.split())))
        return (row - 1 for row in best_fts5(conn, text, FIRST))

    return _share(corpus, wanted, marks, first)


def _share(
    corpus: Corpus, wanted: list[Item], marks: bool, first: Callable[[str], Iterable[int]]
) -> float:
    form = exact if marks else fold
    found = 0
    for item in wanted:
        known = corpus.original(item.number)
        found += any(corpus.original(one) == known for one in first(form(item.words)))
    return found / len(wanted)
