"""A comparison of two versions as text for people: in one column or in two."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

import click

from archive.cli.output import colours, folded, terminal_width

if TYPE_CHECKING:
    from archive.alignment import Change, Piece
    from archive.diff import Diff, FieldDiff

PIPE = 160  # columns of two texts side by side where there is no terminal
NARROWEST = 28  # of one of the two; narrower, words stand one below the other
_AROUND = 120  # characters of unchanged text that are shown beside a change
_GAP = " | "
_RESET = "\x1b[0m"
_COLOUR = re.compile("\x1b\\[[0-9;]*m")


def heading(diff: Diff, first: int, second: int) -> Iterator[str]:
    """What is compared, of which class the change is, whether it is admitted, and its window."""
    from archive.edits import admits

    yield f"{diff.after.article.title}"
    yield f"{diff.after.key}  {diff.after.url}"
    before, after = diff.before.first_seen, diff.after.first_seen
    yield (
        f"version {first} ({before:%Y-%m-%d %H:%M}Z) -> version {second} ({after:%Y-%m-%d %H:%M}Z)"
    )
    if diff.kind is None:
        yield "change: none in the text"
        return
    said = "admitted" if admits(diff.before.article, diff.after.article) else "silent"
    since, until = (f"{one:%Y-%m-%d %H:%M}Z" for one in (diff.before.last_seen, after))
    yield f"change: {diff.kind}, {said}, between {since} and {until}"


def inline(diff: Diff) -> Iterator[str]:
    """Each field as one text with the changes in it."""
    colour = colours()
    for field in diff.fields:
        yield from _field_heading(field, colour)
        yield from _changes(field, lambda change: [folded(_inline(change, colour), "  ")])


def side_by_side(diff: Diff) -> Iterator[str]:
    """Each field in two columns; in one, as `inline`, where the terminal is too narrow for two."""
    wide = terminal_width() if sys.stdout.isatty() else PIPE
    column = (wide - len(_GAP)) // 2
    if column < NARROWEST:
        yield from inline(diff)
        return
    colour = colours()
    for field in diff.fields:
        yield from _field_heading(field, colour)
        yield from _changes(field, lambda change: _columns(change, column, colour))


def _columns(change: Change, width: int, colour: bool) -> Iterator[str]:
    sides = []
    for dropped in ("added", "removed"):
        pieces = [piece for piece in change.pieces if piece.op != dropped]
        text = "".join(marked(piece, colour) for piece in pieces)
        sides.append(_wrapped(text, width))
    for left, right in zip_longest(*sides, fillvalue=""):
        yield f"{left}{' ' * (width - len(click.unstyle(left)))}{_GAP}{right}".rstrip()
    yield ""


def _wrapped(text: str, width: int) -> list[str]:
    """*text* in lines of that width; colour has none, and ends with its line."""
    lines: list[list[str]] = [[]]
    used, on = 0, ""
    for word in text.split(" "):
        size = len(click.unstyle(word))
        if lines[-1] and used + 1 + size > width:
            lines.append([])
            used = 0
        lines[-1].append(word)
        used += size + (len(lines[-1]) > 1)
    out = []
    for words in lines:
        line = on + " ".join(words)
        codes = _COLOUR.findall(line)
        on = "".join(codes[max((n for n, c in enumerate(codes) if c == _RESET), default=-1) + 1 :])
        out.append(line + (_RESET if on else ""))
    return out


def _field_heading(field: FieldDiff, colour: bool) -> Iterator[str]:
    yield ""
    counts = Counter(one.op for one in field.sentences)
    told = "".join(f", {number} {op}" for op, number in counts.items())
    text = f"{field.field} ({field.kind}{told and f'; sentences: {told[2:]}'})"
    yield click.style(text, bold=True) if colour else text


def _changes(field: FieldDiff, show: Callable[[Change], Iterable[str]]) -> Iterator[str]:
    """The lines of each entry that differs, and how many between them do not."""
    same = 0
    for change in field.changes:
        if change.op == "same":
            same += 1
            continue
        yield from _skipped(same)
        same = 0
        yield from show(change)
    yield from _skipped(same)


def _skipped(same: int) -> Iterator[str]:
    if same:
        yield f"  … {same} unchanged"


def _inline(change: Change, colour: bool) -> str:
    """The entry in one line, long stretches that did not change cut out of it."""
    last = len(change.pieces) - 1
    return "".join(
        _cut(piece.text, at > 0, at < last)
        if piece.op == "same" and last > 0
        else marked(piece, colour)
        for at, piece in enumerate(change.pieces)
    )


def _cut(text: str, before: bool, after: bool) -> str:
    """The ends of *text* that stand next to a change."""
    keep = _AROUND * (before + after)
    if len(text) <= keep + _AROUND // 2:
        return text
    head = _words(text[:_AROUND].split(" "), False) if before else ""
    tail = _words(text[-_AROUND:].split(" "), True) if after else ""
    return f"{head} […] {tail}"


def _words(words: Sequence[str], tail: bool) -> str:
    """Whole words only: the one at the cut goes."""
    return " ".join(words[1:] if tail else words[:-1])


def marked(piece: Piece, colour: bool) -> str:
    """A piece as it is shown: in colour, or in brackets."""
    if piece.op == "same":
        return piece.text
    removed = piece.op == "removed"
    if not colour:
        return f"[-{piece.text}-]" if removed else f"{{+{piece.text}+}}"
    if removed:
        return click.style(piece.text, fg="red", strikethrough=True)
    return click.style(piece.text, fg="green", underline=True)
