"""When to look at a page again: by its kind, its age and its last change. Pure.

Articles as NewsDiffs does, by the time since the last change: pages are edited in their first
hours, then hardly ever. Where NewsDiffs stops after a year this goes on every 180 days, since
these sites freeze, move and vanish.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from archive.types import PageKind
from crawler.pages.dates import to_utc
from crawler.profile import Pace

ARTICLE_STEPS: tuple[tuple[timedelta, timedelta], ...] = (
    (timedelta(hours=3), timedelta(minutes=15)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=7), timedelta(hours=3)),
    (timedelta(days=30), timedelta(days=3)),
    (timedelta(days=360), timedelta(days=30)),
)
"""(younger than, look again after), by the time since the last change."""
OLD_ARTICLE = timedelta(days=180)

FIXED: dict[PageKind, timedelta | None] = {
    "listing": None,  # a crawl begins with them, and reads on from there as far as it needs
    "robots": timedelta(hours=24),  # RFC 9309, 2.4: not to be used for longer
    "document": timedelta(days=90),  # a PDF is replaced now and then, under its name
    "asset": timedelta(days=90),
    "other": timedelta(days=30),
    # An edited photo gets a new name on the systems that were seen, so age says nothing of it; it
    # is asked for again when an article that shows it has changed (`storing`).
    "photo": None,
}

FIRST_BACK_OFF = timedelta(minutes=10)
LONGEST_BACK_OFF = timedelta(days=7)
LONGEST_ASKED = timedelta(days=2)
"""The most that a ``Retry-After`` can hold a page back: a site's slip must not lose it."""


def next_due(
    kind: PageKind,
    now: datetime,
    *,
    published: str | None,
    first_seen: datetime,
    last_changed: datetime | None,
    failures: int,
    pace: Pace,
    retry_after: float | None = None,
) -> datetime | None:
    """When to ask again for a page that was just looked at; None: not until something is learned.

    ``published`` is the article's own date (ISO 8601), ``last_changed`` when its content was last
    seen to differ; of these and ``first_seen`` the moment of its last known change follows. After
    ``failures`` (in a row) the wait doubles; ``retry_after`` (seconds) only lengthens it.
    """
    if failures > 0:
        return after_failure(now, failures, retry_after)
    if kind != "article":
        wait = FIXED[kind]
        return None if wait is None else now + wait * pace.revisit
    since = now - _last_change(published, first_seen, last_changed)
    wait = next((step for limit, step in ARTICLE_STEPS if since < limit), OLD_ARTICLE)
    return now + wait * pace.revisit


def after_failure(now: datetime, failures: int, retry_after: float | None = None) -> datetime:
    """10 minutes after the first failure, doubled for each one more, a week at most."""
    wait = min(FIRST_BACK_OFF * (1 << min(failures - 1, 12)), LONGEST_BACK_OFF)
    asked = min(retry_after or 0.0, LONGEST_ASKED.total_seconds())
    return now + max(wait, timedelta(seconds=max(asked, 0.0)))


def _last_change(
    published: str | None, first_seen: datetime, last_changed: datetime | None
) -> datetime:
    """An article seen for the first time is as old as it says, if it says so; once it was seen to
    change after that, that is the moment."""
    told = to_utc(published) if published else None
    if last_changed is not None and last_changed > first_seen + timedelta(hours=1):
        return last_changed
    if told is None or told > first_seen:
        return first_seen
    return told
