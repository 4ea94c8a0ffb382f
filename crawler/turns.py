"""Whose turn it is: hosts, their waiting pages, and the claims on them. Lives in memory alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from archive.types import Page
from archive.urls import host_key, origin
from crawler.robots import Rules

SILENT = 6  # requests in a row without any answer: the host is down
OVER = 1  # claims of a host beyond its places: the next one waits in the download slot


@dataclass(slots=True)
class Host:
    """What is to be asked of one host. *rules* by origin: http and https may differ."""

    key: str
    queue: deque[Page] = field(default_factory=deque)
    claims: int = 0
    silent: int = 0  # requests in a row that got no answer
    again: dict[int, datetime] = field(default_factory=dict)  # pages to be tried again, and when
    rules: dict[str, Rules] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # origins whose robots.txt is on its way
    closed: str | None = None  # why nothing more is asked of it in this crawl

    def ready(self) -> bool:
        """Is there anything that may be asked of it now, and not only once its rules are there?"""
        if not self.queue:
            return False
        head = self.queue[0]
        return head.kind == "robots" or origin(head.url) not in self.asked


class Turns:
    """The hosts of one crawl. A page is queued, then claimed, then released; or set aside."""

    def __init__(self, places: int) -> None:
        # Without a delay Scrapy starts a slot's whole queue in one turn of the loop: it counts
        # requests only once they run. So "one at a time" must be kept here.
        self._most = places + OVER if places > 1 else 1
        self.hosts: dict[str, Host] = {}
        self.queued: set[int] = set()
        self.claimed: dict[int, Host] = {}
        self.aside: set[int] = set()  # due, but of a host that is closed, or could not be kept

    def host(self, url: str) -> Host:
        key = host_key(url)
        if key not in self.hosts:
            self.hosts[key] = Host(key)
        return self.hosts[key]

    @property
    def again(self) -> dict[int, datetime]:
        """Pages to be tried again in this crawl, and when; none of a host that is closed."""
        return {page: when for host in self.hosts.values() for page, when in host.again.items()}

    def taken(self) -> set[int]:
        """Pages that are not to be looked up again."""
        return self.queued | self.aside | self.claimed.keys()

    def put(self, pages: Iterable[Page]) -> None:
        """Queue pages in their order; robots.txt before all others of its host."""
        for page in pages:
            host = self.host(page.url)
            if host.closed is not None:
                self.aside.add(page.id)
                continue
            self.queued.add(page.id)
            if page.kind == "robots":
                host.queue.appendleft(page)
            else:
                host.queue.append(page)

    def next_host(self) -> Host | None:
        """Of the hosts that have something to ask and a place free, the one with fewest claims.

        Claims are counted here and not in the downloader, which misses what waits elsewhere: one
        slow robots.txt would hold up every host.
        """
        ready = [host for host in self.hosts.values() if host.claims < self._most and host.ready()]
        return min(ready, key=lambda host: host.claims, default=None)

    def take(self, host: Host) -> Page:
        page = host.queue.popleft()
        self.queued.discard(page.id)
        return page

    def put_back(self, host: Host, page: Page) -> None:
        host.queue.appendleft(page)
        self.queued.add(page.id)

    def claim(self, page: Page, host: Host) -> None:
        self.claimed[page.id] = host
        host.claims += 1

    def release(self, page: Page, *, answered: bool, again: datetime | None) -> Host | None:
        """The claim ends. *again*: when the page is to be tried once more. Returns its host if
        that has been silent for too long."""
        host = self.claimed.pop(page.id, None)
        if host is None:
            return None
        host.claims -= 1
        host.again.pop(page.id, None)
        if again is not None and host.closed is None:
            host.again[page.id] = again
        host.silent = 0 if answered else host.silent + 1
        return host if host.silent >= SILENT and host.closed is None else None

    def drop(self, page: Page) -> None:
        """The claim ends without an outcome: the page is set aside."""
        self.release(page, answered=True, again=None)
        self.aside.add(page.id)

    def close(self, host: Host, why: str) -> None:
        """Ask nothing more of this host; its pages stay due for a later crawl."""
        host.closed = why
        waiting = {page.id for page in host.queue} | host.again.keys()
        host.queue.clear()
        host.again.clear()
        self.queued -= waiting
        self.aside |= waiting
