"""What an answer to a request for a photo is, by its bytes: names and headers are often wrong."""

from __future__ import annotations

import re

TYPES = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF.{4}WEBP", re.S), "image/webp"),
)
"""What is kept as a photo. SVG is a document that may hold scripts, and no press photo."""

_TEXT = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|script)\b", re.I)
_SVG = re.compile(rb"\s*(?:\xef\xbb\xbf)?(?:<\?xml[^>]{0,200}\?>\s*)?<svg\b", re.I)


def photo_type(data: bytes) -> str | None:
    """The media type of a photo, None of anything else."""
    return next((name for sign, name in TYPES if sign.match(data)), None)


def told(data: bytes) -> str:
    """In words what it is instead."""
    if not data:
        return "it is empty"
    if _TEXT.match(data):
        return "it is a web page"
    return "it is SVG" if _SVG.match(data) else "its bytes are of no kind of photo that is kept"
