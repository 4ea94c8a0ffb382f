"""Whole crawls in this process, without a network, in milliseconds.

Frontier, pipelines, archive and reading are the real ones; the answers are told by the test, and
the clock jumps over every wait. A crawl that waits for nothing, for ever, is an error here.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from crawling import HTML, page, robots

from archive import sites
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import Exchange, Page, Reading
from archive.urls import host_key, origin
from crawler import reading
from crawler.demo.messages import DemoRequest, DemoResponse
from crawler.frontier import Frontier
from crawler.job import CrawlOptions
from crawler.pipelines import Keep, Read
from crawler.profile import SiteProfile, generic
from crawler.reader_pool import UnreadableError
from crawler.session import CrawlSession, begin
from crawler.spiders.site import Fetched, conditions

HERE = "http://127.0.0.1:9"
THERE = "http://127.0.0.1:10"
DAY = 86_400.0
Answer = DemoResponse | Callable[[DemoRequest], DemoResponse]


@dataclass
class Site:
    """A site at :data:`HERE`, its archive, and what it answers by path or by whole URL.

    *links* are those of its home page; robots.txt allows all unless it is among *answers*.
    """

    archive: Archive
    answers: dict[str, Answer]
    links: Sequence[str] = ()
    listings: Sequence[str] = ()
    hosts: Sequence[str] = (HERE,)
    places: int = 1
    slug: str = "small"
    drop_params: tuple[str, ...] = ()  # others make another reader
    unreadable: Callable[[Exchange], bool] = lambda exchange: False
    asked: list[str] = field(default_factory=list)  # URLs, in the order of this crawl's requests
    times: list[float] = field(default_factory=list)

    @property
    def clock(self) -> FixedClock:
        return self.archive.clock  # type: ignore[return-value]  # the test's fixture

    @property
    def paths(self) -> list[str]:
        return [url.removeprefix(HERE) for url in self.asked]

    def profile(self) -> SiteProfile:
        made = generic(f"{HERE}/")
        listings = tuple(url if "//" in url else HERE + url for url in self.listings)
        return replace(
            made,
            slug=self.slug,
            hosts=tuple(host_key(url) for url in self.hosts),
            start=replace(made.start, sitemaps=(), listings=listings),
            urls=replace(made.urls, article=(re.compile("^/tin/"),), drop_params=self.drop_params),
            crawl=replace(made.crawl, concurrency=self.places, delay=0.0),
        )

    def crawl(self, days: float = 0.0, **options: Any) -> CrawlSession:
        """One crawl, *days* after the last, from beginning to end."""
        self.clock.advance(days * DAY)
        self.asked.clear()
        self.times.clear()
        session = begin(self.profile(), self.archive, CrawlOptions(**options))
        try:
            asyncio.run(asyncio.wait_for(_Run(self, session).to_the_end(), 20))
        finally:
            session.close("finished")
        return session

    def answer(self, page_: Page, headers: Mapping[str, str]) -> DemoResponse:
        url = page_.found_url
        path = url.removeprefix(origin(url))
        tries = self.asked.count(url)
        self.asked.append(url)
        self.times.append(self.clock.now().timestamp())
        found = self.answers.get(url, self.answers.get(path))
        if found is None:
            found = DemoResponse(404, HTML, b"<title>404</title><h1>404</h1>")
            if path == "/":
                found = page("Trang chủ", *self.links)
            elif path == "/robots.txt":
                found = robots("Allow: /")
        request = DemoRequest(path, page_.method, headers, page_.body, tries=tries)
        return found if isinstance(found, DemoResponse) else found(request)

    # -- what it left in the archive --------------------------------------------------------------

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.archive.conn.execute(sql)]

    def row(self, path: str, columns: str) -> tuple[Any, ...]:
        url = path if "//" in path else HERE + path
        sql = f"SELECT {columns} FROM page WHERE url = ? AND method = 'GET'"
        return tuple(self.archive.conn.execute(sql, (url,)).fetchone())

    def events(self, kind: str) -> int:
        sql = "SELECT count(*) FROM event WHERE kind = ?"
        return int(self.archive.conn.execute(sql, (kind,)).fetchone()[0])

    def count(self) -> int:
        return int(self.rows("SELECT count(*) FROM article")[0][0])

    @property
    def health(self) -> str:
        site = sites.get(self.archive, self.slug)
        assert site is not None
        return site.state


class _Spider:
    frontier: Frontier

    def __init__(self, session: CrawlSession) -> None:
        self.session = session

    def request_for(self, page_: Page, host: str) -> Page:
        return page_


class _Run:
    def __init__(self, site: Site, session: CrawlSession) -> None:
        self.site, self.session = site, session
        crawler: Any = SimpleNamespace(engine=SimpleNamespace(_slot=None), settings=None)
        spider: Any = _Spider(session)
        crawler.spider = spider
        self.frontier = Frontier(crawler)
        self.frontier.open(spider)
        self.frontier._set_alarm = lambda: None  # type: ignore[method-assign]  # the clock jumps
        self.keep, self.read = Keep(crawler), Read(crawler)
        pool: Any = SimpleNamespace(read=self._reading)  # pages are read in this process
        self.read._pool = pool
        self.read._reader = reading.reader_identity(session.profile)
        self.waiting: list[tuple[float, Page, DemoResponse]] = []

    async def to_the_end(self) -> None:
        idle = 0
        while True:
            while (request := self.frontier.next_request()) is not None:
                self._send(request)  # type: ignore[arg-type]  # a request is its page here
            if self.waiting:
                idle = 0
                await self._receive()
            elif not self.frontier.has_pending_requests():
                return
            else:
                when, idle = self.frontier.turns.next_time(), idle + 1
                assert when is not None or idle < 3, f"waits for ever; asked: {self.site.asked}"
                assert idle < 50, f"goes round; asked: {self.site.asked}"
                now = self.site.clock.now().timestamp()
                self.site.clock.advance(max((when or now) - now, 0.0) + 0.001)

    def _send(self, page_: Page) -> None:
        response = self.site.answer(page_, conditions(self.session.archive, page_))
        at = self.site.clock.now().timestamp() + response.delay
        self.waiting.append((at, page_, response))

    async def _receive(self) -> None:
        first = min(self.waiting, key=lambda one: one[0])
        self.waiting.remove(first)
        at, page_, response = first
        self.site.clock.advance(max(at - self.site.clock.now().timestamp(), 0.0) + 0.01)
        exchange = Exchange(
            page_.found_url,
            self.site.clock.now(),
            method=page_.method,
            outcome="unchanged" if response.status == 304 else "answer",
            status=response.status,
            headers=response.headers,
            body=response.body,
        )
        item = await self.keep.process_item(Fetched(page_, exchange))
        await self.read.process_item(item)

    async def _reading(self, exchange: Exchange, expected: Any) -> Reading:
        if self.site.unreadable(exchange):
            raise UnreadableError(f"{exchange.url}: it kills its reader")
        return reading.read(exchange, self.session.profile, expected)
