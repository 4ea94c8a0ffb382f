"""`luutru first`: who used a phrase first, and who took it up."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.filters import filter_options, filters_of
from archive.cli.options import archive_option, opened
from archive.cli.output import folded, output_format, print_rows

if TYPE_CHECKING:
    from archive.firsts import FirstUse

_BY = {"published": "published", "edited": "came by an edit, seen", "captured": "no date, seen"}


@click.command(
    "first",
    epilog="""\b
Examples:
  luutru first "chính quyền địa phương hai cấp"
  luutru first "sap nhap" --from 2024 --format csv
""",
)
@click.argument("phrase", nargs=-1, required=True)
@filter_options
@archive_option()
@output_format()
def command(phrase: tuple[str, ...], archive_path: Path, fmt: str, **narrow: Any) -> None:
    """Show each site's first article with PHRASE, the earliest in front.

    The date is that of publication, if the article's earliest version has the phrase already; of
    the first look that shows it, if it came in by an edit. What the archive does not hold may have
    been earlier.
    """
    from archive.firsts import first_uses

    filters = filters_of(**narrow)
    with opened(archive_path) as archive:
        found = first_uses(archive, " ".join(phrase), filters)
    if fmt != "table":
        print_rows([asdict(one) for one in found], fmt)
        return
    for number, one in enumerate(found, 1):
        _print(number, one)
    if not found:
        click.echo("Nothing found. Words without accents find all spellings.", err=True)


def _print(number: int, one: FirstUse) -> None:
    from archive.clock import from_iso
    from archive.cron import local

    later = f"{one.days:g} days later" if number > 1 else "first"
    click.echo(folded(one.title, f"{number}. ", "   "))
    about = [
        one.key,
        " ".join(filter(None, (one.site, f"({one.province})" if one.province else ""))),
        f"{_BY[one.by]} {local(from_iso(one.since))}",
        later,
        f"a copy of {one.copy_of}" if one.copy_of else "",
        one.source or "",
    ]
    click.echo(folded(" · ".join(filter(None, about)), "   "))
