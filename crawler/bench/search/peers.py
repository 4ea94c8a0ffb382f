"""The same articles in plain FTS5 with bm25, and in Tantivy: what a search costs without our work.

Both hold title, lead and body in two fields each time: one text that ranks and counts. The plain
index is folded, as a Vietnamese search must be; Tantivy is given the exact words, as a user would.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from archive.vietnamese import exact, fold, syllables
from crawler.bench.processes import peak_bytes
from crawler.bench.search.corpus import articles

_ROUNDS = 3


def plain(path: Path, count: int) -> None:
    """An FTS5 table of the first *count* articles at *path*, if it is not there."""
    if path.exists():
        return
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute(
            "CREATE VIRTUAL TABLE plain USING fts5 (title, text, content = '',"
            " tokenize = 'unicode61 remove_diacritics 0')"
        )
        conn.execute("BEGIN")
        conn.executemany(
            "INSERT INTO plain (rowid, title, text) VALUES (?, ?, ?)",
            ((one.number + 1, fold(one.title), fold(" ".join((one.lead, *one.body))))
             for one in articles(count)),
        )  # fmt: skip
        conn.execute("COMMIT")


def ask_plain(path: Path, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Milliseconds of the 20 best by bm25 and of the count, for queries of words and phrases."""
    with closing(sqlite3.connect(path)) as conn:

        def run(phrases: Sequence[str]) -> None:
            text = " AND ".join(f'"{fold(one)}"' for one in phrases)
            conn.execute(
                "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 20", (text,)
            ).fetchall()
            conn.execute("SELECT count(*) FROM plain WHERE plain MATCH ?", (text,)).fetchone()

        return [_timed(one, run) for one in asked if one["plain"]]


def known_plain(path: Path, items: Sequence[dict[str, Any]], limit: int = 10) -> float:
    """As `asking.known`, for the words of each item as a user types them."""
    with closing(sqlite3.connect(path)) as conn:
        found = 0
        for item in items:
            text = " ".join(f'"{word}"' for word in syllables(fold(item["text"])))
            rows = conn.execute(
                "SELECT rowid - 1 FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT ?",
                (text, limit),
            )
            found += any(row[0] in item["copies"] for row in rows)
    return found / len(items)


def tantivy(folder: Path, count: int) -> None:
    """An index of the first *count* articles in *folder*, if it is not there."""
    import tantivy as library  # a development dependency

    if folder.exists():
        return
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    schema = (
        library.SchemaBuilder().add_integer_field("number", stored=True)
        .add_text_field("text", tokenizer_name="whitespace", stored=False).build()
    )  # fmt: skip
    index = library.Index(schema, path=str(part))
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    for one in articles(count):
        text = " ".join(syllables(exact(" ".join((one.title, one.lead, *one.body)))))
        writer.add_document(library.Document(number=one.number, text=text))
    writer.commit()
    writer.wait_merging_threads()
    part.rename(folder)


def ask_tantivy(folder: Path, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Milliseconds of the 20 best and the count, for queries of words and phrases."""
    import tantivy as library

    index = library.Index.open(str(folder))
    searcher = index.searcher()

    def run(phrases: Sequence[str]) -> None:
        query = index.parse_query(" AND ".join(f'"{one}"' for one in phrases), ["text"])
        searcher.search(query, 20, count=True)

    return [_timed(one, run) for one in asked if one["plain"]]


def _timed(one: dict[str, Any], run: Any) -> dict[str, Any]:
    run(one["plain"])
    times = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        run(one["plain"])
        times.append((time.perf_counter() - began) * 1000)
    return {"kind": one["kind"], "both": median(times)}


def main() -> None:
    """argv: who (plain, known, tantivy), where, how many articles, a file of queries as JSON."""
    who, where, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    given = json.loads(Path(sys.argv[4]).read_text(encoding="utf-8"))
    answer: Any
    if who == "tantivy":
        tantivy(where, count)
        answer = ask_tantivy(where, given)
    else:
        plain(where, count)
        answer = ask_plain(where, given) if who == "plain" else known_plain(where, given)
    sys.stdout.write(json.dumps({"answer": answer, "memory": peak_bytes()}))


if __name__ == "__main__":
    main()
