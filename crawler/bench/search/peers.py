"""What others take for the same queries: a plain FTS5 table, and Tantivy.

    python -m crawler.bench.search.peers fts5|tantivy PLACE < queries.json > times.json

Both answer with the 20 best by bm25 and the count, without snippets. FTS5 holds title, lead and
body folded; Tantivy the same with their accents, so it is asked only queries whose accents count.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from archive.types import Article
from archive.vietnamese import exact, fold
from crawler.bench.memory import peak
from crawler.bench.search.asked import Asked, Peer
from crawler.bench.search.times import ROUNDS, asked

LIMIT = 20
_COLUMNS = ("title", "lead", "body")
_FTS5 = """
CREATE VIRTUAL TABLE plain USING fts5 (
    title, lead, body, content = '', tokenize = 'unicode61 remove_diacritics 0')"""
_COMMIT = 1_000  # articles
_HEAP = 128_000_000  # bytes of Tantivy's writer

Numbered = Iterator[tuple[int, Article]]


def texts(article: Article, form: Callable[[str], str]) -> tuple[str, str, str]:
    """Title, lead and body in *form*."""
    body = "\n".join(block.text for block in article.body)
    return form(article.title), form(article.lead or ""), form(body)


# -- a plain FTS5 table ---------------------------------------------------------------------------


def build_fts5(place: Path, articles: Numbered) -> None:
    """Row numbers are the articles'."""
    with closing(sqlite3.connect(place, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = OFF")
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute(_FTS5)
        conn.execute("BEGIN")
        for at, (number, article) in enumerate(articles, 1):
            conn.execute("INSERT INTO plain (rowid, title, lead, body) VALUES (?, ?, ?, ?)",
                         (number, *texts(article, fold)))  # fmt: skip
            if at % _COMMIT == 0:
                conn.execute("COMMIT")
                conn.execute("BEGIN")
        conn.execute("COMMIT")


def open_fts5(place: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(place)
    conn.execute("PRAGMA cache_size = -16000")  # as an archive's
    return conn


def fts5_text(peer: Peer) -> str:
    """The query in the language of FTS5, without accents."""
    words = [f'"{fold(one)}"' for one in peer.phrases]
    if peer.how == "prefix":
        words = [f"{one}*" for one in words]
    joined = {"any": " OR ", "but": " NOT "}.get(peer.how, " AND ").join(words)
    return f"title : ({joined})" if peer.title else joined


def best_fts5(conn: sqlite3.Connection, text: str, limit: int = LIMIT) -> list[int]:
    """The row numbers of the best by bm25."""
    rows = conn.execute(
        "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT ?", (text, limit)
    )
    return [row[0] for row in rows]


def _ask_fts5(place: Path) -> Callable[[Peer], int]:
    conn = open_fts5(place)

    def ask(peer: Peer) -> int:
        text = fts5_text(peer)
        best_fts5(conn, text)
        row = conn.execute("SELECT count(*) FROM plain WHERE plain MATCH ?", (text,)).fetchone()
        return int(row[0])

    return ask


# -- Tantivy --------------------------------------------------------------------------------------


def build_tantivy(place: Path, articles: Numbered) -> None:
    import tantivy

    schema = tantivy.SchemaBuilder()
    for column in _COLUMNS:
        schema.add_text_field(column)
    place.mkdir()
    writer = tantivy.Index(schema.build(), path=str(place)).writer(_HEAP, 1)
    for _, article in articles:
        parts = zip(_COLUMNS, texts(article, exact), strict=True)
        writer.add_document(tantivy.Document(**dict(parts)))
    writer.commit()
    writer.wait_merging_threads()


def tantivy_text(peer: Peer) -> str:
    """The query in the language of Tantivy, with its accents; prefixes it has none."""
    words = [f'"{exact(one)}"' for one in peer.phrases]
    if peer.how == "any":
        return " ".join(words)
    first, *rest = words
    return " ".join([f"+{first}", *(("-" if peer.how == "but" else "+") + one for one in rest)])


def _ask_tantivy(place: Path) -> Callable[[Peer], int]:
    import tantivy

    index = tantivy.Index.open(str(place))
    searcher = index.searcher()

    def ask(peer: Peer) -> int:
        columns = ["title"] if peer.title else list(_COLUMNS)
        query = index.parse_query(tantivy_text(peer), columns)
        found = searcher.search(query, LIMIT, count=True)
        return int(found.count)  # type: ignore[attr-defined]  # its stub has forgotten it

    return ask


# -- both -----------------------------------------------------------------------------------------

BUILD = {"fts5": build_fts5, "tantivy": build_tantivy}
ASK = {"fts5": _ask_fts5, "tantivy": _ask_tantivy}
NAMES = {"fts5": "plain FTS5", "tantivy": "Tantivy"}


def installed(name: str) -> bool:
    """Whether that peer is here; SQLite always is."""
    return name == "fts5" or find_spec(name) is not None


def can(name: str, query: Asked) -> bool:
    """Whether that peer can be asked the same."""
    if query.peer is None:
        return False
    return name == "fts5" or (query.peer.marks and query.peer.how != "prefix")


def timed(ask: Callable[[Peer], int], queries: Sequence[Asked]) -> Iterator[tuple[float, int]]:
    """Milliseconds, the median of some rounds, and how many were found."""
    peers = [one.peer for one in queries if one.peer is not None]
    for peer in peers:
        ask(peer)
    for peer in peers:
        spent = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            found = ask(peer)
            spent.append(1000 * (time.perf_counter() - began))
        yield median(spent), found


def main() -> None:
    name, place = sys.argv[1], Path(sys.argv[2])
    queries = asked()
    times = list(timed(ASK[name](place), queries))
    sys.stdout.write(json.dumps({"times": times, "memory": peak()}) + "\n")


if __name__ == "__main__":
    main()
