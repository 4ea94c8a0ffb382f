"""Captures: one look at a page each, kept before anything is parsed, never changed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from archive import payloads, withdrawals
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.headers import pack, unpack
from archive.identity import identity
from archive.types import Capture, Exchange, Headers

_PAGE = """
SELECT page.site_id, page.kind, page.last_answer_id, last.time AS last_time,
       answer.time AS answer_time, answer.payload_id AS answer_payload,
       (SELECT withdrawal_id FROM withdrawn_page WHERE page_id = page.id) AS withdrawal_id
FROM page LEFT JOIN capture last ON last.id = page.last_capture_id
          LEFT JOIN capture answer ON answer.id = page.last_answer_id
WHERE page.id = ?"""

_INSERT = """
INSERT INTO capture (page_id, crawl_id, time, method, url, request_headers, request_body, outcome,
    status, headers, payload_id, wire_digest, wire_size, truncated, failure, earlier_id, address,
    source, clock_shift, identity)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_GET = """
SELECT capture.*, coalesce(own.digest, old.digest) AS payload_digest,
       coalesce(own.id, old.id) IN (SELECT payload_id FROM withdrawn_payload) AS is_withdrawn
FROM capture LEFT JOIN payload own ON own.id = capture.payload_id
             LEFT JOIN capture earlier ON earlier.id = capture.earlier_id
             LEFT JOIN payload old ON old.id = earlier.payload_id
WHERE capture.id = ?"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an exchange. ``same_as_before``: its payload is that of the last answer.

    ``withheld``: its page or payload was withdrawn, so it is never read.
    """

    capture_id: int
    identity: str
    payload_id: int | None
    payload_new: bool
    same_as_before: bool
    before_id: int | None  # the page's last answer (2xx) before this capture
    withheld: bool = False


def keep(
    archive: Archive,
    exchange: Exchange,
    page_id: int,
    crawl_id: int,
    earlier_id: int | None = None,
) -> Kept:
    """Write the capture and bring its page's last capture and answer up to date.

    Call it inside a transaction. A capture that is there already (the same identity) is returned,
    not written again. *earlier_id*: the answer that an `unchanged` one names, if it is not its
    page's last. An `unchanged` that nobody asked for, where no answer could still stand, is kept
    as an answer without content.
    """
    archive.require_transaction()
    conn = archive.conn
    page = conn.execute(_PAGE, (page_id,)).fetchone()
    if page is None:
        raise KeyError(page_id)
    if exchange.outcome != "unchanged":
        earlier_id = None
    elif earlier_id is None:
        earlier_id = page["last_answer_id"]
        exchange = replace(exchange, outcome="unchanged" if earlier_id is not None else "answer")
    earlier = get(archive, earlier_id).identity if earlier_id is not None else None
    name = identity(exchange, earlier)
    there = conn.execute("SELECT id FROM capture WHERE identity = ?", (name,)).fetchone()
    if there is not None:
        return kept(archive, there[0])
    payload_id, payload_new = None, False
    if exchange.outcome == "answer":
        payload_id, payload_new = _keep_payload(archive, exchange, page)
    capture_id = _insert(archive, exchange, page_id, crawl_id, payload_id, earlier_id, name)
    moment = iso(exchange.time)
    # What an import brings from the past does not become the last word on a page.
    if page["last_time"] is None or moment >= page["last_time"]:
        conn.execute("UPDATE page SET last_capture_id = ? WHERE id = ?", (capture_id, page_id))
    answers = exchange.outcome == "answer" and 200 <= (exchange.status or 0) < 300
    if answers and (page["answer_time"] is None or moment >= page["answer_time"]):
        conn.execute("UPDATE page SET last_answer_id = ? WHERE id = ?", (capture_id, page_id))
    same = earlier_id is not None or (answers and payload_id == page["answer_payload"])
    withheld = withdrawals.is_withheld(archive, capture_id)
    return Kept(capture_id, name, payload_id, payload_new, same, page["last_answer_id"], withheld)


def _keep_payload(archive: Archive, exchange: Exchange, page: sqlite3.Row) -> tuple[int, bool]:
    """The payload's row, and whether it is new; of a withdrawn page without its bytes."""
    if exchange.withheld is not None:
        row = archive.conn.execute(
            "SELECT id FROM payload WHERE digest = ?", (exchange.withheld,)
        ).fetchone()
        return int(row["id"]), False
    if page["withdrawal_id"] is not None:
        return payloads.withhold(archive, page["site_id"], exchange.body, page["withdrawal_id"])
    return payloads.keep(
        archive, page["site_id"], exchange.body, exchange.header("Content-Type"), page["kind"]
    )


def _insert(
    archive: Archive,
    one: Exchange,
    page_id: int,
    crawl_id: int,
    payload_id: int | None,
    earlier_id: int | None,
    name: str,
) -> int:
    cursor = archive.conn.execute(
        _INSERT,
        (page_id, crawl_id, iso(one.time), one.method, one.url, pack(archive, one.request_headers),
         one.request_body, one.outcome, one.status, pack(archive, one.headers), payload_id,
         one.wire_digest, one.wire_size, one.truncated, one.failure, earlier_id, one.address,
         one.source, one.clock_shift, name),
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def kept(archive: Archive, capture_id: int) -> Kept:
    """What :func:`keep` said of a capture, for one that was written before."""
    row = _row(archive, capture_id)
    before = _answer_before(archive, row)
    same = row["outcome"] == "unchanged" or (
        before is not None and row["payload_id"] is not None
        and before["payload_id"] == row["payload_id"]
    )  # fmt: skip
    before_id = before["id"] if before is not None else None
    withheld = withdrawals.is_withheld(archive, capture_id)
    return Kept(capture_id, row["identity"], row["payload_id"], False, same, before_id, withheld)


def _answer_before(archive: Archive, row: sqlite3.Row) -> sqlite3.Row | None:
    before: sqlite3.Row | None = archive.conn.execute(
        """SELECT id, payload_id FROM capture
           WHERE page_id = ? AND (time, id) < (?, ?) AND outcome = 'answer'
             AND status BETWEEN 200 AND 299 ORDER BY time DESC, id DESC LIMIT 1""",
        (row["page_id"], row["time"], row["id"]),
    ).fetchone()
    return before


def get(archive: Archive, capture_id: int) -> Capture:
    """The capture in that row; KeyError if there is none."""
    row = _row(archive, capture_id)
    return Capture(
        row["id"], row["page_id"], row["crawl_id"], row["url"], from_iso(row["time"]),
        row["outcome"], row["status"], row["payload_digest"], row["earlier_id"], row["identity"],
    )  # fmt: skip


def headers(archive: Archive, capture_id: int) -> Headers:
    """The headers of a capture, as received."""
    return unpack(archive, _row(archive, capture_id)["headers"])


def exchange(archive: Archive, capture_id: int, *, as_sent: bool = False) -> Exchange:
    """The exchange that a capture holds.

    An `unchanged` one has the body of the answer that still stands, and of its headers those that
    it did not send again, as a cache would put them together (RFC 9111, section 4.3.4); with
    *as_sent* only what came. What was withdrawn has no body: its digest is ``withheld``.
    """
    row = _row(archive, capture_id)
    received, body, withheld = unpack(archive, row["headers"]), b"", None
    if row["payload_id"] is not None and row["is_withdrawn"]:
        withheld = row["payload_digest"]
    elif row["payload_id"] is not None:
        body = payloads.read(archive, row["payload_id"])
    elif row["earlier_id"] is not None and not as_sent:
        earlier = exchange(archive, row["earlier_id"])
        again = {name.lower() for name, _ in received}
        received += tuple(pair for pair in earlier.headers if pair[0].lower() not in again)
        body, withheld = earlier.body, earlier.withheld
    return replace(without_body(archive, row), headers=received, body=body, withheld=withheld)


def without_body(archive: Archive, row: sqlite3.Row) -> Exchange:
    """The exchange in a row of `capture` but for its body: what came, as it came."""
    return Exchange(
        url=row["url"],
        time=from_iso(row["time"]),
        outcome=row["outcome"],
        method=row["method"],
        request_headers=unpack(archive, row["request_headers"]),
        request_body=row["request_body"],
        status=row["status"],
        headers=unpack(archive, row["headers"]),
        wire_digest=row["wire_digest"],
        wire_size=row["wire_size"],
        truncated=bool(row["truncated"]),
        failure=row["failure"],
        address=row["address"],
        source=row["source"],
        clock_shift=row["clock_shift"],
    )


def _row(archive: Archive, capture_id: int) -> sqlite3.Row:
    row: sqlite3.Row | None = archive.conn.execute(_GET, (capture_id,)).fetchone()
    if row is None:
        raise KeyError(capture_id)
    return row
