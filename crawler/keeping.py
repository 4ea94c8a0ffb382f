"""Keep one exchange: the capture and the new state of its page, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive import absence, captures, due, lineage, pages, readings, versions, withdrawals
from archive.captures import Kept
from archive.reading_kinds import NO_MORE
from archive.types import Exchange, Found, Page
from archive.urls import resolve
from crawler import revisit
from crawler.outcomes import Outcome, judge
from crawler.session import CrawlSession

DAY = timedelta(days=1)
LONGEST = timedelta(days=180)  # between two looks at what is gone, refused or too large
MOST_HOPS = 10  # redirects in a row that are followed; browsers give up at 20
FAR_LISTING = timedelta(days=7)  # tags and the like, which are no way to what is new
READABLE = ("article", "listing", "other", "asset")


@dataclass(frozen=True, slots=True)
class Captured:
    """An exchange that is in the archive. *to_read*: its article or links are not known yet."""

    page: Page
    exchange: Exchange
    kept: Kept
    outcome: Outcome
    to_read: bool


def keep(session: CrawlSession, page: Page, exchange: Exchange) -> Captured:
    """Write the capture and what it means for its page. Call inside a transaction."""
    session.seen.add(page.id)
    kept = captures.keep(session.archive, exchange, page.id, session.crawl_id)
    return settle(session, page, exchange, kept)


def settle(session: CrawlSession, page: Page, exchange: Exchange, kept: Kept) -> Captured:
    """What the last look at a page means for it. *page* is as it was before that look."""
    outcome = judge(page, exchange)
    to_read = False
    if kept.withheld and withdrawals.of_page(session.archive, page.id) is not None:
        return Captured(page, exchange, kept, outcome, False)  # whatever it shows by now
    if page.kind == "robots":
        to_read = _keep_robots(session, page, exchange, kept, outcome)
    elif outcome.verdict in ("content", "unchanged"):
        to_read = _keep_content(session, page, exchange, kept, outcome)
    else:
        _keep_other(session, page, exchange, kept, outcome)
    return Captured(page, exchange, kept, outcome, to_read)


def _keep_robots(
    session: CrawlSession, page: Page, exchange: Exchange, kept: Kept, outcome: Outcome
) -> bool:
    """True if its lines `Sitemap:` are to be read; its rules are the frontier's to read."""
    archive = session.archive
    if outcome.verdict == "retry":
        again = exchange.time + timedelta(seconds=outcome.wait)
        pages.set_state(archive, page.id, failures=page.failures + 1, due=again)
        return False
    pages.set_state(archive, page.id, failures=0, due=None)
    if outcome.verdict != "content" or kept.same_as_before:
        return False
    readings.wait(archive, kept.capture_id)
    return True


def _keep_content(
    session: CrawlSession, page: Page, exchange: Exchange, kept: Kept, outcome: Outcome
) -> bool:
    archive = session.archive
    known = readings.stands(archive, kept.capture_id)
    said = readings.last_kind(archive, page.id) if known and page.state == "gone" else None
    notice = said in NO_MORE
    later = _next_look(session, page, exchange)
    pages.set_state(archive, page.id, state="gone" if notice else "open", failures=0, due=later)
    if notice:
        _is_absent(session, page, exchange, kept)
    if exchange.truncated or page.kind not in READABLE or notice or kept.withheld:
        return False
    if page.kind != "listing" and known:
        versions.shown_again(archive, kept.capture_id)
        return False
    if known and outcome.verdict == "unchanged":
        return False
    readings.wait(archive, kept.capture_id)
    return True


def _keep_other(
    session: CrawlSession, page: Page, exchange: Exchange, kept: Kept, outcome: Outcome
) -> None:
    archive = session.archive
    failures = page.failures + 1
    if outcome.verdict == "retry":
        again = exchange.time + timedelta(seconds=outcome.wait)
        pages.set_state(archive, page.id, failures=failures, due=again)
        return
    if outcome.verdict == "redirect":
        _keep_redirect(session, page, exchange, kept, outcome)
        return
    state = {"gone": "gone", "refused": "refused"}.get(outcome.verdict, page.state)
    if outcome.lasting:
        wait = LONGEST if page.how == "gap" else min(DAY * 2 ** min(failures - 1, 8), LONGEST)
        later: datetime | None = exchange.time + wait
    else:
        later = revisit.after_failure(exchange.time, failures, outcome.wait)
    pages.set_state(archive, page.id, state=state, failures=failures, due=later)
    if outcome.verdict == "gone" and page.root_id is not None:
        pages.set_state(archive, page.root_id, backfilled=True)  # beyond the last page of a listing
    if outcome.verdict == "gone":
        versions.gone(archive, page.id, kept.capture_id)


def _is_absent(session: CrawlSession, page: Page, exchange: Exchange, kept: Kept) -> None:
    """The page is no more, under a status that does not say so: it is looked at again soon."""
    versions.gone(session.archive, page.id, kept.capture_id)
    later = absence.next_look(session.archive, page.id, exchange.time)
    pages.set_state(session.archive, page.id, state="gone", due=later)


def _keep_redirect(
    session: CrawlSession, page: Page, exchange: Exchange, kept: Kept, outcome: Outcome
) -> None:
    """The hop is a capture; its target becomes a due page, if the crawl may go there."""
    archive, now = session.archive, exchange.time
    later = _next_look(session, page, exchange)
    target = target_of(exchange, outcome)
    far = due.redirect_hops(archive, page.id, MOST_HOPS) >= MOST_HOPS
    followed = target is not None and session.may_follow(target, page.kind)
    if target is None or far or not followed:
        away = target if outcome.permanent and not far else None
        if away is not None and _moves_on(session, page, exchange, kept, away):
            return
        session.tally["redirects not followed"] += 1
        pages.set_state(archive, page.id, state="refused", failures=page.failures + 1, due=later)
        return
    state = "moved" if outcome.permanent else "open"
    pages.set_state(archive, page.id, state=state, failures=0, due=later)
    found = Found(target, page.kind, "redirect", page.method if _keeps_method(exchange) else "GET")
    pages.add(
        archive, session.site_id, [found], at=now, found_on=page.id, depth=page.depth,
        due=now, root_id=page.root_id, canonicalize=session.canonical,
    )  # fmt: skip
    there = pages.by_url(archive, session.canonical(target))
    if there is None:
        return
    if there.id == page.id:
        if target != page.found_url and not page.failures:
            due.ask_as(archive, page.id, target, now)
        return
    if there.id not in session.seen and (there.last_answer_id is None or outcome.permanent):
        due.page_now(archive, there.id, now)
    if page.kind == "article" and there.pinned:
        _is_absent(session, page, exchange, kept)
    elif page.kind == "article" and outcome.permanent:
        versions.moved(archive, page.id, there.id, kept.capture_id)


def _moves_on(
    session: CrawlSession, page: Page, exchange: Exchange, kept: Kept, target: str
) -> bool:
    """Whether a page has moved for good to a site that goes on with this one: it asks for it."""
    archive, now = session.archive, exchange.time
    goes_on = lineage.page_at(archive, session.site_id, target) if page.kind == "article" else None
    if goes_on is None:
        return False
    heir, name = goes_on
    later = _next_look(session, page, exchange)
    pages.set_state(archive, page.id, state="moved", failures=0, due=later)
    found = Found(name, page.kind, "redirect")
    pages.add(archive, heir, [found], at=now, found_on=page.id, depth=page.depth, due=now)
    there = pages.by_url(archive, name)
    if there is not None and there.pinned:
        _is_absent(session, page, exchange, kept)
    elif there is not None:
        versions.moved(archive, page.id, there.id, kept.capture_id)
    return True


def target_of(exchange: Exchange, outcome: Outcome) -> str | None:
    """The absolute URL that a redirect leads to, None if it is no address."""
    return resolve(exchange.url, _as_utf8(outcome.location or ""))


def _keeps_method(exchange: Exchange) -> bool:
    return exchange.status in (307, 308)


def _as_utf8(location: str) -> str:
    """Headers are kept byte by byte as Latin-1; an address in them may be raw UTF-8."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _next_look(
    session: CrawlSession, page: Page, exchange: Exchange, failures: int = 0
) -> datetime | None:
    if page.kind == "listing" and page.depth > 1 and page.root_id is None and not failures:
        return exchange.time + FAR_LISTING * session.profile.crawl.revisit
    published, changed = due.age(session.archive, page.id)
    return revisit.next_due(
        page.kind,
        exchange.time,
        published=published,
        first_seen=page.found_at,
        last_changed=changed,
        failures=failures,
        pace=session.profile.crawl,
    )
