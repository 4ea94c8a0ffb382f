"""Store one reading: its article, its URLs, and what it says of its page, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive import absence, due, listings, pages, readings, versions, withdrawals
from archive.reading_kinds import HIDDEN, NO_MORE
from archive.types import Article, Found, How, PageKind, Reading
from crawler import revisit
from crawler.keeping import LONGEST, Captured
from crawler.session import CrawlSession

ARTICLE_KINDS = ("article", "gallery", "document")
CONTAINER_KINDS = ("listing", "home", "sitemap", "feed", "search")
AGAIN = timedelta(days=1)  # until the next look at what showed a notice in place of its content


@dataclass
class Learned:
    """What the crawl keeps in memory of one reading, once that is committed: a transaction may be
    rolled back and run again."""

    tally: Counter[str] = field(default_factory=Counter)
    walked: dict[int, set[str]] = field(default_factory=dict)  # by listing: items met

    def tell(self, session: CrawlSession) -> None:
        session.tally.update(self.tally)
        for root_id, items in self.walked.items():
            session.walks.setdefault(root_id, set()).update(items)


def store(session: CrawlSession, captured: Captured, reading: Reading) -> Learned:
    """Write what a reading teaches. Call inside a transaction."""
    page, capture_id = captured.page, captured.kept.capture_id
    learned = Learned()
    if withdrawals.is_withheld(session.archive, capture_id):  # while it was being read
        return learned
    readings.done(session.archive, capture_id, reading.kind, reading.reader)
    learned.tally[f"read as {reading.kind}"] += 1
    if reading.article is not None and reading.kind in ARTICLE_KINDS:
        _store_article(session, captured, reading.article, reading.reader, learned)
    elif reading.kind == "document" and page.kind in ("article", "other") and not page.pinned:
        # its address did not tell that it is a file; it is looked at as one from now on
        pages.set_state(session.archive, page.id, kind="document", due=_later(session, captured))
    elif reading.kind in NO_MORE:
        lost = versions.gone(session.archive, page.id, capture_id)
        if page.how == "gap":  # nothing has that number: it is not probed again for months
            far = captured.exchange.time + LONGEST
            pages.set_state(session.archive, page.id, state="gone", due=far)
        elif lost or page.kind == "article":
            later = absence.next_look(session.archive, page.id, captured.exchange.time)
            pages.set_state(session.archive, page.id, state="gone", due=later)
    elif reading.kind in ("closed", *HIDDEN):
        # the whole site shows it, so it says nothing of this page: it is as it was, and due soon
        pages.set_state(session.archive, page.id, due=captured.exchange.time + AGAIN)
    if page.kind == "listing" or reading.kind in CONTAINER_KINDS:
        _read_listing(session, captured, reading, learned)
    add_found(session, captured, reading.found, learned)
    return learned


def _read_listing(
    session: CrawlSession, captured: Captured, reading: Reading, learned: Learned
) -> None:
    """A listing is followed; what never was one is a page of its own; a glitch is neither."""
    page, archive = captured.page, session.archive
    if reading.kind in CONTAINER_KINDS or reading.items:
        _follow_listing(session, captured, reading, learned)
    elif page.last_answer_id is None and not page.pinned and page.root_id is None:
        if reading.kind == "other":
            pages.set_state(archive, page.id, kind="other", due=_later(session, captured))
    else:
        # an empty page or a notice ends no walk: the next crawl walks this listing again
        root_id = page.root_id or page.id
        pages.set_state(archive, root_id, backfilled=False)


def _store_article(
    session: CrawlSession, captured: Captured, article: Article, reader: str, learned: Learned
) -> None:
    page, archive = captured.page, session.archive
    stored = versions.store(archive, captured.kept.capture_id, article, reader)
    learned.tally[stored.outcome] += 1
    if stored.outcome == "changed":
        # an edited photo that kept its name is most likely one of an edited article
        now = captured.exchange.time
        shown = [one for one in article.images if session.may_follow(one, "photo")]
        due.photos_again(archive, map(session.canonical, shown), now, now - AGAIN)
    later = revisit.next_due(
        "article",
        captured.exchange.time,
        published=article.published,
        first_seen=page.found_at,
        last_changed=captured.exchange.time if stored.outcome == "changed" else None,
        failures=0,
        pace=session.profile.crawl,
    )
    stays = page.pinned or (page.kind == "listing" and page.last_answer_id is not None)
    kind: PageKind = "listing" if stays else "article"
    pages.set_state(archive, page.id, kind=kind, due=later)


def _later(session: CrawlSession, captured: Captured) -> datetime | None:
    """When to look again at what was taken for a listing and is a page of its own (contact, …)."""
    page, pace = captured.page, session.profile.crawl
    return revisit.next_due(
        "other", captured.exchange.time, published=None, first_seen=page.found_at,
        last_changed=None, failures=0, pace=pace,
    )  # fmt: skip


def _follow_listing(
    session: CrawlSession, captured: Captured, reading: Reading, learned: Learned
) -> None:
    """Go back through a listing until known ground, or to its end the first time.

    Known ground is one whole page of items that an earlier crawl knew; items that stood on the
    page before (pinned on top of every one) do not count. A page without an item that is new to
    this walk is the end: there are sites that go on with `next` for ever.
    """
    page, archive, now = captured.page, session.archive, captured.exchange.time
    root_id = page.root_id or page.id
    items = items_of(reading)
    add_found(session, captured, items, learned)
    if not session.walking:
        add_found(session, captured, next_of(reading), learned)
        return
    urls = {session.canonical(item.url) for item in items}
    fresh = urls - session.walks.get(root_id, set())
    if urls:
        listings.name(archive, root_id, urls)
        listings.tell(archive, page.id, len(fresh), reading.pages, reading.total)
    learned.walked[root_id] = fresh
    if reading.kind in ("sitemap", "feed"):
        pages.set_state(archive, page.id, backfilled=True)
        return
    if reading.next is None or not fresh:
        pages.set_state(archive, root_id, backfilled=True)
        return
    root = pages.get(archive, root_id)
    if root.backfilled and not session.options.full and _known(session, fresh):
        return
    if root.backfilled and session.options.missing:
        return
    following = pages.add(
        archive, session.site_id, [reading.next], at=now, found_on=page.id, depth=page.depth,
        due=now, root_id=root_id, canonicalize=session.canonical,
    )  # fmt: skip
    if not following:
        step = reading.next
        known = pages.by_url(archive, session.canonical(step.url), step.method, step.body)
        if known is None or known.id == root_id:
            return
        if known.root_id != root_id and not known.pinned:
            pages.set_state(archive, known.id, root_id=root_id)  # it was found by a link before
        if known.id not in session.seen:
            due.page_now(archive, known.id, now)


def items_of(reading: Reading) -> list[Found]:
    """The articles that a listing or feed names."""
    how: How = "feed" if reading.kind == "feed" else "listing"
    return [Found(i.url, "article", how, title=i.title, told=i.published) for i in reading.items]


def next_of(reading: Reading) -> list[Found]:
    """The next page of a listing; a POST is of no use without the form that leads to it."""
    following = reading.next
    return [following] if following is not None and following.method == "GET" else []


def _known(session: CrawlSession, urls: Iterable[str]) -> bool:
    """Did an earlier crawl know all of these?"""
    for url in urls:
        page = pages.by_url(session.archive, url)
        if page is None or page.found_at >= session.started:
            return False
    return True


def add_found(
    session: CrawlSession, captured: Captured, found: Iterable[Found], learned: Learned
) -> None:
    """Enter URLs into the table, due at once, as far as this crawl may go."""
    page = captured.page
    allowed = [f for f in found if session.may_follow(f.url, f.kind)]
    depth = page.depth + 1
    if not allowed or depth > session.profile.crawl.max_depth:
        return
    now = captured.exchange.time
    new = pages.add(
        session.archive, session.site_id, allowed, at=now, found_on=page.id, depth=depth,
        due=now, canonicalize=session.canonical,
    )  # fmt: skip
    learned.tally["urls found"] += len(new)
