"""HTTP messages as they stand in WARC records, and back. Pure.

The headers of a response describe the payload as it is stored: decoded, in one piece.
"""

from __future__ import annotations

import base64
import re
from http import HTTPStatus
from urllib.parse import quote

from archive.types import Headers

ORIGINAL = "X-Archive-Orig-"
"""Before the name of a header that was received but does not describe the stored payload."""

_OF_TRANSFER = frozenset({"content-encoding", "transfer-encoding", "content-length"})

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2: token
_ODD = re.compile(r"[^\t -~\x80-\xff]")
_BEFORE_PATH = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_URI_SAFE = "!#$%&'()*+,/:;=?@[]~"


def describing(headers: Headers, size: int) -> Headers:
    """The headers as they describe a stored payload of *size* bytes."""
    names = [name.lower() for name, _ in headers]
    lengths = {value for (_, value), name in zip(headers, names, strict=True)
               if name == "content-length"}  # fmt: skip
    coded = "content-encoding" in names or "transfer-encoding" in names
    if not coded and lengths <= {str(size)}:
        return headers
    renamed = (
        (ORIGINAL + pair[0] if name in _OF_TRANSFER else pair[0], pair[1])
        for pair, name in zip(headers, names, strict=True)
    )
    return (*renamed, ("Content-Length", str(size)))


def received(described: Headers) -> Headers:
    """The headers that :func:`describing` was given."""
    if not any(name.startswith(ORIGINAL) for name, _ in described):
        return described
    return tuple((name.removeprefix(ORIGINAL), value) for name, value in described[:-1])


def response_block(status: int | None, headers: Headers, body: bytes = b"") -> bytes:
    """A status line, headers and body; no status is told as 200."""
    code = 200 if status is None else status
    try:
        phrase = HTTPStatus(code).phrase
    except ValueError:
        phrase = "Unknown"
    return _block(f"HTTP/1.1 {code} {phrase}", headers) + body


def request_block(method: str, url: str, headers: Headers, body: bytes) -> bytes:
    """A request line with the path of *url*, headers and body.

    A body gets the Content-Length that it had on the way: without it pywb does not index a form.
    """
    target = _BEFORE_PATH.sub("", uri(url), count=1).partition("#")[0]
    if not target.startswith("/"):
        target = f"/{target}"
    if body and not any(name.lower() == "content-length" for name, _ in headers):
        headers = (*headers, ("Content-Length", str(len(body))))
    return _block(f"{method} {target} HTTP/1.1", headers) + body


def asked(block: bytes) -> tuple[str, Headers, bytes]:
    """Method, headers and body that :func:`request_block` was given."""
    first, headers, body = parsed(block)
    if body and headers and headers[-1][0] == "Content-Length":
        headers = headers[:-1]
    return first.split(" ", 1)[0], headers, body


def _block(first: str, headers: Headers) -> bytes:
    lines = [first]
    for name, value in headers:
        if _NAME.fullmatch(name):
            text = _ODD.sub(" ", value).strip(" \t")
            lines.append(f"{name}: {text}" if text else f"{name}:")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def parsed(block: bytes) -> tuple[str, Headers, bytes]:
    """First line, headers and body of a block made here. ValueError if it is no HTTP message."""
    head, end, body = block.partition(b"\r\n\r\n")
    if not end:
        raise ValueError("no end of the HTTP headers")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, tuple((name, value.strip(" \t")) for name, _, value in pairs), body


def uri(url: str) -> str:
    """*url* with what may not stand in a WARC field or a request line percent-encoded."""
    return quote(url, safe=_URI_SAFE)


def base32_digest(digest: str) -> str:
    """``sha256:<hex>`` as ``sha256:<base32>``."""
    algorithm, _, value = digest.partition(":")
    return f"{algorithm}:{base64.b32encode(bytes.fromhex(value)).decode()}"


def hex_digest(digest: str) -> str:
    """``sha256:<base32>``, or hex already, as ``sha256:<hex>``."""
    algorithm, _, value = digest.partition(":")
    if len(value) != 64:
        value = base64.b32decode(value).hex()
    return f"{algorithm}:{value.lower()}"
