"""The frontier: Scrapy's scheduler over the archive's table `page`.

A page is open when it is due and not claimed. Claims live in memory, so a restart needs no
clean-up: what was not captured is still due. Hosts are served in turn, the one with the fewest
claims first, and no page before the rules of its robots.txt are known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, cast

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.utils.asyncio import call_later

from archive import due, pages
from archive.errors import ArchiveError
from archive.types import Page
from archive.urls import origin
from crawler.outcomes import WAIT, Outcome
from crawler.robots import Rules
from crawler.robots_files import RobotsFiles
from crawler.session import CrawlSession
from crawler.turns import LATER, SOONER, Host, Turns

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

    from crawler.spiders.site import SiteSpider

LOOK_AHEAD = 500  # pages taken from the table at once


class Frontier(BaseScheduler):
    """See the module. One instance a crawl."""

    session: CrawlSession
    turns: Turns
    robots: RobotsFiles

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._dirty = {False, True}  # the table may hold due pages that are in no queue (for later)
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
        self.robots = RobotsFiles(self.session, self.turns, self._close)
        self._spider.frontier = self  # the pipelines tell it what they learn

    # -- what Scrapy asks -------------------------------------------------------------------------

    def enqueue_request(self, request: Request) -> bool:
        raise RuntimeError(f"requests come only from the table `page`, not {request}")

    def has_pending_requests(self) -> bool:
        if self.turns.claimed:
            return True
        with self._archive_in_hand():
            if not self._over():
                self._refill()
                return self.turns.goes_on
        return False

    def next_request(self) -> Request | None:
        with self._archive_in_hand():
            if not self._over():
                return self._next()
        return None

    def _next(self) -> Request | None:
        self._refill()
        now = monotonic()
        while (host := self.turns.next_host(now)) is not None:
            page = self._take(host)
            if page is not None:
                self.turns.claim(page, host, now)
                return self._spider.request_for(page, host.key)
        self._set_alarm()
        return None

    @contextmanager
    def _archive_in_hand(self) -> Iterator[None]:
        """An archive that fails ends the crawl; so does a bug, with its traceback: the engine
        would only log it and ask again every five seconds."""
        try:
            yield
        except ArchiveError as error:
            self.give_up(error)
        except Exception:
            self._ended = self.session.outcome = "failed"
            raise

    def give_up(self, error: ArchiveError) -> None:
        """Nothing more can be kept: end the crawl. What is committed stays."""
        if self.session.failure is None:
            self.session.failure = error
            self._ended = "failed"
            # not awaited: the engine waits for the item that may be in process here
            engine = self._crawler.engine
            self.session.ending = asyncio.ensure_future(engine.close_spider_async(reason="archive"))

    # -- what the pipelines tell ------------------------------------------------------------------

    def captured(self, page: Page, outcome: Outcome) -> None:
        """The capture of *page* is committed: its place is free."""
        again = None
        if outcome.verdict == "retry" and outcome.wait <= WAIT:
            page = replace(page, failures=page.failures + 1)
            again = monotonic() + outcome.wait
        elif page.kind not in ("robots", "listing"):
            self.turns.aside.add(page.id)  # once a crawl, however soon its next look is due
        if outcome.pause:
            self._pause(page, outcome.pause)
        self._leave(page)
        silent = self.turns.release(page, answered=not outcome.no_answer, again=again)
        if silent is not None:
            self._close(silent, "unreachable")
        self.wake()

    def _leave(self, page: Page) -> None:
        """Another's host is held only while something is asked of it."""
        host = self.turns.host(page.url)
        if host.key not in self.session.profile.hosts and not host.waiting and host.claims <= 1:
            self.session.locks.leave(host.key)

    def _pause(self, page: Page, seconds: float) -> None:
        """The host asked to be left alone: all of it, not this page only (RFC 6585, 4)."""
        host = self.turns.host(page.url)
        if seconds > WAIT:
            self._close(host, "robots" if page.kind == "robots" else "asked to wait")
        host.free_at = max(host.free_at, monotonic() + seconds)

    def dropped(self, page: Page) -> None:
        """*page* could not be kept: it stays due, but not for this crawl."""
        self.turns.drop(page)
        if page.kind == "robots":
            self.robots.unreachable(page)
        self.wake()

    def changed(self) -> None:
        """The table may hold new due pages."""
        self._dirty = {False, True}
        self.wake()

    def learn(self, page: Page, rules: Rules) -> None:
        """What robots.txt at *page* says is known."""
        self.robots.learn(page, rules)
        self.changed()

    def follow_robots(self, page: Page, target: str) -> bool:
        """robots.txt is redirected; False if that leads nowhere."""
        return self.robots.follow(page, target)

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
        """Ask nothing more of *host*; what is due on another's host waits an hour, in the table:
        200,000 photos of a silent server would be looked up again and again."""
        session = self.session
        at = {origin(page.url) for page in host.waiting}
        robots = [page for page in host.queue if page.kind == "robots"]
        self.turns.close(host, why)
        for page in robots:  # somebody else's may be redirected here
            self.robots.unreachable(page)
        session.hosts_failed[host.key] = why
        if host.key not in session.profile.hosts:
            with session.archive.transaction():
                for one in at:
                    until = session.clock.now() + timedelta(hours=1)
                    due.postpone(session.archive, session.site_id, one, until)

    def _refill(self) -> None:
        """Queue what is due and was not queued yet, when the queues run low."""
        session, taken = self.session, self.turns.taken
        for later, others in ((False, LATER), (True, SOONER)):
            if later not in self._dirty or self.turns.ahead(later=later) > LOOK_AHEAD // 10:
                continue
            found = pages.due(
                session.archive, session.site_id, session.clock.now(), LOOK_AHEAD, taken(),
                missing=session.missing_since, without=others | session.left_out(),
            )  # fmt: skip
            self._dirty -= {later} if len(found) < LOOK_AHEAD else set()
            self.turns.put(found)

    def _take(self, host: Host) -> Page | None:
        """The next page of *host*, or None if it needs another look (robots.txt first)."""
        page = self.turns.take(host)
        if not self.session.locks.take(host.key):
            self._close(host, "held by another crawl")
            return None
        if page.kind == "robots":
            return page
        if page.kind in self.session.left_out():  # it was queued before that
            self.turns.set_aside(page)
            return None
        rules = host.rules.get(origin(page.url))
        if rules is None or rules.stale(self.session.clock.now()):
            self.turns.put_back(host, page)
            return self.robots.first(host, origin(page.url))
        if not rules.allows(page.found_url):
            self.robots.refuse(page)
            return None
        return page

    def _set_alarm(self) -> None:
        """Look again when something that waits for its time may be asked for."""
        if self._alarm is not None:  # what came last may be earlier than what it was set for
            self._alarm = self._alarm.cancel()
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
