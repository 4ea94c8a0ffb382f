"""Captures of an archive read again, in processes, and what new addresses they name."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from archive import captures, pages
from archive.clock import from_iso
from archive.db import Archive
from archive.errors import ArchiveError
from archive.types import Exchange, Found, Page, PageKind, Reading
from crawler.profile import SiteProfile
from crawler.reader_pool import UnreadableError
from crawler.reading import reader_identity
from crawler.reparse_profiles import Profiles
from crawler.reparse_replay import Unreadable, session_of
from crawler.storing import items_of, next_of

MOST_MET = 500_000  # addresses that are remembered as known, some 100 bytes each


class Pool(Protocol):
    """What reads one exchange: `crawler.reader_pool.ReaderPool`."""

    async def read(
        self, exchange: Exchange, expected: PageKind, profile: SiteProfile | None = None
    ) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Read:
    """A capture's new reading, bare of the addresses that it found, and those."""

    reading: Reading | Unreadable
    found: tuple[Found, ...] = ()


class Rereader:
    """Reads captures, as many at once as *at_once*: each holds a page in memory."""

    def __init__(
        self, archive: Archive, profiles: Profiles, pool: Pool, at_once: int, finds: bool
    ) -> None:
        self._archive, self._profiles, self._pool = archive, profiles, pool
        self._places = asyncio.Semaphore(at_once)
        self._finds = finds
        self._met: set[tuple[int, str]] = set()

    async def read(self, page: Page, capture_ids: Collection[int]) -> Mapping[int, Read]:
        """The readings of these captures of a page, by their ids."""
        profile = self._profiles.of(page)
        made = await asyncio.gather(*(self._one(page, profile, one) for one in capture_ids))
        return dict(zip(capture_ids, made, strict=True))

    async def _one(self, page: Page, profile: SiteProfile, capture_id: int) -> Read:
        async with self._places:
            try:
                exchange = captures.exchange(self._archive, capture_id)
                size = len(exchange.body)
                if size > profile.crawl.max_bytes:  # a tree takes twenty times as much memory
                    raise UnreadableError(f"{size:,} bytes are more than max_bytes allows")
                reading = await self._pool.read(exchange, page.kind, profile)
            except ArchiveError as error:
                return Read(Unreadable(str(error), reader_identity(profile)))
            except Exception as error:  # noqa: BLE001 - a page must not end this run and every later one
                told = str(error) if isinstance(error, UnreadableError) else repr(error)
                return Read(Unreadable(told, reader_identity(profile)))
        bare = replace(reading, found=(), next=None, items=reading.items[:1])
        return Read(bare, tuple(self._fresh(page, reading)) if self._finds else ())

    def _fresh(self, page: Page, reading: Reading) -> Iterable[Found]:
        for one in (*items_of(reading), *next_of(reading), *reading.found):
            if (page.site_id, one.url) not in self._met:
                # what a sitemap said then is no news of today
                yield replace(one, lastmod=None)

    def enter(
        self, page: Page, read: Mapping[int, Read], times: Mapping[int, tuple[int, str]]
    ) -> int:
        """Enter what captures of a page have found, due at once for the next crawl; how many
        addresses are new. *times*: capture -> page, time. Call inside a transaction."""
        session = session_of(self._archive, page, self._profiles.of(page))
        depth, new = page.depth + 1, 0
        if depth > session.profile.crawl.max_depth:
            return 0
        for capture_id, one in read.items():
            moment = _moment(times, capture_id, page)
            fresh = [f for f in one.found if (page.site_id, f.url) not in self._met]
            if moment is None or not fresh:
                continue
            allowed = [f for f in fresh if session.may_follow(f.url, f.kind)]
            new += len(
                pages.add(
                    self._archive, page.site_id, allowed, at=moment, found_on=page.id, depth=depth,
                    due=moment, canonicalize=session.canonical,
                )
            )  # fmt: skip
            self._met.update((page.site_id, f.url) for f in fresh)
        if len(self._met) > MOST_MET:
            self._met.clear()
        return new


def _moment(times: Mapping[int, tuple[int, str]], capture_id: int, page: Page) -> datetime | None:
    page_id, time = times.get(capture_id, (0, ""))
    return from_iso(time) if page_id == page.id else None
