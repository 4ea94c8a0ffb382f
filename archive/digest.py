"""Digests: SHA-256, written `sha256:<hex>`, and the keys of articles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

CONTENT_FORMAT = b"\x01"
"""First byte under every content digest: a change of what is digested gets another."""

KEY_LENGTH = 16


def sha256(data: bytes) -> str:
    """``sha256:<64 hex digits>``."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def canonical_json(value: object) -> bytes:
    """One spelling for equal values: keys sorted, no spaces, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def content_digest(fields: Mapping[str, object]) -> str:
    """Digest of fields that JSON can hold; empty ones are left out.

    So a field that a later release adds does not change the digest of what does not have it.
    """
    kept = {name: value for name, value in fields.items() if value not in (None, "", [], (), {})}
    return sha256(CONTENT_FORMAT + canonical_json(kept))


def article_key(canonical_url: str) -> str:
    """Name of the article whose earliest captured page has this URL: 16 hex digits.

    64 bits: among a million articles two share a key with a chance of 3 in 10⁸.
    """
    return hashlib.sha256(canonical_url.encode()).hexdigest()[:KEY_LENGTH]
