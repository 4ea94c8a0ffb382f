"""The table of `luutru bench search`: by kind of query the median and the 95th percentile."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from archive.cli.progress import bar
from crawler.bench.search.asking import as_json
from crawler.bench.search.queries import Asked, Item, known_items, queries
from crawler.bench.search.writing import Written, write

_MB = 1_000_000
_COLD = 4  # of a kind: each needs the disk
_ITEMS = 300
_ITEMS_OF = 20_000  # articles beyond which titles repeat so often that none is known by a piece

Row = dict[str, Any]
COLUMNS = ("p50", "p95", "most", "search_p95", "facets_p95", "mb", "of_text", "share")


def rows(counts: Sequence[int], keep: Path | None, peers: bool) -> Iterator[Row]:
    """The rows of the table for archives of these sizes, kept in the folder *keep* if it is said.

    ``what`` is a kind of query, or what else was measured; times in milliseconds.
    """
    with _folder(keep) as folder:
        for count in counts:
            for row in _of(folder, count, peers):
                yield {"what": row["what"]} | {name: row.get(name) for name in COLUMNS}


def _of(folder: Path, count: int, peers: bool) -> Iterator[Row]:
    path = folder / f"search-{count}.db"
    with bar(f"archive of {count:,} articles") as progress:
        written = write(path, count, progress)
    yield from _written(count, written)
    yield from _asked(folder, path, count, peers)
    if count <= _ITEMS_OF:
        yield from _items(folder, path, count, peers)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with TemporaryDirectory(prefix="luutru-bench-") as name:
        yield Path(name)


def _written(count: int, written: Written) -> Iterator[Row]:
    each = sorted(seconds * 1000 for seconds in written.upkeep)
    yield _row("reindex, an article", written.seconds * 1000 / (count - len(each)))
    yield _row("one more article", median(each), _high(each), most=each[-1])
    size = sum(written.tables.values())
    yield {"what": "index", "mb": round(size / _MB, 1),
           "of_text": round(size / written.text, 2)}  # fmt: skip


def _asked(folder: Path, path: Path, count: int, peers: bool) -> Iterator[Row]:
    asked = queries(count)
    warm, memory = _run("asking", folder, asked, "warm", path)
    yield from _by_kind("", warm, ("both", "search", "facets"))
    yield {"what": "memory of searching", "mb": round(memory / _MB, 1)}
    seen: defaultdict[str, int] = defaultdict(int)
    few = []
    for one in asked:
        seen[one.kind] += 1
        if seen[one.kind] <= _COLD:
            few.append(one)
    cold, _ = _run("asking", folder, few, "cold", path)
    yield from _by_kind("cold: ", cold, ("both", "search", "facets"))
    if not peers:
        return
    for who, where in (("plain", f"plain-{count}.db"), ("tantivy", f"tantivy-{count}")):
        found, memory = _run("peers", folder, asked, who, folder / where, count)
        yield from _by_kind(f"{who}: ", found, ("both",))
        yield {"what": f"{who}: memory", "mb": round(memory / _MB, 1)}


def _items(folder: Path, path: Path, count: int, peers: bool) -> Iterator[Row]:
    items = known_items(count, _ITEMS)
    for accents, chosen in (("with accents", items[::2]), ("without accents", items[1::2])):
        share, _ = _run("asking", folder, chosen, "known", path)
        yield {"what": f"in the top 10, {accents}", "share": round(share, 3)}
        if peers:
            share, _ = _run("peers", folder, chosen, "known", folder / f"plain-{count}.db", count)
            yield {"what": f"plain: in the top 10, {accents}",
                   "share": round(share, 3)}  # fmt: skip


def _by_kind(prefix: str, found: Sequence[Row], names: Sequence[str]) -> Iterator[Row]:
    kinds: defaultdict[str, list[Row]] = defaultdict(list)
    for one in found:
        kinds[one["kind"]].append(one)
    kinds["all queries"] = list(found)
    for kind, ones in kinds.items():
        times = [one["both"] for one in ones]
        row = _row(prefix + kind, median(times), _high(times), most=max(times))
        for name in names[1:]:
            row[f"{name}_p95"] = round(_high([one[name] for one in ones]), 1)
        yield row


def _row(what: str, p50: float, p95: float | None = None, **more: float) -> Row:
    row: Row = {"what": what, "p50": round(p50, 1)}
    if p95 is not None:
        row["p95"] = round(p95, 1)
    return row | {name: round(value, 1) for name, value in more.items()}


def _high(values: Sequence[float]) -> float:
    """The 95th percentile: the value that one in twenty is not below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def _run(
    module: str, folder: Path, asked: Sequence[Asked] | Sequence[Item], *words: object
) -> tuple[Any, int]:
    """What a process of its own answers, and the most memory that it took."""
    given = folder / "asked.json"
    given.write_text(as_json(list(asked)), encoding="utf-8")  # type: ignore[arg-type]
    call = [sys.executable, "-m", f"crawler.bench.search.{module}", *map(str, words), str(given)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} failed: {done.stderr[-2000:]}")
    told = json.loads(done.stdout)
    return told["answer"], told["memory"]
