"""A group of records -> one look at a page, as it goes into the archive. Pure.

What others wrote is decoded as a crawl decodes it; what we wrote comes back by
:func:`records.exchange_of`. The payload of a revisit stands elsewhere: its look names the original.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from archive.digest import sha256
from archive.errors import InputError
from archive.interchange import blocks, messages
from archive.interchange.fields import agrees, bare, moment
from archive.interchange.grouping import Group
from archive.interchange.messages import CodingError, Message, TooLargeError
from archive.interchange.reading import LARGEST, LONGEST_NUMBER, Incoming, Skipped, Wrong
from archive.interchange.record import Said
from archive.interchange.records import exchange_of, said_in
from archive.types import Exchange

METHODS = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class Original:
    """What a revisit says of the record that holds its payload; with nothing but *url*, nothing.

    ``payload_digest`` as it stands in WARC; ``earlier`` is the identity of a capture of ours.
    """

    url: str
    time: datetime | None = None
    record_id: str | None = None
    payload_digest: str | None = None
    earlier: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """An exchange and where it stood. *original*: its body, if it has one, is to be found there.

    *odd*: the WARC-Payload-Digest is that of other bytes, while the record is proven whole.
    """

    exchange: Exchange
    record_id: str | None
    offset: int
    original: Original | None = None
    said: Said | None = None
    odd: bool = False


def look(group: Group) -> Look | Skipped | Wrong:
    """The look that a group tells of; Skipped if there is none, Wrong if it cannot be had."""
    principal = group.principal
    try:
        ours = said_in([one.record for one in (principal, *group.beside)]) is not None
        return _ours(group) if ours else _theirs(group)
    except InputError as error:
        return Wrong("damaged", error.what, principal.offset)
    except TooLargeError:
        return Wrong("too large", f"a payload of more than {LARGEST:,} bytes", principal.offset)


def _ours(group: Group) -> Look:
    principal = group.principal
    exchange, said = exchange_of([one.record for one in (principal, *group.beside)])
    original = None
    if principal.record.type == "revisit":
        original = replace(_original(principal), earlier=said.earlier)
    return Look(exchange, principal.id, principal.offset, original, said)


def _theirs(group: Group) -> Look | Skipped | Wrong:
    principal, request = group.principal, group.request
    asked = messages.message(request.record.block) if request is not None else None
    method = (asked.method if asked is not None else None) or "GET"
    answer = messages.message(principal.record.block)
    revisit = principal.record.type == "revisit"
    if method not in METHODS:
        return Skipped(f"answer to {method}")
    if answer.status is None and not revisit:
        return Wrong("damaged", "a response that is no HTTP answer", principal.offset)
    exchange = Exchange(
        url=principal.uri,
        time=principal.date,
        method=method,
        request_headers=asked.headers if asked is not None else (),
        request_body=asked.transferred if asked is not None else b"",
        status=answer.status,
        headers=answer.headers,
        address=principal.record.field("WARC-IP-Address"),
        source=_source(principal),
    )
    unmodified = "server-not-modified" in (principal.record.field("WARC-Profile") or "")
    if unmodified or answer.status == 304:
        exchange = replace(exchange, outcome="unchanged", status=304)
        return Look(exchange, principal.id, principal.offset, _original(principal))
    if revisit:
        return Look(exchange, principal.id, principal.offset, _original(principal))
    return _answer(principal, answer, exchange)


def _answer(principal: Incoming, answer: Message, exchange: Exchange) -> Look | Wrong:
    wire = answer.transferred
    cut = principal.record.field("WARC-Truncated") is not None
    failure = None
    try:
        body, whole = messages.decoded(wire, answer.header("content-encoding"), LARGEST)
    except CodingError as error:
        body, whole, failure = b"", True, f"encoding: {error}"
    # wget counts the chunks in, recorders in browsers leave the coding out
    seen = [agrees(principal.record.field("WARC-Payload-Digest"), data)
            for data in (wire, answer.body, body)]  # fmt: skip
    odd = False in seen and True not in seen
    if odd and not principal.proven:
        return Wrong("damaged", "a record whose WARC-Payload-Digest is another", principal.offset)
    exchange = replace(
        exchange,
        outcome="failure" if failure else "answer",
        failure=failure,
        body=body,
        wire_digest=sha256(wire),
        wire_size=len(wire),
        truncated=not failure and (cut or not whole or _short(answer, wire)),
    )
    return Look(exchange, principal.id, principal.offset, odd=odd)


def _short(answer: Message, wire: bytes) -> bool:
    """Whether fewer bytes came than were promised; who undid a coding may have kept its length."""
    length = answer.header("content-length") or ""
    coded = answer.header("content-encoding") or answer.header("transfer-encoding")
    if coded or not (length.isascii() and length.isdecimal()):
        return False
    return len(length) > LONGEST_NUMBER or int(length) > len(wire)


def _source(principal: Incoming) -> str:
    """Of what others wrote: the record, not the file, so that it is one capture in any file."""
    return f"import:{principal.id or sha256(principal.record.to_bytes())}"


def _original(principal: Incoming) -> Original:
    field = principal.record.field
    refers = field("WARC-Refers-To")
    return Original(
        bare(field("WARC-Refers-To-Target-URI") or "") or principal.uri,
        moment(field("WARC-Refers-To-Date") or ""),
        bare(refers) if refers else None,
        field("WARC-Payload-Digest"),
    )


def revisited(one: Look, original: Exchange) -> Exchange:
    """The exchange of a revisit whose payload is that of *original*.

    The transferred bytes were equal too; a revisit without HTTP headers means those as well.
    """
    exchange = one.exchange
    if exchange.status is None:
        exchange = replace(exchange, status=original.status, headers=original.headers)
    exchange = replace(exchange, body=original.body, withheld=original.withheld)
    if one.said is not None:
        return exchange
    return replace(
        exchange,
        wire_digest=original.wire_digest,
        wire_size=original.wire_size,
    )


def payload_digest(original: Original) -> str | None:
    """The SHA-256 that a revisit's WARC-Payload-Digest says, as the archive writes it."""
    algorithm, _, value = (original.payload_digest or "").replace("-", "").partition(":")
    if algorithm.lower() != "sha256":
        return None
    try:
        return blocks.hex_digest(f"sha256:{value}")
    except ValueError:
        return None


def site_of(record: Incoming) -> Mapping[str, str | None] | Wrong:
    """What a `metadata` record of a site of ours says: ``site``, ``name``, ``province_then``, …"""
    try:
        told = json.loads(record.record.block)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return Wrong("damaged", "what it says of a site cannot be read", record.offset)
    return {name: text for name, text in told.items() if text is None or isinstance(text, str)}
