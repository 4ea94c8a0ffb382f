"""The frontier: Scrapy's scheduler over the archive's table `page`.

A page is open when it is due and not claimed. Claims live in memory, so a restart needs no
clean-up: what was not captured is still due. Hosts are served in turn, the one with the fewest
claims first, and no page before the rules of its robots.txt are known.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.utils.asyncio import call_later

from archive import captures, due, pages
from archive.errors import CrawlError
from archive.types import Found, Page
from archive.urls import canonical, origin
from crawler.outcomes import WAIT, Outcome
from crawler.robots import Rules
from crawler.session import CrawlSession, robots_page
from crawler.turns import Host, Turns

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

    from crawler.spiders.site import SiteSpider

LOOK_AHEAD = 500  # pages taken from the table at once


class Frontier(BaseScheduler):
    """See the module. One instance a crawl."""

    session: CrawlSession
    turns: Turns

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._robots_for: dict[int, set[str]] = {}  # a robots.txt elsewhere -> whose rules it has
        self._dirty = True  # the table may hold due pages that are in no queue
        self._alarm: Any = None
        self._ended: str | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        self._spider = cast("SiteSpider", spider)  # there is but one
        self.session = self._spider.session
        pace = self.session.profile.crawl
        self.turns = Turns(pace.concurrency, pace.delay)
        self._spider.frontier = self  # the pipelines tell it what they learn

    # -- what Scrapy asks -------------------------------------------------------------------------

    def enqueue_request(self, request: Request) -> bool:
        raise RuntimeError(f"requests come only from the table `page`, not {request}")

    def has_pending_requests(self) -> bool:
        if self.turns.claimed:
            return True
        if self._over():
            return False
        self._refill()
        return bool(self.turns.queued) or self.turns.waits

    def next_request(self) -> Request | None:
        if self._over():
            return None
        self._refill()
        now = monotonic()
        while (host := self.turns.next_host(now)) is not None:
            page = self._take(host)
            if page is not None:
                self.turns.claim(page, host, now)
                return self._spider.request_for(page, host.key)
        self._set_alarm()
        return None

    # -- what the pipelines tell ------------------------------------------------------------------

    def captured(self, page: Page, outcome: Outcome) -> None:
        """The capture of *page* is committed: its place is free."""
        again = None
        if outcome.verdict == "retry" and outcome.wait <= WAIT:
            page = replace(page, failures=page.failures + 1)
            again = monotonic() + outcome.wait
        elif page.kind not in ("robots", "listing"):
            self.turns.aside.add(page.id)  # once a crawl, however soon its next look is due
        silent = self.turns.release(page, answered=not outcome.no_answer, again=again)
        if silent is not None:
            self._close(silent, "unreachable")
        self.wake()

    def dropped(self, page: Page) -> None:
        """*page* could not be kept: it stays due, but not for this crawl."""
        self.turns.drop(page)
        self.wake()

    def changed(self) -> None:
        """The table may hold new due pages."""
        self._dirty = True
        self.wake()

    def learn(self, page: Page, rules: Rules) -> None:
        """What robots.txt at *page* says, for the origins that it was asked for."""
        origins = self._robots_for.pop(page.id, set())
        if urlsplit(page.url).path == "/robots.txt":
            origins.add(origin(page.url))
        for at in origins:
            self._learn(at, rules)
        self.changed()

    def _learn(self, at: str, rules: Rules) -> None:
        host = self.turns.host(at)
        host.rules[at] = rules
        host.asked.discard(at)
        if rules.delay is not None:
            host.delay = max(host.delay, rules.delay)
        if rules.unreachable:
            self._close(host, "robots")

    def follow_robots(self, page: Page, target: str, most: int) -> bool:
        """robots.txt is redirected: its rules hold for the first origin (RFC 9309, 2.3.1.2)."""
        session = self.session
        if due.redirect_hops(session.archive, page.id, most) >= most:
            return False
        now = session.clock.now()
        with session.archive.transaction():
            found = Found(target, "robots", "redirect")
            pages.add(session.archive, session.site_id, [found], at=now, found_on=page.id)
        there = pages.by_url(session.archive, canonical(target))
        if there is None or there.id == page.id:
            return False
        origins = self._robots_for.pop(page.id, set()) | {origin(page.url)}
        known = self.turns.host(there.url).rules.get(origin(there.url))
        if known is not None and urlsplit(there.url).path == "/robots.txt":
            for at in origins:
                self._learn(at, known)
            return True
        if there.id in self._robots_for and origins <= self._robots_for[there.id]:
            return False  # it leads in a circle
        self._robots_for.setdefault(there.id, set()).update(origins)
        if there.id not in self.turns.taken():
            self.turns.put([there])
        return True

    def wake(self) -> None:
        """Have the engine ask again in the next turn, not at its heartbeat five seconds later."""
        slot = self._crawler.engine._slot
        if slot is not None:
            slot.nextcall.schedule()

    # -- the rest ---------------------------------------------------------------------------------

    def _over(self) -> bool:
        if self._ended is None:
            self._ended = self.session.spent()
            if self._ended is not None:
                self.session.outcome = self._ended
        return self._ended is not None

    def _close(self, host: Host, why: str) -> None:
        self.turns.close(host, why)
        self.session.hosts_failed[host.key] = why

    def _refill(self) -> None:
        """Queue what is due and was not queued yet, when the queues run low."""
        if not self._dirty or self.turns.ahead() > LOOK_AHEAD // 10:
            return
        session = self.session
        now = session.clock.now()
        found = pages.due(session.archive, session.site_id, now, LOOK_AHEAD, self.turns.taken())
        self._dirty = len(found) == LOOK_AHEAD
        self.turns.put(found)

    def _take(self, host: Host) -> Page | None:
        """The next page of *host*, or None if it needs another look (robots.txt first)."""
        page = self.turns.take(host)
        if not self.session.locks.take(host.key):
            self._close(host, "held by another crawl")
            return None
        if page.kind == "robots":
            return page
        at = origin(page.url)
        rules = host.rules.get(at)
        if rules is None or rules.stale(self.session.clock.now()):
            self.turns.put_back(host, page)
            return self._robots_first(host, at)
        if not rules.allows(page.found_url):
            self._disallow(page)
            return None
        return page

    def _robots_first(self, host: Host, at: str) -> Page | None:
        session = self.session
        found = robots_page(session, at)
        with session.archive.transaction():
            now = session.clock.now()
            pages.add(session.archive, session.site_id, [found], at=now, due=now)
        host.asked.add(at)
        page = pages.by_url(session.archive, session.canonical(found.url))
        if page is None:
            raise CrawlError(f"{found.url} could not be entered into the table of pages.")
        return None if page.id in self.turns.taken() else page

    def _disallow(self, page: Page) -> None:
        with self.session.archive.transaction():
            pages.set_state(self.session.archive, page.id, state="disallowed", due=None)
        self.session.tally["disallowed"] += 1

    def conditions(self, page: Page) -> dict[str, str]:
        """The headers that let the server say "unchanged" (RFC 9110, 13.1).

        Not for a listing whose first walk has not ended: its links are wanted, changed or not.
        """
        if page.last_answer_id is None or page.method != "GET":
            return {}
        if page.kind == "listing" and (page.root_id is not None or not page.backfilled):
            return {}
        earlier = captures.headers(self.session.archive, page.last_answer_id)
        asks = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
        return {asks[k.lower()]: v for k, v in earlier if k.lower() in asks}

    def _set_alarm(self) -> None:
        """Look again when something that waits for its time may be asked for."""
        if self._alarm is not None:  # what came last may be earlier than what it was set for
            self._alarm.cancel()
            self._alarm = None
        when = self.turns.next_time()
        if when is None:
            return

        def ring() -> None:
            self._alarm = None
            self.wake()

        self._alarm = call_later(max(when - monotonic(), 0.005), ring)

    def close(self, reason: str) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
