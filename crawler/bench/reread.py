"""Stored pages read again, beside the bare extraction of the same pages in the same run."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from archive.clock import SystemClock
from archive.db import Archive
from archive.types import Article
from crawler.bench.measure import Figure
from crawler.bench.stored import Pages, build, of_corpora
from crawler.profile_loader import load_file, site_files
from crawler.reading import read
from crawler.reparse.choice import Options
from crawler.reparse.profiles import Profiles
from crawler.reparse.run import Reparse
from crawler.reparse.workers import Processes, Setup

_SPAWN = multiprocessing.get_context("spawn")
_BARE = 300  # exchanges in memory: what is read in turn, each process for itself


def reading_again(size: int, rounds: int, corpora: Sequence[Path] = ()) -> list[Figure]:
    """Pages a second: extraction alone, the report, `--apply` of what is the same, and of leads and
    bodies that all differ; medians of *rounds* in turns. At least two batches of pages."""
    rates: dict[str, list[float]] = {}
    with TemporaryDirectory(prefix="luutru-bench-") as name:
        folder = Path(name)
        source = of_corpora(folder, size, tuple(corpora))
        build(folder / "same.db", source)
        build(folder / "other.db", source, _poorer)
        workers = len(os.sched_getaffinity(0))
        for _ in range(rounds):
            for label, rate in (
                ("one", bare(source, 1)),
                ("all", bare(source, workers)),
                ("report", _run(folder, "same", Options(examples=3), workers)),
                ("same", _run(folder, "same", Options(apply=True), workers)),
                ("other", _run(folder, "other", Options(apply=True), workers)),
            ):
                rates.setdefault(label, []).append(rate)
        average = _average(folder / "same.db")
    found = {label: median(some) for label, some in rates.items()}
    beside = f"extraction alone {found['all']:.0f} pages/s"
    return [
        Figure(f"extraction alone, {workers} processes, {average / 1000:.0f} kB a page",
               f"{found['all']:.0f} pages/s", f"one process {found['one']:.0f} pages/s",
               f"{found['all'] / found['one']:.2f}"),
        *(Figure(told, f"{found[label]:.0f} pages/s", beside, f"{found[label] / found['all']:.2f}")
          for label, told in (("report", "pages read again: the report"),
                              ("same", "pages read again: --apply, only the reader is another"),
                              ("other", "pages read again: --apply, each article differs"))),
    ]  # fmt: skip


def bare(source: Pages, workers: int) -> float:
    """Pages a second of `crawler.reading.read` alone, as many processes at once as *workers*."""
    barrier = _SPAWN.Barrier(workers + 1)
    many = [_SPAWN.Process(target=_bare, args=(source, barrier)) for _ in range(workers)]
    for one in many:
        one.start()
    barrier.wait()
    began = time.perf_counter()
    barrier.wait()
    seconds = time.perf_counter() - began
    for one in many:
        one.join()
    return workers * min(source.size, _BARE) / seconds


def _bare(source: Pages, barrier: multiprocessing.synchronize.Barrier) -> None:
    profile = load_file(site_files((source.folder,))["bench"], (source.folder,))
    exchanges = [source.exchange(number) for number in range(min(source.size, _BARE))]
    read(exchanges[0], profile, "article")
    barrier.wait()
    for exchange in exchanges:
        read(exchange, profile, "article")
    barrier.wait()


def _run(folder: Path, name: str, options: Options, workers: int) -> float:
    """Pages a second of one run over a copy of the archive of that name.

    From its first batch to its end: that processes begin, a second, is nothing to a real archive.
    """
    path = folder / "copy.db"
    for old in folder.glob("copy.db*"):
        old.unlink()
    path.write_bytes((folder / f"{name}.db").read_bytes())
    with Archive.open(path, clock=SystemClock(), readonly=not options.apply) as archive:
        profiles = Profiles(archive, (folder,))
        marks: list[tuple[int, float]] = []  # pages done, and when
        with closing(Processes(Setup(path, archive.clock, profiles, options), workers)) as makers:
            run = Reparse(
                archive, profiles, makers, options,
                lambda done, _total: marks.append((done, time.perf_counter())),
            )  # fmt: skip
            result = run.run()
    if result.problems:
        raise RuntimeError(result.problems[0])
    (first, began), (last, ended) = marks[0], marks[-1]
    return (last - first) / (ended - began)


def _poorer(article: Article) -> Article:
    """What a reader makes of it that knows no leads, and loses the last paragraph."""
    return replace(article, lead=None, body=article.body[:-1])


def _average(path: Path) -> float:
    with Archive.open(path, readonly=True) as archive:
        return float(archive.conn.execute("SELECT avg(size) FROM payload").fetchone()[0])
