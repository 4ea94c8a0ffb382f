"""Captures of an archive read again, and what new addresses they name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from archive import captures
from archive.db import Archive
from archive.digest import sha256
from archive.errors import ArchiveError
from archive.types import Exchange, Found, Page, PageKind, Reading
from crawler.profile import SiteProfile
from crawler.reader_pool import UnreadableError
from crawler.reading import reader_identity
from crawler.reparse.profiles import Profiles
from crawler.reparse.replay import Unreadable, session_of
from crawler.session import CrawlSession
from crawler.storing import items_of, next_of

MOST_MET = 100_000  # addresses that are remembered as known, some 150 bytes each

ReadOne = Callable[[int, Exchange, SiteProfile, PageKind], Reading]
"""What reads one exchange: the capture's number, as :func:`crawler.reading.read` the rest."""


@dataclass(frozen=True, slots=True)
class Read:
    """A capture's new reading, bare of the addresses that it found, and those that are new."""

    reading: Reading | Unreadable
    found: tuple[Found, ...] = ()


class Rereader:
    """Reads captures by *read*. *finds*: whether new addresses are asked for."""

    def __init__(self, archive: Archive, profiles: Profiles, read: ReadOne, finds: bool) -> None:
        self._archive, self._profiles, self._read = archive, profiles, read
        self._finds = finds
        self._met: set[tuple[int, str]] = set()
        self._sessions: dict[tuple[int, SiteProfile], CrawlSession] = {}

    def read(self, page: Page, capture_ids: Collection[int]) -> Mapping[int, Read]:
        """The readings of these captures of a page, by their ids."""
        profile = self._profiles.of(page)
        return {one: self._one(page, profile, one) for one in capture_ids}

    def _one(self, page: Page, profile: SiteProfile, capture_id: int) -> Read:
        try:
            exchange = captures.exchange(self._archive, capture_id)
            size = len(exchange.body)
            if size > profile.crawl.max_bytes:  # a tree takes twenty times as much memory
                raise UnreadableError(f"{size:,} bytes are more than max_bytes allows")
            reading = self._read(capture_id, exchange, profile, page.kind)
        except ArchiveError as error:
            return Read(Unreadable(str(error), reader_identity(profile)))
        except Exception as error:  # noqa: BLE001 - a page must not end this run and every later one
            told = str(error) if isinstance(error, UnreadableError) else repr(error)
            return Read(Unreadable(told, reader_identity(profile)))
        bare = replace(reading, found=(), next=None, items=reading.items[:1])
        return Read(bare, tuple(self._fresh(page, profile, reading)) if self._finds else ())

    def _fresh(self, page: Page, profile: SiteProfile, reading: Reading) -> Iterator[Found]:
        """What the archive does not know, and a crawl may follow."""
        session = self._session(page, profile)
        if page.depth + 1 > profile.crawl.max_depth:
            return
        for one in (*items_of(reading), *next_of(reading), *reading.found):
            if (page.site_id, one.url) in self._met or not session.may_follow(one.url, one.kind):
                continue
            if self._known(one, session):
                self._met.add((page.site_id, one.url))
            else:
                # what a sitemap said then is no news of today
                yield replace(one, lastmod=None)
        if len(self._met) > MOST_MET:
            self._met.clear()

    def _known(self, one: Found, session: CrawlSession) -> bool:
        digest = sha256(one.body) if one.body else ""
        row = self._archive.conn.execute(
            "SELECT 1 FROM page WHERE method = ? AND url = ? AND body_digest = ?",
            (one.method, session.canonical(one.url), digest),
        ).fetchone()
        return row is not None

    def _session(self, page: Page, profile: SiteProfile) -> CrawlSession:
        key = page.site_id, profile
        if key not in self._sessions:
            self._sessions[key] = session_of(self._archive, page, profile)
        return self._sessions[key]
