"""What a crawl of missing pages would ask for, and what it got and left, for the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive import lacking, listings
from archive import sites as archive_sites
from archive.db import Archive
from archive.lacking import Lacking
from archive.snapshot import snapshot
from crawler import gaps
from crawler.entering import left_out
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
    with Archive.open(archive_path, readonly=None) as archive, snapshot(archive):
        for slug in sites:
            site, profile = archive_sites.get(archive, slug), load(slug, sites_dirs)
            if site is None:
                continue
            now, out = archive.clock.now(), left_out(profile, options)
            rows += [
                {"site": slug, **asdict(one)}
                for one in lacking.goal(archive, site.id, now)
                if one.kind not in out
            ]
            rows += [
                {"site": slug, **asdict(Lacking(one.kind, one.url, one.how, None, "in a gap"))}
                for one in gaps.probes(archive, site.id, profile, options.gaps, now)
            ]
    return rows


def standing_of(archive_path: Path, sites: Sequence[str]) -> dict[str, Standing]:
    """How the pages of each of *sites* stand now; those that the archive does not know left out."""
    found: dict[str, Standing] = {}
    if not archive_path.exists():
        return found
    with Archive.open(archive_path, readonly=None) as archive, snapshot(archive):
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
