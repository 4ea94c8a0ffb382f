"""Versions: readings become states of articles, if their content differs from the last one.

A version is a difference between two readings by one reader. Everything here writes, and belongs
inside a transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from archive import flapping, history, index, places, stories, version_rows, withdrawals
from archive.clock import iso
from archive.content import changed_fields, content_of, settled
from archive.db import Archive
from archive.edits import told_edit
from archive.history import Read
from archive.places import Look, Place
from archive.standing import SEEN, current, gone, moved, returned, set_page, tell, tell_move
from archive.types import Article

__all__ = ["Stored", "gone", "last_reader", "moved", "reread", "shown_again", "store"]

Outcome = Literal["new", "changed", "unchanged", "back", "moved", "copy", "reread"]


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
    if withdrawals.is_withheld(archive, capture_id):
        raise ValueError(f"capture {capture_id} was withdrawn: it is not to be read")
    article = settled(article)
    seen = places.look(archive, capture_id)
    read = Read(seen, article, content_of(article), reader)
    place = places.find(archive, seen, read.content)
    if place is None:
        return _new(archive, read)
    last = current(archive, place.article)
    if place.relation == "taken":
        return Stored(last["article_id"], last["id"], "copy")
    if place.relation == "alias":
        return _alias(archive, seen, place)
    if place.relation == "main":
        return _main(archive, read, place, last)
    if iso(seen.time) < last["last_time"]:
        return _past(archive, read, place)
    again = returned(archive, seen, place)
    if read.content.digest == last["digest"]:
        _extend(archive, seen, last)
        version_rows.show_links(archive, last["article_id"], capture_id, article)
        return Stored(last["article_id"], last["id"], again or "unchanged")
    if last["first_capture_id"] == capture_id:
        _replace(archive, read, last)
        return Stored(last["article_id"], last["id"], "reread")
    return _changed(archive, read, place, last)


def shown_again(archive: Archive, capture_id: int) -> None:
    """A capture brought the same payload as the one before it: its version still stands."""
    archive.require_transaction()
    seen = places.look(archive, capture_id)
    row = places.of_page(archive, seen.page_id)
    if row is None or row["page_id"] != seen.page_id:
        return
    last = current(archive, row)
    (payload_id,) = archive.conn.execute(
        """SELECT coalesce(one.payload_id, earlier.payload_id) FROM capture one
           LEFT JOIN capture earlier ON earlier.id = one.earlier_id WHERE one.id = ?""",
        (capture_id,),
    ).fetchone()
    # A "not found" page that is served again is the same payload too, and proves no article.
    if payload_id != last["last_payload"]:
        return
    returned(archive, seen, Place(row, "own"))
    if iso(seen.time) >= last["last_time"]:
        archive.conn.execute(
            "UPDATE link SET last_capture_id = ? WHERE article_id = ? AND last_capture_id = ?",
            (capture_id, row["id"], last["last_capture_id"]),
        )
    _extend(archive, seen, last)


def last_reader(archive: Archive, page_id: int) -> tuple[int, str] | None:
    """The last capture of the page's current version and who read it; None without a version.

    Of a page that is not the article's own there is none: it is never compared.
    """
    row = places.of_page(archive, page_id)
    if row is None or row["page_id"] != page_id:
        return None
    last = current(archive, row)
    return last["last_capture_id"], last["reader"]


def reread(archive: Archive, capture_id: int, article: Article, reader: str) -> bool:
    """Put another reading of a capture in the place of its version's; True if the content differs.

    Told as `reread`, never as `changed`: the site did nothing. ValueError if no version rests on
    that capture.
    """
    archive.require_transaction()
    if withdrawals.is_withheld(archive, capture_id):  # while it was being read
        return False
    article = settled(article)
    seen = places.look(archive, capture_id)
    version = archive.conn.execute(
        f"""{SEEN} JOIN article_page shown ON shown.article_id = version.article_id
            WHERE shown.page_id = ? AND (first.time, first.id) <= (?, ?)
            ORDER BY first.time DESC, first.id DESC LIMIT 1""",
        (seen.page_id, iso(seen.time), capture_id),
    ).fetchone()
    if version is None or version["last_time"] < iso(seen.time):
        raise ValueError(f"no version rests on capture {capture_id}")
    read = Read(seen, article, content_of(article), reader)
    _replace(archive, read, version)
    return bool(version["digest"] != read.content.digest)


# -- the ways a reading can go --------------------------------------------------------------------


def _new(archive: Archive, read: Read) -> Stored:
    seen = read.seen
    cursor = archive.conn.execute(
        "INSERT INTO article (key, site_id, page_id, state_since) VALUES (?, ?, ?, ?)",
        (seen.key, seen.site_id, seen.page_id, iso(seen.time)),
    )
    article_id = int(cursor.lastrowid or 0)
    places.add(archive, seen.page_id, article_id, seen.key)
    version_id = _add_version(archive, read, article_id)
    tell(archive, "new", seen, article_id, version_id)
    _feed(archive, article_id, version_id)
    return Stored(article_id, version_id, "new")


def _alias(archive: Archive, seen: Look, place: Place) -> Stored:
    """A second address: its print view or mobile view would make versions to and fro."""
    article = place.article
    if places.of_page(archive, seen.page_id) is None:
        places.add(archive, seen.page_id, article["id"], seen.key)
    if article["state"] == "live" or iso(seen.time) < article["state_since"]:
        return Stored(article["id"], article["version_id"], "copy")
    # It is found again under another of its addresses, which is its own from now on.
    set_page(archive, article["id"], seen.page_id)
    returned(archive, seen, place)
    return Stored(article["id"], article["version_id"], "back")


def _main(archive: Archive, read: Read, place: Place, last: sqlite3.Row) -> Stored:
    """The main address of what was only known by a copy: its reading replaces the copy's."""
    seen, article_id = read.seen, last["article_id"]
    places.add(archive, seen.page_id, article_id, seen.key)
    set_page(archive, article_id, seen.page_id)
    if place.article["site_id"] != seen.site_id:
        tell_move(archive, seen, place.article, seen.url)
    returned(archive, seen, Place(place.article, "own"))
    if iso(seen.time) < last["last_time"]:
        return _past(archive, read, place)
    _replace(archive, read, last)
    _extend(archive, seen, last)
    version_rows.show_links(archive, article_id, seen.capture_id, read.article)
    same = read.content.digest == last["digest"]
    return Stored(article_id, last["id"], "unchanged" if same else "reread")


def _past(archive: Archive, read: Read, place: Place) -> Stored:
    """A capture from before the last one, as imports bring: its place is in the history."""
    article_id = place.article["id"]
    if places.of_page(archive, read.seen.page_id) is None:
        places.add(archive, read.seen.page_id, article_id, read.seen.key)
    version_id, fields = history.insert(archive, article_id, read)
    index.follow(archive, article_id)
    stories.update(archive, article_id)  # it may have been first seen earlier by this
    if not fields:
        return Stored(article_id, version_id, "unchanged")
    data: dict[str, object] = {"fields": fields, "past": True}
    tell(archive, "changed", read.seen, article_id, version_id, data)
    return Stored(article_id, version_id, "changed")


def _changed(archive: Archive, read: Read, place: Place, last: sqlite3.Row) -> Stored:
    article_id = last["article_id"]
    old = version_rows.article_of(archive, last, place.article["url"])
    kind: Literal["changed", "reread"] = "changed" if last["reader"] == read.reader else "reread"
    data: dict[str, object] = {"fields": changed_fields(content_of(old), read.content)}
    told = True
    if kind == "changed":
        flaps, told = flapping.of(archive, last, read.content.digest)
        data |= told_edit(old, read.article, last["last_time"], flaps=flaps)
    version_id = _add_version(archive, read, article_id)
    if told:
        tell(archive, kind, read.seen, article_id, version_id, data, last["id"])
    _feed(archive, article_id, version_id)
    return Stored(article_id, version_id, kind)


# -- steps ----------------------------------------------------------------------------------------


def _add_version(archive: Archive, read: Read, article_id: int) -> int:
    capture_id = read.seen.capture_id
    version_id = version_rows.insert(
        archive, article_id, capture_id, read.article, read.content, read.reader
    )
    version_rows.show_links(archive, article_id, capture_id, read.article)
    archive.conn.execute("UPDATE article SET version_id = ? WHERE id = ?", (version_id, article_id))
    return version_id


def _replace(archive: Archive, read: Read, version: sqlite3.Row) -> None:
    """Write a reading over a version; tell `reread` if that changes its content."""
    article_id, version_id = version["article_id"], version["id"]
    row = places.article_row(archive, article_id)
    is_current = row["version_id"] == version_id
    if version["digest"] != read.content.digest:
        old = content_of(version_rows.article_of(archive, version, row["url"]))
        data: dict[str, object] = {"fields": changed_fields(old, read.content)}
        tell(archive, "reread", read.seen, article_id, version_id, data, row["version_id"])
    index.drop(archive, article_id)  # it deletes by the old text, which must still be there
    version_rows.replace(archive, version_id, read.article, read.content, read.reader)
    if is_current:
        version_rows.show_links(archive, article_id, version["last_capture_id"], read.article)
    _feed(archive, article_id, row["version_id"])


def _feed(archive: Archive, article_id: int, version_id: int) -> None:
    """What is derived from the current version: its story and the index."""
    stories.update(archive, article_id)
    index.put(archive, version_id)


def _extend(archive: Archive, seen: Look, version: sqlite3.Row) -> None:
    if iso(seen.time) >= version["last_time"]:
        archive.conn.execute(
            "UPDATE version SET last_capture_id = ? WHERE id = ?", (seen.capture_id, version["id"])
        )
