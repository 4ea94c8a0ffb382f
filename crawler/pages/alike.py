"""Paragraphs known by their elements: those of one text have the same name and class.

Boxes around some of them may be called an advertisement's or a teaser's, or hold no more than the
first: what stands next to the text and is marked up as it is belongs to it. A few lines behind the
last such paragraph, in another box, are notes of the site.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from crawler.pages import bylines
from crawler.pages.stream import Part, Stream

PROSE = 60  # letters of a part that is a paragraph
OFTEN = 3  # paragraphs that show how those of the text are marked up
MOST = 0.8  # of the paragraphs: where fewer are alike, markup tells nothing of the others
ALL = 5  # paragraphs that do so of what is marked up otherwise
NOTES = 320  # letters of all lines behind them; more is a part of the text
AGAIN = 3  # times: what is said so often is no text
LABEL = 40  # letters of what is
_APART = frozenset(("li", "dd", "blockquote", "pre"))
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
    own = {one for one, times in _names(stream).items() if times >= OFTEN and one[1]}
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


def mark(stream: Stream) -> None:
    """Gives the role `side` to labels said again and again, and to the notes behind the text."""
    names = _names(stream)
    _repeated(stream, names)
    own = {one for one, times in names.items() if times >= ALL and one[1]}
    if not own or sum(names[one] for one in own) < names.total() * MOST:
        return
    text = [part for part in stream.parts if part.role == "body" and part.inside]
    places = [n for n, part in enumerate(text) if name(stream, part) in own]
    holders = {_around(stream, text[n]) for n in places}
    behind = text[places[-1] + 1 :]
    if sum(len(part.text) for part in behind) > NOTES:
        return
    for part in behind:
        # Editors paste paragraphs of other classes into one text.
        if _around(stream, part) not in holders and not _stays(stream, part):
            part.role, part.rule = "side", "behind the text, in another box"


def _names(stream: Stream) -> Counter[Name]:
    """How the paragraphs of the text are marked up."""
    return Counter(
        name(stream, part)
        for part in stream.parts
        if part.role == "body" and part.inside and not part.heading and len(part.text) >= PROSE
    )


def _around(stream: Stream, part: Part) -> int:
    return stream.page.boxes[part.piece.box].parent


def _may_be_text(part: Part) -> bool:
    if len(part.text) < PROSE or part.piece.links >= len(part.text) * 0.5:
        return False
    if part.role == "side":
        return part.rule == "in a side box"
    return part.role == "body" and not part.inside


def _repeated(stream: Stream, names: Collection[Name]) -> None:
    # A song repeats lines too: they are marked up as its others are.
    labels = [
        part
        for part in stream.parts
        if part.role == "body"
        and part.inside
        and len(part.text) <= LABEL
        and not (part.heading or part.cell or _is_within(stream, part, _APART))
        and name(stream, part) not in names
    ]
    said = Counter(part.text for part in labels)
    for part in labels:
        if said[part.text] >= AGAIN:
            part.role, part.rule = "side", "said again and again"


def _stays(stream: Stream, part: Part) -> bool:
    """Whether a line is marked up otherwise for what it is, or may sign the text."""
    signs = bylines.is_labelled(part.text) or bylines.is_signature(part.text, aside=True)
    return signs or part.cell or _is_within(stream, part, _APART)


def _is_within(stream: Stream, part: Part, tags: Collection[str]) -> bool:
    box = part.piece.box
    while box > stream.outer:
        if stream.page.boxes[box].tag in tags:
            return True
        box = stream.page.boxes[box].parent
    return False
