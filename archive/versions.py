"""Versions: readings become states of articles, if their content differs from the last one.

A version is a difference between two readings by one reader. Everything here writes, and belongs
inside a transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from archive import events, index, places, stories, version_rows
from archive.clock import iso
from archive.content import Content, changed_fields, content_of, settled
from archive.db import Archive
from archive.places import Look, Place
from archive.types import Article

Outcome = Literal["new", "changed", "unchanged", "back", "moved", "copy", "reread"]

_SEEN = """
SELECT version.*, first.time AS first_time, last.time AS last_time, last.page_id AS last_page,
       coalesce(last.payload_id, earlier.payload_id) AS last_payload
FROM version JOIN capture first ON first.id = version.first_capture_id
             JOIN capture last ON last.id = version.last_capture_id
             LEFT JOIN capture earlier ON earlier.id = last.earlier_id"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a reading did. *copy*: a second address of an article that lives at its first one."""

    article_id: int
    version_id: int
    outcome: Outcome


def store(archive: Archive, capture_id: int, article: Article, reader: str) -> Stored:
    """Store the article that a capture shows: a new one, a new version, or the same as before.

    `changed` is only told where the same reader read both; else it is `reread` (read the last
    capture again first: :func:`last_reader`, :func:`reread`).
    """
    archive.require_transaction()
    article = settled(article)
    content = content_of(article)
    seen = places.look(archive, capture_id)
    place = places.find(archive, seen, article, content)
    if place is None:
        return _new(archive, seen, article, content, reader)
    current = _current(archive, place.article)
    if place.relation == "alias":
        return _alias(archive, seen, place, current)
    if place.relation == "main":
        return _main(archive, seen, place, current, article, content, reader)
    returned = _return(archive, seen, place)
    if content.digest == current["digest"]:
        _extend(archive, seen, current)
        version_rows.show_links(archive, current["article_id"], capture_id, article)
        return Stored(current["article_id"], current["id"], returned or "unchanged")
    if current["first_capture_id"] == capture_id:
        version_id = _replace(archive, seen, current, article, content, reader)
        return Stored(current["article_id"], version_id, "reread")
    if iso(seen.time) < current["first_time"]:
        return _past(archive, seen, current["article_id"], article, content, reader)
    return _changed(archive, seen, place, current, article, content, reader)


def shown_again(archive: Archive, capture_id: int) -> None:
    """A capture brought the same payload as the one before it: its version still stands."""
    archive.require_transaction()
    seen = places.look(archive, capture_id)
    row = places.of_page(archive, seen.page_id)
    if row is None or row["page_id"] != seen.page_id:
        return
    current = _current(archive, row)
    (payload_id,) = archive.conn.execute(
        """SELECT coalesce(one.payload_id, earlier.payload_id) FROM capture one
           LEFT JOIN capture earlier ON earlier.id = one.earlier_id WHERE one.id = ?""",
        (capture_id,),
    ).fetchone()
    # A "not found" page that is served again is the same payload too, and proves no article.
    if payload_id != current["last_payload"]:
        return
    _return(archive, seen, Place(row, "own"))
    archive.conn.execute(
        "UPDATE link SET last_capture_id = ? WHERE article_id = ? AND last_capture_id = ?",
        (capture_id, row["id"], current["last_capture_id"]),
    )
    _extend(archive, seen, current)


def last_reader(archive: Archive, page_id: int) -> tuple[int, str] | None:
    """The last capture of the page's current version and who read it; None without a version.

    Of a page that is not the article's own there is none: it is never compared.
    """
    row = places.of_page(archive, page_id)
    if row is None or row["page_id"] != page_id:
        return None
    current = _current(archive, row)
    return current["last_capture_id"], current["reader"]


def reread(archive: Archive, capture_id: int, article: Article, reader: str) -> bool:
    """Put another reading of a capture in the place of its version's; True if the content differs.

    Told as `reread`, never as `changed`: the site did nothing. ValueError if no version rests on
    that capture.
    """
    archive.require_transaction()
    article = settled(article)
    seen = places.look(archive, capture_id)
    version = archive.conn.execute(
        f"""{_SEEN} JOIN article_page shown ON shown.article_id = version.article_id
            WHERE shown.page_id = ? AND (first.time, first.id) <= (?, ?)
            ORDER BY first.time DESC, first.id DESC LIMIT 1""",
        (seen.page_id, iso(seen.time), capture_id),
    ).fetchone()
    if version is None or version["last_time"] < iso(seen.time):
        raise ValueError(f"no version rests on capture {capture_id}")
    content = content_of(article)
    _replace(archive, seen, version, article, content, reader)
    return bool(version["digest"] != content.digest)


def gone(archive: Archive, page_id: int, capture_id: int, why: str) -> bool:
    """The page says that it is no more. True if its article is gone by that, and was not before.

    An article that still stands at another of its addresses goes on there.
    """
    archive.require_transaction()
    row = places.of_page(archive, page_id)
    if row is None or row["page_id"] != page_id or row["state"] == "gone":
        return False
    seen = places.look(archive, capture_id)
    if iso(seen.time) < _current(archive, row)["last_time"]:
        return False
    other = archive.conn.execute(
        """SELECT page.id FROM article_page JOIN page ON page.id = article_page.page_id
           WHERE article_page.article_id = ? AND page.id != ? AND page.state = 'open'
             AND page.last_answer_id IS NOT NULL AND page.last_answer_id = page.last_capture_id
           ORDER BY page.id LIMIT 1""",
        (row["id"], page_id),
    ).fetchone()
    if other is not None and row["state"] == "live":
        archive.conn.execute(
            "UPDATE article SET page_id = ? WHERE id = ?", (other["id"], row["id"])
        )
        return False
    _set_state(archive, row["id"], "gone", seen)
    _tell(archive, "gone", seen, row["id"], row["version_id"], {"why": why})
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
        if there is not None:
            places.add(archive, from_page_id, there["id"], seen.key)
        return
    if here["page_id"] != from_page_id or here["state"] == "moved":
        return
    if there is None:
        target = archive.conn.execute("SELECT * FROM page WHERE id = ?", (to_page_id,)).fetchone()
        key = places.page_key(target["url"], target["method"], target["body_digest"])
        places.add(archive, to_page_id, here["id"], key)
        _set_state(archive, here["id"], "moved", seen)
    elif there["id"] == here["id"]:
        archive.conn.execute(
            "UPDATE article SET page_id = ? WHERE id = ?", (to_page_id, here["id"])
        )
        (url,) = archive.conn.execute("SELECT url FROM page WHERE id = ?", (to_page_id,)).fetchone()
        _tell_move(archive, seen, here, url)
    else:
        _set_state(archive, here["id"], "moved", seen)
        _tell_move(archive, seen, here, there["url"])


# -- the ways a reading can go ---------------------------------------------------------------------


def _new(archive: Archive, seen: Look, article: Article, content: Content, reader: str) -> Stored:
    conn = archive.conn
    cursor = conn.execute(
        "INSERT INTO article (key, site_id, page_id, state_since) VALUES (?, ?, ?, ?)",
        (seen.key, seen.site_id, seen.page_id, iso(seen.time)),
    )
    article_id = int(cursor.lastrowid or 0)
    places.add(archive, seen.page_id, article_id, seen.key)
    version_id = _add_version(archive, seen, article_id, article, content, reader)
    _tell(archive, "new", seen, article_id, version_id)
    stories.update(archive, article_id)
    index.put(archive, version_id)
    return Stored(article_id, version_id, "new")


def _alias(archive: Archive, seen: Look, place: Place, current: sqlite3.Row) -> Stored:
    """A second address: its print view or mobile view would make versions to and fro."""
    article_id = current["article_id"]
    if places.of_page(archive, seen.page_id) is None:
        places.add(archive, seen.page_id, article_id, seen.key)
    if place.article["state"] == "gone":
        # It is found again under another of its addresses, which is its own from now on.
        archive.conn.execute(
            "UPDATE article SET page_id = ? WHERE id = ?", (seen.page_id, article_id)
        )
        _return(archive, seen, place)
        return Stored(article_id, current["id"], "back")
    return Stored(article_id, current["id"], "copy")


def _main(  # noqa: PLR0913 - the two sides of a comparison
    archive: Archive,
    seen: Look,
    place: Place,
    current: sqlite3.Row,
    article: Article,
    content: Content,
    reader: str,
) -> Stored:
    """The main address of what was only known by a copy: its reading replaces the copy's."""
    article_id = current["article_id"]
    places.add(archive, seen.page_id, article_id, seen.key)
    archive.conn.execute("UPDATE article SET page_id = ? WHERE id = ?", (seen.page_id, article_id))
    _return(archive, seen, Place(place.article, "own"))
    same = content.digest == current["digest"]
    _replace(archive, seen, current, article, content, reader)
    _extend(archive, seen, current)
    return Stored(article_id, current["id"], "unchanged" if same else "reread")


def _changed(  # noqa: PLR0913 - the two sides of a comparison
    archive: Archive,
    seen: Look,
    place: Place,
    current: sqlite3.Row,
    article: Article,
    content: Content,
    reader: str,
) -> Stored:
    article_id = current["article_id"]
    old = content_of(version_rows.article_of(archive, current, place.article["url"]))
    version_id = _add_version(archive, seen, article_id, article, content, reader)
    by_site = current["reader"] == reader
    _tell(
        archive, "changed" if by_site else "reread", seen, article_id, version_id,
        {"fields": changed_fields(old, content)},
    )  # fmt: skip
    stories.update(archive, article_id)
    index.put(archive, version_id)
    return Stored(article_id, version_id, "changed" if by_site else "reread")


def _past(
    archive: Archive, seen: Look, article_id: int, article: Article, content: Content, reader: str
) -> Stored:
    """A capture from before the current version: it finds its place among the older ones."""
    moment = iso(seen.time)
    rows = archive.conn.execute(
        f"{_SEEN} WHERE version.article_id = ? ORDER BY first.time, first.id", (article_id,)
    ).fetchall()
    before = next((row for row in reversed(rows) if row["first_time"] <= moment), None)
    after = next(row for row in rows if row["first_time"] > moment)
    if before is not None and before["digest"] == content.digest:
        _extend(archive, seen, before)
        return Stored(article_id, before["id"], "unchanged")
    if after["digest"] == content.digest:
        archive.conn.execute(
            "UPDATE version SET first_capture_id = ? WHERE id = ?", (seen.capture_id, after["id"])
        )
        return Stored(article_id, after["id"], "unchanged")
    version_id = version_rows.insert(archive, article_id, seen.capture_id, article, content, reader)
    old = content_of(version_rows.article_of(archive, after, seen.url))
    data = {"fields": changed_fields(old, content), "past": True}
    _tell(archive, "changed", seen, article_id, version_id, data)
    return Stored(article_id, version_id, "changed")


# -- steps ------------------------------------------------------------------------------------------


def _current(archive: Archive, row: sqlite3.Row) -> sqlite3.Row:
    found: sqlite3.Row = archive.conn.execute(
        f"{_SEEN} WHERE version.id = ?", (row["version_id"],)
    ).fetchone()
    return found


def _add_version(
    archive: Archive, seen: Look, article_id: int, article: Article, content: Content, reader: str
) -> int:
    version_id = version_rows.insert(archive, article_id, seen.capture_id, article, content, reader)
    version_rows.show_links(archive, article_id, seen.capture_id, article)
    archive.conn.execute("UPDATE article SET version_id = ? WHERE id = ?", (version_id, article_id))
    return version_id


def _replace(  # noqa: PLR0913 - the two sides of a comparison
    archive: Archive,
    seen: Look,
    version: sqlite3.Row,
    article: Article,
    content: Content,
    reader: str,
) -> int:
    """Write a reading over a version; tell `reread` if that changes its content."""
    article_id, version_id = version["article_id"], version["id"]
    (current_id,) = archive.conn.execute(
        "SELECT version_id FROM article WHERE id = ?", (article_id,)
    ).fetchone()
    fields: list[str] = []
    if version["digest"] != content.digest:
        old = content_of(version_rows.article_of(archive, version, seen.url))
        fields = changed_fields(old, content)
    # The index deletes by the old text, so that must still be there.
    if current_id == version_id:
        index.drop(archive, article_id)
    version_rows.replace(archive, version_id, article, content, reader)
    if version["digest"] != content.digest:
        _tell(archive, "reread", seen, article_id, version_id, {"fields": fields})
    if current_id == version_id:
        version_rows.show_links(archive, article_id, version["last_capture_id"], article)
        stories.update(archive, article_id)
        index.put(archive, version_id)
    return int(version_id)


def _extend(archive: Archive, seen: Look, version: sqlite3.Row) -> None:
    if iso(seen.time) >= version["last_time"]:
        archive.conn.execute(
            "UPDATE version SET last_capture_id = ? WHERE id = ?", (seen.capture_id, version["id"])
        )


def _return(archive: Archive, seen: Look, place: Place) -> Literal["back", "moved"] | None:
    """Make an article live again, at the page that was looked at, if it was not."""
    row = place.article
    if place.relation == "moved":
        if places.of_page(archive, seen.page_id) is None:
            places.add(archive, seen.page_id, row["id"], seen.key)
        archive.conn.execute(
            "UPDATE article SET page_id = ? WHERE id = ?", (seen.page_id, row["id"])
        )
        _set_state(archive, row["id"], "live", seen)
        _tell_move(archive, seen, row, seen.url)
        return "moved"
    if row["state"] == "live":
        return None
    _set_state(archive, row["id"], "live", seen)
    _tell(archive, "back", seen, row["id"], row["version_id"])
    return "back"


def _set_state(archive: Archive, article_id: int, state: str, seen: Look) -> None:
    archive.conn.execute(
        "UPDATE article SET state = ?, state_since = ? WHERE id = ?",
        (state, iso(seen.time), article_id),
    )


def _tell_move(archive: Archive, seen: Look, row: sqlite3.Row, to: str) -> None:
    _tell(archive, "moved", seen, row["id"], row["version_id"], {"from": row["url"], "to": to})


def _tell(  # noqa: PLR0913 - the columns of an event
    archive: Archive,
    kind: events.EventKind,
    seen: Look,
    article_id: int,
    version_id: int | None,
    data: dict[str, object] | None = None,
) -> None:
    events.tell(
        archive, kind, site_id=seen.site_id, article_id=article_id, version_id=version_id,
        capture_id=seen.capture_id, data=data,
    )  # fmt: skip
