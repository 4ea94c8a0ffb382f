"""New domains: a committee's articles stand at another host, while the old one is no more.

A host that lapsed gives no answer, or a parked page: neither makes an article gone, since the same
is seen of a site that is down. But where its text stands at another host of the committee at that
time, the article has moved there. Told from kept rows and the readings of its own page.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive import absence
from archive.clock import from_iso, iso
from archive.urls import origin

if TYPE_CHECKING:
    from archive.content import Content
    from archive.db import Archive
    from archive.places import Look

SILENT = timedelta(days=14)
"""A host that gave no answer for so long has lapsed or was given up: EDGI waits as long. A site on
two live hosts would be taken for one, if one of them were down for a while."""
DAYS = 3  # of those, on which it was asked

_ANSWERED = """
SELECT max(capture.time) FROM page CROSS JOIN capture ON capture.page_id = page.id
WHERE page.method = 'GET' AND page.url >= ? AND page.url < ? AND capture.outcome != 'failure'
  AND coalesce(capture.status, 500) < 500 AND capture.time <= ?"""

_ASKED = """
SELECT count(DISTINCT substr(capture.time, 1, 10)) FROM page
CROSS JOIN capture ON capture.page_id = page.id
WHERE page.method = 'GET' AND page.url >= ? AND page.url < ? AND capture.time > ?
  AND capture.time <= ?"""


def left(
    archive: Archive, rows: Iterable[sqlite3.Row], seen: Look, content: Content
) -> sqlite3.Row | None:
    """The first of these articles, at other hosts, that has left its own for what was *seen*."""
    for row in rows:
        if row["site_id"] != seen.site_id and not _is_same(row, seen, content):
            continue
        if row["state"] != "live" or row["page_state"] == "gone" or _is_lost(archive, row, seen):
            return row
    return None


def _is_same(row: sqlite3.Row, seen: Look, content: Content) -> bool:
    """Whether two sites show one article, not copies of an agency's: by its date, or its path."""
    published = content.article.published
    dated = published is not None and published == row["published"]
    return bool(dated) or urlsplit(row["url"]).path == urlsplit(seen.url).path


def _is_lost(archive: Archive, row: sqlite3.Row, seen: Look) -> bool:
    """Whether the article's own host was parked or silent for long when its text was *seen*."""
    absent = absence.of_page(archive, row["page_id"])
    if absent is not None and absent.why == "parked" and seen.time - absent.since >= SILENT:
        return True
    return is_silent(archive, row["url"], seen.time)


def is_silent(archive: Archive, url: str, at: datetime) -> bool:
    """Whether the host of *url* was asked on several days up to *at*, and long gave no answer."""
    host = origin(url)
    span = f"{host}/", f"{host}0"  # `0` follows `/`
    conn, moment = archive.whole.conn, iso(at)
    (answered,) = conn.execute(_ANSWERED, (*span, moment)).fetchone()
    if answered is None or at - from_iso(answered) < SILENT:
        return False
    (days,) = conn.execute(_ASKED, (*span, answered, moment)).fetchone()
    return int(days) >= DAYS
