"""Where an article stands: live at its address, gone, or moved. Told as events, each once."""

from __future__ import annotations

import sqlite3
from typing import Literal

from archive import absence, events, index, places, watched
from archive.clock import iso
from archive.db import Archive
from archive.places import Look, Place
from archive.types import EventKind
from archive.withdrawals import IS_WITHDRAWN

SEEN = """
SELECT version.*, first.time AS first_time, last.time AS last_time,
       coalesce(last.payload_id, earlier.payload_id) AS last_payload
FROM version JOIN capture first ON first.id = version.first_capture_id
             JOIN capture last ON last.id = version.last_capture_id
             LEFT JOIN capture earlier ON earlier.id = last.earlier_id"""
"""Versions with the times of their first and last capture, and what the last one brought."""


def current(archive: Archive, article: sqlite3.Row) -> sqlite3.Row:
    """The current version of an article, in columns of :data:`SEEN`."""
    row: sqlite3.Row = archive.conn.execute(
        f"{SEEN} WHERE version.id = ?", (article["version_id"],)
    ).fetchone()
    return row


def gone(archive: Archive, page_id: int, capture_id: int) -> bool:
    """The page says that it is no more. True if its article is gone by that, and was not before.

    It is after several looks on several days (`archive.absence`). An article that still stands at
    another of its addresses goes on there.
    """
    archive.require_transaction()
    row = places.of_page(archive, page_id)
    if row is None or row["page_id"] != page_id or row["state"] == "gone":
        return False
    seen = places.look(archive, capture_id)
    if iso(seen.time) < current(archive, row)["last_time"]:
        return False
    other = archive.conn.execute(
        """SELECT page.id, page.url, page.site_id FROM article_page
           JOIN page ON page.id = article_page.page_id
           WHERE article_page.article_id = ? AND page.id != ? AND page.state = 'open'
             AND page.last_answer_id = page.last_capture_id ORDER BY page.id LIMIT 1""",
        (row["id"], page_id),
    ).fetchone()
    if other is not None and row["state"] == "live":
        if other["site_id"] != row["site_id"]:
            tell_move(archive, seen, row, other["url"])
        set_page(archive, row["id"], other["id"])
        return False
    absent = absence.of_page(archive, page_id, capture_id)
    if absent is None or not absent.sure:
        return False
    set_state(archive, row["id"], "gone", seen)
    tell(archive, "gone", seen, row["id"], row["version_id"], absence.told(absent))
    return True


def moved(archive: Archive, from_page_id: int, to_page_id: int, capture_id: int) -> None:
    """The page redirects permanently to another: what it showed is looked for there.

    The article counts as moved until the new address shows it; then it lives there, and the move
    is told. Sites redirect what they removed to anything, so the redirect alone proves nothing.
    """
    archive.require_transaction()
    here, there = places.of_page(archive, from_page_id), places.of_page(archive, to_page_id)
    seen = places.look(archive, capture_id)
    if here is None:
        if there is not None and not there["is_withdrawn"]:
            places.add(archive, from_page_id, there["id"], seen.key)
        return
    if here["page_id"] != from_page_id or here["state"] == "moved":
        return
    if there is None:
        target = archive.conn.execute("SELECT * FROM page WHERE id = ?", (to_page_id,)).fetchone()
        key = places.page_key(target["url"], target["method"], target["body_digest"])
        places.add(archive, to_page_id, here["id"], key)
        set_state(archive, here["id"], "moved", seen)
    elif there["id"] == here["id"]:
        set_page(archive, here["id"], to_page_id)
        (url,) = archive.conn.execute("SELECT url FROM page WHERE id = ?", (to_page_id,)).fetchone()
        tell_move(archive, seen, here, url)
    else:
        set_state(archive, here["id"], "moved", seen)
        tell_move(archive, seen, here, there["url"])


def returned(archive: Archive, seen: Look, place: Place) -> Literal["back", "moved"] | None:
    """The article was seen: make it live, at this page if it moved here; None if it was already."""
    row = place.article
    if place.relation == "moved":
        if places.of_page(archive, seen.page_id) is None:
            places.add(archive, seen.page_id, row["id"], seen.key)
        set_page(archive, row["id"], seen.page_id)
        set_state(archive, row["id"], "live", seen)
        tell_move(archive, seen, row, seen.url)
        return "moved"
    if row["state"] == "live" or iso(seen.time) < row["state_since"]:
        return None  # seen before it went, as imports bring it
    set_state(archive, row["id"], "live", seen)
    tell(archive, "back", seen, row["id"], row["version_id"])
    return "back"


def set_page(archive: Archive, article_id: int, page_id: int) -> None:
    """Make a page the one that the article is looked for at; not of one that was withdrawn.

    The article is of the site of its page: one that moved to a successor's is found there.
    """
    conn = archive.conn
    conn.execute(
        f"UPDATE article SET page_id = ? WHERE id = ? AND NOT {IS_WITHDRAWN}",
        (page_id, article_id),
    )
    other = conn.execute(
        """SELECT page.site_id, article.version_id FROM article
           JOIN page ON page.id = article.page_id
           WHERE article.id = ? AND page.site_id != article.site_id""",
        (article_id,),
    ).fetchone()
    if other is not None:
        index.drop(archive, article_id)  # the site is among what is indexed
        conn.execute("UPDATE article SET site_id = ? WHERE id = ?", (other["site_id"], article_id))
        index.put(archive, other["version_id"])


def set_state(
    archive: Archive, article_id: int, state: Literal["live", "gone", "moved"], seen: Look
) -> None:
    """Write an article's state, since the time of that look."""
    archive.conn.execute(
        "UPDATE article SET state = ?, state_since = ? WHERE id = ?",
        (state, iso(seen.time), article_id),
    )


def tell(
    archive: Archive,
    kind: EventKind,
    seen: Look,
    article_id: int,
    version_id: int | None,
    data: dict[str, object] | None = None,
    left: int | None = None,
) -> None:
    """Tell an event of the article that a look has shown; *left*: the version that was its text."""
    number = events.tell(
        archive, kind, site_id=seen.site_id, article_id=article_id, version_id=version_id,
        capture_id=seen.capture_id, data=data,
    )  # fmt: skip
    if left is not None:
        watched.note(archive, number, watched.matching(archive, left))


def tell_move(archive: Archive, seen: Look, row: sqlite3.Row, to: str) -> None:
    """Tell that an article of *row* is at another address from now on."""
    tell(archive, "moved", seen, row["id"], row["version_id"], {"from": row["url"], "to": to})
