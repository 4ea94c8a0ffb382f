"""Where the sentences of a Vietnamese text begin and end."""

from __future__ import annotations

import re

Span = tuple[int, int]

# A full stop ends a sentence before white space and no small letter, but not after TP., PGS. or the
# like. A line end always ends one.
_SENTENCE_END = re.compile(r"[.!?…]+[\"”»)]* +|\n")
_ABBREVIATION = re.compile(r"\b(?:[A-ZĐ]{1,4}|[A-ZĐ][a-zđ]|ThS|Ths|TTg|tr)\.$")


def sentences(text: str) -> list[Span]:
    """The sentences of *text*, in order, without the white space between them."""
    found = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match[0] != "\n" and (
            text[match.end() : match.end() + 1].islower()
            or _ABBREVIATION.search(text, max(start, match.start() - 6), match.start() + 1)
        ):
            continue
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    return [span for span in (_stripped(text, *span) for span in found) if span[0] < span[1]]


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def texts(text: str) -> list[str]:
    """The sentences of *text*, in order."""
    return [text[start:end] for start, end in sentences(text)]
