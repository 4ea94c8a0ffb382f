"""A site looked at: home page, robots.txt, sitemap, feed, a listing, three articles -> Survey."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archive.types import Exchange, PageKind, Reading
from archive.urls import canonical, origin
from crawler.pages import metadata
from crawler.pages.document import Document
from crawler.profile import SiteProfile
from crawler.reading import read
from crawler.robots import Rules, rules_of
from crawler.survey import naming, refusals, starts
from crawler.survey.notes import notes
from crawler.survey.signs import Recognised, recognise
from crawler.survey.values import Looked, Role, Survey
from crawler.survey.visit import Door, Visit, hosts_of, visit
from crawler.survey.write import drafted

ARTICLES = 3
LISTINGS = 2  # the first section of a menu may be a page of its own
LEAST_DELAY = 1.0  # seconds, off this machine

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller asks for: the address, and the slug that it is to have."""

    url: str
    slug: str | None = None
    contact: str | None = None
    sites_dirs: tuple[Path, ...] = ()


def survey(wish: Wish, tell: Tell) -> Survey:
    """Ask for about eight pages, at the site's pace, and say what they are.

    ``CrawlError`` or ``InputError`` where there is nothing to make a profile of: no answer,
    refused by robots.txt, on another host, behind a login, parked.
    """
    look = _Look(wish, tell)
    look.at_home()
    look.at_lists()
    look.at_articles()
    return look.told()


class _Look:
    """The rounds of one look; each asks for what the one before it made known."""

    def __init__(self, wish: Wish, tell: Tell) -> None:
        self.wish, self.tell = wish, tell
        self.url = refusals.address(wish.url)
        hosts = hosts_of(self.url)
        known = refusals.check_slug(wish.slug, hosts, wish.sites_dirs)
        slug = known or wish.slug or naming.slug_of(hosts[0], naming.province((), hosts[0]))
        door = Door(slug, hosts, LEAST_DELAY, wish.contact)
        self.door = replace(door, delay=0.0) if door.loopback else door
        self.before: Visit | None = None
        self.pages: list[tuple[Role, Exchange]] = []
        self.drawn: Survey

    def at_home(self) -> None:
        """The home page, and the address that was given if it is another."""
        home = f"{origin(self.url)}/"
        self.tell(
            f"Asking {self.door.hosts[0]} for robots.txt and its home page "
            "(a site that is silent is tried three times, which takes up to a minute)."
        )
        seen = self.before = visit(self.door, list(dict.fromkeys([home, self.url])))
        page = seen.page(home) or seen.page(self.url)
        if page is None:
            raise refusals.no_page(seen, home if seen.last(home) else self.url)
        refusals.check(page)
        self.rules = rules_of(seen.robots[-1]) if seen.robots else Rules(None, True, page.time)
        asked_for = self.rules.delay or 0.0
        self.door = replace(self.door, delay=max(self.door.delay, asked_for))
        self.pages.append(("home", page))
        given = seen.page(self.url) if self.url != home else None
        self.given = given if given is not None and given.url != page.url else None
        self.drawn = self._drawn(page, asked_for)

    def _drawn(self, page: Exchange, asked_for: float) -> Survey:
        meta = metadata.read(Document.parse(page))
        titles = [text for text in (meta.first("og:site_name"), meta.title) if text]
        host = self.door.hosts[0]
        name = naming.committee(titles, host)
        return Survey(
            slug=self.door.slug, name=name, hosts=self.door.hosts,
            home=f"{origin(page.url)}/",
            province=naming.province((name, *titles), host), language=meta.language,
            recognised=self._recognised(),
            delay=self.door.delay, delay_asked=0.0 < asked_for >= self.door.delay,
            listings=(), sitemaps=(), feeds=(),
        )  # fmt: skip

    def _recognised(self) -> Recognised:
        return recognise([one for _, one in self.pages], self.wish.sites_dirs)

    def at_lists(self) -> None:
        """A sitemap, a feed, and the first sections of the menu."""
        _, page = self.pages[0]
        profile = self._family_alone()
        home = read(page, profile)
        listings = list(starts.sections(page, profile))
        given = read(self.given, profile) if self.given is not None else None
        if self.given is not None and given is not None:
            if given.kind == "listing":
                listings = [self.given.url, *(url for url in listings if url != self.given.url)]
                self.pages.append(("listing", self.given))
            elif given.article is not None:
                self.pages.append(("article", self.given))
        robots = self.before.robots if self.before else ()
        sitemaps, feeds = starts.sitemaps(robots, profile), starts.feeds(home, profile)
        there = {canonical(one.url) for _, one in self.pages}
        wanted: list[tuple[Role, str]] = [
            *(("sitemap", url) for url in sitemaps[:1]),
            *(("feed", url) for url in feeds[:1]),
            *(("listing", url) for url in listings[:LISTINGS] if canonical(url) not in there),
        ]
        roles = dict.fromkeys(role for role, _ in wanted)
        self.tell(f"Asking for {len(wanted)} pages more: {', '.join(roles)}.")
        self._ask(wanted)
        self.drawn = replace(
            self.drawn,
            recognised=self._recognised(),
            listings=tuple(url for url in listings if self.rules.allows(url)),
            sitemaps=sitemaps if self._answered("sitemap", profile) else (),
            feeds=feeds if self._answered("feed", profile) else (),
        )

    def _family_alone(self) -> SiteProfile:
        """The family's rules, with its own start points: where it keeps sitemap and feed."""
        return drafted(self.drawn, self.wish.sites_dirs, family_starts=True)

    def _answered(self, role: Role, profile: SiteProfile) -> bool:
        return any(read(one, profile).kind == role for known, one in self.pages if known == role)

    def at_articles(self) -> None:
        """Three of the articles that the listings name, else the feed, else the home page."""
        profile = drafted(self.drawn, self.wish.sites_dirs)
        order: tuple[Role, ...] = ("listing", "feed", "home", "sitemap")
        readings: list[Reading] = [
            read(one, profile, "listing")
            for role in order
            for known, one in self.pages
            if known == role
        ]
        there = {canonical(one.url) for _, one in self.pages}
        left = ARTICLES - sum(role == "article" for role, _ in self.pages)
        found = [url for url in starts.articles(readings, profile) if canonical(url) not in there]
        wanted: list[tuple[Role, str]] = [("article", url) for url in found[:left]]
        if wanted:
            self.tell(f"Asking for {len(wanted)} articles.")
            self._ask(wanted)

    def _ask(self, wanted: Sequence[tuple[Role, str]]) -> None:
        allowed = [(role, url) for role, url in wanted if self.rules.allows(url)]
        if not allowed:
            return
        seen = self.before = visit(self.door, [url for _, url in allowed], self.before)
        for role, url in allowed:
            page = seen.page(url)
            if page is not None and all(page.url != one.url for _, one in self.pages):
                self.pages.append((role, page))

    def told(self) -> Survey:
        """All that was seen, read by the profile that it makes."""
        self.drawn = replace(self.drawn, recognised=self._recognised())
        profile = drafted(self.drawn, self.wish.sites_dirs)
        looked = tuple(_looked(self.pages, profile))
        drawn = replace(self.drawn, looked=looked)
        return replace(drawn, notes=notes(drawn))


def _looked(pages: Iterable[tuple[Role, Exchange]], profile: SiteProfile) -> Iterable[Looked]:
    for role, one in pages:
        expected: PageKind = "article" if role == "article" else "listing"
        yield Looked(role, one, read(one, profile, expected))
