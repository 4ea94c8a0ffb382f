"""`luutru trends`: how often terms were published, by month and site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.filters import filter_options, filters_of
from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows

if TYPE_CHECKING:
    from archive.periods import By
    from archive.trends import Trend

_BAR = 20  # characters
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
    in a hundred. Months are those of Vietnam. Current versions are counted, copies too, those that
    are gone too; articles without a date stand in a row without a month.
    """
    from archive.trends import trends

    filters = filters_of(**narrow)
    with opened(archive_path) as archive:
        found = trends(archive, terms, filters, by=by, by_site=by_site)
    most = max((one.share for one in found), default=0.0)
    print_rows([_row(one, by, by_site, most, fmt == "table") for one in found], fmt)


def _row(one: Trend, by: str, by_site: bool, most: float, table: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"term": one.term, by: one.period}
    if by_site:
        row["site"] = one.site
    row |= {"articles": one.articles, "all": one.all}
    if not table:
        return row | {"share": round(one.share, 6)}
    return row | {"share": f"{100 * one.share:.2f} %", "": _bar(one.share / most if most else 0)}


def _bar(part: float) -> str:
    whole, rest = divmod(round(part * _BAR * 8), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")
