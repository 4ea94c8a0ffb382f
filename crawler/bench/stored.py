"""An archive to be read again: pages of a bench site or a corpus, as another reader read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from archive import captures, crawls, pages, readings, sites, versions
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import Article, Exchange, Found, Headers, Reading
from crawler.bench.site import BenchSite, page
from crawler.evaluation.corpus import Case, load
from crawler.profile import SiteProfile
from crawler.profile_loader import load_file, site_files
from crawler.reading import read

HOST = "http://127.0.0.1:9"  # asked for nothing; a profile without delay is for loopback only
HTML: Headers = (("Content-Type", "text/html; charset=utf-8"),)
BEFORE = "0 the reader before"  # an identity that no release has: all that it read is read again
_COMMIT = 64  # captures

Change = Callable[[Article], Article]
"""What the reader before made of an article, from what today's makes of it."""


@dataclass(frozen=True)
class Pages:
    """Exchanges by number, each with a text of its own, and the folder with their profile."""

    folder: Path
    size: int
    cases: tuple[Case, ...] = ()  # of a corpus; without them the pages of the bench site

    def profile(self) -> SiteProfile:
        path = self.folder / "bench.toml"
        path.write_text(BenchSite(self.size).profile_toml(HOST), encoding="utf-8")
        return load_file(site_files((self.folder,))["bench"], (self.folder,))

    def exchange(self, number: int) -> Exchange:
        url = f"{HOST}/tin/bai-viet-so-{number}.html"
        moment = datetime(2026, 3, 1, 8, tzinfo=UTC)
        if not self.cases:
            return Exchange(url, moment, status=200, headers=HTML, body=page(number))
        case = self.cases[number % len(self.cases)]
        title = str(case.truth.get("title") or "").encode()
        body = case.exchange.body + f"<!-- {number} -->".encode()
        if title:
            body = body.replace(title, f"Tin số {number}: ".encode() + title)
        headers = case.exchange.headers or (("Content-Type", "text/html"),)
        return replace(case.exchange, url=url, headers=headers, body=body)


def of_corpora(folder: Path, size: int, corpora: tuple[Path, ...]) -> Pages:
    """Pages of the bench site, or of these corpora in turn; InputError as of `load`."""
    cases = tuple(case for one in corpora for case in load(one).cases)
    return Pages(folder, size, cases)


def build(path: Path, source: Pages, change: Change = lambda article: article) -> None:
    """Make an archive at *path* that holds each page once, and what the reader before it read."""
    profile = source.profile()

    def made() -> Iterator[tuple[range, list[Reading]]]:
        for start in range(0, source.size, _COMMIT):
            numbers = range(start, min(start + _COMMIT, source.size))
            yield numbers, [_read(source.exchange(number), profile) for number in numbers]

    build_from(path, source, profile, made(), change)


def build_from(
    path: Path,
    source: Pages,
    profile: SiteProfile,
    made: Iterable[tuple[range, list[Reading]]],
    change: Change = lambda article: article,
) -> None:
    """As `build`, of the readings of pages by number; those that come together are one commit."""
    clock = FixedClock(datetime(2026, 11, 1, 8, tzinfo=UTC))
    with Archive.create(path, clock) as archive:
        with archive.transaction():
            site_id = sites.ensure(archive, profile.slug, profile.name)
            crawl_id = crawls.begin(archive, site_id, "bench", "luutru bench", {})
        for numbers, readings_ in made:
            with archive.transaction():
                for number, reading in zip(numbers, readings_, strict=True):
                    exchange = source.exchange(number)
                    _store(archive, site_id, crawl_id, exchange, reading, change)
        crawls.end(archive, crawl_id, "finished", {})
        archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _read(exchange: Exchange, profile: SiteProfile) -> Reading:
    return replace(read(exchange, profile, "article"), reader=BEFORE)


def _store(
    archive: Archive, site_id: int, crawl_id: int, exchange: Exchange, reading: Reading,
    change: Change,
) -> None:  # fmt: skip
    (here,) = pages.add(
        archive, site_id, [Found(exchange.url, "article", "sitemap")], at=exchange.time
    )
    kept = captures.keep(archive, exchange, here.id, crawl_id)
    readings.done(archive, kept.capture_id, reading.kind, reading.reader)
    if reading.article is not None:
        versions.store(archive, kept.capture_id, change(reading.article), reading.reader)
    pages.add(archive, site_id, reading.found, at=exchange.time, found_on=here.id, depth=1)
