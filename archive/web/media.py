"""What the bytes of a capture are, as far as it decides how they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from archive.types import Exchange

Kind = Literal["html", "css", "image", "svg", "text", "file", "empty"]
"""`text`: shown as letters whatever it is (scripts, feeds, SVG's own source); `file`: to save."""

_SIGNATURES = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.S), "image/webp"),
    (re.compile(rb"....ftypavi[fs]", re.S), "image/avif"),
    (re.compile(rb"BM.{8}\x00", re.S), "image/bmp"),
    (re.compile(rb"\x00\x00\x01\x00[^\x00]\x00"), "image/x-icon"),
)
# To be saved, whatever is declared: pages begin otherwise.
_DOCUMENTS = (
    (b"%PDF-", "application/pdf"),
    (b"PK\3\4", "application/octet-stream"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/octet-stream"),
)
_HTML = re.compile(rb"\s*(?:\xef\xbb\xbf)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
                   re.I | re.S)  # fmt: skip
# Atomic: a head of many comments would be divided among the groups in all possible ways.
_SVG = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?(?>(?:<\?xml.*?\?>|<!--.*?-->|<!doctype[^>]*>|\s)*)<svg\b", re.I | re.S
)
_TEXT = re.compile(r"text/|application/(?:json|(?:x-)?javascript|xml|ecmascript)|.*\+(?:xml|json)$")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*\Z")
_HEAD = 2_000
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f/\\\"]+")


@dataclass(frozen=True, slots=True)
class Media:
    """``type`` is the media type to send it with: as sniffed for images, else as declared."""

    kind: Kind
    type: str


def media_of(exchange: Exchange) -> Media:
    """What the body is. A declared type is believed unless the bytes are plainly an image, or a
    document to save."""
    body, head = exchange.body, exchange.body[:_HEAD]
    declared = (exchange.header("Content-Type") or "").partition(";")[0].strip().lower()
    if not body:
        return Media("empty", declared)
    for signature, name in _SIGNATURES:
        if signature.match(head):
            return Media("image", name)
    for start, name in _DOCUMENTS:
        if body.startswith(start):
            own = _TYPE.match(declared) and not declared.startswith("text/")
            return Media("file", declared if own else name)
    if declared in ("image/svg+xml", "") and _SVG.match(head):
        return Media("svg", "image/svg+xml")
    if declared in ("text/html", "application/xhtml+xml") or (
        declared in ("", "text/plain", "application/octet-stream") and _HTML.match(head)
    ):
        return Media("html", "text/html")
    if declared == "text/css":
        return Media("css", declared)
    if _TEXT.match(declared):
        return Media("text", "text/plain")
    return Media("file", declared if _TYPE.match(declared) else "application/octet-stream")


def file_name(url: str, fallback: str) -> str:
    """A name to save what stands at *url* under: the last part of its path."""
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2], errors="replace")
    return _UNSAFE_NAME.sub("", last).strip(". ")[:120] or fallback


def attachment(name: str) -> str:
    """The value of Content-Disposition that makes a browser save and not show (RFC 6266)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
