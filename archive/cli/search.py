"""`luutru search`: ranked hits with the piece of text that shows why."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from archive.cli.filters import filter_options, filters_of
from archive.cli.options import archive_option, opened
from archive.cli.output import colours, output_format, print_rows, terminal_width

if TYPE_CHECKING:
    from archive.search import Results
    from archive.types import Hit


@click.command(
    "search",
    epilog="""\b
Examples:
  luutru search "tuyen truyen mieng"
  luutru search 'title:"Đảng ủy" -"đại hội"' --site tinhuy-langson --from 6/2023
""",
)
@click.argument("query", nargs=-1, required=True)
@filter_options
@click.option("--sort", type=click.Choice(["best", "newest"]), default="best", show_default=True)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Hits at most."
)
@archive_option()
@output_format()
def command(
    query: tuple[str, ...],
    sort: Literal["best", "newest"],
    limit: int,
    archive_path: Path,
    fmt: str,
    **narrow: Any,
) -> None:
    """Find articles among the current versions, those that are gone too.

    Words without accents find all spellings; once one word has accents, all must match exactly
    (ủy and uỷ are one). "A phrase" in quotes, AND OR NOT, -word, ( ), begin*, =exact, ~any, and
    fields: title: lead: body: caption: author: section: site: (tieu-de: sapo: noi-dung:
    chu-thich: tac-gia: chuyen-muc: trang:).
    """
    from archive.search import search

    filters = filters_of(**narrow)
    with opened(archive_path) as archive:
        results = search(archive, " ".join(query), filters, limit, sort)
    if fmt == "table":
        _print(results)
    else:
        print_rows([_row(hit, results) for hit in results.hits], fmt)


def _row(hit: Hit, results: Results) -> dict[str, Any]:
    return {**asdict(hit), "copies": list(results.copies.get(hit.key, ()))}


def _print(results: Results) -> None:
    colour = colours()
    width = max(40, terminal_width()) if sys.stdout.isatty() else None
    for number, hit in enumerate(results.hits, 1):
        title = _marked(hit.title, hit.title_marks, colour)
        _say(f"{number}. " + (click.style(title, bold=True) if colour else title), width)
        more = len(results.copies.get(hit.key, ()))
        about = [
            hit.key,
            hit.site,
            (hit.published or "undated")[:10],
            " › ".join(hit.section),
            hit.state.upper() if hit.state != "live" else "",
            f"and {more} more with the same text" if more else "",
        ]
        line = "   " + " · ".join(filter(None, about))
        _say(click.style(line, dim=True) if colour else line, width)
        if hit.snippet:
            _say("   " + _marked(hit.snippet, hit.marks, colour), width)
        click.echo()
    known = f"{results.total:,}" if results.total_is_exact else f"more than {results.total:,}"
    shown = len(results.hits)
    if not results.hits:
        message = "Nothing found. Words with accents match exactly; try them without."
    else:
        message = f"{shown} of {known} articles. `luutru show KEY` shows one."
    click.echo(message, err=True)


def _marked(text: str, marks: Sequence[tuple[int, int]], colour: bool) -> str:
    if not colour:
        return text
    shown, last = "", 0
    for start, end in marks:
        shown += text[last:start] + click.style(text[start:end], fg="yellow", underline=True)
        last = end
    return shown + text[last:]


def _say(line: str, width: int | None) -> None:
    """A line, folded at words to the terminal's width; whole in a pipe."""
    if width is None:
        click.echo(line)
        return
    indent = "   "
    row, used = "", 0
    for word in line.split(" "):
        size = len(click.unstyle(word))
        if used and used + 1 + size > width:
            click.echo(row)
            row, used = indent + word, len(indent) + size
        else:
            row, used = (f"{row} {word}", used + 1 + size) if row else (word, size)
    click.echo(row)
