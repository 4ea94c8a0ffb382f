"""What was kept and cannot be made again: payloads and captures, each by its digest."""

from __future__ import annotations

import json
import sqlite3

from archive import captures, identity, payloads
from archive.clock import iso
from archive.digest import sha256
from archive.errors import ArchiveError
from archive.ops.checks import RESTORE, WRONG_VALUES, Look, apply_rules, walk
from archive.ops.checks_rules import PAYLOADS
from archive.urls import canonical

_PAGE = "SELECT url, found_url, method, body_digest FROM page WHERE id = ?"
_PAYLOADS = """
SELECT id, digest, size, data, anchors,
       id IN (SELECT payload_id FROM withdrawn_payload) AS is_withdrawn FROM payload"""

_AGAIN = f"{RESTORE} `luutru crawl SITE --full` captures again what still stands there."


def payload_bytes(look: Look) -> None:
    """Every payload decompresses to the bytes of its digest and size, unless it was withdrawn."""
    look.expect("payload", sampled=True)
    for row in walk(look, "payload", _PAYLOADS):
        look.at()
        if row["is_withdrawn"]:
            continue
        try:
            payloads.decoded(look.archive, row)
        except ArchiveError as error:
            what = f"Payload {row['id']} is damaged: {_why(error, row['id'])}."
            look.problem(f"{what} {_shown_by(look, row['id'])}", _AGAIN)
        except sqlite3.DatabaseError as error:
            look.require_damage(error)
            what = f"Payload {row['id']}: what it leans on cannot be read ({error})."
            look.problem(f"{what} {_shown_by(look, row['id'])}", _AGAIN)
    apply_rules(look, "payload", PAYLOADS)


def _why(error: ArchiveError, payload_id: int) -> str:
    """The reason in the error of :func:`payloads.decoded`, which may be that of an anchor."""
    place, _, why = error.what.rstrip(".").partition(" is damaged: ")
    number = place.split(" ", 2)[1]
    return why if number == str(payload_id) else f"it leans on payload {number}, of which {why}"


def _shown_by(look: Look, payload_id: int) -> str:
    """Which pages lose by it, in words."""
    try:
        rows = look.conn.execute(
            """SELECT capture.id, capture.time, capture.url FROM capture
               WHERE payload_id = ? ORDER BY id LIMIT 3""",
            (payload_id,),
        ).fetchall()
        (count,) = look.conn.execute(
            "SELECT count(*) FROM capture WHERE payload_id = ?", (payload_id,)
        ).fetchone()
    except sqlite3.DatabaseError as error:
        look.require_damage(error)
        return "Which captures show it cannot be read."
    if not rows:
        return "No capture shows it."
    named = "; ".join(f"{row['id']} of {row['url']} at {row['time'][:19]}Z" for row in rows)
    more = f" and {count - len(rows)} more" if count > len(rows) else ""
    return f"It is the content of capture {named}{more}."


def capture_rows(look: Look) -> None:
    """Every capture's identity is the digest of what its row says."""
    look.expect("capture", sampled=True)
    fitting: set[int] = set()  # rows of `header` in captures that fit, and in those that do not
    other: set[int] = set()
    for row in walk(look, "capture", "SELECT * FROM capture"):
        look.at()
        try:
            fits = fits_row(look, row)
            (fitting if fits else other).update(_headers(row))
            why = None if fits else "its identity is not the digest of what its row says"
            if fits and not filed(look, row):
                why = f"it is filed under page {row['page_id']}, which is another address"
        except sqlite3.DatabaseError as error:
            look.require_damage(error)
            why = f"what it refers to cannot be read ({error})"
        except WRONG_VALUES as error:
            why = f"its row holds what nobody wrote ({_told(error)})"
        if why is not None:
            look.problem(f"Capture {row['id']} of {row['url']} at {row['time'][:19]}Z: {why}.")
    _suspect_headers(look, other - fitting)


def fits_row(look: Look, row: sqlite3.Row) -> bool:
    """Whether the identity in a row of `capture` is the digest of what the row says."""
    conn = look.conn
    exchange = captures.without_body(look.archive, row)
    digest = earlier = None
    if row["payload_id"] is not None:
        found = conn.execute("SELECT digest FROM payload WHERE id = ?", (row["payload_id"],))
        digest = found.fetchone()[0]
    if row["earlier_id"] is not None:
        found = conn.execute("SELECT identity FROM capture WHERE id = ?", (row["earlier_id"],))
        earlier = found.fetchone()[0]
    # What reads back as the same value in another spelling was not written by us.
    spelled = iso(exchange.time) == row["time"] and row["truncated"] in (0, 1)
    return spelled and identity.identity_of(exchange, digest, earlier) == row["identity"]


def filed(look: Look, row: sqlite3.Row) -> bool:
    """Whether the page that a capture is filed under is what was asked for: no digest says so."""
    page = look.conn.execute(_PAGE, (row["page_id"],)).fetchone()
    if page is None:
        return True  # the references tell
    body = sha256(row["request_body"]) if row["request_body"] else ""
    if (row["method"], body) != (page["method"], page["body_digest"]):
        return False
    asked = row["url"] == page["found_url"] or _names(look, row["url"], page)
    return asked and _names(look, page["found_url"], page)


def _names(look: Look, url: str, page: sqlite3.Row) -> bool:
    """Whether *url* is the page's address, or becomes it where the site's profile drops parts."""
    if url == page["url"]:
        return True
    try:
        own, name = canonical(url, strip_slash=True), canonical(url)
    except ValueError:
        return False
    if page["url"] in (own, name):
        return True
    path, _, query = own.partition("?")
    page_path, _, page_query = page["url"].partition("?")
    rest = iter(query.split("&"))  # what a profile leaves of them keeps its order
    if path.rstrip("/") != page_path.rstrip("/"):
        return False
    if any(one not in rest for one in page_query.split("&") if one):
        return False
    there = look.conn.execute(
        "SELECT 1 FROM page WHERE url IN (?, ?) AND method = ?", (own, name, page["method"])
    )
    return there.fetchone() is None


def _headers(row: sqlite3.Row) -> set[int]:
    packed = json.loads(row["headers"]) + json.loads(row["request_headers"])
    return {one for one in packed if isinstance(one, int)}


def _suspect_headers(look: Look, numbers: set[int]) -> None:
    """A changed row of `header` breaks every capture that has it: told once, by name."""
    for number in sorted(numbers):
        row = look.conn.execute("SELECT * FROM header WHERE id = ?", (number,)).fetchone()
        if row is not None:
            look.problem(
                f"Row {number} of `header` ({row['name']}: {row['value']}) stands only in captures"
                " whose identity does not fit, so it was changed or they were."
            )


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
