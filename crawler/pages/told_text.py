"""The text that the page tells as its own (schema.org `articleBody`): a check of what we read."""

from __future__ import annotations

import re
from html import unescape

from crawler.pages.metadata import Metadata
from crawler.pages.stream import Stream
from crawler.pages.title import key

LEAST = 200  # letters that tell a text
HELD = 0.95  # of the told text must stand in ours: else it is another, or a beginning
AGREED = 0.8  # of ours must stand in the told one
_TAG = re.compile(r"<[^<>]{1,400}>")


def mark(stream: Stream, meta: Metadata) -> None:
    """Gives the role `side` to paragraphs of the text that the page does not tell as its own.

    Only where both agree in nearly all: on 34 of 131 pages the text is told, on 23 it is the
    article's, on 11 cut off or another. Headings are often left out and stay.
    """
    told = meta.article.get("articleBody")
    if not isinstance(told, str) or len(told) < LEAST:
        return
    words = key(_TAG.sub(" ", unescape(told)))
    parts = [part for part in stream.parts if part.role == "body" and part.inside]
    ours = [(part, key(part.text)) for part in parts]
    inside = [len(name) for _, name in ours if name in words]
    if not words or sum(inside) < len(words) * HELD:
        return
    if sum(inside) < sum(len(name) for _, name in ours) * AGREED:
        return
    for part, name in ours:
        if name not in words and not part.heading and not part.cell:
            part.role, part.rule = "side", "not in the text that the page tells as its own"
