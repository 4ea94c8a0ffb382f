"""What a crawl of missing pages would ask for, and what it got and left, for the command line."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive import lacking, listings
from archive import sites as archive_sites
from archive.db import Archive
from archive.snapshot import snapshot
from crawler.job import CrawlOptions
from crawler.profile import load


@dataclass(frozen=True, slots=True)
class Standing:
    """How the pages of a site stand, and its listings that have not come to an end; ``why``: of
    `missing` and `unavailable` pages why -> how many."""

    pages: Mapping[str, int]
    why: Mapping[str, Mapping[str, int]]
    open_listings: int


def missing_rows(
    archive_path: Path, sites: Sequence[str], sites_dirs: tuple[Path, ...], options: CrawlOptions
) -> list[dict[str, Any]]:
    """The pages that a crawl of missing ones would begin with, a row each; writes nothing."""
    rows: list[dict[str, Any]] = []
    if not archive_path.exists():
        return rows
    with _opened(archive_path) as archive, snapshot(archive):
        for slug in sites:
            site, pace = archive_sites.get(archive, slug), load(slug, sites_dirs).crawl
            if site is None:
                continue
            asked = {"photo": options.photos and pace.photos,
                     "document": options.documents and pace.documents}  # fmt: skip
            rows += [
                {"site": slug, **asdict(one)}
                for one in lacking.goal(archive, site.id, archive.clock.now())
                if asked.get(one.kind, True)
            ]
    return rows


def standing_of(archive_path: Path, sites: Sequence[str]) -> dict[str, Standing]:
    """How the pages of each of *sites* stand now; those that the archive does not know left out."""
    found: dict[str, Standing] = {}
    if not archive_path.exists():
        return found
    with _opened(archive_path) as archive, snapshot(archive):
        for slug in sites:
            site = archive_sites.get(archive, slug)
            if site is not None:
                walks = listings.walks(archive, site.id)
                found[slug] = Standing(
                    lacking.counts(archive, site.id),
                    lacking.reasons(archive, site.id),
                    sum(one.state != "whole" for one in walks),
                )
    return found


def got_and_left(before: Mapping[str, Standing], after: Mapping[str, Standing]) -> Iterator[str]:
    """A line a site: how many pages it lacked and has now, what remains, what cannot be had."""
    for slug, now in after.items():
        then = before[slug].pages if slug in before else Counter[str]()
        got = now.pages.get("captured", 0) - then.get("captured", 0)
        line = f"{slug}: {got} got; {_told(now, 'missing')} still missing"
        line += f", {_told(now, 'unavailable')} not to be had"
        if now.open_listings:
            line += f"; {now.open_listings} listings were not walked to their end"
        yield f"{line}."


def _told(standing: Standing, name: str) -> str:
    why = standing.why.get(name, {})
    words = ", ".join(f"{reason}: {count}" for reason, count in why.items())
    return f"{sum(why.values())} ({words})" if words else "0"


def _opened(path: Path) -> Archive:
    # For writing where that may be: an archive of an older release is migrated by this.
    return Archive.open(path, readonly=not os.access(path, os.W_OK))
