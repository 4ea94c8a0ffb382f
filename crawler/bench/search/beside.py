"""The lines of `luutru bench search` that set Luutru beside others: times, and known items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from archive.db import Archive
from crawler.bench.search import kept, known, peers, times
from crawler.bench.search.kept import Bar
from crawler.bench.search.queries import by_kind, queries
from crawler.bench.search.row import Row, p
from crawler.bench.search.sample import Sample

Tell = Callable[[str], None]


def by_peers(folder: Path, sample: Sample, each: int, bar: Bar, tell: Tell) -> Iterator[Row]:
    """The times of each peer that is installed, for the kinds that it can be asked."""
    for name, label in peers.NAMES.items():
        if not peers.installed(name):
            tell(f"{label} is not installed, so it is not measured: `pip install {name}`.")
            continue
        place = kept.peer(folder, sample.corpus, name, bar)
        yield from _peer(name, label, place, sample, each)


def _peer(name: str, label: str, place: Path, sample: Sample, each: int) -> Iterator[Row]:
    asked = [one for one in queries(sample, each) if peers.can(name, one)]
    told = times.run("crawler.bench.search.peers", [name, str(place)], asked)
    answers: list[tuple[float, int]] = [(spent, found) for spent, found in told["times"]]
    at = 0
    for kind, of in by_kind(asked):
        yield _times(sample, f"{label}: {kind}", answers[at : at + len(of)])
        at += len(of)
    yield _times(sample, f"{label}: all of these", answers)
    size = sample.corpus.size
    yield Row(size, f"{label}: memory of searching, MB", value=round(told["memory"] / 1e6))


def _times(sample: Sample, what: str, times: list[tuple[float, int]]) -> Row:
    spent = [one for one, _ in times]
    found = round(median(number for _, number in times))
    return Row(
        sample.corpus.size, what, len(times), found, search_p50=p(spent, 50),
        search_p95=p(spent, 95),
    )  # fmt: skip


def known_items(folder: Path, path: Path, sample: Sample, bar: Bar) -> Iterator[Row]:
    """The share of known items among the first ten, of Luutru and of FTS5 by bm25."""
    size, wanted = sample.corpus.size, known.items(sample)
    place = kept.peer(folder, sample.corpus, "fts5", bar)
    with (
        Archive.open(path, readonly=True) as archive,
        closing(peers.open_fts5(place)) as conn,
    ):
        for marks, how in ((True, "with accents"), (False, "without accents")):
            what = f"known item among the first {known.FIRST}, {how}"
            share = known.by_search(archive, sample.corpus, wanted, marks)
            yield Row(size, what, len(wanted), value=round(share, 3))
            share = known.by_fts5(conn, sample.corpus, wanted, marks)
            yield Row(size, f"plain FTS5: {what}", len(wanted), value=round(share, 3))
