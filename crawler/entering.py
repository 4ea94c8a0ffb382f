"""What a profile and the options of a crawl say to the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import sites

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.types import PageKind
    from crawler.job import CrawlOptions
    from crawler.profile import SiteProfile


def enter(archive: Archive, profile: SiteProfile) -> int:
    """The row number of a profile's site, which is entered or brought up to date."""
    return sites.ensure(
        archive, profile.slug, profile.name, profile.province_then, profile.province_now,
        profile.body,
    )  # fmt: skip


def left_out(profile: SiteProfile, options: CrawlOptions) -> frozenset[PageKind]:
    """The kinds of pages that profile or options leave out: they are entered, and stay due."""
    pace = profile.crawl
    asked: dict[PageKind, bool] = {
        "photo": options.photos and pace.photos,
        "document": options.documents and pace.documents,
    }
    return frozenset(kind for kind, wanted in asked.items() if not wanted)
