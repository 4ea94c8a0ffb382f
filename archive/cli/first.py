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

_BY = {
    "published": "published",
    "edited": "came by an edit, seen",
    "reread": "was there or came by an edit, seen",
    "captured": "no date before it was seen",
    "attached": "in an attachment, seen",
}


@click.command(
    "first",
    epilog="""\b
Examples:
  luutru first "chính quyền địa phương hai cấp"
  luutru first "sap nhap" --from 2024 --format csv
  luutru first "sáp nhập" --by-looks
""",
)
@click.argument("phrase", nargs=-1, required=True)
@click.option("--by-looks", is_flag=True, help="By when it was seen, whatever dates sites print.")
@filter_options
@archive_option()
@output_format()
def command(
    phrase: tuple[str, ...], by_looks: bool, archive_path: Path, fmt: str, **narrow: Any
) -> None:
    """Show each site's first article with PHRASE, the earliest in front.

    The date is that of publication, if the article's earliest version has the phrase already; of
    the first look that shows it, if it came by an edit. With --by-looks it is always that look:
    what captures prove. Found are articles that have PHRASE now; what the archive does not hold may
    have been earlier.
    """
    from archive.firsts import LOOKS, first_uses

    filters = filters_of(**narrow)
    with opened(archive_path) as archive:
        found = first_uses(archive, " ".join(phrase), filters, by_looks=by_looks)
    if fmt != "table":
        print_rows([asdict(one) for one in found], fmt)
    else:
        for number, one in enumerate(found, 1):
            _print(number, one, found[0], by_looks)
    if not found:
        click.echo("Nothing found. Words without accents find all spellings.", err=True)
    if cut := [one.site for one in found if one.cut]:
        click.echo(
            f"Of {', '.join(cut)} only {LOOKS} of the articles that may be first were looked at:"
            " narrow it with --to.",
            err=True,
        )


def _print(number: int, one: FirstUse, first: FirstUse, by_looks: bool) -> None:
    click.echo(folded(one.title, f"{number}. ", "   "))
    about = [
        one.key,
        " ".join(filter(None, (one.site, f"({one.province})" if one.province else ""))),
        f"seen {_local(one.seen)}" if by_looks else f"{_BY[one.by]} {_when(one)}",
        f"not there {_local(one.after)}" if one.after else "",
        _later(one, first, by_looks) if number > 1 else "first",
        f"same text as {one.copy_of}" if one.copy_of else "",
        f"source: {one.source}" if one.source else "",
    ]
    click.echo(folded(" · ".join(filter(None, about)), "   "))


def _when(one: FirstUse) -> str:
    """Not more of it than is known: of a day alone no hour."""
    return _local(one.since)[:10] if one.precision == "day" else _local(one.since)


def _later(one: FirstUse, first: FirstUse, by_looks: bool) -> str:
    if one.days:
        return f"{one.days:,} day{'' if one.days == 1 else 's'} later"
    if not by_looks and "day" in (one.precision, first.precision):
        return "the same day, which was first is not known"
    same = one.seen == first.seen if by_looks else one.since == first.since
    return "at the same time" if same else "the same day"


def _local(moment: str) -> str:
    from archive.clock import from_iso
    from archive.cron import local

    return local(from_iso(moment))
