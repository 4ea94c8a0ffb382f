"""CDXJ: the index by which readers find a capture in a WARC, and its key, SURT.

https://specs.webrecorder.net/cdxj/0.1.0/; the key follows the rules that pywb and OpenWayback share
(SURT: http://crawler.archive.org/articles/user_manual/glossary.html#surt).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, unquote_plus, unquote_to_bytes, urlsplit

from archive.interchange.warc import member

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.interchange.warc import Written
    from archive.types import Exchange

_WWW = re.compile(r"www\d*\.")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_LINES_A_BLOCK = 300
_LONGEST_FORM = 4096  # characters of a form that stand in a key, as in other indexers


def surt(url: str) -> str:
    """The sort-friendly key of *url*: `vn,gov,example)/path?a&b`.

    Host reversed, without `www`; no scheme, user, default port, fragment or last slash; in small
    letters, parameters sorted.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # no host that could be read: it stands as it is
        return url
    host = _WWW.sub("", _ascii(parts.hostname or ""), count=1)
    turned = host if ":" in host else ",".join(reversed(host.split(".")))
    port = _port(url)
    shown = f":{port}" if port is not None and port != _DEFAULT_PORTS.get(parts.scheme) else ""
    path = _escaped(_without_dots(_unescaped(parts.path))).lower()
    if len(path) > 1:
        path = path.removesuffix("/")
    query = _escaped(_unescaped(parts.query)).lower()
    ordered = "&".join(
        "=".join(pair) for pair in sorted(one.split("=", 1) for one in query.split("&"))
    )
    return f"{turned}{shown}){path}{'?' if ordered else ''}{ordered}"


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        return None


def _ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def _unescaped(text: str) -> bytes:
    data = text.encode()
    while (once := unquote_to_bytes(data)) != data:
        data = once
    return data


def _escaped(data: bytes) -> str:
    return quote_from_bytes(data, safe=_SAFE)


def _without_dots(path: bytes) -> bytes:
    kept: list[bytes] = []
    pieces = path.split(b"/")[1:]
    for piece in pieces:
        if piece == b"..":
            kept = kept[:-1] if kept else [piece]
        elif piece != b".":
            kept.append(piece)
    *folders, last = kept or [b""]
    return b"/" + b"".join(one + b"/" for one in folders if one) + last


# -- the index ------------------------------------------------------------------------------------


class Index:
    """The lines of an index, sorted by bytes, in a temporary table of the archive's connection."""

    def __init__(self, archive: Archive, filename: str) -> None:
        self._conn = archive.conn
        self._filename = filename
        self._conn.execute("DROP TABLE IF EXISTS temp.cdx")
        self._conn.execute("CREATE TEMP TABLE cdx (line TEXT NOT NULL)")

    def add(self, written: Written) -> None:
        """Enter a record, if it is one that can be replayed."""
        if written.exchange is None or written.record.type not in ("response", "revisit"):
            return
        self._conn.execute("INSERT INTO temp.cdx VALUES (?)", (self._line(written),))

    def lines(self) -> Iterator[str]:
        """The lines with their ends, in order."""
        for row in self._conn.execute("SELECT line FROM temp.cdx ORDER BY line"):
            yield f"{row[0]}\n"

    def blocks(self) -> Iterator[tuple[str, bytes]]:
        """The lines in gzip members of 300, each with the key and time of its first line (ZipNum).

        A reader in a browser loads the keys, and of the members only those that it needs.
        """
        lines = self.lines()
        while block := "".join(islice(lines, _LINES_A_BLOCK)):
            yield block.split(" {", 1)[0], member(block.encode())

    def _line(self, written: Written) -> str:
        record, exchange = written.record, written.exchange
        assert exchange is not None
        url = record.field("WARC-Target-URI") or ""
        told = {"url": url}
        mime = "warc/revisit" if record.type == "revisit" else _mime(exchange)
        if mime:
            told["mime"] = mime
        if record.block:  # a 304 has the status of the answer that stands
            told["status"] = str(exchange.status or 200)
        told |= {
            "digest": record.field("WARC-Payload-Digest") or "",
            "length": str(written.length),
            "offset": str(written.offset),
            "filename": self._filename,
        }
        if exchange.method != "GET":
            form = _form(exchange)
            told |= {"requestBody": form, "method": exchange.method}
            url += f"{'&' if '?' in url else '?'}__wb_method={exchange.method}&{form}"
        time = exchange.time.strftime("%Y%m%d%H%M%S")
        return f"{surt(url)} {time} {json.dumps(told)}"


def _mime(exchange: Exchange) -> str:
    """The media type alone, or nothing."""
    said = (exchange.header("Content-Type") or "").split(";")[0].split()
    return said[0] if said else ""


def _form(exchange: Exchange) -> str:
    """The body of a POST as a part of its key."""
    body = exchange.request_body
    media = next((v for n, v in exchange.request_headers if n.lower() == "content-type"), "")
    if media.startswith("application/x-www-form-urlencoded"):
        try:
            return unquote_plus(body.decode())[:_LONGEST_FORM]
        except UnicodeDecodeError:
            pass
    return f"__wb_post_data={base64.b64encode(body).decode()}"[:_LONGEST_FORM]
