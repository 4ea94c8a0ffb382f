"""The robots.txt of each host of a crawl: asked for first, followed where it moved, learned."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from archive import due, pages
from archive.errors import CrawlError
from archive.types import Found, Page
from archive.urls import canonical, origin
from crawler.robots import MAX_HOPS, Rules
from crawler.session import CrawlSession
from crawler.turns import Host, Turns


class RobotsFiles:
    """What the frontier asks before it hands out a page. *close*: ask nothing more of a host."""

    def __init__(
        self, session: CrawlSession, turns: Turns, close: Callable[[Host, str], None]
    ) -> None:
        self._session = session
        self._turns = turns
        self._close = close
        self._speaks_for: dict[int, set[str]] = {}  # page of a robots.txt -> origins that wait
        self._sent_on: dict[int, set[str]] = {}  # page that redirects -> origins it was asked for

    def first(self, host: Host, at: str) -> Page | None:
        """The robots.txt of the origin *at*, to be asked for now; None if it is on its way."""
        session = self._session
        found = Found(f"{at}/robots.txt", "robots", "robots")
        with session.archive.transaction():
            now = session.clock.now()
            pages.add(session.archive, session.site_id, [found], at=now, due=now)
        host.asked.add(at)
        page = pages.by_url(session.archive, session.canonical(found.url))
        if page is None:
            raise CrawlError(f"{found.url} could not be entered into the table of pages.")
        self._speaks_for.setdefault(page.id, set()).add(at)
        return None if page.id in self._turns.taken() else page

    def learn(self, page: Page, rules: Rules) -> None:
        """What robots.txt at *page* says, for all origins that it was asked for."""
        origins = self._speaks_for.pop(page.id, set())
        if urlsplit(page.url).path == "/robots.txt":
            origins.add(origin(page.url))
        for sent_on in self._sent_on.values():
            sent_on -= origins
        for at in origins:
            self._learn(at, rules)

    def unreachable(self, page: Page) -> None:
        """There will be no answer in this crawl."""
        self.learn(page, Rules(None, False, self._session.clock.now()))

    def _learn(self, at: str, rules: Rules) -> None:
        host, session = self._turns.host(at), self._session
        host.rules[at] = rules
        host.asked.discard(at)
        if rules.delay is not None:
            host.free_at += max(rules.delay - host.delay, 0.0)  # counted from robots.txt itself
            host.delay = max(host.delay, rules.delay)
        if rules.unreachable:
            if host.closed is None:
                self._close(host, "robots")
            return
        refused = due.disallowed(session.archive, session.site_id, at)
        allowed = [page_id for page_id, url in refused if rules.allows(url)]
        if allowed:
            with session.archive.transaction():
                due.reopen(session.archive, allowed, session.clock.now())

    def follow(self, page: Page, target: str) -> bool:
        """It is redirected: the rules there hold for the first origin (RFC 9309, 2.3.1.2).

        False if that leads nowhere: too far, in a circle, or to a host that is closed.
        """
        session, turns = self._session, self._turns
        if due.redirect_hops(session.archive, page.id, MAX_HOPS) >= MAX_HOPS:
            return False
        now = session.clock.now()
        with session.archive.transaction():
            found = Found(target, "robots", "redirect")
            pages.add(session.archive, session.site_id, [found], at=now, found_on=page.id)
        there = pages.by_url(session.archive, canonical(target))
        if there is None or there.id == page.id or turns.host(there.url).closed is not None:
            return False
        origins = self._speaks_for.get(page.id, set()) | {origin(page.url)}
        known = turns.host(there.url).rules.get(origin(there.url))
        if known is not None and urlsplit(there.url).path == "/robots.txt":
            self.learn(page, known)
            return True
        if origins <= self._speaks_for.get(there.id, set()) | self._sent_on.get(there.id, set()):
            return False
        self._sent_on.setdefault(page.id, set()).update(origins)
        self._speaks_for.pop(page.id, None)
        self._speaks_for.setdefault(there.id, set()).update(origins)
        if there.id not in turns.taken():
            turns.put([there])
        return True

    def refuse(self, page: Page) -> None:
        """robots.txt forbids *page*: it is known, and not asked for."""
        with self._session.archive.transaction():
            pages.set_state(self._session.archive, page.id, state="disallowed", due=None)
        self._session.tally["disallowed"] += 1
