"""`luutru diff`: what changed between two versions of an article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.cli.options import archive_option, opened
from archive.cli.output import colours, folded, output_format, print_rows, to_json
from archive.cli.versions import all_of, place_of
from archive.errors import InputError

if TYPE_CHECKING:
    from archive.alignment import Change, Piece
    from archive.diff import Diff, FieldDiff

_AROUND = 120  # characters of unchanged text that are shown beside a change


@click.command(
    "diff",
    epilog="""\b
Examples:
  luutru diff 54c497b62736f0a1
  luutru diff 54c497b62736f0a1 1 3 --format json
""",
)
@click.argument("ref")
@click.argument("a", type=int, required=False)
@click.argument("b", type=int, required=False)
@archive_option()
@output_format()
def command(ref: str, a: int | None, b: int | None, archive_path: Path, fmt: str) -> None:
    """Compare two versions, by number, of the article that REF means; the last two if none is said.

    A alone is compared with the current version. In a pipe, what was taken out stands in [-…-] and
    what was put in in {+…+}.
    """
    from archive.diff import compare
    from archive.diff import to_json as diff_json

    with opened(archive_path) as archive:
        versions = all_of(archive, ref)
    if len(versions) == 1:
        raise InputError(
            f"{versions[0].key} has one version only: it has not changed since it was first seen.",
            f"`luutru show {versions[0].key}` shows it.",
        )
    first = place_of(versions, -2 if a is None else a)
    second = place_of(versions, -1 if b is None else b)
    diff = compare(versions[first - 1], versions[second - 1])
    if fmt == "json":
        click.echo(to_json({"a": first, "b": second, **diff_json(diff)}, indent=2))
    elif fmt == "table":
        click.echo("\n".join(_lines(diff, first, second)))
    else:
        print_rows(_rows(diff), fmt)


def _rows(diff: Diff) -> Iterator[dict[str, object]]:
    for field in diff.fields:
        for change in field.changes:
            if change.op == "same":
                continue
            yield {
                "field": field.field,
                "kind": field.kind,
                "op": change.op,
                "before": change.before,
                "after": change.after,
                "text": "".join(_piece(piece, False) for piece in change.pieces),
            }


def _lines(diff: Diff, first: int, second: int) -> Iterator[str]:
    colour = colours()
    yield f"{diff.after.article.title}"
    yield f"{diff.after.key}  {diff.after.url}"
    before, after = diff.before.first_seen, diff.after.first_seen
    yield (
        f"version {first} ({before:%Y-%m-%d %H:%M}Z) -> version {second} ({after:%Y-%m-%d %H:%M}Z)"
    )
    yield f"change: {diff.kind or 'none in the text'}"
    for field in diff.fields:
        yield ""
        heading = f"{field.field} ({field.kind})"
        yield click.style(heading, bold=True) if colour else heading
        yield from _changes(field, colour)


def _changes(field: FieldDiff, colour: bool) -> Iterator[str]:
    same = 0
    for change in field.changes:
        if change.op == "same":
            same += 1
            continue
        yield from _skipped(same)
        same = 0
        yield folded(_inline(change, colour), "  ")
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
        else _piece(piece, colour)
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


def _piece(piece: Piece, colour: bool) -> str:
    if piece.op == "same":
        return piece.text
    removed = piece.op == "removed"
    if not colour:
        return f"[-{piece.text}-]" if removed else f"{{+{piece.text}+}}"
    if removed:
        return click.style(piece.text, fg="red", strikethrough=True)
    return click.style(piece.text, fg="green", underline=True)
