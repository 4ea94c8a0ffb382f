"""Lines at photos that tell nothing of them: labels, players' words, times and dates."""

from __future__ import annotations

import re

from crawler.pages import bylines
from crawler.pages.title import key

_EMPTY = frozenset(
    (
        "video",
        "foto",
        "photo",
        "image",
        "bild",
        "video loading",
        "anzeige",
        "loading",
        "von",
        "by",
        "embed",
        "open this photo in gallery",
        "player wird geladen",
    )
)
_DATED = re.compile(
    r"^\D{0,12}\d{1,2}[./-]\d{1,2}[./-]\d{4}\D{1,3}\d{1,2}[:.]\d{2}\b"
    r"|\b\d{4},?\s\d{1,2}[:.]\d{2}(?:\s?[ap]m)?$",
    re.I,
)
_LASTS = re.compile(r"^(?:\d{1,2}:)?\d{1,2}:\d{2}(?:\s*min\.?)?$", re.I)
_BY = re.compile(r"(?:by|von|par|por)(?:\s|$)", re.I)


def says(text: str) -> bool:
    """Whether a line can tell of a photo: no number, label or player's word, no "Von …", "By …"."""
    if key(text) in _EMPTY or _LASTS.match(text) or not any(char.isalpha() for char in text):
        return False
    return len(text) > 80 or not _BY.match(text) or not bylines.is_labelled(text)


def is_dated(text: str) -> bool:
    """Whether a line tells when something was published, to the minute."""
    return _DATED.search(text) is not None
