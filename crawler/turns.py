"""Whose turn it is: hosts, their waiting pages, their pace, and the claims on them.

Lives in memory alone. Seconds are those of a clock that never jumps (``time.monotonic``), handed
in, so that a test can move them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.types import Page, PageKind
from archive.urls import host_key, origin
from crawler.robots import Rules

SILENT = 6  # requests in a row without any answer: the host is down
LATER: frozenset[PageKind] = frozenset({"document", "photo", "asset"})
"""What is asked of a host once none of its pages waits: photos never hold up articles."""
SOONER: frozenset[PageKind] = frozenset({"robots", "listing", "article", "other"})
OVER = 1  # claims of a host beyond its places: the next one waits in the download slot


@dataclass(slots=True)
class Host:
    """What is to be asked of one host. *rules* by origin: http and https may differ."""

    key: str
    delay: float  # seconds between two requests
    free_at: float = 0.0  # when the next one may be sent
    queue: deque[Page] = field(default_factory=deque)
    later: deque[Page] = field(default_factory=deque)  # once nothing is in the queue
    claims: int = 0
    silent: int = 0  # requests in a row that got no answer
    again: dict[int, tuple[float, Page]] = field(
        default_factory=dict
    )  # to be tried again, and when
    rules: dict[str, Rules] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # origins whose robots.txt is on its way
    closed: str | None = None  # why nothing more is asked of it in this crawl

    def ready(self) -> bool:
        """Is there anything that may be asked of it, and not only once its rules are there?"""
        head = next(iter(self.queue or self.later), None)
        return head is not None and (head.kind == "robots" or origin(head.url) not in self.asked)

    @property
    def waiting(self) -> tuple[Page, ...]:
        """All that is queued."""
        return (*self.queue, *self.later)


class Turns:
    """The hosts of one crawl. A page is queued, then claimed, then released; or set aside."""

    def __init__(self, places: int, delay: float = 0.0) -> None:
        # Without a delay Scrapy starts a slot's whole queue in one turn of the loop: it counts
        # requests only once they run. So "one at a time" must be kept here. With a delay nothing
        # is handed out ahead of its time, so that Ctrl-C has nothing to wait for.
        self._most = places + OVER if places > 1 and not delay else places
        self._delay = delay
        self.hosts: dict[str, Host] = {}
        self.queued: set[int] = set()
        self.claimed: dict[int, Host] = {}
        self.aside: set[int] = set()  # due, but not for this crawl

    def host(self, url: str) -> Host:
        key = host_key(url)
        if key not in self.hosts:
            self.hosts[key] = Host(key, self._delay)
        return self.hosts[key]

    @property
    def goes_on(self) -> bool:
        """Is any page ahead, or to be tried again?"""
        again = any(host.again for host in self.hosts.values())
        return again or self.ahead() > 0 or self.ahead(later=True) > 0

    def taken(self) -> set[int]:
        """Pages that are not to be looked up again."""
        again = {page_id for host in self.hosts.values() for page_id in host.again}
        return self.queued | self.aside | again | self.claimed.keys()

    def ahead(self, *, later: bool = False) -> int:
        """Queued pages of hosts that do not wait for their robots.txt; or those for later."""
        return sum(
            len(host.later if later else host.queue) for host in self.hosts.values() if host.ready()
        )

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
            elif page.kind in LATER:
                host.later.append(page)
            else:
                host.queue.append(page)

    def next_host(self, now: float) -> Host | None:
        """Of the hosts whose turn it is and that have a place free, the one with fewest claims.

        Claims are counted here and not in the downloader, which misses what waits elsewhere: one
        slow robots.txt would hold up every host.
        """
        for host in self.hosts.values():
            late = [page for when, page in host.again.values() if when <= now]
            for page in late:
                del host.again[page.id]
            self.put(late)
        ready = [host for host in self.hosts.values() if self._may_ask(host, now)]
        return min(ready, key=lambda host: host.claims, default=None)

    def _may_ask(self, host: Host, now: float) -> bool:
        return host.free_at <= now and host.claims < self._most and host.ready()

    def next_time(self) -> float | None:
        """When, by the same clock, there may be something to ask that waits for its time only."""
        times = [when for host in self.hosts.values() for when, _ in host.again.values()]
        times += [
            host.free_at
            for host in self.hosts.values()
            if host.claims < self._most and host.ready()
        ]
        return min(times, default=None)

    def take(self, host: Host) -> Page:
        page = (host.queue or host.later).popleft()
        self.queued.discard(page.id)
        return page

    def put_back(self, host: Host, page: Page) -> None:
        (host.later if page.kind in LATER else host.queue).appendleft(page)
        self.queued.add(page.id)

    def claim(self, page: Page, host: Host, now: float) -> None:
        self.claimed[page.id] = host
        host.claims += 1
        host.free_at = now + host.delay

    def release(self, page: Page, *, answered: bool, again: float | None) -> Host | None:
        """The claim ends. *again*: when the page is to be tried once more. Returns its host if
        that has been silent for too long."""
        host = self.claimed.pop(page.id, None)
        if host is None:
            return None
        host.claims -= 1
        if again is not None and host.closed is None:
            host.again[page.id] = (again, page)
        host.silent = 0 if answered else host.silent + 1
        return host if host.silent >= SILENT and host.closed is None else None

    def set_aside(self, page: Page) -> None:
        """It stays due, but not for this crawl."""
        self.aside.add(page.id)

    def drop(self, page: Page) -> None:
        """The claim ends without an outcome: the page is set aside."""
        self.release(page, answered=True, again=None)
        self.aside.add(page.id)

    def close(self, host: Host, why: str) -> None:
        """Ask nothing more of this host; its pages stay due for a later crawl."""
        host.closed = why
        waiting = {page.id for page in host.waiting} | host.again.keys()
        host.queue.clear()
        host.later.clear()
        host.again.clear()
        self.queued -= waiting
        self.aside |= waiting
