"""How far each listing was walked, and how many articles it must hold by what it says itself.

"Page 3 of 37" and twenty items a page: some 740 articles, between 721 and 740. What the pages that
were read have named stands beside it, and where a walk broke off.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from archive.lacking import REASON, STANDING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from archive.db import Archive

_TELL = """
INSERT INTO listing_page (page_id, items, pages, total) VALUES (?, ?, ?, ?)
ON CONFLICT (page_id) DO UPDATE SET items = excluded.items,
    pages = coalesce(excluded.pages, pages), total = coalesce(excluded.total, total)"""
_NAME = """
INSERT OR IGNORE INTO listed (root_id, page_id)
SELECT ?, id FROM page WHERE method = 'GET' AND url = ? AND body_digest = ''"""

_PAGES = f"""
SELECT page.id, page.found_url, page.root_id, page.backfilled, page.last_capture_id,
       listing_page.items, listing_page.pages, listing_page.total,
       CASE WHEN page.last_answer_id IS NULL THEN {STANDING} END AS standing,
       CASE WHEN page.last_answer_id IS NULL THEN {REASON} END AS why
FROM page LEFT JOIN listing_page ON listing_page.page_id = page.id
WHERE page.site_id = ? AND page.kind = 'listing' ORDER BY page.id"""
_KNOWN = """
SELECT listed.root_id, count(*) FROM listed JOIN page ON page.id = listed.root_id
WHERE page.site_id = ? GROUP BY listed.root_id"""


State = Literal["whole", "open", "broken", "short"]


@dataclass(frozen=True, slots=True)
class Walk:
    """One listing. ``read``: pages of it that were read; ``told``: pages that it says it has.

    ``known``: pages that it has named so far, each once;
    ``expected_least`` and ``expected_most``: how many it must hold, None where it does not say.
    ``state``: `whole` to its end; `open`, not yet walked there; `broken` at ``breaks_at``, whose
    look gave ``why``; `short`: it came to an end before the number of pages that it says.
    """

    url: str
    state: State
    read: int
    told: int | None
    known: int
    expected_least: int | None
    expected_most: int | None
    breaks_at: str | None
    why: str | None


def tell(archive: Archive, page_id: int, items: int, pages: int | None, total: int | None) -> None:
    """Write what a page of a listing said; *items*: articles no page before it named in this walk.

    Call it inside a transaction. What it says no more (a pager that names the last page on the
    first one alone) stands as it was said.
    """
    archive.conn.execute(_TELL, (page_id, items, pages, total))


def name(archive: Archive, root_id: int, urls: Iterable[str]) -> None:
    """The listing that begins at *root_id* names the pages with these canonical URLs, as far as
    they are known. Call it inside a transaction."""
    archive.conn.executemany(_NAME, [(root_id, url) for url in urls])


def walks(archive: Archive, site_id: int) -> list[Walk]:
    """Every listing of a site that a crawl has read, the largest first."""
    starts: dict[int, sqlite3.Row] = {}
    rest: dict[int, list[sqlite3.Row]] = defaultdict(list)
    for row in archive.conn.execute(_PAGES, (site_id,)):
        if row["root_id"] is None:
            starts[row["id"]] = row
        else:
            rest[row["root_id"]].append(row)
    known = dict(archive.conn.execute(_KNOWN, (site_id,)).fetchall())
    found = [
        _walk(row, rest[row["id"]], known.get(row["id"], 0))
        for row in starts.values()
        if row["items"] is not None
    ]
    return sorted(found, key=lambda one: (-(one.expected_most or one.known), one.url))


def _walk(start: sqlite3.Row, rest: list[sqlite3.Row], known: int) -> Walk:
    pages = [row for row in (start, *rest) if row["items"] is not None]
    told = max((row["pages"] for row in pages if row["pages"] is not None), default=None)
    totals = [row["total"] for row in pages if row["total"] is not None]
    least, most = _expected(pages, told, totals)
    stuck = next((row for row in rest if row["standing"] in ("missing", "unavailable")), None)
    lacks = known < (least or 0)
    state: State = "whole"
    if stuck is not None and stuck["last_capture_id"] and (lacks or not start["backfilled"]):
        state = "broken"
    elif not start["backfilled"]:
        state = "open"
    elif lacks:
        state = "short"
    at = stuck if state == "broken" else None
    return Walk(
        start["found_url"], state, len(pages), told, known, least, most,
        at["found_url"] if at else None, at["why"] if at else None,
    )  # fmt: skip


def _expected(
    pages: list[sqlite3.Row], told: int | None, totals: list[int]
) -> tuple[int | None, int | None]:
    """The least and the most articles that the listing holds by its own words."""
    if totals:
        return max(totals), max(totals)
    full = max((row["items"] for row in pages), default=0)
    if told is None or not full:
        return None, None
    # every page but the last is full: fuller than the fullest that was seen is none
    return full * (told - 1) + 1, full * told
