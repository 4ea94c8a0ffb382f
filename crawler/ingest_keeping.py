"""Keep the looks of a file: captures first, then what their readings teach, as in a crawl.

What is older than the last look at its page is kept and read too, but says nothing of how that page
stands now. Links that are found are due for the site's next crawl, as if it had found them itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from archive import captures, pages, readings, sites, versions, withdrawals
from archive.clock import iso
from archive.db import Archive
from archive.types import Exchange, Page, Reading
from crawler.entering import enter
from crawler.ingest_sites import Home, Sites
from crawler.job import CrawlOptions
from crawler.keeping import READABLE, Captured, settle
from crawler.locks import HostLocks
from crawler.outcomes import judge
from crawler.session import CrawlSession
from crawler.storing import ARTICLE_KINDS, Learned, add_found, items_of, next_of, store


@dataclass(frozen=True, slots=True)
class Taken:
    """A look that is in the archive. *late*: there is a younger one of its page."""

    session: CrawlSession
    captured: Captured
    late: bool


def session_of(archive: Archive, crawl_id: int, home: Home) -> CrawlSession:
    """The part of an import that belongs to one site; the site is entered if it is new."""
    profile = home.profile
    site = sites.get(archive, profile.slug)
    site_id = site.id if site is not None else enter(archive, profile)
    now = archive.clock.now()
    options = CrawlOptions(why="import")
    return CrawlSession(
        profile, archive, options, site_id, crawl_id, now, HostLocks(), walking=False
    )


def take(session: CrawlSession, home: Home, exchange: Exchange, earlier_id: int | None) -> Taken:
    """Write one capture and what it means for its page. Call inside a transaction.

    *exchange* and *earlier_id* as :func:`whole` gives them.
    """
    archive = session.archive
    page = _page(session, home, exchange)
    row = archive.conn.execute(
        """SELECT capture.time FROM page JOIN capture ON capture.id = page.last_capture_id
           WHERE page.id = ?""",
        (page.id,),
    ).fetchone()
    late = row is not None and iso(exchange.time) < row["time"]
    kept = captures.keep(archive, exchange, page.id, session.crawl_id, earlier_id)
    if not late:
        return Taken(session, settle(session, page, exchange, kept), late)
    outcome = judge(page, exchange)
    to_read = (
        outcome.verdict in ("content", "unchanged")
        and page.kind in READABLE
        and not exchange.truncated
        and not kept.withheld
    )
    if to_read:
        readings.wait(archive, kept.capture_id)
    return Taken(session, Captured(page, exchange, kept, outcome, to_read), late)


def unread(archive: Archive, limit: int) -> list[int]:
    """Captures that imports left unread, in the order in which they were kept; at most *limit*."""
    rows = archive.conn.execute(
        """SELECT reading.capture_id FROM reading
           JOIN capture ON capture.id = reading.capture_id
           JOIN crawl ON crawl.id = capture.crawl_id
           WHERE reading.state = 'waiting' AND crawl.why = 'import' AND reading.attempts < ?
           ORDER BY capture.id LIMIT ?""",
        (readings.MOST_ATTEMPTS, limit),
    )
    return [row[0] for row in rows]


def taken_before(sites_: Sites, archive: Archive, capture_id: int) -> Taken:
    """A capture that an import left unread when it was killed."""
    row = archive.conn.execute(
        """SELECT capture.crawl_id, capture.page_id, site.slug, page.last_capture_id
           FROM capture JOIN page ON page.id = capture.page_id JOIN site ON site.id = page.site_id
           WHERE capture.id = ?""",
        (capture_id,),
    ).fetchone()
    page = pages.get(archive, row["page_id"])
    exchange = captures.exchange(archive, capture_id)
    profile = sites_.profile(row["slug"], page.url)
    session = CrawlSession(
        profile, archive, CrawlOptions(why="import"), page.site_id, row["crawl_id"],
        archive.clock.now(), HostLocks(), walking=False,
    )  # fmt: skip
    kept = captures.kept(archive, capture_id)
    page = replace(page, last_answer_id=kept.before_id)  # as it was before this look
    captured = Captured(page, exchange, kept, judge(page, exchange), True)
    return Taken(session, captured, row["last_capture_id"] != capture_id)


def learn(taken: Taken, reading: Reading) -> Counter[str]:
    """Store what a reading teaches, and return the tally. Call inside a transaction."""
    session, captured = taken.session, taken.captured
    if not taken.late:
        return store(session, captured, reading).tally
    learned = Learned()
    archive, capture_id = session.archive, captured.kept.capture_id
    if withdrawals.is_withheld(archive, capture_id):
        return learned.tally
    readings.done(archive, capture_id, reading.kind, reading.reader)
    if reading.article is not None and reading.kind in ARTICLE_KINDS:
        stored = versions.store(archive, capture_id, reading.article, reading.reader)
        learned.tally[stored.outcome] += 1
    found = [*items_of(reading), *next_of(reading), *reading.found]
    add_found(session, captured, found, learned)
    return learned.tally


def _page(session: CrawlSession, home: Home, exchange: Exchange) -> Page:
    found = home.found
    page = pages.by_url(session.archive, home.url, found.method, found.body)
    if page is None:
        (page,) = pages.add(
            session.archive, session.site_id, [found], at=exchange.time, depth=home.depth,
            canonicalize=lambda _: home.url,
        )  # fmt: skip
    return page
