"""One crawl of one site: what its parts share, its beginning and its end."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version

from archive import crawls, due, health, pages, sites
from archive.clock import Clock
from archive.db import Archive
from archive.errors import CrawlError, LuutruError
from archive.types import Found, PageKind
from archive.urls import host_key
from crawler import gaps, last_chance
from crawler.entering import enter, left_out
from crawler.job import CrawlOptions
from crawler.locks import HostLocks
from crawler.profile import SiteProfile

TELLING = ("finished", "limit", "robots", "failed")
"""Ends of a crawl after which its site's health is told; an interrupted one says nothing."""


@dataclass
class CrawlSession:
    """The state of a crawl that lives in memory; all else is in the archive."""

    profile: SiteProfile
    archive: Archive
    options: CrawlOptions
    site_id: int
    crawl_id: int
    started: datetime
    locks: HostLocks
    tally: Counter[str] = field(default_factory=Counter)
    hosts_failed: dict[str, str] = field(default_factory=dict)
    walks: dict[int, set[str]] = field(default_factory=dict)  # by listing: items met in this crawl
    seen: set[int] = field(default_factory=set)  # pages captured in this crawl
    walking: bool = True  # False, as in an import: a listing's pages come as they come
    outcome: str = "finished"
    failure: LuutruError | None = None  # of the archive: the crawl could not go on
    ending: object = None  # the task that ends the crawl after that

    @property
    def clock(self) -> Clock:
        return self.archive.clock

    @property
    def missing_since(self) -> datetime | None:
        """The beginning of a crawl that goes for missing pages alone; None in any other."""
        return self.started if self.options.missing else None

    def canonical(self, url: str) -> str:
        return self.profile.urls.canonical(url)

    def may_follow(self, url: str, kind: PageKind) -> bool:
        """Its own hosts; elsewhere only the photos and documents of an article."""
        try:
            self.canonical(url)
            return host_key(url) in self.profile.hosts or kind in ("photo", "document", "robots")
        except ValueError:  # `http://anh..vn/a.jpg`: one bad link must not cost the article
            return False

    def left_out(self) -> frozenset[PageKind]:
        """The kinds of pages that this crawl does not ask for, or no more: they stay due.

        Photos may have half of its captures: those on another host have turns of their own, and
        would use up the limit before the articles are through.
        """
        pace, options = self.profile.crawl, self.options
        most = min(options.limit or pace.max_pages, pace.max_pages)
        out = left_out(self.profile, options)
        enough = self.tally["captures photo"] >= max(1, most // 2)
        return out | {"photo"} if enough else out

    def spent(self) -> str | None:
        """Which limit of this crawl is reached, if any."""
        pace, tally = self.profile.crawl, self.tally
        if self.options.limit is not None and tally["captures"] >= self.options.limit:
            return "limit"
        if tally["captures"] >= pace.max_pages:
            return "limit"
        if (self.clock.now() - self.started).total_seconds() > pace.max_minutes * 60:
            return "limit"
        return None

    def close(self, reason: str) -> None:
        """Seal the crawl and let the hosts go; *reason* is Scrapy's."""
        try:
            if self.failure is None:
                self.outcome = self._outcome(reason)
                crawls.end(self.archive, self.crawl_id, self.outcome, dict(self.tally))
                with self.archive.transaction():
                    sites.hold(self.archive, self.site_id, None)
                    if self.outcome in TELLING:
                        health.settle(self.archive, self.site_id)
        finally:
            self.locks.release()

    def _outcome(self, reason: str) -> str:
        if reason == "shutdown":
            return "interrupted"
        own = [why for host, why in self.hosts_failed.items() if host in self.profile.hosts]
        if own:
            return "robots" if "robots" in own else "failed"
        return self.outcome


def user_agent(contact: str | None) -> str:
    """Who is calling, as the sites' logs show it."""
    contact = contact or os.environ.get("LUUTRU_CONTACT")
    told = f"; {' '.join(contact.split())}" if contact else ""
    return f"luutru/{version('luutru')} (archival crawler{told})"


def begin(profile: SiteProfile, archive: Archive, options: CrawlOptions) -> CrawlSession:
    """Take the hosts, open the crawl in the archive and make its start points due."""
    if not profile.start.all:
        raise CrawlError(
            f"{profile.slug} has no start point: no address of this site is known.",
            "Write one under [start] in a profile of your own, and name its folder with --sites.",
        )
    locks = HostLocks()
    locks.take_all(profile.hosts)
    try:
        return _open(profile, archive, options, locks)
    except BaseException:
        locks.release()
        raise


def _open(
    profile: SiteProfile, archive: Archive, options: CrawlOptions, locks: HostLocks
) -> CrawlSession:
    now = archive.clock.now()
    agent = f"{user_agent(options.contact)}, process {os.getpid()}"
    with archive.transaction():
        site_id = enter(archive, profile)
        sites.hold(archive, site_id, agent)
    _check_own(profile, archive, site_id)
    crawls.close_killed(archive, site_id)
    options = last_chance.options(archive, site_id, options)
    with archive.transaction():
        crawl_id = crawls.begin(archive, site_id, options.why, agent, asdict(options))
    session = CrawlSession(profile, archive, options, site_id, crawl_id, now, locks)
    with archive.transaction():
        _make_due(session)
    return session


def _check_own(profile: SiteProfile, archive: Archive, site_id: int) -> None:
    """A page is of one site; a profile under another name would find all of its pages taken."""
    for url in profile.start.all:
        page = pages.by_url(archive, profile.urls.canonical(url))
        if page is not None and page.site_id != site_id:
            owner = next(site.slug for site in sites.all(archive) if site.id == page.site_id)
            raise CrawlError(
                f"{url} is a page of the site {owner} in this archive.",
                f"Call the profile {owner}.toml again, or crawl {profile.slug} into another one.",
            )


def _make_due(session: CrawlSession) -> None:
    archive, site_id, now = session.archive, session.site_id, session.started
    due.restart_posts(archive, site_id)
    if session.options.missing:
        due.make_due(archive, site_id, now, "missing")
        if session.options.gaps:
            session.tally["gaps probed"] += gaps.enter(session)
        return
    starts = [Found(url, "listing", "seed") for url in session.profile.start.all]
    pages.add(
        archive, site_id, starts, at=now, due=now, pinned=True, canonicalize=session.canonical
    )
    due.make_due(archive, site_id, now, "all" if session.options.full else "listings")
