"""`luutru bench search`: what a search costs, kind by kind, at growing numbers of articles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.bench.search import indexing, times
from crawler.bench.search.beside import Tell, by_peers, known_items
from crawler.bench.search.corpus import Corpus
from crawler.bench.search.kept import Bar, Built, built
from crawler.bench.search.queries import by_kind, queries
from crawler.bench.search.row import Row, of_times, p
from crawler.bench.search.sample import Sample, sample_of

COLD = 3
"""Queries of each kind that are also asked cold, each in a process of its own."""
SEED = 1


@dataclass(frozen=True)
class Wanted:
    """*keep*: where archives stay. *reindex*: build the index of one that is there anew. *peer*,
    *known_items*: measure these too. *each*: queries of a kind."""

    keep: Path | None = None
    reindex: bool = False
    peer: bool = False
    known_items: bool = False
    seed: int = SEED
    each: int = 12


def rows(size: int, wanted: Wanted, bar: Bar, tell: Tell) -> Iterator[Row]:
    """The lines at *size* articles, as they are measured."""
    with _folder(wanted.keep) as folder:
        corpus = Corpus(wanted.seed, size)
        path, made = built(folder, corpus, bar, reindex=wanted.reindex)
        sample = sample_of(corpus)
        yield from _costs(path, made)
        yield from _times(path, sample, wanted.each)
        if wanted.peer:
            yield from by_peers(folder, sample, wanted.each, bar, tell)
        if wanted.known_items:
            yield from known_items(folder, path, sample, bar)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """The folder that archives are made in: *keep*, or one that goes away."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with TemporaryDirectory(prefix="luutru-search-") as name:
        yield Path(name)


# -- figures --------------------------------------------------------------------------------------


def _costs(path: Path, made: Built) -> Iterator[Row]:
    size = made.size
    yield Row(size, "index, ms an article", value=round(made.index, 2))
    if made.upkeep:
        yield Row(size, "upkeep, ms an article: p50", len(made.upkeep), value=p(made.upkeep, 50))
        yield Row(size, "upkeep, ms an article: p95", len(made.upkeep), value=p(made.upkeep, 95))
        yield Row(size, "upkeep, ms an article: most", len(made.upkeep), value=p(made.upkeep, 100))
    tables = indexing.bytes_by_table(path)
    yield Row(size, "bytes of text, MB", value=round(made.text / 1e6, 1))
    yield Row(size, "index, bytes a byte of text", value=_ratio(sum(tables.values()), made.text))
    for name, number in sorted(tables.items(), key=lambda one: -one[1]):
        if (ratio := _ratio(number, made.text)) >= 0.01:
            yield Row(size, f"{name}, bytes a byte of text", value=ratio)


def _times(path: Path, sample: Sample, each: int) -> Iterator[Row]:
    asked = queries(sample, each)
    size = sample.corpus.size
    warm = times.measured("warm", path, asked)
    some = [one for _, of in by_kind(asked) for one in of[:COLD]]
    cold = times.cold(path, some)
    at = 0
    for name, of in by_kind(asked):
        first = [time for one, time in zip(some, cold, strict=False) if one.kind == name]
        yield of_times(size, name, warm.times[at : at + len(of)], first)
        at += len(of)
    yield of_times(size, "all", warm.times, cold)
    yield Row(size, "memory of searching, MB", value=round(warm.memory / 1e6))


def _ratio(one: float, other: float) -> float:
    return round(one / other, 3)
