"""Which site a look belongs to: the page's own, its host's, the one that is named, or a new one.

A page is of one site in an archive, so in order:

1. the site that the page is of already; for captures of ours, the site that the file names;
2. the site whose profile has the host: one's own profiles first, then by name;
3. for a page with content (no photo, script, error, redirect, …): the site of ``--site``; without
   that a site named after the host (without `www.`), read by the generic rules; from there on in
   that file for all of the host;
4. for the rest, which lies on foreign hosts as often as not: the site of the page before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from archive import pages, sites
from archive.db import Archive
from archive.errors import ProfileError
from archive.interchange.looks import Look
from archive.types import Exchange, Found, Page, PageKind
from archive.urls import canonical, host_key
from crawler.discovery.classify import classifier
from crawler.profile import SiteProfile, generic
from crawler.profile_loader import load_file, site_files

DEPTH = 2
"""Of a page that only an import knows: so far from a start point that it is no daily listing."""

_DRESS = ("image/", "audio/", "video/", "font/", "text/css", "text/javascript", "application/")
_PAGES = ("application/xhtml", "application/xml", "application/rss", "application/atom")
_ASSETS = ("text/css", "text/javascript", "application/javascript", "font/")


@dataclass(frozen=True, slots=True)
class Home:
    """The site of a look, and the page that it is a look at."""

    profile: SiteProfile
    url: str  # canonical
    found: Found
    depth: int


class Sites:
    """The sites that are known to the profiles and to the archive, for the files of one import."""

    def __init__(
        self, archive: Archive | None, sites_dirs: tuple[Path, ...], forced: SiteProfile | None
    ) -> None:
        self._archive = archive
        self._forced = forced.slug if forced is not None else None
        self.problems: list[str] = []
        self._profiles: dict[str, SiteProfile] = {}
        self._hosts: dict[str, str] = {}
        self._told: dict[str, Mapping[str, str | None]] = {}
        self._met: dict[str, str] = {}  # hosts without a profile, in this file
        self._page_before: str | None = None
        files = site_files(sites_dirs)
        for file in sorted(files.values(), key=lambda one: (not one.own, one.slug)):
            try:
                profile = load_file(file, sites_dirs)
            except ProfileError as error:
                self.problems.append(f"{error.what} Its hosts are not known.")
                continue
            self._profiles[profile.slug] = profile
            for host in profile.hosts:
                self._hosts.setdefault(host, profile.slug)
        if forced is not None:
            self._profiles[forced.slug] = forced

    def next_file(self) -> None:
        """Forget what only the file before told."""
        self._page_before = None
        self._met.clear()
        self._told.clear()

    def tell(self, site: Mapping[str, str | None]) -> None:
        """What a file of ours says of one of its sites."""
        self._told[str(site.get("site"))] = site

    def profile(self, slug: str, url: str) -> SiteProfile:
        """The profile of a site that the archive holds; the generic one at *url* if none is."""
        return self._profiles.get(slug) or self._unknown(slug, url)

    def home(self, look: Look) -> Home:
        """Where a look belongs. ValueError if its URL has no canonical form."""
        url, host = look.exchange.url, host_key(look.exchange.url)
        slug = self._hosts.get(host)
        name = canonical_at(url, self._profiles[slug] if slug is not None else None)
        if look.said is not None:
            name = look.said.page or canonical(url)
        dress = look.said.kind in ("photo", "document") if look.said else _is_dress(look.exchange)
        owner = self._owner(name, look.exchange)
        if owner is None and look.said is not None:
            owner = look.said.site
        if owner is None:
            owner = slug or self._met.get(host) or self._by_place(host, dress)
        profile = self.profile(owner, url)
        if not dress:
            self._page_before = self._met[host] = owner
            profile = self._with_host(profile, host)
        if look.said is not None:
            depth = 0 if look.said.how == "seed" else DEPTH
            return Home(profile, name, _found(look, look.said.kind), depth)
        name = canonical_at(url, profile)
        return Home(profile, name, _found(look, kind_of(look.exchange, profile)), DEPTH)

    def page(self, home: Home) -> Page | None:
        """The page, if the archive knows it."""
        if self._archive is None:
            return None
        found = home.found
        return pages.by_url(self._archive, home.url, found.method, found.body)

    def _owner(self, name: str, exchange: Exchange) -> str | None:
        if self._archive is None:
            return None
        page = pages.by_url(self._archive, name, exchange.method, exchange.request_body)
        if page is None:
            return None
        row = self._archive.conn.execute("SELECT slug FROM site WHERE id = ?", (page.site_id,))
        return str(row.fetchone()[0])

    def _by_place(self, host: str, dress: bool) -> str:
        own_name = self._forced or host.removeprefix("www.")
        return (self._page_before or own_name) if dress else own_name

    def _with_host(self, profile: SiteProfile, host: str) -> SiteProfile:
        """The profile with one host more, so that links to it are followed as its own."""
        if host not in profile.hosts and host not in self._hosts:
            profile = replace(profile, hosts=(*profile.hosts, host))
        self._profiles[profile.slug] = profile
        return profile

    def _unknown(self, slug: str, url: str) -> SiteProfile:
        """The generic rules under that name, as far as the file or the archive knows of it."""
        told = self._told.get(slug, {})
        name, then, now = told.get("name"), told.get("province_then"), told.get("province_now")
        known = sites.get(self._archive, slug) if self._archive is not None else None
        if known is not None:
            name, then, now = known.name, known.province_then, known.province_now
        return replace(
            generic(url), slug=slug, name=name or slug, province_then=then, province_now=now
        )


def kind_of(exchange: Exchange, profile: SiteProfile) -> PageKind:
    """What a page of another's file holds: by its address, as in a crawl; a photo by its type."""
    url, media = exchange.url, _media(exchange)
    if url.partition("?")[0].endswith("/robots.txt") and url.count("/") == 3:
        return "robots"
    kind = classifier(profile).kind(url)
    if kind in ("photo", "asset", "document") or not 200 <= (exchange.status or 0) < 300:
        return kind
    if media.startswith(_ASSETS):
        return "asset"
    if media.startswith("image/"):
        return "photo"
    return "document" if media == "application/pdf" else kind


def _is_dress(exchange: Exchange) -> bool:
    """Whether this is a part of a page, or tells of none: it founds no site."""
    media = _media(exchange)
    there = exchange.outcome == "unchanged" or 200 <= (exchange.status or 200) < 300
    return not there or (media.startswith(_DRESS) and not media.startswith(_PAGES))


def _media(exchange: Exchange) -> str:
    return (exchange.header("content-type") or "").partition(";")[0].strip().lower()


def canonical_at(url: str, profile: SiteProfile | None) -> str:
    """*url* in the one spelling that it has on a site. ValueError if it has none."""
    return canonical(url) if profile is None else profile.urls.canonical(url)


def _found(look: Look, kind: PageKind) -> Found:
    one = look.exchange
    how = look.said.how if look.said is not None else "import"
    return Found(one.url, kind, how, one.method, one.request_body)
