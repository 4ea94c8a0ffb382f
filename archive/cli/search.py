"""`luutru search`: ranked hits with the piece of text that shows why."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from archive.cli.filters import filter_options, filters_of
from archive.cli.marks import marked
from archive.cli.options import archive_option, opened
from archive.cli.output import colours, folded, output_format, print_rows
from archive.errors import InputError

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.filters import Filters
    from archive.scopes import Versions
    from archive.search import Results
    from archive.types import Hit


@click.command(
    "search",
    epilog="""\b
Examples:
  luutru search "tuyen truyen mieng"
  luutru search 'title:"Đảng ủy" -"đại hội"' --site tinhuy-binhphuoc --from 6/2023
  luutru search 'tinh:"Bình Phước" (bão NEAR/5 lũ) ngay:2020..2024'
  luutru search "sáp nhập" --facets
  luutru search "sáp nhập" --as-of 30/6/2025
  luutru search "sap nhap" --in all --format csv
""",
)
@click.argument("query", nargs=-1, required=True)
@filter_options
@click.option(
    "--in",
    "among",
    type=click.Choice(["current", "all"]),
    help="Current versions (as without it), or all: an article once, by its newest that matches.",
)
@click.option(
    "--as-of",
    metavar="DATE",
    help="What had been captured by the end of that day, month or year (Vietnam).",
)
@click.option(
    "--sort",
    type=click.Choice(["best", "newest"]),
    default="best",
    show_default=True,
    help="The best match first, or the newest article.",
)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Hits at most."
)
@click.option("--facets", is_flag=True, help="How many hits are of each site, province, year, …")
@archive_option()
@output_format()
def command(
    query: tuple[str, ...],
    among: Literal["current", "all"] | None,
    as_of: str | None,
    sort: Literal["best", "newest"],
    limit: int,
    facets: bool,
    archive_path: Path,
    fmt: str,
    **narrow: Any,
) -> None:
    """Find articles that match QUERY among the current versions, those that are gone too; with
    --in all or --as-of among others. `luutru show KEY --version N` shows the version of a hit.

    Words without accents find all spellings; once one word has accents, all must match exactly
    (ủy and uỷ are one). =word closes one word, ~word opens one.

    \b
      "a phrase"   begin*   a AND (b OR c)   -without   NOT without   a NEAR/5 b
      title: lead: body: caption: author: section: site: province:
      tieu-de: sapo: noi-dung: chu-thich: tac-gia: chuyen-muc: trang: tinh:
      from:2023  to:26/6/2024  date:2020..6/2022     tu: den: ngay:

    Abbreviations and what they stand for find each other (`luutru synonyms`), but not in quotes or
    under =.
    """
    from archive.as_of import moment
    from archive.search import search
    from archive.vietnamese import has_marks

    filters = filters_of(**narrow)
    if among and as_of is not None:
        raise InputError("--in and --as-of do not go together.", "Leave one of them out.")
    with opened(archive_path) as archive:
        versions: Versions = among or "current"
        if as_of is not None:
            versions = moment(as_of, archive.clock.now())
        if facets:
            _print_facets(archive, " ".join(query), filters, versions, fmt)
            return
        results = search(archive, " ".join(query), filters, limit, sort, versions=versions)
    if fmt == "table":
        _print(results, has_marks(" ".join(query)))
    else:
        print_rows([_row(hit, results) for hit in results.hits], fmt)


def _print_facets(
    archive: Archive, text: str, filters: Filters, versions: Versions, fmt: str
) -> None:
    from archive.facets import facets

    found = facets(archive, text, filters, versions=versions)
    none = "(none)" if fmt == "table" else None
    rows: list[dict[str, Any]] = []
    for name, ones in (
        ("site", found.sites),
        ("province", found.provinces),
        ("year", found.years),
        ("section", found.sections),
        ("author", found.authors),
    ):
        rows += [{"facet": name, "value": one.value, "articles": one.count} for one in ones]
        if name in found.without:
            rows.append({"facet": name, "value": none, "articles": found.without[name]})
    print_rows(rows, fmt)
    if not found.exact:
        click.echo(f"These are of the {found.counted:,} newest: more may match.", err=True)


def _row(hit: Hit, results: Results) -> dict[str, Any]:
    return {**asdict(hit), "copies": list(results.copies.get(hit.key, ()))}


def _print(results: Results, accented: bool) -> None:
    colour = colours()
    for number, hit in enumerate(results.hits, 1):
        click.echo(folded(marked(hit.title, hit.title_marks, colour, True), f"{number}. ", "   "))
        more = len(results.copies.get(hit.key, ()))
        about = [
            hit.key,
            hit.site,
            (hit.published or "undated")[:10],
            " › ".join(hit.section),
            "" if hit.current else f"version {hit.version}, not the current one",
            hit.state.upper() if hit.state != "live" else "",
            f"{hit.state_then} then" if hit.state_then not in (None, hit.state) else "",
            f"and {more} more with the same text" if more else "",
        ]
        line = folded(" · ".join(filter(None, about)), "   ")
        click.echo(click.style(line, dim=True) if colour else line)
        if hit.attachment:
            click.echo(folded(f"In the attachment {hit.attachment}:", "   "))
        if hit.snippet:
            click.echo(folded(marked(hit.snippet, hit.marks, colour), "   "))
        click.echo()
    known = f"{results.total:,}" if results.total_is_exact else f"at least {results.total:,}"
    shown = len(results.hits)
    if not results.hits and accented:
        message = "Nothing found. Words with accents match exactly; try them without."
    elif not results.hits:
        message = "Nothing found. Fewer words or filters, or a beginning as in `begin*`, find more."
    else:
        message = f"{shown} of {known} articles. `luutru show KEY` shows one."
    click.echo(message, err=True)
