"""The piece of an article that shows why it was found: accented, as stored, with marks in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.matching import Forms, Span, Unit, joined, spans
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


def title_marks(columns: Mapping[str, Forms], wanted: Sequence[Unit]) -> tuple[Span, ...]:
    """What to mark in the title."""
    return spans(columns.get(_TITLE, _NONE), _TITLE, wanted)


def snippet(columns: Mapping[str, Forms], wanted: Sequence[Unit], length: int = LENGTH) -> Snippet:
    """The best sentences outside the title; the text's beginning if only the title matches.

    *columns* are those of `matching.forms_of`.
    """
    best: tuple[int, Forms, Span, tuple[Span, ...]] | None = None
    for column, forms in columns.items():
        marks = () if column == _TITLE else spans(forms, column, wanted)
        if not marks:
            continue
        weight, sentence = _best_sentence(forms, marks)
        if best is None or weight > best[0]:
            best = weight, forms, sentence, marks
    if best is None:
        text = next((columns[name].text for name in _BEGINNING if name in columns), "")
        return _cut(text, _grown(text, (0, 0), length), (), length)
    _, forms, sentence, marks = best
    return _cut(forms.text, _grown(forms.text, sentence, length), marks, length)


def _best_sentence(forms: Forms, marks: Sequence[Span]) -> tuple[int, Span]:
    """The first sentence in which the most different words are marked, side by side above all."""
    best = (0, (0, 0))
    for start, end in sentences(forms.text):
        different = {
            frozenset(syllables(forms.folded[mark[0] : mark[1]]))
            for mark in marks
            if start <= mark[0] < end
        }
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
