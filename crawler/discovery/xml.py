"""Sitemaps and feeds as trees: untrusted XML, often broken, sometimes zipped, sometimes huge."""

from __future__ import annotations

import zlib

from lxml import etree
from lxml.etree import _Element

LARGEST = 52_428_800
"""Bytes of a sitemap, unzipped: the protocol's own limit (sitemaps.org, 50 MB)."""
GZIP = b"\x1f\x8b"


def unzipped(body: bytes, limit: int = LARGEST) -> bytes:
    """*body*, gunzipped if it is gzip, cut at *limit*; of a broken stream, what comes before."""
    if not body.startswith(GZIP):
        return body[:limit]
    made = bytearray()
    rest = body
    while rest.startswith(GZIP) and len(made) < limit:
        member = zlib.decompressobj(31)
        try:
            made += member.decompress(rest, limit - len(made))
        except zlib.error:
            break
        rest = member.unused_data
    return bytes(made)


def xml_root(body: bytes) -> _Element | None:
    """The root element, mended where that is possible; None if there is none.

    No entity is expanded, no DTD or other file read (billion laughs, local files).
    """
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        return etree.fromstring(unzipped(body).lstrip(b" \t\r\n\xef\xbb\xbf"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def name_of(element: _Element) -> str:
    """The local name in lower case, '' for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def child_text(element: _Element, *names: str) -> str | None:
    """The text of the first child with one of the local names, stripped; None if empty."""
    for child in element:
        if name_of(child) in names:
            text = "".join(map(str, child.itertext())).strip()
            if text:
                return text
    return None
