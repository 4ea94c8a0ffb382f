"""Probes of the gaps in numbered addresses: a few in a crawl of missing pages, not all at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from archive import completeness, pages
from archive.types import Found
from crawler.discovery.classify import classifier

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.numbered import Series
    from crawler.profile import SiteProfile
    from crawler.session import CrawlSession

_PENDING = """
SELECT count(*) FROM page WHERE site_id = ? AND how = 'gap' AND last_capture_id IS NULL"""


def enter(session: CrawlSession) -> int:
    """Enter what :func:`probes` gives as pages due at once; how many are new.

    Call inside a transaction, after the archive knows the site.
    """
    archive, site_id, now = session.archive, session.site_id, session.started
    found = probes(archive, site_id, session.profile, session.options.gaps, now)
    new = pages.add(
        archive, site_id, found, at=now, depth=1, due=now, canonicalize=session.canonical
    )
    return len(new)


def probes(
    archive: Archive, site_id: int, profile: SiteProfile, budget: int, now: datetime
) -> Iterator[Found]:
    """Up to *budget* numbers of gaps that are no pages yet, as pages to ask for; what an earlier
    crawl left of its probes counts. Writes nothing.

    The order is that of a digest, so that what was probed is a fair sample of all gaps, whichever
    crawl did it.
    """
    (pending,) = archive.conn.execute(_PENDING, (site_id,)).fetchone()
    left = budget - pending
    if left <= 0:
        return iter(())
    judge = classifier(profile)
    found = completeness.series(archive, site_id, any_slug=profile.urls.any_slug)
    wanted = (judge.wanted(url, now) for url in _urls(found))
    fresh = (
        Found(url, "other", "gap")
        for url in wanted
        if url is not None and pages.by_url(archive, profile.urls.canonical(url)) is None
    )
    return islice(fresh, left)


def _urls(series: list[Series]) -> Iterator[str]:
    """One of each series in turn."""
    every = zip_longest(*(_of(one) for one in series))
    return (url for url in chain.from_iterable(every) if url is not None)


def _of(series: Series) -> Iterator[str]:
    if series.template is None:
        return
    for number in sorted(series.unknown(), key=lambda one: _shuffled(series.name, one)):
        yield series.template.format(number)


def _shuffled(name: str, number: int) -> bytes:
    return hashlib.sha256(f"{name} {number}".encode()).digest()
