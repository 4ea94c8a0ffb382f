"""Which pages become due at once: at a crawl's start, and when something new is learned.

Every call must stand inside a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from archive import lacking
from archive.clock import from_iso, iso
from archive.db import Archive

Which = Literal["listings", "all", "missing"]

_CONDITIONS: dict[Which, str] = {
    # first pages of listings near a start point; what continues them becomes due when they are
    # read, and those farther away (tags) by their age
    "listings": """kind = 'listing' AND root_id IS NULL AND method = 'GET'
                   AND (pinned OR (state = 'open' AND depth <= 1))""",
    "all": "kind != 'robots' AND method = 'GET' AND state != 'disallowed'",
    "missing": lacking.GOAL,
}


def make_due(archive: Archive, site_id: int, now: datetime, which: Which) -> int:
    """Make a site's pages of that class due at *now*; how many there are."""
    cursor = archive.conn.execute(
        f"""UPDATE page SET due = :now, failures = 0
            WHERE site_id = :site AND {_CONDITIONS[which]}""",
        {"now": iso(now), "site": site_id},
    )
    return cursor.rowcount


def page_now(archive: Archive, page_id: int, now: datetime) -> None:
    """Make one page due at *now*, unless it is refused by robots.txt."""
    archive.conn.execute(
        "UPDATE page SET due = ? WHERE id = ? AND state != 'disallowed'", (iso(now), page_id)
    )


def photos_again(archive: Archive, urls: Iterable[str], now: datetime, before: datetime) -> None:
    """An article has changed: those of its photos that were last answered *before* are due now."""
    archive.conn.executemany(
        """UPDATE page SET due = ? WHERE method = 'GET' AND url = ? AND body_digest = ''
             AND kind = 'photo' AND state = 'open'
             AND (SELECT time FROM capture WHERE capture.id = page.last_answer_id) < ?""",
        [(iso(now), url, iso(before)) for url in urls],
    )


def ask_as(archive: Archive, page_id: int, url: str, now: datetime) -> None:
    """The site sends to another spelling of the page's address: that is asked for, now.

    It counts as a failure, so that two spellings which lead to each other end.
    """
    archive.conn.execute(
        "UPDATE page SET found_url = ?, state = 'open', failures = 1, due = ? WHERE id = ?",
        (url, iso(now), page_id),
    )


def restart_posts(archive: Archive, site_id: int) -> None:
    """POST pages of an earlier crawl are out of date: their listings are walked again.

    A form's state lives as long as the server likes, so a POST that a crawl left undone is not
    asked for by the next one; the listing that it continues counts as unfinished instead.
    """
    archive.conn.execute(
        """UPDATE page SET backfilled = 0 WHERE id IN
           (SELECT root_id FROM page WHERE site_id = ? AND method = 'POST' AND due IS NOT NULL)""",
        (site_id,),
    )
    archive.conn.execute(
        "UPDATE page SET due = NULL WHERE site_id = ? AND method = 'POST' AND due IS NOT NULL",
        (site_id,),
    )


def disallowed(archive: Archive, site_id: int, origin: str) -> list[tuple[int, str]]:
    """Row number and URL of the pages of *origin* that robots.txt refused."""
    rows = archive.conn.execute(
        """SELECT id, found_url FROM page WHERE site_id = ? AND kind IN
               ('article', 'listing', 'photo', 'document', 'asset', 'other')
           AND state = 'disallowed' AND substr(url, 1, ?) = ?""",
        (site_id, len(origin) + 1, origin + "/"),
    )
    return [(row[0], row[1]) for row in rows]


def reopen(archive: Archive, page_ids: Iterable[int], now: datetime) -> None:
    """robots.txt allows now what it refused before: these are due at once."""
    archive.conn.executemany(
        "UPDATE page SET state = 'open', due = ? WHERE id = ?",
        [(iso(now), page_id) for page_id in page_ids],
    )


def postpone(archive: Archive, site_id: int, origin: str, until: datetime) -> None:
    """Nothing of *origin* is asked for before *until*."""
    archive.conn.execute(
        """UPDATE page SET due = ? WHERE site_id = ? AND due < ? AND substr(url, 1, ?) = ?""",
        (iso(until), site_id, iso(until), len(origin) + 1, origin + "/"),
    )


def redirect_hops(archive: Archive, page_id: int, most: int) -> int:
    """How many redirects in a row led to this page, counted up to *most*."""
    hops = 0
    row = archive.conn.execute("SELECT how, found_on FROM page WHERE id = ?", (page_id,)).fetchone()
    while row is not None and row["how"] == "redirect" and row["found_on"] and hops < most:
        hops += 1
        row = archive.conn.execute(
            "SELECT how, found_on FROM page WHERE id = ?", (row["found_on"],)
        ).fetchone()
    return hops


def age(archive: Archive, page_id: int) -> tuple[str | None, datetime | None]:
    """Of the article on this page: its date as printed, and when its content last changed."""
    row = archive.conn.execute(
        """SELECT version.published, capture.time,
                  (SELECT count(*) FROM version old WHERE old.article_id = article.id) AS versions
           FROM article_page JOIN article ON article.id = article_page.article_id
           JOIN version ON version.id = article.version_id
           JOIN capture ON capture.id = version.first_capture_id
           WHERE article_page.page_id = ?""",
        (page_id,),
    ).fetchone()
    if row is None:
        return None, None
    return row["published"], from_iso(row["time"]) if row["versions"] > 1 else None


def plan(
    archive: Archive, site_id: int, now: datetime, full: bool, missing: bool
) -> dict[str, int]:
    """How many pages of each kind a crawl that begins *now* would ask for; writes nothing."""
    which: Which = "missing" if missing else "all" if full else "listings"
    also = "" if missing else "due <= :now OR"
    rows = archive.conn.execute(
        f"""SELECT kind, count(*) FROM page WHERE site_id = :site AND ({also} {_CONDITIONS[which]})
            AND id NOT IN (SELECT page_id FROM withdrawn_page)
            GROUP BY kind ORDER BY kind""",
        {"site": site_id, "now": iso(now)},
    )
    return {row[0]: row[1] for row in rows}
