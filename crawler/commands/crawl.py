"""`luutru crawl`: one process a site, a bar each, and a tally at the end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from archive.cli.options import archive_option
from archive.cli.output import output_format, print_rows
from crawler.commands.options import sites_option
from crawler.job import GAP_BUDGET, CrawlOptions


@click.command(
    "crawl",
    epilog="""\b
Examples:
  luutru crawl tinhuy-binhphuoc --limit 200 --contact archive@example.org
  luutru crawl tinhuy-binhphuoc --missing --gaps
  luutru crawl --due --dry-run
""",
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--due", is_flag=True, help="Those sites of the archive that have pages due now.")
@click.option("--limit", type=click.IntRange(min=1), help="End after N captures of each site.")
@click.option("--full", is_flag=True, help="Look at every known page again, back to the start.")
@click.option("--missing", is_flag=True, help="Only what is known and was never captured.")
@click.option("--gaps", is_flag=True, help=f"With --missing: probe {GAP_BUDGET} of the gaps.")
@click.option("--no-photos", is_flag=True, help="Ask for no photos; they stay due.")
@click.option("--no-documents", is_flag=True, help="Ask for no documents; they stay due.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked for, and ask for nothing.")
@click.option(
    "--contact",
    envvar="LUUTRU_CONTACT",
    help="Who can be asked about this crawl: goes into the User-Agent. [LUUTRU_CONTACT]",
)
@sites_option
@archive_option(create=True)
@output_format(default="table")
@click.pass_context
def command(  # noqa: PLR0913 - one parameter an option, as click hands them over
    ctx: click.Context,
    sites: tuple[str, ...],
    due: bool,
    limit: int | None,
    full: bool,
    missing: bool,
    gaps: bool,
    no_photos: bool,
    no_documents: bool,
    dry_run: bool,
    contact: str | None,
    sites_dirs: tuple[Path, ...],
    archive_path: Path,
    fmt: str,
) -> None:
    """Crawl sites now, politely, into the archive.

    What was crawled before is asked for again only when its age says so; listings are read back
    to known ground. Ctrl-C ends it cleanly, and the next crawl goes on there. With --due, SITE
    narrows what is looked at to those sites.

    --missing goes for what is known and was never captured, what is dated last first, and for
    listings that were never walked to their end; what robots.txt or the site refuses, and what was
    not there in three looks, it leaves. With --dry-run it prints these pages. With --gaps it also
    asks for some numbers between those of known articles, where the number alone is an address.
    """
    from crawler.crawling import crawl_sites, plan_rows
    from crawler.lacking import got_and_left, missing_rows, standing_of
    from crawler.profile import load

    if not sites and not due:
        raise click.UsageError("Name at least one SITE; `luutru sites list` shows them.")
    _check_call(due, full, missing, gaps)
    for site in sites:
        load(site, sites_dirs)  # a slip in one name or file is told before anything is made
    if due:
        sites = _due(archive_path, sites, sites_dirs)
    options = CrawlOptions(
        limit=limit, full=full, missing=missing, gaps=GAP_BUDGET if gaps else 0, contact=contact,
        photos=not no_photos, documents=not no_documents,
    )  # fmt: skip
    if dry_run:
        planned = missing_rows if missing else plan_rows
        rows = planned(archive_path, sites, sites_dirs, options)
        print_rows(rows if missing else _same_keys(rows), fmt)
        return
    before = standing_of(archive_path, sites) if missing else {}
    results = crawl_sites(archive_path, sites, sites_dirs, options)
    print_rows([result.row() for result in results], fmt)
    for line in got_and_left(before, standing_of(archive_path, sites) if missing else {}):
        click.echo(line, err=True)
    worst = max((result.exit_status for result in results), default=0)
    if worst:
        for result in results:
            if result.problem:
                sys.stderr.write(f"{result.site}: {result.problem}\n")
    ctx.exit(worst)


def _check_call(due: bool, full: bool, missing: bool, gaps: bool) -> None:
    """UsageError for options that do not go together."""
    if due and (full or missing):
        raise click.UsageError(
            "--due picks sites by what is due, --full and --missing ask for pages that are not:"
            " name the SITEs instead."
        )
    if full and missing:
        raise click.UsageError("Choose one of --full and --missing: they ask for opposite things.")
    if gaps and not missing:
        raise click.UsageError("--gaps is a part of --missing: say both.")


def _due(path: Path, named: tuple[str, ...], sites_dirs: tuple[Path, ...]) -> tuple[str, ...]:
    """The sites with pages due now; what stands in the way of others is told.

    InputError if pages are due and none of a site that can be crawled.
    """
    from archive.cron import local
    from archive.errors import InputError
    from crawler.crawling import due_sites

    found = due_sites(path, named, sites_dirs)
    for problem in (*found.unknown, *found.left_out):
        click.echo(problem, err=True)
    if found.left_out and not found.sites:
        raise InputError(
            "Pages are due, but of no site that can be crawled.",
            "Name the folder of your own profiles with --sites.",
        )
    if not found.sites and found.next is not None:
        moment, site = found.next
        click.echo(f"No page is due now; the next one is of {site}, at {local(moment)}.", err=True)
    elif not found.sites:
        click.echo("No page is due. `luutru crawl SITE` looks for new ones.", err=True)
    return found.sites


def _same_keys(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each row with the columns of all: a site that was never crawled has no kinds of pages."""
    keys = dict.fromkeys(key for row in rows for key in row if key != "hosts")
    return [{**{key: row.get(key, 0) for key in keys}, "hosts": row["hosts"]} for row in rows]
