"""Two steps for each exchange: keep it; then read it, and store the article.

They are two transactions: a kill between them leaves a capture that waits for its reading.
"""

from __future__ import annotations

import logging
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Self

from scrapy.logformatter import LogFormatter

from archive import captures, pages, readings, versions
from archive.errors import ArchiveError
from archive.types import Exchange, Page
from archive.urls import resolve
from crawler.attached import DocumentReader
from crawler.commits import Commits
from crawler.keeping import Captured, keep
from crawler.outcomes import WAIT, Outcome
from crawler.reader_pool import ReaderPool, UnreadableError
from crawler.reading import reader_identity
from crawler.robots import rules_of
from crawler.session import CrawlSession
from crawler.storing import store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.frontier import Frontier
    from crawler.spiders.site import Fetched

_log = logging.getLogger(__name__)

_PATIENCE = 0.05
"""Seconds that a reading waits for a capture, to be committed with it: no place of a host waits
for a reading, and one sync of the disk serves both."""


class _Step:
    """What both steps need of the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def session(self) -> CrawlSession:
        return self._crawler.spider.session  # type: ignore[no-any-return, union-attr]  # our spider

    @property
    def frontier(self) -> Frontier:
        return self._crawler.spider.frontier  # type: ignore[no-any-return, union-attr]  # our spider

    @property
    def commits(self) -> Commits:
        spider: Any = self._crawler.spider
        if not hasattr(spider, "commits"):
            spider.commits = Commits(spider.session.archive)
        return spider.commits  # type: ignore[no-any-return]  # an attribute of our spider


class CrawlLog(LogFormatter):
    """Scrapy's words, without the page that they are about: it may have megabytes."""

    def item_error(self, item: Any, exception: Any, response: Any, spider: Any) -> Any:
        # an archive that fails is told once, at the end of the crawl
        level = logging.DEBUG if isinstance(exception, ArchiveError) else logging.ERROR
        return {"level": level, "msg": "%(url)s could not be kept", "args": {"url": response.url}}


class Keep(_Step):
    """An exchange becomes a capture; its page gets a new state; its host a free place."""

    async def process_item(self, item: Fetched) -> Captured:
        session = self.session
        page, exchange = item.page, item.exchange
        try:
            captured = await self.commits.run(partial(keep, session, page, exchange))
        except ArchiveError as error:
            self.frontier.give_up(error)
            raise
        except Exception:
            self.frontier.dropped(page)  # else the crawl would wait for it to the end of its time
            raise
        self._count(captured)
        self.frontier.captured(page, captured.outcome)
        if page.kind == "robots":
            await self._robots(captured)
        if captured.outcome.verdict == "redirect":
            self.frontier.changed()
        return captured

    def _count(self, captured: Captured) -> None:
        tally, exchange = self.session.tally, captured.exchange
        if captured.page.kind != "robots":
            tally["captures"] += 1
        tally[f"captures {captured.page.kind}"] += 1
        tally["not modified" if exchange.status == 304 else captured.outcome.verdict] += 1
        tally["bytes"] += exchange.wire_size or 0
        if captured.kept.payload_new:
            tally["payloads"] += 1
        if exchange.outcome == "failure":
            tally[f"failure {(exchange.failure or '').split(':')[0]}"] += 1

    async def _robots(self, captured: Captured) -> None:
        page, exchange, outcome = captured.page, captured.exchange, captured.outcome
        if outcome.verdict == "retry" and outcome.wait <= WAIT:
            return
        if outcome.verdict == "redirect":
            target = resolve(exchange.url, outcome.location or "")
            if target is not None and self.frontier.follow_robots(page, target):
                return
        earlier = None
        if exchange.outcome == "unchanged" and captured.kept.before_id is not None:
            earlier = captures.exchange(self.session.archive, captured.kept.before_id)
        self.frontier.learn(page, rules_of(exchange, earlier))


class Read(_Step):
    """A capture is read apart in another process, and what it teaches is stored."""

    async def open_spider(self) -> None:
        """Start the processes, and take up what an earlier crawl left unread."""
        session = self.session
        self._pool = ReaderPool(session.profile, session.options.workers)
        self._reader = reader_identity(session.profile)
        while waiting := readings.waiting(session.archive, session.site_id, 50):
            for capture_id in waiting:
                await self._take_up(capture_id)
        await self._documents.take_up(session.site_id)

    async def close_spider(self) -> None:
        self._pool.close()
        self._documents.close()

    @cached_property
    def _documents(self) -> DocumentReader:
        return DocumentReader(self.session.archive, self.commits)

    async def process_item(self, item: Captured) -> Captured:
        options = self.session.options
        wanted = options.follow and (options.read or item.page.kind == "listing")
        if item.to_read and wanted:
            await self._read(item)
            self.frontier.changed()
        if options.follow and options.read:
            await self._read_document(item)
        return item

    async def _read_document(self, item: Captured) -> None:
        """The text of a document is searched with its article; a failing one costs no crawl."""
        page = pages.get(self.session.archive, item.page.id)  # its reading may have named its kind
        payload_id = item.kept.payload_id
        wanted = page.kind == "document" and item.outcome.verdict == "content"
        if not wanted or payload_id is None or item.exchange.truncated:
            return
        try:
            found = await self._documents.read(page.id, payload_id)
        except ArchiveError as error:
            self.frontier.give_up(error)
            raise
        if found is not None:
            self.session.tally[f"documents {found.state}"] += 1

    async def _take_up(self, capture_id: int) -> None:
        archive = self.session.archive
        await self.commits.run(partial(readings.attempt, archive, capture_id))
        page = pages.get(archive, captures.get(archive, capture_id).page_id)
        exchange = captures.exchange(archive, capture_id)
        kept = captures.kept(archive, capture_id)
        await self._read(Captured(page, exchange, kept, Outcome("content"), True))

    async def _read(self, captured: Captured) -> None:
        session = self.session
        capture_id = captured.kept.capture_id
        try:
            await self._reread_last(captured.page)
            exchange = captured.exchange
            if exchange.outcome == "unchanged":  # what it names was never read; a 304 has no body
                exchange = captures.exchange(session.archive, capture_id)
            reading = await self._pool.read(exchange, captured.page.kind)
            learned = await self.commits.run(
                partial(store, session, captured, reading), wait=_PATIENCE
            )
            learned.tell(session)
        except ArchiveError as error:
            self.frontier.give_up(error)
            raise
        except Exception as error:  # noqa: BLE001 - a page must not end this crawl and every later one
            if not isinstance(error, UnreadableError):
                _log.exception("%s could not be read", captured.exchange.url)
            session.tally["unreadable"] += 1
            problem = str(error) if isinstance(error, UnreadableError) else repr(error)
            await self.commits.run(partial(readings.failed, session.archive, capture_id, problem))

    async def _reread_last(self, page: Page) -> None:
        """A version is compared with one that the same reader read.

        Else a change of the parser would be told as a change of the site.
        """
        archive = self.session.archive
        last = versions.last_reader(archive, page.id)
        if last is None or last[1] == self._reader:
            return
        try:
            exchange: Exchange = captures.exchange(archive, last[0])
            reading = await self._pool.read(exchange, page.kind)
        except (ArchiveError, UnreadableError) as error:
            # the new capture is worth more than the comparison; `store` then tells `reread`
            _log.warning("%s: what was read before cannot be read again: %s", page.url, error)
            return
        if reading.article is not None:
            await self.commits.run(
                partial(versions.reread, archive, last[0], reading.article, reading.reader)
            )
