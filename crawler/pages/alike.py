"""Paragraphs known by their elements: those of one text have the same name and class.

Boxes around some of them may be called an advertisement's or a teaser's, or hold no more than the
first: what stands next to the text and is marked up as it is belongs to it.
"""

from __future__ import annotations

from collections import Counter

from crawler.pages.stream import Part, Stream

PROSE = 60  # letters of a part that is a paragraph
OFTEN = 3  # paragraphs that show how those of the text are marked up
Name = tuple[str, str]


def name(stream: Stream, part: Part) -> Name:
    """The element and class of a part; those of an element without a class with what is around."""
    boxes = stream.page.boxes
    box = boxes[part.piece.box]
    classes = box.element.get("class") or ""
    if classes or box.parent < 0:
        return box.tag, classes
    around = boxes[box.parent]
    return f"{around.tag} {box.tag}", around.element.get("class") or ""


def adopt(stream: Stream) -> None:
    """Takes into the text what stands beside its paragraphs and is marked up as they are."""
    names = Counter(
        name(stream, part)
        for part in stream.parts
        if part.role == "body" and part.inside and not part.heading and len(part.text) >= PROSE
    )
    own = {one for one, times in names.items() if times >= OFTEN and one[1]}
    if not own:
        return
    for parts in (stream.parts, stream.parts[::-1]):
        beside = False
        for part in parts:
            if part.role in ("photo", "caption", "credit"):
                continue
            alike = name(stream, part) in own
            if alike and beside and _may_be_text(part):
                part.role, part.rule, part.inside = "body", "", True
            beside = alike and part.role == "body" and part.inside


def _may_be_text(part: Part) -> bool:
    if len(part.text) < PROSE or part.piece.links >= len(part.text) * 0.5:
        return False
    if part.role == "side":
        return part.rule == "in a side box"
    return part.role == "body" and not part.inside
