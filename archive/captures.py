"""The table `capture`: one look at a page, written once and never changed."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from archive import payloads
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.digest import sha256
from archive.errors import UnknownReferenceError
from archive.types import Capture, Exchange, Headers


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an exchange.

    ``same_as_before``: the payload is that of the page's last answer, ``before_id``.
    """

    capture_id: int
    identity: str
    payload_id: int | None
    payload_new: bool
    same_as_before: bool
    before_id: int | None


def keep(archive: Archive, exchange: Exchange, page_id: int, crawl_id: int) -> Kept:
    """Write a capture and make it the page's last; the same exchange twice is one capture."""
    site_id, before_id = archive.conn.execute(
        "SELECT site_id, last_answer_id FROM page WHERE id = ?", (page_id,)
    ).fetchone()
    payload_id, payload_digest, payload_new = None, None, False
    if exchange.outcome == "answer":
        media = exchange.header("Content-Type") or ""
        payload_id, payload_new = payloads.keep(archive, site_id, exchange.body, media)
        payload_digest = sha256(exchange.body)
    earlier_id = before_id if exchange.outcome == "unchanged" else None
    earlier = _identity_of(archive, earlier_id) if earlier_id else None
    name = identity(exchange, payload_digest, earlier)
    known = archive.conn.execute("SELECT id FROM capture WHERE identity = ?", (name,)).fetchone()
    if known is not None:
        return Kept(known[0], name, payload_id, False, True, before_id)
    same = payload_id is not None and _payload_of(archive, before_id) == payload_id
    capture_id = _insert(archive, exchange, (page_id, crawl_id, payload_id, earlier_id, name))
    _make_last(archive, page_id, capture_id, exchange)
    return Kept(capture_id, name, payload_id, payload_new, same or bool(earlier_id), before_id)


def identity(exchange: Exchange, payload_digest: str | None, earlier: str | None) -> str:
    """The digest of all that a capture says, row numbers apart; JSON keeps fields apart."""
    told = [
        exchange.method, exchange.url, iso(exchange.time), exchange.request_headers,
        sha256(exchange.request_body), exchange.outcome, exchange.status, exchange.headers,
        payload_digest, exchange.wire_digest, exchange.wire_size, exchange.truncated,
        exchange.failure, earlier, exchange.address, exchange.source, exchange.clock_shift,
    ]  # fmt: skip
    return sha256(json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode())


def get(archive: Archive, capture_id: int) -> Capture:
    """One capture, without its bytes."""
    row = _row(archive, capture_id)
    digest = None
    if row["payload_id"] is not None:
        digest = archive.conn.execute(
            "SELECT digest FROM payload WHERE id = ?", (row["payload_id"],)
        ).fetchone()[0]
    return Capture(
        row["id"], row["page_id"], row["crawl_id"], row["url"], from_iso(row["time"]),
        row["outcome"], row["status"], digest, row["earlier_id"], row["identity"],
    )  # fmt: skip


def exchange(archive: Archive, capture_id: int) -> Exchange:
    """The exchange that was kept; of an unchanged page with the body that still stands."""
    row = _row(archive, capture_id)
    body = b""
    if row["payload_id"] is not None:
        body = payloads.read(archive, row["payload_id"])
    elif row["earlier_id"] is not None:
        body = exchange(archive, row["earlier_id"]).body
    return Exchange(
        url=row["url"], time=from_iso(row["time"]), outcome=row["outcome"], method=row["method"],
        request_headers=_pairs(row["request_headers"]), request_body=row["request_body"],
        status=row["status"], headers=_pairs(row["headers"]), body=body,
        wire_digest=row["wire_digest"], wire_size=row["wire_size"],
        truncated=bool(row["truncated"]), failure=row["failure"], address=row["address"],
        source=row["source"], clock_shift=row["clock_shift"],
    )  # fmt: skip


def headers(archive: Archive, capture_id: int) -> Headers:
    """The headers that came with a capture."""
    return _pairs(_row(archive, capture_id)["headers"])


def kept(archive: Archive, capture_id: int) -> Kept:
    """A capture as :func:`keep` returned it, for who takes up its reading later."""
    row = _row(archive, capture_id)
    return Kept(row["id"], row["identity"], row["payload_id"], False, False, row["earlier_id"])


def _row(archive: Archive, capture_id: int) -> sqlite3.Row:
    row = archive.conn.execute("SELECT * FROM capture WHERE id = ?", (capture_id,)).fetchone()
    if row is None:
        raise UnknownReferenceError(f"This archive has no capture {capture_id}.")
    return row  # type: ignore[no-any-return]  # sqlite3 types rows as Any


def _pairs(text: str) -> Headers:
    return tuple((name, value) for name, value in json.loads(text))


def _identity_of(archive: Archive, capture_id: int) -> str:
    row = archive.conn.execute(
        "SELECT identity FROM capture WHERE id = ?", (capture_id,)
    ).fetchone()
    return str(row[0])


def _payload_of(archive: Archive, capture_id: int | None) -> int | None:
    if capture_id is None:
        return None
    row = archive.conn.execute(
        "SELECT payload_id FROM capture WHERE id = ?", (capture_id,)
    ).fetchone()
    return row[0] if row else None


def _insert(
    archive: Archive, one: Exchange, told: tuple[int, int, int | None, int | None, str]
) -> int:
    page_id, crawl_id, payload_id, earlier_id, name = told
    cursor = archive.conn.execute(
        """INSERT INTO capture (page_id, crawl_id, time, method, url, request_headers,
               request_body, outcome, status, headers, payload_id, wire_digest, wire_size,
               truncated, failure, earlier_id, address, source, clock_shift, identity)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            page_id, crawl_id, iso(one.time), one.method, one.url, json.dumps(one.request_headers),
            one.request_body, one.outcome, one.status, json.dumps(one.headers), payload_id,
            one.wire_digest, one.wire_size, one.truncated, one.failure, earlier_id, one.address,
            one.source, one.clock_shift, name,
        ),
    )  # fmt: skip
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _make_last(archive: Archive, page_id: int, capture_id: int, one: Exchange) -> None:
    answered = one.outcome == "answer" and 200 <= (one.status or 0) < 300
    archive.conn.execute(
        """UPDATE page SET last_capture_id = ?,
               last_answer_id = CASE WHEN ? THEN ? ELSE last_answer_id END WHERE id = ?""",
        (capture_id, answered, capture_id, page_id),
    )
