"""The state that a WebForms page carries from one post to the next."""

from __future__ import annotations

import base64
import binascii
import hashlib

_HEAD = b"\xff\x01"
_PADDING = 900  # real states hold the whole tree of controls: some kB


def make(listing: str, page: int, shown: str) -> str:
    """The state of one page of a listing; *shown* is a digest of what all of the listing holds."""
    words = f"{listing}|{page}|{shown}".encode()
    seal = hashlib.sha256(b"mau" + words).digest()
    filler = hashlib.shake_256(words).digest(_PADDING)
    return base64.b64encode(_HEAD + bytes([len(words)]) + words + seal + filler).decode()


def read(state: str) -> tuple[str, int, str] | None:
    """Listing, page and digest of a state that this site sent out, or ``None``."""
    try:
        data = base64.b64decode(state, validate=True)
    except (binascii.Error, ValueError):
        return None
    if data[:2] != _HEAD or len(data) < 4:
        return None
    words = data[3 : 3 + data[2]]
    if data[3 + data[2] :][:32] != hashlib.sha256(b"mau" + words).digest():
        return None
    listing, page, shown = words.decode().split("|")
    return listing, int(page), shown


def validation(state: str) -> str:
    """The value of ``__EVENTVALIDATION`` that belongs to a state."""
    return base64.b64encode(hashlib.shake_256(state.encode()).digest(96)).decode()
