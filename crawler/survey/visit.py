"""Visit: a few named addresses asked for as a crawl asks, and nothing that is found on them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from archive import captures
from archive.clock import SystemClock
from archive.db import Archive
from archive.errors import CrawlError
from archive.types import Exchange
from archive.urls import canonical, host_key, is_loopback_host, resolve, same
from crawler.job import CrawlOptions
from crawler.profile_schema import twin
from crawler.robots import rules_of
from crawler.survey.toml import text_list, toml_text

MOST_BYTES = 8_000_000  # of one answer: a page, not an archive of photos
MOST_MINUTES = 15.0
HOPS = 10  # as many as a crawl follows


@dataclass(frozen=True, slots=True)
class Door:
    """Who is asked and how: the hosts that belong to the site, and seconds between two requests.

    *slug* is the site's in every profile that names these hosts: two may not share a start point.
    """

    slug: str
    hosts: tuple[str, ...]
    delay: float = 1.0
    contact: str | None = None

    @property
    def loopback(self) -> bool:
        return all(is_loopback_host(urlsplit(f"//{host}").hostname or "") for host in self.hosts)


@dataclass(frozen=True, slots=True)
class Visit:
    """What came back. ``answers``: all exchanges but those of robots.txt, in order of time;
    ``disallowed``: addresses that robots.txt keeps; ``problem``: why the crawl ended early."""

    answers: tuple[Exchange, ...] = ()
    robots: tuple[Exchange, ...] = ()
    disallowed: tuple[str, ...] = ()
    problem: str | None = None
    ended: float = field(default=0.0, compare=False)  # of time.monotonic, to keep the pace

    @property
    def delay(self) -> float:
        """Seconds between two requests that robots.txt asks for."""
        return max((rules_of(one).delay or 0.0 for one in self.robots), default=0.0)

    def chain(self, url: str) -> Iterator[Exchange]:
        """The answer to *url*, and those that its redirects lead to, each once."""
        known = {same(one.url): one for one in self.answers}
        here: str | None = url
        for _ in range(HOPS + 1):
            found = known.pop(same(here), None) if here else None
            if found is None:
                return
            yield found
            here = location(found)

    def last(self, url: str) -> Exchange | None:
        """Where asking for *url* ended; None if it was not answered at all."""
        found = None
        for found in self.chain(url):  # noqa: B007 - the last one is wanted
            pass
        return found

    def page(self, url: str) -> Exchange | None:
        """As :meth:`last`, but only an answer that is a page (status 2xx, not empty)."""
        found = self.last(url)
        good = found is not None and 200 <= (found.status or 0) < 300 and bool(found.body)
        return found if good else None

    def is_disallowed(self, url: str) -> bool:
        return same(url) in {same(one) for one in self.disallowed}

    def leads_away(self, url: str) -> str | None:
        """The address on another host that *url* redirects to, which was not asked for."""
        found = self.last(url)
        target = location(found) if found else None
        if found is None or target is None:
            return None
        here, there = urlsplit(found.url).hostname, urlsplit(target).hostname
        return target if here != there else None


def location(exchange: Exchange) -> str | None:
    """Where a redirect leads, absolute; None of other answers."""
    told = exchange.header("location")
    if not told or not 300 <= (exchange.status or 0) < 400:
        return None
    return resolve(exchange.url, told)


def hosts_of(url: str) -> tuple[str, ...]:
    """The host key of *url* and, for a name, its twin with or without ``www.``."""
    host = host_key(url)
    return (host,) if ":" in host or host[:1].isdigit() else (host, twin(host))


def visit(door: Door, urls: Sequence[str], after: Visit | None = None) -> Visit:
    """Ask for *urls* and where they redirect to on the door's hosts, robots.txt first.

    *after*: the visit before this one; the pause between two requests is kept across them.
    CrawlError if another crawl holds a host.
    """
    if after is not None:
        pause = max(door.delay, after.delay)
        time.sleep(max(0.0, after.ended + pause - time.monotonic()))
    from crawler.crawling import crawl_sites

    with tempfile.TemporaryDirectory(prefix="luutru-visit-") as folder:
        path = Path(folder)
        (path / f"{door.slug}.toml").write_text(_profile(door, urls), encoding="utf-8")
        options = CrawlOptions(contact=door.contact, why="visit", follow=False)
        (result,) = crawl_sites(path / "visit.db", [door.slug], (path,), options)
        ended = time.monotonic()
        if result.outcome == "interrupted":
            raise KeyboardInterrupt
        if result.outcome == "held":
            raise CrawlError(result.problem or "Another crawl is at work on this host.")
        seen = _seen(path / "visit.db")
    return replace(seen, problem=result.problem, ended=ended)


def _profile(door: Door, urls: Iterable[str]) -> str:
    """A profile whose start points are the addresses; what they link to is not followed."""
    home, *others = {canonical(url): url for url in urls}.values()
    return (
        f'name = "{door.slug}"\nhosts = {text_list(door.hosts)}\n'
        f"[start]\nhome = {toml_text(home)}\nlistings = {text_list(others)}\n"
        "sitemaps = []\nfeeds = []\n"
        f"[crawl]\ndelay = {float(door.delay)}\nmax_bytes = {MOST_BYTES}\n"
        f"max_minutes = {MOST_MINUTES}\n"
    )


def _seen(path: Path) -> Visit:
    """All captures of the visit's archive, the last one of each address."""
    with Archive.open(path, clock=SystemClock(), readonly=True) as archive:
        rows = archive.conn.execute(
            "SELECT capture.id, page.kind FROM capture JOIN page ON page.id = capture.page_id"
            " ORDER BY capture.id"
        ).fetchall()
        disallowed = archive.conn.execute(
            "SELECT found_url FROM page WHERE state = 'disallowed' ORDER BY id"
        ).fetchall()
        answers: dict[str, Exchange] = {}
        robots: dict[str, Exchange] = {}
        for row in rows:
            exchange = captures.exchange(archive, row["id"])
            where = robots if row["kind"] == "robots" else answers
            where.pop(exchange.url, None)  # a later try stands at its own place
            where[exchange.url] = exchange
    return Visit(
        tuple(answers.values()), tuple(robots.values()), tuple(row[0] for row in disallowed)
    )
