"""The frontier: Scrapy's scheduler over the archive's table `page`.

A page is open when it is due and not claimed. Claims live in memory, so a restart needs no
clean-up: what was not captured is still due. Hosts are served in turn, the one with the fewest
claims first, and no page before the rules of its robots.txt are known.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.utils.asyncio import call_later

from archive import captures, due, pages
from archive.errors import CrawlError
from archive.types import Found, Page
from archive.urls import canonical, host_key, origin
from crawler.outcomes import Outcome
from crawler.robots import Rules
from crawler.session import CrawlSession, robots_page

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

LOOK_AHEAD = 500  # pages taken from the table at once
WAIT = 600.0  # seconds that a crawl waits for a page that is to be tried again
SILENT = 6  # requests in a row without any answer: the host is down
CLAIMS_OVER = 1  # claims of a host beyond its places: the next one waits in the download slot


@dataclass(slots=True)
class Host:
    """What is to be asked of one host. *rules* by origin: http and https may differ."""

    key: str
    queue: deque[Page] = field(default_factory=deque)
    claims: int = 0
    silent: int = 0  # requests in a row that got no answer
    rules: dict[str, Rules] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # origins whose robots.txt is on its way
    closed: str | None = None  # why nothing more is asked of it in this crawl


class Frontier(BaseScheduler):
    """See the module. One instance a crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.hosts: dict[str, Host] = {}
        self._claimed: dict[int, Host] = {}
        self._again: dict[int, datetime] = {}  # pages to be tried again in this crawl, and when
        self._queued: set[int] = set()
        self._aside: set[int] = set()  # due, but of a host that is closed
        self._robots_for: dict[int, str] = {}  # a robots.txt elsewhere -> the origin it speaks for
        self._dirty = True  # the table may hold due pages that are in no queue
        self._wake_at: Any = None
        self._ended: str | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        self._spider: Any = spider
        self.session: CrawlSession = spider.session  # type: ignore[attr-defined]  # our one spider
        self.session_places = self.session.profile.crawl.concurrency
        spider.frontier = self  # type: ignore[attr-defined]  # the pipelines tell it what they learn

    # -- what Scrapy asks -------------------------------------------------------------------------

    def enqueue_request(self, request: Request) -> bool:
        raise RuntimeError(f"requests come only from the table `page`, not {request}")

    def has_pending_requests(self) -> bool:
        if self._claimed:
            return True
        if self._over():
            return False
        self._refill()
        return bool(self._queued) or self._next_wait() is not None

    def next_request(self) -> Request | None:
        if self._over():
            return None
        self._refill()
        while (host := self._least_claimed()) is not None:
            page = self._take(host)
            if page is not None:
                return self._request(page, host)
        self._set_alarm()
        return None

    # -- what the pipelines tell ------------------------------------------------------------------

    def captured(self, page: Page, outcome: Outcome) -> None:
        """The capture of *page* is committed: its place is free."""
        host = self._claimed.pop(page.id, None)
        self._again.pop(page.id, None)
        if outcome.verdict == "retry" and outcome.wait <= WAIT:
            again = self.session.clock.now() + timedelta(seconds=outcome.wait)
            self._again[page.id] = again
        if host is not None:
            host.claims -= 1
            host.silent = host.silent + 1 if outcome.no_answer else 0
            if host.silent >= SILENT and host.closed is None:
                self.close_host(host.key, "unreachable")
        self.wake()

    def changed(self) -> None:
        """The table may hold new due pages."""
        self._dirty = True
        self.wake()

    def learn(self, page: Page, rules: Rules) -> None:
        """What robots.txt at *page* says, for the origin that it was asked for."""
        at = self._robots_for.pop(page.id, origin(page.url))
        host = self._host(at)
        host.rules[at] = rules
        host.asked.discard(at)
        if rules.delay is not None:
            self._spider.set_delay(host.key, rules.delay)
        if rules.unreachable:
            self.close_host(host.key, "robots")
        self.changed()

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
            if there is None or there.id in self._robots_for or there.id == page.id:
                return False
            due.page_now(session.archive, there.id, now)
        self._robots_for[there.id] = self._robots_for.get(page.id, origin(page.url))
        self.changed()
        return True

    def close_host(self, key: str, why: str) -> None:
        """Ask nothing more of this host in this crawl; its pages stay due."""
        host = self.hosts[key]
        host.closed = why
        self.session.hosts_failed[key] = why
        waiting = {page.id for page in host.queue}
        self._queued -= waiting
        for page_id in waiting & self._again.keys():
            del self._again[page_id]
        self._aside |= waiting
        host.queue.clear()

    def wake(self) -> None:
        """Have the engine ask again in the next turn, not at its heartbeat five seconds later."""
        slot = self._crawler.engine._slot
        if slot is not None:
            slot.nextcall.schedule()

    # -- the rest -----------------------------------------------------------------------------------

    def _over(self) -> bool:
        if self._ended is None:
            self._ended = self.session.spent()
            if self._ended is not None:
                self.session.outcome = self._ended
        return self._ended is not None

    def _host(self, url: str) -> Host:
        key = host_key(url)
        if key not in self.hosts:
            self.hosts[key] = Host(key)
        return self.hosts[key]

    def _refill(self) -> None:
        if not self._dirty or len(self._queued) > LOOK_AHEAD // 10:
            return
        session = self.session
        exclude = self._queued | self._aside | self._claimed.keys()
        now = session.clock.now()
        due_now = pages.due(session.archive, session.site_id, now, LOOK_AHEAD, exclude)
        self._dirty = len(due_now) == LOOK_AHEAD
        for page in due_now:
            host = self._host(page.url)
            if host.closed is not None:
                self._aside.add(page.id)
                continue
            self._queued.add(page.id)
            if page.kind == "robots":
                host.queue.appendleft(page)
            else:
                host.queue.append(page)

    def _least_claimed(self) -> Host | None:
        most = self.session_places + CLAIMS_OVER
        ready = [h for h in self.hosts.values() if h.queue and h.claims < most and self._open(h)]
        return min(ready, key=lambda host: host.claims, default=None)

    def _open(self, host: Host) -> bool:
        """Is there anything that may be asked of it now?"""
        head = host.queue[0]
        at = origin(head.url)
        return head.kind == "robots" or at not in host.asked

    def _take(self, host: Host) -> Page | None:
        """The next page of *host*, or None if it needs another look (robots.txt first)."""
        page = host.queue.popleft()
        self._queued.discard(page.id)
        if not self.session.locks.take(host.key):
            self.close_host(host.key, "held by another crawl")
            return None
        if page.kind == "robots":
            return page
        at = origin(page.url)
        rules = host.rules.get(at)
        if rules is None or rules.stale(self.session.clock.now()):
            host.queue.appendleft(page)
            self._queued.add(page.id)
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
        return None if page.id in self._claimed else page

    def _disallow(self, page: Page) -> None:
        with self.session.archive.transaction():
            pages.set_state(self.session.archive, page.id, state="disallowed", due=None)
        self.session.tally["disallowed"] += 1

    def _request(self, page: Page, host: Host) -> Request:
        self._claimed[page.id] = host
        host.claims += 1
        request: Request = self._spider.request_for(page, host.key)
        return request

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

    def _next_wait(self) -> float | None:
        """Seconds until the next page is to be tried again, if this crawl waits for one."""
        if not self._again:
            return None
        wait = (min(self._again.values()) - self.session.clock.now()).total_seconds()
        return max(wait, 0.0)

    def _set_alarm(self) -> None:
        wait = self._next_wait()
        if wait is None or self._wake_at is not None:
            return

        def ring() -> None:
            self._wake_at = None
            self.changed()

        self._wake_at = call_later(wait, ring)

    def close(self, reason: str) -> None:
        if self._wake_at is not None:
            self._wake_at.cancel()
