"""`luutru trends`: how often terms were published, by month and site."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.filters import filter_options, filters_of
from archive.cli.options import archive_option, opened
from archive.cli.output import flat, output_format, print_rows, terminal_width

if TYPE_CHECKING:
    from archive.periods import By
    from archive.trends import Trend

_BAR = 20  # characters
_SHORTEST = 5  # a shorter bar tells nothing
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@click.command(
    "trends",
    epilog="""\b
Examples:
  luutru trends "sáp nhập" "tinh gọn" --from 2024
  luutru trends "sap nhap" --by year --by-site --format csv
""",
)
@click.argument("terms", metavar="TERM…", nargs=-1, required=True)
@click.option(
    "--by",
    type=click.Choice(["month", "quarter", "year"]),
    default="month",
    show_default=True,
    help="What a row counts.",
)
@click.option("--by-site", is_flag=True, help="A row for each site.")
@filter_options
@archive_option()
@output_format()
def command(
    terms: tuple[str, ...], by: By, by_site: bool, archive_path: Path, fmt: str, **narrow: Any
) -> None:
    """Count the articles in which each of TERM… stands, by the month of their publication.

    A term is a query as in `luutru search`. A row says how many of how many articles; share is that
    in a hundred, of all that the filters let through: a date or site inside of TERM narrows the
    first number alone. Months are those of Vietnam. Current versions are counted, copies too, those
    that are gone too; articles without a date stand in a row without a month.
    """
    from archive.trends import trends

    filters = filters_of(**narrow)
    with opened(archive_path) as archive:
        found = trends(archive, terms, filters, by=by, by_site=by_site)
    rows = [_row(one, by, by_site) for one in found]
    print_rows(rows if fmt != "table" else _with_bars(rows), fmt)


def _row(one: Trend, by: str, by_site: bool) -> dict[str, Any]:
    site = {"site": one.site} if by_site else {}
    numbers = {"articles": one.articles, "all": one.all, "share": round(one.share, 6)}
    return {"term": one.term, by: one.period, **site, **numbers}


def _with_bars(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """For people: shares in a hundred, and bars as long as the terminal has room for."""
    shown = [row | {"share": f"{100 * row['share']:.2f}%"} for row in rows]
    size = _BAR
    if sys.stdout.isatty():
        taken = sum(
            2 + max(len(name), *(len(flat(row[name])) for row in shown))
            for name in (shown[0] if shown else ())
        )
        size = min(_BAR, terminal_width() - taken)
    if size < _SHORTEST:
        return shown
    most = max((row["share"] for row in rows), default=0) or 1
    return [
        one | {"": _bar(row["share"] / most, size)} for one, row in zip(shown, rows, strict=True)
    ]


def _bar(part: float, size: int) -> str:
    if not _writes("█"):
        return "#" * round(part * size)
    whole, rest = divmod(round(part * size * 8), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def _writes(sign: str) -> bool:
    try:
        sign.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
