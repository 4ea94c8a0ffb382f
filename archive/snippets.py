"""The piece of an article that shows why it was found: accented, as stored, with marks in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from archive.matching import DOCUMENT, Forms, Span, Unit, joined, spans
from archive.sentences import sentences
from archive.vietnamese import syllables

LENGTH = 240
"""Characters that a snippet aims at; it ends at a sentence where one ends near."""

_TITLE = "title"
_BEGINNING = ("lead", "body", "caption")
_NONE = Forms("")


@dataclass(frozen=True, slots=True)
class Snippet:
    """*marks* are spans in *text*; the ellipses of a cut are part of the text."""

    text: str
    marks: tuple[Span, ...]
    column: str | None = None  # that it is of, if anything matches outside the title


def title_marks(columns: Mapping[str, Forms], wanted: Sequence[Unit]) -> tuple[Span, ...]:
    """What to mark in the title."""
    return spans(columns.get(_TITLE, _NONE), _TITLE, wanted)


def snippet(columns: Mapping[str, Forms], wanted: Sequence[Unit], length: int = LENGTH) -> Snippet:
    """The best sentences outside the title; the text's beginning if only the title matches.

    A document's are shown only if it says more of it than the article does. *columns* are those of
    `matching.forms_of`.
    """
    best: tuple[int, str, Span, tuple[Span, ...]] | None = None
    all_of = sum(unit.weight**2 for unit in wanted)
    for column, forms in columns.items():
        if best is not None and best[0] >= all_of and column.startswith(DOCUMENT):
            break  # documents stand last, and are long: the article says it all itself
        marks = () if column == _TITLE else spans(forms, column, wanted)
        if not marks:
            continue
        weight, sentence = _best_sentence(forms, marks)
        if best is None or weight > best[0]:
            best = weight, column, sentence, marks
    if best is None:
        text = next((columns[name].text for name in _BEGINNING if name in columns), "")
        return _cut(text, _grown(text, (0, 0), length), (), length)
    _, found, sentence, marks = best
    text = columns[found].text
    return replace(_cut(text, _grown(text, sentence, length), marks, length), column=found)


def _best_sentence(forms: Forms, marks: Sequence[Span]) -> tuple[int, Span]:
    """The first sentence in which the most different words are marked, side by side above all."""
    best = (0, (0, 0))
    places = [mark[0] for mark in marks]  # in order: a document may have thousands
    for start, end in sentences(forms.text):
        inside = marks[bisect_left(places, start) : bisect_left(places, end)]
        if not inside:
            continue
        different = {frozenset(syllables(forms.folded[one[0] : one[1]])) for one in inside}
        weight = sum(len(words) ** 2 for words in different)
        if weight > best[0]:
            best = weight, (start, end)
    return best


def _grown(text: str, span: Span, length: int) -> Span:
    """*span* with the sentences after it, of the same paragraph, while they fit in *length*."""
    start, end = span
    for first, last in sentences(text[end : end + length]):
        if "\n" in text[end : end + first] or end + last - start > length:
            break
        if end + last < len(text) and not _ends(text, end + last):
            break
        end, span = end, (start, end + last)
    return span


def _ends(text: str, at: int) -> bool:
    """Whether a sentence ends right before *at*."""
    return text[at : at + 1] in ("", "\n") or text[at - 1] in '.!?…"”»)'


def _cut(text: str, span: Span, marks: Sequence[Span], length: int) -> Snippet:
    """*span* of *text*; if it is too long, the part of it around its first marks."""
    start, end = span
    if end <= start:
        start, end = 0, len(text)
    before = after = ""
    if end - start > length:
        inside = [mark for mark in marks if start <= mark[0] < end]
        focus = _densest(inside, length) if inside else start
        first = start if focus - start < length // 2 else _word_start(text, focus - length // 3)
        if end - first < length:
            first = _word_start(text, end - length)
        first = min(first, focus)
        last = end if end - first <= length else _word_end(text, first, first + length)
        before = "… " if first > start else ""
        after = " …" if last < end else ""
        start, end = first, last
    shift = len(before) - start
    kept = [
        (max(mark[0], start) + shift, min(mark[1], end) + shift)
        for mark in marks
        if mark[0] < end and mark[1] > start
    ]
    shown = (before + text[start:end] + after).replace("\n", " ").replace("\t", " ")
    return Snippet(shown, tuple(joined(kept, shown)))


def _densest(marks: Sequence[Span], length: int) -> int:
    """Where the window of two thirds of *length* with the most marked text begins."""
    return max(
        marks,
        key=lambda one: (
            sum(end - start for start, end in marks if one[0] <= start < one[0] + length * 2 // 3),
            -one[0],
        ),
    )[0]


def _word_start(text: str, at: int) -> int:
    place = text.find(" ", at)
    return at if place < 0 else place + 1


def _word_end(text: str, start: int, at: int) -> int:
    place = text.rfind(" ", start + 1, at + 1)
    return at if place < 0 else place
