"""Who reads each site of an archive again: its profile, or the generic rules for what has none."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from archive import sites
from archive.db import Archive
from archive.errors import ProfileError, UnknownReferenceError
from archive.sites import Site
from archive.types import Page
from archive.urls import host_key
from crawler.profile import SiteProfile, generic
from crawler.profile_loader import load_file, site_files
from crawler.reading import reader_identity


class Profiles:
    """The profiles of an archive's sites. ``left``: sites that are not read, and why.

    A site that was crawled had a profile: without that it is left alone, since the generic rules
    would read all of it otherwise. What an import brought from hosts without one is read by them.
    """

    def __init__(
        self, archive: Archive, sites_dirs: Iterable[Path] = (), only: Collection[str] = ()
    ) -> None:
        known = {site.slug: site for site in sites.all(archive)}
        for slug in only:
            if slug not in known:
                raise UnknownReferenceError(
                    f"There is no site `{slug}` in this archive.",
                    "`luutru status` lists its sites.",
                )
        self.left: dict[str, str] = {}
        self.sites: list[Site] = []
        self._profiles: dict[str, SiteProfile] = {}
        self._generic: dict[tuple[str, str], SiteProfile] = {}
        self._slugs = {site.id: site.slug for site in known.values()}
        dirs = tuple(sites_dirs)
        files = site_files(dirs)
        for slug in sorted(only or known):
            try:
                if slug in files:
                    self._profiles[slug] = load_file(files[slug], dirs)
                elif _was_crawled(archive, known[slug]):
                    raise ProfileError(
                        f"the site {slug} was crawled by a profile that is not here.",
                        "Name the folder that holds it with --sites.",
                    )
            except ProfileError as error:
                if only:
                    raise
                self.left[slug] = str(error)
            else:
                self.sites.append(known[slug])

    def of(self, page: Page) -> SiteProfile:
        """The profile that reads a page."""
        slug = self._slugs[page.site_id]
        if slug in self._profiles:
            return self._profiles[slug]
        key = slug, host_key(page.url)
        if key not in self._generic:
            self._generic[key] = replace(generic(page.url), slug=slug)
        return self._generic[key]

    def reader(self, site: Site) -> str:
        """The reader identity of a site's pages: that of the generic rules is one for all hosts."""
        profile = self._profiles.get(site.slug) or generic("https://any.invalid/")
        return reader_identity(profile)


def _was_crawled(archive: Archive, site: Site) -> bool:
    row = archive.conn.execute("SELECT 1 FROM crawl WHERE site_id = ? LIMIT 1", (site.id,))
    return row.fetchone() is not None
