"""The last chance: a site that is dying is crawled once more in full, whoever starts the crawl."""

from __future__ import annotations

from dataclasses import replace

from archive import health
from archive.db import Archive
from crawler.job import CrawlOptions


def is_due(archive: Archive, site_id: int) -> bool:
    """Whether the site's next crawl is to be its last full one."""
    return health.last_chance(archive, site_id) == "due"


def options(archive: Archive, site_id: int, asked: CrawlOptions) -> CrawlOptions:
    """*asked*, or a full crawl in its place: every known page again, and what is missing.

    What asks for less on purpose (a limit, only what is missing, no following of links) stays as it
    is, and the last chance is the next crawl's. The profile's limits hold for it as for any.
    """
    narrowed = asked.limit is not None or asked.missing or not asked.follow
    if narrowed or not is_due(archive, site_id):
        return asked
    return replace(asked, full=True, why="last-chance")
