"""Figures that must be exact: pages that robots.txt forbids, and crawls of what did not change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.db import Archive
from crawler.bench.measure import Figure
from crawler.crawling import crawl_sites
from crawler.demo.server import DemoServer
from crawler.demo.site import DemoSite
from crawler.demo.sites import build
from crawler.job import CrawlOptions


@contextmanager
def sample() -> Iterator[tuple[Path, DemoServer, tuple[DemoSite, ...]]]:
    """A folder with the sample sites' profiles, their server without clocks and counters."""
    sites = build()
    with (
        TemporaryDirectory(prefix="luutru-bench-") as name,
        DemoServer(sites, dynamic=False) as server,
    ):
        folder = Path(name)
        for site in sites:
            text = site.profile_toml(server.urls[site.slug])
            (folder / f"{site.slug}.toml").write_text(text, encoding="utf-8")
        yield folder, server, sites


def disallowed_and_unchanged() -> list[Figure]:
    """0 of the 40 forbidden pages a site fetched; a second crawl that writes nothing new."""
    with sample() as (folder, server, sites):
        slugs = [site.slug for site in sites]
        archive = folder / "luutru.db"
        crawl_sites(archive, slugs, (folder,), CrawlOptions(why="bench"))
        first, fetched = len(server.log), _forbidden(server, sites)
        before = _counts(archive)
        crawl_sites(archive, slugs, (folder,), CrawlOptions(why="bench"))
        second = len(server.log) - first
        after = _counts(archive)
    return [
        Figure("pages fetched that robots.txt forbids, 40 a site", str(fetched), "", ""),
        Figure("requests of a second crawl, nothing changed", str(second),
               f"the first: {first}", f"{second / first:.2f}"),
        Figure("new versions of that second crawl", str(after[0] - before[0]), "", ""),
        Figure("new payloads of that second crawl", str(after[1] - before[1]), "", ""),
    ]  # fmt: skip


def _forbidden(server: DemoServer, sites: Sequence[DemoSite]) -> int:
    forbidden = {(site.slug, path) for site in sites for path in site.disallowed}
    return len({(entry.slug, entry.path) for entry in server.log} & forbidden)


def _counts(path: Path) -> tuple[int, int]:
    archive = Archive.open(path, readonly=True)
    versions, payloads = archive.conn.execute(
        "SELECT (SELECT count(*) FROM version), (SELECT count(*) FROM payload)"
    ).fetchone()
    archive.close()
    return versions, payloads
