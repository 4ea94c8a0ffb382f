"""One Scrapy process a site, as `python -m crawler.spiders JOB` starts it, with a JSON job.

It prints a JSON object a line while it works: `{"tally": …, "due": …}` now and then, at the end
`{"seconds": …}` (from the spider's opening to its end) and `{"outcome": …}`, or
`{"error": …, "next_step": …, "exit_status": …, "held": …}` (held: another crawl has a host).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.asyncio import create_looping_call

from archive import pages
from archive.clock import ShiftedClock, SystemClock
from archive.db import Archive
from archive.errors import InputError, LuutruError
from crawler import settings as project_settings
from crawler.job import CrawlOptions, Job
from crawler.locks import HostHeldError
from crawler.profile import load, own_dirs
from crawler.session import CrawlSession, begin
from crawler.spiders.site import SiteSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

TELL_EVERY = 0.25  # seconds
COUNT_EVERY = 1.0  # what is due: 58 ms among 400,000 pages


Tell = Callable[[Mapping[str, Any]], None]


def run(job: Job, tell: Tell) -> str:
    """Crawl in this process, once in its life (Twisted's reactor starts only once)."""
    profile = load(job.site, tuple(Path(d) for d in job.sites_dirs))
    clock = ShiftedClock(job.clock_shift) if job.clock_shift else SystemClock()
    path = Path(job.archive)
    archive = Archive.open(path, clock=clock) if path.exists() else Archive.create(path, clock)
    try:
        session = begin(profile, archive, job.options)
        _crawl(session, job.log_level, tell)
    finally:
        archive.close()
    return session.outcome


def _crawl(session: CrawlSession, log_level: str, tell: Tell) -> None:
    values = Settings()
    values.setmodule(project_settings, priority="project")
    values.set("LOG_LEVEL", log_level, priority="cmdline")
    process = AsyncCrawlerProcess(values)
    crawler = process.create_crawler(SiteSpider)
    watch = _Watch(session, crawler, tell)
    crawling = process.crawl(crawler, session=session)
    process.start()
    watch.say()
    if not crawling.done():
        session.outcome = "interrupted"  # by a second signal, at once; the next crawl closes it
        return
    crawling.result()  # a bug in a component: Scrapy has only logged it
    if session.failure is not None:
        raise session.failure


class _Watch:
    """Tells how far the crawl is."""

    def __init__(self, session: CrawlSession, crawler: Crawler, tell: Tell) -> None:
        self._session = session
        self._crawler = crawler
        self._tell = tell
        self._loop: Any = None
        self._due, self._counted = 0, 0.0
        self._parent, self._orphaned = os.getppid(), False
        crawler.signals.connect(self.opened, signals.spider_opened)
        crawler.signals.connect(self.closed, signals.spider_closed)
        crawler.signals.connect(self.item_error, signals.item_error)

    def opened(self) -> None:
        self._opened = perf_counter()
        self._loop = create_looping_call(self.say)
        self._loop.start(TELL_EVERY, now=True)

    def say(self) -> None:
        if os.getppid() != self._parent and not self._orphaned:
            self._orphaned = True
            signal.raise_signal(signal.SIGINT)  # as Ctrl-C: clean, and the next crawl goes on
        session = self._session
        if perf_counter() - self._counted > COUNT_EVERY:
            self._counted = perf_counter()
            self._due = pages.count_due(session.archive, session.site_id, session.clock.now())
        self._tell({"tally": dict(session.tally), "due": self._due})

    async def item_error(self, failure: Any) -> None:
        self._session.tally["errors"] += 1

    def closed(self) -> None:
        if self._loop is not None:
            self._loop.stop()
        self._tell({"seconds": perf_counter() - self._opened})


def session_for_scrapy(site: str | None) -> CrawlSession:
    """The session of `scrapy crawl site -a site=SITE`; archive and contact from LUUTRU_*."""
    if not site:
        raise InputError("No site was named.", "Say `scrapy crawl site -a site=SITE`.")
    path = Path(os.environ.get("LUUTRU_ARCHIVE", "luutru.db"))
    archive = Archive.open(path) if path.exists() else Archive.create(path, SystemClock())
    return begin(load(site, own_dirs()), archive, CrawlOptions())


def main() -> int:
    job = Job.from_json(sys.argv[1])

    def tell(message: Mapping[str, Any]) -> None:
        sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    try:
        outcome = run(job, tell)
    except LuutruError as error:
        told = {"error": error.what, "next_step": error.next_step, "exit_status": error.exit_status}
        tell(told | {"held": isinstance(error, HostHeldError)})
        return error.exit_status
    tell({"outcome": outcome})
    return 0 if outcome in ("finished", "limit") else 1
