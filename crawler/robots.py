"""robots.txt, read once a host and crawl, as RFC 9309 says.

A page is handed out only after its host's rules are known, so that nothing disallowed is asked
for while robots.txt is on its way. 2xx: the rules; other 4xx: everything is allowed; 429, 5xx and
no answer: nothing is, and the crawl says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

from archive.types import Exchange

USER_AGENT_TOKEN = "luutru"  # noqa: S105 - a product token (RFC 9309, 2.2.1), no password
MAX_HOPS = 5  # redirects that must be followed (RFC 9309, 2.3.1.2)
MAX_BYTES = 512 * 1024  # at least 500 KiB must be parsed (RFC 9309, 2.5)
LONGEST_DELAY = 86_400.0  # seconds
FRESH = timedelta(hours=24)  # a copy is not to be used for longer (RFC 9309, 2.4)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin allows. *parser* None: all or nothing, as *otherwise* says."""

    parser: Protego | None
    otherwise: bool
    read_at: datetime
    delay: float | None = None

    def allows(self, url: str) -> bool:
        if self.parser is None:
            return self.otherwise
        return bool(self.parser.can_fetch(url, USER_AGENT_TOKEN))

    def stale(self, now: datetime) -> bool:
        return now - self.read_at >= FRESH

    @property
    def unreachable(self) -> bool:
        return self.parser is None and not self.otherwise


def rules_of(exchange: Exchange, earlier: Exchange | None = None) -> Rules:
    """The rules that an answer for /robots.txt states.

    *earlier*: the last answer, whose payload still stands when this one is a 304.
    """
    status = exchange.status or 0
    if exchange.outcome == "unchanged" and earlier is not None:
        return _parsed(earlier.body, exchange.time)
    if exchange.outcome == "answer" and 200 <= status < 300:
        return _parsed(exchange.body, exchange.time)
    if exchange.outcome == "answer" and 400 <= status < 500 and status != 429:
        return Rules(None, True, exchange.time)
    return Rules(None, False, exchange.time)


def _parsed(body: bytes, at: datetime) -> Rules:
    text = body[:MAX_BYTES].decode("utf-8-sig", "replace")
    parser = Protego.parse(text)
    delay = parser.crawl_delay(USER_AGENT_TOKEN)
    rate = parser.request_rate(USER_AGENT_TOKEN)
    if rate is not None and rate.requests:
        delay = max(delay or 0.0, rate.seconds / rate.requests)
    sane = delay is not None and 0 <= delay <= LONGEST_DELAY  # nan, inf and -1 are no delay
    return Rules(parser, True, at, delay if sane else None)
