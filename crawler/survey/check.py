"""Live pages of known sites read again: the recorded ones, a listing, and its newest article."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from archive.errors import CrawlError
from archive.types import Reading
from archive.urls import canonical, host_key
from crawler.profile import SiteProfile
from crawler.reading import read
from crawler.survey import refusals
from crawler.survey.case import Case, facts
from crawler.survey.compare import Change, compare, fresh, listed
from crawler.survey.visit import Door, Visit, visit

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """One site's changes; ``problem``: why it could not be looked at, or not wholly."""

    site: str
    changes: tuple[Change, ...] = ()
    problem: str | None = None


def door_of(profile: SiteProfile, contact: str | None) -> Door:
    """The site as its profile lets it be asked."""
    return Door(profile.slug, profile.hosts, profile.crawl.delay, contact)


def check_site(
    profile: SiteProfile, cases: Sequence[Case], contact: str | None, tell: Tell
) -> Checked:
    """Ask for the cases' addresses and the first listing, then for its newest article."""
    if not profile.start.all:
        return Checked(profile.slug, (), "no start point: no address of this site is known")
    own = [case for case in cases if host_key(case.exchange.url) in profile.hosts]
    start = _first_list(profile)
    urls = {canonical(url): url for url in [*(case.exchange.url for case in own), start]}
    door = door_of(profile, contact)
    known = "1 page" if len(urls) == 1 else f"{len(urls)} pages"
    tell(f"{profile.slug}: asking for {known} and the newest article.")
    try:
        seen = visit(door, list(urls.values()))
        changes = [change for case in own for change in _case(profile, case, seen)]
        if seen.page(start) is None:
            raise refusals.no_page(seen, start)
        changes += _newest(profile, door, seen, start, {case.exchange.url for case in own})
    except CrawlError as problem:
        return Checked(profile.slug, (), str(problem))
    return Checked(profile.slug, tuple(changes))


def _first_list(profile: SiteProfile) -> str:
    """Where new articles show: the first listing that is declared, else the home page."""
    start = profile.start
    return next(iter(start.listings), start.home or start.all[0])


def _case(profile: SiteProfile, case: Case, seen: Visit) -> Iterator[Change]:
    page = seen.page(case.exchange.url)
    if page is None:
        problem = str(refusals.no_page(seen, case.exchange.url))
        yield Change(profile.slug, case.name, "kind", "lost", case.expected["kind"], problem)
        return
    reading = read(page, profile, "article" if "body" in case.expected else "listing")
    yield from compare(profile.slug, case.name, case.expected, facts(reading))


def _newest(
    profile: SiteProfile, door: Door, seen: Visit, start: str, known: set[str]
) -> Iterator[Change]:
    page = seen.page(start)
    assert page is not None
    reading = read(page, profile, "listing")
    if start not in known:
        yield from listed(profile.slug, page.url, facts(reading))
    url = _newest_of(reading, profile)
    if url is None or url in known:
        return
    again = visit(door, [url], seen)
    article = again.page(url)
    if article is None:
        problem = str(refusals.no_page(again, url))
        yield Change(profile.slug, url, "kind", "lost", "article", problem)
        return
    yield from fresh(profile.slug, article.url, facts(read(article, profile, "article")))


def _newest_of(reading: Reading, profile: SiteProfile) -> str | None:
    """The item with the latest date, the first one where none is dated."""
    own = [item for item in reading.items if host_key(item.url) in profile.hosts]
    if not own:
        return None
    return max(own, key=lambda item: item.published or "").url
