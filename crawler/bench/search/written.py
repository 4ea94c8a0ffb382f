"""A corpus written into an archive in bulk: the rows that crawls would have left, but the index.

All captures share one payload of a few bytes, and near copies are not looked for; the rest is as
`archive.versions` and `archive.stories` write it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from archive import captures, crawls, pages, sites, stories
from archive.clock import FixedClock, iso
from archive.content import content_of
from archive.db import Archive
from archive.digest import article_key
from archive.identity import identity_of
from archive.types import Article, Exchange, Found
from archive.version_rows import insert
from crawler.bench.search.corpus import Corpus, Made
from crawler.bench.search.dates import LATEST

READER = "luutru bench search"
_COMMIT = 1_000  # articles
_CRAWLED = LATEST - timedelta(days=60)
_AGAIN = timedelta(days=20)  # between the captures that show two versions
_BODY = b"<p>luutru bench</p>"

_PAGE = """
INSERT INTO page (id, site_id, url, found_url, kind, how, found_at)
VALUES (?, ?, ?, ?, 'article', 'listing', ?)"""
_CAPTURE = """
INSERT INTO capture (id, page_id, crawl_id, time, method, url, request_headers, outcome, status,
    payload_id, identity) VALUES (?, ?, ?, ?, 'GET', ?, '[]', 'answer', 200, ?, ?)"""
_SEEN = "UPDATE page SET last_answer_id = ?, last_capture_id = ? WHERE id = ?"
_READING = f"""
INSERT INTO reading (capture_id, state, kind, reader) VALUES (?, 'read', 'article', '{READER}')"""
_ARTICLE = """
INSERT INTO article (id, key, site_id, page_id, state_since) VALUES (?, ?, ?, ?, ?)"""
_ARTICLE_PAGE = "INSERT INTO article_page (page_id, article_id, key) VALUES (?, ?, ?)"
_EVENT = """
INSERT INTO event (time, kind, site_id, article_id, version_id, capture_id)
VALUES (?, ?, ?, ?, ?, ?)"""

Progress = Callable[[int, int], None]


def write(path: Path, corpus: Corpus, progress: Progress | None = None) -> int:
    """Make an archive of *corpus* at *path* and return the bytes of its current versions' text.

    The number of an article of the corpus is its row number less one. The index is incomplete.
    """
    with Archive.create(path, FixedClock(LATEST)) as archive:
        archive.conn.execute("PRAGMA synchronous = OFF")  # what is cut short is made anew
        writer = _Writer(archive, corpus)
        size = 0
        numbered = enumerate(corpus)
        while batch := list(islice(numbered, _COMMIT)):
            with archive.transaction():
                size += sum(writer.add(number, made) for number, made in batch)
            if progress is not None:
                progress(batch[-1][0] + 1, corpus.size)
        with archive.transaction():
            stories.settle(archive, writer.copied)
            archive.conn.execute("UPDATE index_state SET complete = 0")
            archive.conn.execute("UPDATE copy_state SET complete = 0")
        writer.close()
        archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return size


class _Writer:
    """Sites, crawls and the payload, written at its beginning; then article by article."""

    def __init__(self, archive: Archive, corpus: Corpus) -> None:
        self.copied: set[int] = set()  # articles with equal ones
        self._archive = archive
        self._corpus = corpus
        with archive.transaction():
            self._sites = [
                sites.ensure(archive, one.slug, one.name, one.province.name, one.now)
                for one in corpus.sites
            ]
            self._crawls = [
                crawls.begin(archive, site_id, "asked", READER, {}) for site_id in self._sites
            ]
            payload = self._begin()
        self._payload, self._digest = payload
        self._capture, self._page = (
            archive.conn.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
            for table in ("capture", "page")
        )

    def _begin(self) -> tuple[int, str]:
        """The capture of a start page, which brings the payload that all others share."""
        url = f"https://{self._corpus.sites[0].slug}.example/"
        (page,) = pages.add(
            self._archive, self._sites[0], [Found(url, "listing", "seed")], at=_CRAWLED
        )
        exchange = Exchange(url, _CRAWLED, status=200, body=_BODY)
        kept = captures.keep(self._archive, exchange, page.id, self._crawls[0])
        row = self._archive.conn.execute(
            "SELECT id, digest FROM payload WHERE id = ?", (kept.payload_id,)
        ).fetchone()
        return row["id"], row["digest"]

    def add(self, number: int, made: Made) -> int:
        """Write one article; the bytes of its text."""
        conn = self._archive.conn
        article_id, self._page = number + 1, self._page + 1
        if made.original != number:
            self.copied |= {article_id, made.original + 1}
        site_id, url = self._sites[made.site], made.article.url
        key = article_key(url)
        first = self._capture + 1
        self._capture += len(made.versions)
        conn.execute(_PAGE, (self._page, site_id, url, url, iso(_CRAWLED)))
        seen = [(first + n, _CRAWLED + n * _AGAIN) for n in range(len(made.versions))]
        conn.executemany(_CAPTURE, self._captures(made, seen))
        conn.execute(_SEEN, (self._capture, self._capture, self._page))
        conn.executemany(_READING, [(capture_id,) for capture_id, _ in seen])
        conn.execute(_ARTICLE, (article_id, key, site_id, self._page, iso(_CRAWLED)))
        conn.execute(_ARTICLE_PAGE, (self._page, article_id, key))
        for n, ((capture_id, time), article) in enumerate(zip(seen, made.versions, strict=True)):
            version_id = insert(
                self._archive, article_id, capture_id, article, content_of(article), READER
            )
            kind = "changed" if n else "new"
            conn.execute(_EVENT, (iso(time), kind, site_id, article_id, version_id, capture_id))
        conn.execute("UPDATE article SET version_id = ? WHERE id = ?", (version_id, article_id))
        return text_bytes(made.article)

    def _captures(
        self, made: Made, seen: Sequence[tuple[int, datetime]]
    ) -> Iterator[tuple[object, ...]]:
        url = made.article.url
        for capture_id, time in seen:
            name = identity_of(Exchange(url, time, status=200), self._digest, None)
            yield (capture_id, self._page, self._crawls[made.site], iso(time), url, self._payload,
                   name)  # fmt: skip

    def close(self) -> None:
        for crawl_id in self._crawls:
            crawls.end(self._archive, crawl_id, "finished", {})


def text_bytes(article: Article) -> int:
    """Bytes in UTF-8 of what the index is given of an article, each once."""
    texts: Iterable[str | None] = (
        article.title, article.lead, *(one.text for one in article.body),
        *(one.text for one in article.captions), article.byline,
        *(one.name for one in article.authors), *article.section,
    )  # fmt: skip
    return sum(len(text.encode()) for text in texts if text)
