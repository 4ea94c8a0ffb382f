"""What a capture means for its page: pure, so that each rule can be tested alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from archive.types import REDIRECTS, Exchange, Page

Verdict = Literal["content", "unchanged", "redirect", "gone", "refused", "retry", "failed"]

TRIES = 3
"""Tries of one page in one crawl; after them it waits for a later one."""
RETRY_STATUSES = frozenset({408, 421, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
PASSING_FAILURES = frozenset({"dns", "connection", "timeout", "protocol"})
BACK_OFF = (5.0, 30.0, 300.0)
"""Seconds before the second, third and fourth try of a page that fails."""
WAIT = 600.0
"""Seconds that a crawl waits for a page that is to be tried again; after more a later one does."""
LONGEST_WAIT = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """*verdict*, and for a retry the *wait* in seconds; *permanent* for 301, 308 and 410."""

    verdict: Verdict
    wait: float = 0.0
    permanent: bool = False
    location: str | None = None
    no_answer: bool = False  # the host did not answer at all
    pause: float = 0.0  # seconds that the host asked to be left alone, whatever the page
    lasting: bool = False  # nothing that passes by itself: gone, refused, too large


def judge(page: Page, exchange: Exchange) -> Outcome:
    """What this look says of its page. *page* is as it was before the look."""
    status = exchange.status or 0
    if exchange.outcome == "unchanged":
        return Outcome("unchanged")
    if exchange.outcome == "failure":
        passing = (exchange.failure or "").split(":")[0] in PASSING_FAILURES
        return _again(page, exchange) if passing else Outcome("failed", lasting=True)
    if 200 <= status < 300:
        return Outcome("content")
    if status in REDIRECTS:
        location = exchange.header("Location")
        if not location:
            return Outcome("failed")
        return Outcome("redirect", permanent=status in (301, 308), location=location)
    if status in (404, 410):
        return Outcome("gone", permanent=status == 410, lasting=True)
    if status in RETRY_STATUSES:
        return _again(page, exchange)
    return Outcome("refused" if status in (401, 403, 407, 451) else "failed", lasting=True)


def _again(page: Page, exchange: Exchange) -> Outcome:
    wait = BACK_OFF[min(page.failures, len(BACK_OFF) - 1)]
    asked = retry_after(exchange.header("Retry-After"), exchange.time)
    if asked is not None:
        wait = min(asked, LONGEST_WAIT)
    verdict: Verdict = "retry" if page.failures + 1 < TRIES else "failed"
    pause = asked if asked is not None and exchange.status in (429, 503) else 0.0
    return Outcome(verdict, wait=wait, no_answer=exchange.status is None, pause=pause)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that ``Retry-After`` asks for (RFC 9110, 10.2.3): a number, or an HTTP date."""
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(min(int(value), int(LONGEST_WAIT)))
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    if then.tzinfo is None:
        return None
    return max((then - now) / timedelta(seconds=1), 0.0)
