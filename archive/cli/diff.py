"""`luutru diff`: what changed between two versions of an article."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.cli import copies
from archive.cli.diff_views import heading, inline, marked, side_by_side
from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows, to_json
from archive.cli.versions import all_of, place_of
from archive.errors import InputError

if TYPE_CHECKING:
    from archive.diff import Diff


@click.command(
    "diff",
    epilog="""\b
Examples:
  luutru diff 54c497b62736f0a1
  luutru diff 54c497b62736f0a1 --view side
  luutru diff 54c497b62736f0a1 1 3 --format json
  luutru diff 54c497b62736f0a1 https://example.org/ban-sao.html
""",
)
@click.argument("ref")
@click.argument("a", required=False, metavar="[A|OTHER]")
@click.argument("b", type=int, required=False)
@click.option(
    "--view",
    type=click.Choice(["inline", "side"]),
    default="inline",
    show_default=True,
    help="One text with the changes in it, or both side by side.",
)
@archive_option()
@output_format()
def command(
    ref: str, a: str | None, b: int | None, view: str, archive_path: Path, fmt: str
) -> None:
    """Compare two versions, by number, of the article that REF means; the last two if none is said.

    A alone is compared with the current version. With the REF of another article in its place, the
    two are compared as copies, sentence by sentence. In a pipe, what was taken out stands in [-…-]
    and what was put in in {+…+}.
    """
    from archive import articles, withdrawals
    from archive.diff import compare
    from archive.diff import to_json as diff_json

    number = copies.number_or_none(a)
    with opened(archive_path) as archive:
        if a is not None and number is None:
            copies.diff(archive, ref, a, fmt)
            return
        versions = all_of(archive, ref)
        article_id = articles.resolve(archive, versions[0].key)
        withdrawals.refuse_article(archive, article_id, versions[0].key)
    if len(versions) == 1:
        raise InputError(
            f"{versions[0].key} has one version only: it has not changed since it was first seen.",
            f"`luutru show {versions[0].key}` shows it.",
        )
    first = place_of(versions, -2 if number is None else number)
    second = place_of(versions, -1 if b is None else b)
    diff = compare(versions[first - 1], versions[second - 1])
    if fmt == "json":
        click.echo(to_json({"a": first, "b": second, **_edit(diff), **diff_json(diff)}, indent=2))
    elif fmt == "table":
        shown = side_by_side if view == "side" else inline
        click.echo("\n".join((*heading(diff, first, second), *shown(diff))))
    else:
        print_rows(_rows(diff), fmt)


def _edit(diff: Diff) -> dict[str, object]:
    """When the site changed it, and whether it says so."""
    from archive.clock import iso
    from archive.edits import admits

    return {
        "silent": not admits(diff.before.article, diff.after.article),
        "after": iso(diff.before.last_seen),
        "until": iso(diff.after.first_seen),
    }


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
                "text": "".join(marked(piece, False) for piece in change.pieces),
            }
