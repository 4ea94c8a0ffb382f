"""Which pages are to be read again, and which of their captures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.clock import iso
from archive.db import Archive
from archive.readings import MOST_ATTEMPTS
from archive.sites import Site
from crawler.reparse.profiles import Profiles

_CHUNK = 500

_TO_READ = f"(reading.state != 'waiting' OR reading.attempts >= {MOST_ATTEMPTS})"
# A page that another reader has read, or failed to read, or has never read to the end; of all
# pages also those whose readings are lost.
_STALE = f"""
FROM page WHERE page.site_id = :site AND (EXISTS (
    SELECT 1 FROM capture JOIN reading ON reading.capture_id = capture.id
    WHERE capture.page_id = page.id AND capture.time >= :since
      AND (:all OR reading.reader IS NOT :reader) AND {_TO_READ})
  OR (:all AND page.kind IN ('article', 'listing', 'other', 'asset', 'robots') AND EXISTS (
    SELECT 1 FROM capture LEFT JOIN reading ON reading.capture_id = capture.id
    WHERE capture.page_id = page.id AND capture.time >= :since AND reading.capture_id IS NULL
      AND capture.outcome = 'answer' AND capture.status BETWEEN 200 AND 299)))"""
# What a merge brought, whoever reads its site.
_MERGED = """
FROM page JOIN merged_page ON merged_page.page_id = page.id WHERE page.site_id = :site"""
_CAPTURES = f"""
SELECT capture.id FROM capture JOIN reading ON reading.capture_id = capture.id
WHERE capture.page_id = ? AND {_TO_READ} ORDER BY capture.id"""


@dataclass(frozen=True, slots=True)
class Options:
    """*all*: also what today's reader has read already; *since*: only pages captured since then;
    *limit*: at most so many pages. *check*: what differs is only told, and so is what cannot be
    made again over rows that nobody wrote. *merged*: those pages alone that a merge has left."""

    apply: bool = False
    all: bool = False
    since: datetime | None = None
    limit: int | None = None
    examples: int = 0
    check: bool = False
    merged: bool = False


def count(archive: Archive, profiles: Profiles, options: Options) -> int:
    """How many pages are to be read again."""
    found = 0
    for site in profiles.sites:
        sql = f"SELECT count(*) {_from(options)}"
        found += archive.conn.execute(sql, _values(profiles, options, site)).fetchone()[0]
    return found if options.limit is None else min(found, options.limit)


def pages_of(archive: Archive, profiles: Profiles, options: Options) -> Iterator[tuple[Site, int]]:
    """Their row numbers with their sites, in order; looked up as they are asked for."""
    left = options.limit
    for site in profiles.sites:
        after = 0
        values = _values(profiles, options, site)
        while some := _next(archive, _from(options), values | {"after": after}):
            for page_id in some:
                if left is not None:
                    if not left:
                        return
                    left -= 1
                yield site, page_id
            after = some[-1]


def captures_of(archive: Archive, page_id: int) -> list[int]:
    """The captures of a page that were read, or given up."""
    return [row[0] for row in archive.conn.execute(_CAPTURES, (page_id,))]


def waits(reading: Sequence[object]) -> bool:
    """Whether a row of `reading` (state, kind, reader, attempts, …) is left to the crawl that kept
    its capture."""
    return reading[0] == "waiting" and int(str(reading[3])) < MOST_ATTEMPTS


def _from(options: Options) -> str:
    return _MERGED if options.merged else _STALE


def _next(archive: Archive, which: str, values: dict[str, object]) -> list[int]:
    rows = archive.conn.execute(
        f"SELECT page.id {which} AND page.id > :after ORDER BY page.id LIMIT {_CHUNK}", values
    )
    return [row[0] for row in rows]


def _values(profiles: Profiles, options: Options, site: Site) -> dict[str, object]:
    since = iso(options.since) if options.since else ""
    reader = profiles.reader(site)
    return {"site": site.id, "since": since, "all": options.all, "reader": reader}
