"""What the archive holds of a look: the capture itself, or the payload that a revisit names."""

from __future__ import annotations

from dataclasses import replace

from archive import captures, identity, payloads
from archive.clock import iso
from archive.db import Archive
from archive.errors import WithdrawnError
from archive.interchange.looks import Look, Original, payload_digest, revisited
from archive.interchange.record import record_id
from archive.types import Exchange, Page
from crawler.ingest_sites import Home, canonical_at


class MissingError(Exception):
    """The record that a revisit names is neither in the archive nor, so far, in the files."""


class DifferentError(Exception):
    """A capture of ours is not the one that its record's id proves."""


def known(archive: Archive, look: Look, page: Page | None) -> bool:
    """Whether the archive holds this capture: that of a record, or an identity of ours."""
    if page is None:
        return False
    if look.said is None:
        found = archive.conn.execute(
            "SELECT 1 FROM capture WHERE page_id = ? AND source = ?",
            (page.id, look.exchange.source),
        )
    else:
        found = archive.conn.execute(
            "SELECT 1 FROM capture WHERE page_id = ? AND identity = ?", (page.id, _identity(look))
        )
    return found.fetchone() is not None


def _identity(look: Look) -> str:
    """The identity of a capture of ours, whose payload may stand elsewhere."""
    one, original = look.exchange, look.original
    earlier = original.earlier if original is not None else None
    if original is None or one.outcome != "answer":
        return identity.identity(one, earlier)
    return identity.identity_of(one, payload_digest(original), earlier)


def whole(archive: Archive, look: Look, home: Home) -> tuple[Exchange, int | None]:
    """The exchange with its payload, and for an unchanged one the answer that still stands.

    MissingError if what is named is not there; DifferentError. Writes nothing.
    """
    exchange, earlier_id = _whole(archive, look, home)
    if look.said is not None:
        earlier = captures.get(archive, earlier_id).identity if earlier_id is not None else None
        if record_id(identity.identity(exchange, earlier)) != f"<{look.record_id}>":
            raise DifferentError
    return exchange, earlier_id


def _whole(archive: Archive, look: Look, home: Home) -> tuple[Exchange, int | None]:
    one, original = look.exchange, look.original
    if original is None:
        return one, None
    if one.outcome == "unchanged":
        return one, _earlier(archive, one, original, home)
    if look.said is not None:  # the digest names the payload itself
        row = archive.conn.execute(
            "SELECT id FROM payload WHERE digest = ?", (payload_digest(original),)
        ).fetchone()
        if row is None:
            raise MissingError
        return _with_payload(archive, one, row["id"]), None
    capture_id = _named(archive, original, home)
    if capture_id is None:
        raise MissingError
    return revisited(look, captures.exchange(archive, capture_id)), None


def _with_payload(archive: Archive, one: Exchange, payload_id: int) -> Exchange:
    """The exchange with that payload, whose bytes may have been withdrawn."""
    try:
        return replace(one, body=payloads.read(archive, payload_id))
    except WithdrawnError:
        sql = "SELECT digest FROM payload WHERE id = ?"
        (digest,) = archive.conn.execute(sql, (payload_id,)).fetchone()
        return replace(one, withheld=digest)


def _earlier(archive: Archive, one: Exchange, original: Original, home: Home) -> int:
    if original.earlier is not None:
        row = archive.conn.execute(
            "SELECT id FROM capture WHERE identity = ?", (original.earlier,)
        ).fetchone()
        found = int(row["id"]) if row is not None else None
    elif original.time is not None or original.record_id is not None:
        found = _named(archive, original, home)
    else:
        found = _standing(archive, one, home)
    if found is None:
        raise MissingError
    return found


def _named(archive: Archive, original: Original, home: Home) -> int | None:
    """The capture of the record that is named, by its id, else by its address and time.

    A time without fractions is that of a record within that second.
    """
    try:
        url = canonical_at(original.url, home.profile)
    except ValueError:
        return None
    time = iso(original.time) if original.time is not None else ""
    until = time.replace(".000000Z", ".999999Z")
    row = archive.conn.execute(
        """SELECT capture.id FROM capture JOIN page ON page.id = capture.page_id
           WHERE page.url = ? AND page.method = 'GET' AND capture.outcome = 'answer'
             AND (capture.source = ? OR capture.time BETWEEN ? AND ?)
           ORDER BY capture.source = ? DESC, capture.time, capture.id LIMIT 1""",
        (
            url,
            source := f"import:{original.record_id}",
            time,
            until,
            source,
        ),
    ).fetchone()
    return int(row["id"]) if row is not None else None


def _standing(archive: Archive, one: Exchange, home: Home) -> int | None:
    """The answer that a 304 is about when it names none: the one before it, if the server says
    that by the same ETag or Last-Modified (RFC 9110, 15.4.5)."""
    row = archive.conn.execute(
        """SELECT capture.id FROM capture JOIN page ON page.id = capture.page_id
           WHERE page.url = ? AND page.method = 'GET' AND capture.outcome = 'answer'
             AND capture.status BETWEEN 200 AND 299 AND capture.time < ?
           ORDER BY capture.time DESC, capture.id DESC LIMIT 1""",
        (home.url, iso(one.time)),
    ).fetchone()
    if row is None:
        return None
    before = replace(one, headers=captures.headers(archive, row["id"]))
    for name in ("ETag", "Last-Modified"):
        if one.header(name) is not None:
            return int(row["id"]) if one.header(name) == before.header(name) else None
    return None
