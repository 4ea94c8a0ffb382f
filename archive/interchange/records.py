"""An exchange as WARC records, and back; the format is told in :mod:`archive.interchange`. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import MISSING, fields
from ipaddress import ip_address
from typing import Any

from archive.clock import from_iso, iso
from archive.digest import sha256
from archive.errors import InputError
from archive.interchange import blocks
from archive.interchange.json_values import as_json, from_json
from archive.interchange.record import (
    CAPTURE,
    FAILURE,
    FORMAT,
    LONGEST_FIELD,
    NOT_MODIFIED,
    SAID,
    SAME_PAYLOAD,
    Holder,
    Record,
    Said,
    made,
    record_id,
)
from archive.types import Exchange

_DEFAULTS = {one.name: one.default for one in fields(Exchange)}
# the first two the record itself tells, the third has records of its own
_IN_JSON = _DEFAULTS.keys() - {"outcome", "body", "withheld"}


def records_of(
    exchange: Exchange, identity: str, said: Said, holder: Holder | None = None
) -> tuple[Record, ...]:
    """The group of one capture, the principal record first.

    *holder*: where the payload stands already. An `unchanged` one must have it.
    """
    if exchange.outcome == "failure":
        return (_failure(exchange, identity, said),)
    principal, request = _principal(exchange, identity, holder), _request(exchange, identity)
    text = _json(_rest(exchange, said, (principal, request)))
    if len(text) <= LONGEST_FIELD:
        noted = Record(principal.type, (*principal.fields, (SAID, text)), principal.block)
        return noted, request
    beside = ("WARC-Concurrent-To", record_id(identity))
    return principal, request, made("metadata", f"{identity} said", exchange.time, CAPTURE,
                                    text.encode(), beside)  # fmt: skip


def _principal(one: Exchange, identity: str, holder: Holder | None) -> Record:
    unchanged = one.outcome == "unchanged"
    if unchanged:
        # pywb would replay the head of a 304 as it is: an empty page. It takes an empty block for
        # the whole answer that still stands.
        block = b""
    else:
        headers = blocks.describing(one.headers, len(one.body))
        block = blocks.response_block(one.status, headers, b"" if holder else one.body)
    refers: list[tuple[str, str]] = []
    if holder is not None:
        refers = [
            ("WARC-Profile", NOT_MODIFIED if unchanged else SAME_PAYLOAD),
            ("WARC-Refers-To", record_id(holder.identity)),
            ("WARC-Refers-To-Target-URI", blocks.uri(holder.url)),
            ("WARC-Refers-To-Date", iso(holder.time)),
        ]
    elif unchanged:
        raise ValueError("an unchanged capture needs the record that holds its payload")
    digest = holder.payload_digest if holder is not None else sha256(one.body)
    return made(
        "response" if holder is None else "revisit", identity, one.time,
        "application/http; msgtype=response",
        block,
        ("WARC-Target-URI", blocks.uri(one.url)),
        ("WARC-IP-Address", _ip(one.address)),
        *refers,
        ("WARC-Truncated", "length" if one.truncated and not unchanged else None),
        ("WARC-Payload-Digest", blocks.base32_digest(digest)),
    )  # fmt: skip


def _request(one: Exchange, identity: str) -> Record:
    digest = blocks.base32_digest(sha256(one.request_body)) if one.request_body else None
    return made(
        "request", f"{identity} request", one.time, "application/http; msgtype=request",
        blocks.request_block(one.method, one.url, one.request_headers, one.request_body),
        ("WARC-Target-URI", blocks.uri(one.url)),
        ("WARC-Concurrent-To", record_id(identity)),
        ("WARC-Payload-Digest", digest),
    )  # fmt: skip


def _failure(one: Exchange, identity: str, said: Said) -> Record:
    block = _json(_rest(one, said, ())).encode()
    target = ("WARC-Target-URI", f"urn:luutru:failure:{blocks.uri(one.url)}")
    return made("metadata", identity, one.time, FAILURE, block, target,
                ("WARC-IP-Address", _ip(one.address)))  # fmt: skip


def _ip(address: str | None) -> str | None:
    try:
        return str(ip_address(address)) if address else None
    except ValueError:
        return None


# -- what the records have no place for -----------------------------------------------------------


def _rest(one: Exchange, said: Said, group: Sequence[Record]) -> dict[str, Any]:
    """Said of a capture, and each field of the exchange that *group* would not give back."""
    rest: dict[str, Any] = {"format": FORMAT, "site": said.site, "kind": said.kind,
                            "how": said.how, "crawl": said.crawl}  # fmt: skip
    if said.page is not None:
        rest["page"] = said.page
    if said.earlier is not None:
        rest["earlier"] = said.earlier
    there = _told(group) if group else _DEFAULTS
    for name in _IN_JSON:
        value = getattr(one, name)
        if name not in there or there[name] != value:
            rest[name] = as_json(name, value)
    return rest


def _told(group: Sequence[Record]) -> dict[str, Any]:
    """The fields of an exchange as its records say them, body and outcome apart."""
    principal, request = group[0], group[1]
    status, headers = _DEFAULTS["status"], _DEFAULTS["headers"]
    if principal.block:
        first, described, _ = blocks.parsed(principal.block)
        status, headers = int(first.split(" ")[1]), blocks.received(described)
    method, request_headers, request_body = blocks.asked(request.block)
    return _DEFAULTS | {
        "url": principal.field("WARC-Target-URI"),
        "time": from_iso(principal.field("WARC-Date") or ""),
        "method": method,
        "request_headers": request_headers,
        "request_body": request_body,
        "status": status,
        "headers": headers,
        "truncated": principal.field("WARC-Truncated") is not None,
        "address": principal.field("WARC-IP-Address"),
    }


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


# -- and back -------------------------------------------------------------------------------------


def said_in(group: Sequence[Record]) -> dict[str, Any] | None:
    """The JSON object of one of our captures; None if the group is not ours.

    InputError if it cannot be read or a later release wrote it.
    """
    principal = group[0]
    if principal.type == "metadata" and principal.field("Content-Type") == FAILURE:
        text: str | bytes | None = principal.block
    else:
        beside = (one.block for one in group if one.field("Content-Type") == CAPTURE)
        text = principal.field(SAID) or next(beside, None)
    if text is None:
        return None
    name = principal.field("WARC-Record-ID")
    try:
        found = json.loads(text)
        number = found["format"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError(f"What {name} says of its capture cannot be read.",
                         "Export the file again.") from error  # fmt: skip
    if number != FORMAT:
        raise InputError(f"{name} was written by a later release of Luutru.", "Update Luutru.")
    return dict(found)


def exchange_of(group: Sequence[Record], payload: bytes = b"") -> tuple[Exchange, Said]:
    """The capture that :func:`records_of` was given; its identity proves it.

    *payload*: that of a revisit with the profile identical-payload-digest. InputError if the group
    is not one of ours, or damaged.
    """
    rest = said_in(group)
    if rest is None:
        raise InputError("This is no record of Luutru.", "Read it as one of another's.")
    principal = group[0]
    try:
        told = dict(_DEFAULTS) if principal.type == "metadata" else _told(_paired(group))
        for name in rest.keys() & _IN_JSON:
            told[name] = from_json(name, rest[name])
        told["outcome"] = outcome = _outcome(principal)
        if outcome == "answer":
            stands = principal.type == "response"
            told["body"] = blocks.parsed(principal.block)[2] if stands else payload
        else:
            told["body"] = b""
        names = [one.name for one in fields(Said) if one.default is MISSING or one.name in rest]
        said = Said(**{name: from_json(name, rest[name]) for name in names})
        return Exchange(**told), said
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise InputError(
            f"The capture {principal.field('WARC-Record-ID')} cannot be read.",
            "Export the file again.",
        ) from error


def _paired(group: Sequence[Record]) -> tuple[Record, Record]:
    for one in group:
        if one.type == "request":
            return group[0], one
    raise ValueError("no request")


def _outcome(principal: Record) -> str:
    if principal.type == "metadata":
        return "failure"
    return "unchanged" if principal.field("WARC-Profile") == NOT_MODIFIED else "answer"
