"""Captions as data: the texts of the marked parts, who made the photos, their addresses."""

from __future__ import annotations

from collections.abc import Sequence

from archive.types import Caption
from crawler.pages.credits import maker, parted, parted_at
from crawler.pages.document import Document
from crawler.pages.stream import Part, Stream
from crawler.pages.text import settle
from crawler.pages.title import key

DEEP = 4  # elements around a caption's text
MAKER = 200  # characters of an element that may name who made a photo
_INLINE = frozenset(("span", "cite", "small", "em", "i"))


def read(stream: Stream, doc: Document) -> tuple[Caption, ...]:
    """The captions of the marked parts in order, lines that belong together joined."""
    texts: dict[int, list[str]] = {}
    heads: dict[int, int] = {}
    makers: dict[int, str] = {}
    for part in stream.parts:
        if part.role == "credit":
            makers.setdefault(part.joins if part.joins >= 0 else -1 - part.photo, maker(part.text))
    for number, part in enumerate(stream.parts):
        if part.role != "caption":
            continue
        head = heads.get(part.joins, part.joins) if part.joins >= 0 else number
        heads[number] = head
        texts.setdefault(head, []).append(part.text)
    found: dict[tuple[str, int], Caption] = {}
    for head, lines in texts.items():
        whole = " ".join(lines)
        text, who = parted_at(whole, _last_element(stream, stream.parts[head])) or parted(whole)
        photo = stream.parts[head].photo
        image = doc.resolve(stream.page.photos[photo].source) if photo >= 0 else None
        who = who or makers.get(head) or (makers.get(-1 - photo) if photo >= 0 else None)
        found.setdefault((key(text), 0), Caption(text, who, image))
    return tuple(found.values())


def _last_element(stream: Stream, part: Part) -> str:
    """The text of the last inline element of a caption, behind which nothing stands; mostly ""."""
    element = stream.page.boxes[part.piece.box].element
    for _ in range(DEEP):
        child = next(element.iterchildren(reversed=True), None)  # len() counts all children
        if child is None or child.tag not in _INLINE or (child.tail or "").strip():
            return ""
        if child.getprevious() is not None or (element.text or "").strip():
            text = child.text or ""
            return settle(text) if len(text) <= MAKER else ""
        element = child
    return ""


def photos(stream: Stream, doc: Document, captioned: Sequence[Caption]) -> tuple[str, ...]:
    """The absolute URLs of the article's photos in order."""
    urls = [
        doc.resolve(stream.page.photos[p.piece.photo].source)
        for p in stream.parts
        if p.role == "photo"
    ]
    urls += [caption.image for caption in captioned]
    return tuple(dict.fromkeys(url for url in urls if url))
