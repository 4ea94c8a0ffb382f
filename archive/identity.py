"""The identity of a capture: a digest of all that it says, equal in every archive that holds it."""

from __future__ import annotations

import hashlib

from archive.clock import iso
from archive.digest import canonical_json, sha256
from archive.types import Exchange

IDENTITY_FORMAT = 1


def identity(exchange: Exchange, earlier_identity: str | None = None) -> str:
    """Digest of all that a capture says, row numbers apart; equal in every archive that holds it.

    *earlier_identity* is that of the capture which an `unchanged` one names. The fields stand in a
    JSON list, so no two different captures have the same bytes under the digest.
    """
    digest = exchange.withheld or sha256(exchange.body)
    return identity_of(exchange, digest if exchange.outcome == "answer" else None, earlier_identity)


def identity_of(
    exchange: Exchange, payload_digest: str | None, earlier_identity: str | None
) -> str:
    """:func:`identity` of an exchange whose body is known by its digest alone."""
    fields = identified(exchange, payload_digest, earlier_identity)
    return sha256(canonical_json(list(fields.values())))


def identified(
    exchange: Exchange, payload_digest: str | None, earlier_identity: str | None
) -> dict[str, object]:
    """What a capture's identity is the digest of, by name and in its order; names do not count."""
    one = exchange
    return {
        "format": IDENTITY_FORMAT, "method": one.method, "url": one.url, "time": iso(one.time),
        "request_headers": one.request_headers,
        "request_body": hashlib.sha256(one.request_body).hexdigest(), "outcome": one.outcome,
        "status": one.status, "headers": one.headers, "payload": payload_digest,
        "wire_digest": one.wire_digest, "wire_size": one.wire_size, "truncated": one.truncated,
        "failure": one.failure, "earlier": earlier_identity, "address": one.address,
        "source": one.source, "clock_shift": float(one.clock_shift),
    }  # fmt: skip
