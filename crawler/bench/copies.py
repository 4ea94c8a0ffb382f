"""How well copies are told from look-alikes, and what it costs to keep that up to date."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from archive import captures, crawls, pages, sites, stories, versions
from archive.clock import FixedClock
from archive.content import content_of
from archive.db import Archive
from archive.ops import stats
from archive.types import Exchange, Found
from archive.version_rows import insert
from crawler.bench.copies_made import Text, labelled, lookalikes, written
from crawler.bench.measure import Figure

_START = datetime(2026, 3, 1, tzinfo=UTC)
_TIMED = 300  # updates whose mean is told for each size
_FORMULAS = 40  # sentences that every tenth text has one of: each in 250 of 100,000
_SENTENCES = 15
_TABLES = ("sentence", "copy_text", "copy_pair")

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Pairs of articles: how many are true, how many were found, how many found ones are true."""

    true: int
    found: int
    right: int
    wrong: tuple[tuple[str, str], ...]  # names of the two, of each wrong pair
    missed: tuple[tuple[str, str], ...]

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0


def accuracy(texts: Iterable[tuple[str, Text]]) -> Accuracy:
    """Store *texts* in an archive and compare the pairs it finds with those of equal names."""
    with _empty() as archive:
        names = dict(_store(archive, list(texts)))
        found = _pairs(archive)
    true = {
        (one, other) for one, other in combinations(sorted(names), 2) if names[one] == names[other]
    }
    right = found & true
    return Accuracy(
        len(true), len(found), len(right),
        tuple((names[a], names[b]) for a, b in sorted(found - true)),
        tuple((names[a], names[b]) for a, b in sorted(true - found)),
    )  # fmt: skip


def _pairs(archive: Archive) -> set[Pair]:
    """All pairs of articles that are copies by themselves, exact ones too."""
    found = {tuple(row) for row in archive.conn.execute("SELECT one_id, other_id FROM copy_pair")}
    for (article_id,) in archive.conn.execute("SELECT id FROM article").fetchall():
        found |= {
            (article_id, other)
            for other in stories.equal(archive, article_id)
            if other > article_id
        }
    return found


@contextmanager
def _empty() -> Iterator[Archive]:
    with (
        TemporaryDirectory(prefix="luutru-bench-") as folder,
        Archive.create(Path(folder) / "copies.db", FixedClock(_START)) as archive,
    ):
        archive.conn.execute("UPDATE index_state SET rules = -1")  # nothing is searched here
        yield archive


def _store(archive: Archive, texts: Sequence[tuple[str, Text]]) -> Iterator[tuple[int, str]]:
    """Store each text as a crawl does, at an address of its own; its article and its name."""
    with archive.transaction():
        site_id = sites.ensure(archive, "bench", "Đảng bộ", "", "")
        crawl_id = crawls.begin(archive, site_id, "asked", "bench", {})
        for number, (name, text) in enumerate(texts):
            url = f"https://bench.example/{number}.html"
            (page,) = pages.add(
                archive, site_id, [Found(url, "article", "listing")], at=archive.clock.now()
            )
            exchange = Exchange(url, archive.clock.now(), status=200, body=url.encode())
            kept = captures.keep(archive, exchange, page.id, crawl_id)
            done = versions.store(archive, kept.capture_id, text.article(url), "bench")
            yield done.article_id, name


# -- cost -----------------------------------------------------------------------------------------


def cost(sizes: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Articles that are there -> milliseconds of an update then, and bytes an article."""
    found: dict[int, tuple[float, float]] = {}
    formulas = written(-1, _FORMULAS).paragraphs
    with _empty() as archive:
        _ground(archive)
        number = 0
        for size in sizes:
            spent = 0.0
            while number < size:
                with archive.transaction():
                    for _ in range(100):
                        number += 1
                        article_id = _row(archive, number, formulas)
                        began = time.perf_counter()
                        stories.update(archive, article_id)
                        if number > size - _TIMED:
                            spent += time.perf_counter() - began
            bytes_by_table = Counter(
                {one.what: int(one.value or 0) for one in stats.sizes(archive)
                 if one.what in _TABLES}
            )  # fmt: skip
            found[size] = (1000 * spent / _TIMED, bytes_by_table.total() / size)
    return found


def _ground(archive: Archive) -> None:
    """One page and one capture, which all the articles rest on."""
    list(_store(archive, [("", written(-2, 1))]))


def _row(archive: Archive, number: int, formulas: Sequence[str]) -> int:
    text = written(number, _SENTENCES)
    if number % 20 == 0:  # one in twenty is a copy of an earlier one
        text = written(number // 2, _SENTENCES)
    if number % 10 == 0:
        text = Text(text.title, (*text.paragraphs, formulas[number // 10 % len(formulas)]))
    article = text.article("https://bench.example/")
    cursor = archive.conn.execute(
        "INSERT INTO article (key, site_id, page_id, state_since) VALUES (?, 1, 1, '')",
        (f"{number:016x}",),
    )
    article_id = int(cursor.lastrowid or 0)
    version_id = insert(archive, article_id, 1, article, content_of(article), "bench")
    archive.conn.execute("UPDATE article SET version_id = ? WHERE id = ?", (version_id, article_id))
    return article_id


# -- pages of others ------------------------------------------------------------------------------


def of_corpora(folder: Path) -> list[tuple[str, Text]]:
    """Articles with a body in the `truth.jsonl` of each corpus, named by their titles."""
    found = []
    for file in sorted(folder.glob("*/truth.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            body = one.get("body") or []
            paragraphs = body.split("\n") if isinstance(body, str) else body
            if paragraphs and one.get("title"):
                lead = [one["lead"]] if one.get("lead") else []
                found.append((one["title"], Text(one["title"], (*lead, *paragraphs))))
    return found


def figures(most: int) -> list[Figure]:
    """Precision and recall; cost at 1,000, 10,000 and, if *most* says so, 100,000 articles."""
    made = accuracy(labelled())
    alike = accuracy((f"{n}{side}", text) for n, pair in enumerate(lookalikes())
                     for side, text in zip("ab", pair, strict=True))  # fmt: skip
    told = [
        Figure("copies, precision of pairs", f"{made.precision:.3f}", f"of {made.found}", ""),
        Figure("copies, recall of pairs", f"{made.recall:.3f}", f"of {made.true}", ""),
        Figure("look-alikes taken for copies", f"{alike.found}", f"of {len(lookalikes())}", ""),
    ]
    costs = cost([size for size in (1000, 10_000, 100_000) if size <= max(most, 10_000)])
    first = next(iter(costs.values()))[0]
    for size, (spent, size_each) in costs.items():
        told.append(
            Figure(f"update of copies at {size:,} articles, ms", f"{spent:.2f}",
                   f"{size_each:.0f} bytes an article", f"{spent / first:.2f}")
        )  # fmt: skip
    return told
