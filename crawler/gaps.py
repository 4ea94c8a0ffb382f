"""Probes of the gaps in numbered addresses: a few in a crawl of missing pages, not all at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from archive import completeness, pages
from archive.types import Found
from crawler.discovery.classify import classifier

if TYPE_CHECKING:
    from archive.numbered import Series
    from crawler.session import CrawlSession

_PENDING = """
SELECT count(*) FROM page WHERE site_id = ? AND how = 'gap' AND last_capture_id IS NULL"""


def enter(session: CrawlSession) -> int:
    """Enter up to the crawl's budget of numbers as pages due at once; how many are new.

    What an earlier crawl left of its probes counts. Call inside a transaction, after the archive
    knows the site. The order is that of a digest, so that what was probed is a fair sample of all
    gaps, whichever crawl did it.
    """
    archive, site_id = session.archive, session.site_id
    (pending,) = archive.conn.execute(_PENDING, (site_id,)).fetchone()
    left = session.options.gaps - pending
    if left <= 0:
        return 0
    judge, now = classifier(session.profile), session.started
    found = completeness.series(archive, site_id, any_slug=session.profile.urls.any_slug)
    wanted = (judge.wanted(url, now) for url in _urls(found))
    probes = islice((Found(url, "other", "gap") for url in wanted if url is not None), left)
    new = pages.add(
        archive, site_id, probes, at=now, depth=1, due=now, canonicalize=session.canonical
    )
    return len(new)


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
