"""The texts of a tree line by line, as a reader sees them: where each stands, and in what font."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from lxml.etree import _Element

from archive.old_letters import Coding
from crawler.pages import old_fonts
from crawler.pages.edits import Edit, Font
from crawler.pages.text import BREAKS

_KEPT = frozenset(
    ["script", "style", "noscript", "template", "svg", "math", "pre", "code", "textarea"]
)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Open(NamedTuple):
    """An element that is open: whether its texts are left as they are, and their font."""

    element: _Element
    kept: bool
    font: tuple[Coding, bool] | None


def writable(text: str) -> str:
    """*text* without the characters that libxml2 reads and lxml does not write; none is seen."""
    return _UNWRITABLE.sub("", text)


@dataclass(slots=True)
class ShownLine:
    """The texts that a reader sees on one line: where each stands, and its font."""

    places: list[tuple[_Element, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    fonts: list[tuple[Coding, bool] | None] = field(default_factory=list)
    spans: tuple[Font, ...] | None = None

    def add(
        self, element: _Element, where: str, text: str, font: tuple[Coding, bool] | None
    ) -> None:
        self.places.append((element, where))
        self.texts.append(text)
        self.fonts.append(font)

    def text(self) -> str:
        return "".join(self.texts)

    def told(self) -> tuple[Font, ...]:
        """The stretches in one named font."""
        if self.spans is None:
            self.spans = self._told() if any(self.fonts) else ()
        return self.spans

    def _told(self) -> tuple[Font, ...]:
        found: list[Font] = []
        at = 0
        for text, font in zip(self.texts, self.fonts, strict=True):
            end = at + len(text)
            if font and found and found[-1].end == at and found[-1][2:] == font:
                found[-1] = Font(found[-1].start, end, *font)
            elif font and text:
                found.append(Font(at, end, *font))
            at = end
        return tuple(found)

    def apply(self, edits: list[Edit]) -> None:
        """Changes the texts; what spans several goes into the first, or letter by letter."""
        made: list[str] = []
        at = number = 0
        for text in self.texts:
            end, parts, place = at + len(text), [], at
            while number < len(edits) and edits[number].start < end:
                edit = edits[number]
                start = max(edit.start, at)
                parts.append(text[place - at : start - at])
                size = edit.end - edit.start
                last = edit.end <= end
                if len(edit.text) == size:
                    parts.append(edit.text[start - edit.start : min(edit.end, end) - edit.start])
                elif edit.start >= at:
                    parts.append(edit.text)
                place = min(edit.end, end)
                if not last:
                    break
                number += 1
            parts.append(text[place - at :])
            made.append("".join(parts))
            at = end
        self.texts, self.spans = made, None

    def write(self) -> None:
        for (element, where), text in zip(self.places, self.texts, strict=True):
            shown = writable(text)
            if where == "text":
                element.text = shown
            else:
                element.tail = shown


def lines_of(root: _Element) -> Iterator[ShownLine]:
    """The lines under *root*, iteratively: pages nest deeper than Python's stack allows."""
    line = ShownLine()
    above: list[_Open] = []  # the open elements
    for element in chain(root.iter(), (None,)):
        parent = None if element is None else element.getparent()
        while above and above[-1].element is not parent:
            closed = above.pop().element
            if closed.tag in BREAKS and line.texts:
                yield line
                line = ShownLine()
            if above and closed.tail and not above[-1].kept:
                line.add(closed, "tail", closed.tail, above[-1].font)
        if element is None:
            break
        kept, font = (above[-1].kept, above[-1].font) if above else (False, None)
        tag = element.tag
        if isinstance(tag, str):
            kept = kept or tag in _KEPT
            font = _font(element, font)
        else:
            kept = True
        if (tag in BREAKS or tag == "title") and line.texts:
            yield line
            line = ShownLine()
        above.append(_Open(element, kept, font))
        if element.text and not kept:
            line.add(element, "text", element.text, font)
    if line.texts:
        yield line


def _font(element: _Element, around: tuple[Coding, bool] | None) -> tuple[Coding, bool] | None:
    """The coding of the font that *element* names, else that around it."""
    named = element.get("face") if element.tag == "font" else None
    style = element.get("style")
    if style and "font" in style:
        named = style if len(style) <= 2_000 else style[:2_000]
    return around if named is None else old_fonts.of_name(named, around)
