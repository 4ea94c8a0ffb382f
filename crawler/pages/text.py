"""Text of elements: visible words only, NFC, white space settled."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

from archive.vietnamese import composed

VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăĂđĐơƠưƯ]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f]")
_HIDDEN = (
    "script style noscript template svg math select option button input textarea object embed "
    "iframe audio video canvas map datalist head "
)
HIDDEN = frozenset(_HIDDEN.split())
_BREAKS = (
    "br p div li ul ol dl dt dd table tbody thead tfoot tr td th caption h1 h2 h3 h4 h5 h6 hr "
    "section article header footer aside nav main figure figcaption blockquote pre form "
    "fieldset address center details summary hgroup body html "
)
BREAKS = frozenset(_BREAKS.split())
# What HTML says for references to C1 controls (WHATWG 13.2.5.80): old editors wrote &#150;.
C1 = {code: bytes([code]).decode("cp1252", "ignore") or " " for code in range(0x80, 0xA0)}
CONTROL = re.compile("[\x80-\x9f]")


def settle(text: str | None) -> str:
    """*text* in NFC, without invisible characters, runs of white space as one space."""
    if not text:
        return ""
    shown = " ".join(text.split())
    if not shown.isprintable():
        shown = INVISIBLE.sub("", shown)
        if CONTROL.search(shown):
            shown = shown.translate(C1)
        shown = " ".join(shown.split())
    return shown if shown.isascii() else composed(shown)


def strings(element: _Element) -> Iterator[str]:
    """The visible strings inside *element* in order, with a space at breaks and block edges.

    Iterative: pages nest deeper than Python's stack allows.
    """
    if not isinstance(element.tag, str) or element.tag in HIDDEN:
        return
    if element.text:
        yield element.text
    stack: list[tuple[_Element, Iterator[_Element]]] = [(element, iter(element))]
    while stack:
        parent, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if not stack:
                return
            if parent.tag in BREAKS:
                yield " "
            if parent.tail:
                yield parent.tail
            continue
        if not isinstance(child.tag, str) or child.tag in HIDDEN:
            if child.tail:
                yield child.tail
            continue
        if child.tag in BREAKS:
            yield " "
        if child.text:
            yield child.text
        stack.append((child, iter(child)))


def text_of(element: _Element) -> str:
    """The visible text inside *element* on one line, settled."""
    if not len(element):
        return settle(element.text) if element.tag not in HIDDEN else ""
    return settle("".join(strings(element)))
