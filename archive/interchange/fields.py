"""Values of the named fields of WARC records, as other tools write them. Pure."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

_ALGORITHMS = frozenset({"sha1", "sha256", "sha384", "sha512", "md5"})


def bare(value: str) -> str:
    """A record's id or address without the `<…>` around it; wget has them around URIs too."""
    return value.strip().removeprefix("<").removesuffix(">")


def moment(text: str) -> datetime | None:
    """A WARC-Date, fractions to the microsecond; None if it names no time of a day."""
    text = text.strip()
    try:
        date = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return None
    if date is None:
        return None
    try:
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except OverflowError:  # at the ends of what years can be told, a zone leads beyond them
        return None


def agrees(digest: str | None, data: bytes) -> bool | None:
    """Whether *data* has that digest (`sha1:<base32>`, or hex); None if that cannot be said."""
    algorithm, colon, value = (digest or "").strip().partition(":")
    name = algorithm.lower().replace("-", "")
    if not colon or name not in _ALGORITHMS:
        return None
    made = hashlib.new(name, data, usedforsecurity=False).digest()
    if len(value) == 2 * len(made):
        return value.lower() == made.hex()
    try:
        return base64.b32decode(value.upper() + "=" * (-len(value) % 8)) == made
    except ValueError:  # of binascii, or it is not ASCII
        return None
