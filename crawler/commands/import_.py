"""`luutru import`: WARC and WACZ files into the archive, a row each, and what was wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.cli.options import archive_option
from archive.cli.output import output_format, print_rows
from archive.cli.progress import bar
from crawler.commands.options import sites_option
from crawler.commands.stopping import interruptible

if TYPE_CHECKING:
    from archive.db import Archive
    from crawler.ingest_result import FileResult
    from crawler.ingest_sites import Sites


@click.command(
    "import",
    epilog="""\b
Examples:
  luutru import langson-2023.warc.gz
  luutru import *.wacz --site dangbokhoi-langson --archive luutru.db
""",
)
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--site",
    metavar="SITE",
    help="The site of HTML pages on hosts that no profile has. Without it each such host is a "
    "site of its own, named after it and read by the generic rules.",
)
@click.option("--dry-run", is_flag=True, help="Say what would come in by site; write nothing.")
@sites_option
@archive_option(create=True)
@output_format()
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    site: str | None,
    dry_run: bool,
    sites_dirs: tuple[Path, ...],
    archive_path: Path,
    fmt: str,
) -> None:
    """Take in WARC and WACZ files: each page with its own time, read as a crawl reads it.

    A page belongs to the site that the archive knows it of, else to the one whose profile has its
    host. Photos, scripts and the like on other hosts go with the page before them. What is there
    already is left alone, so an import that was cut off is simply called again. Nothing is asked
    of any host; links that are found are for the site's next crawl.

    Printed for each file: captures that are new to the archive or known to it, articles that are
    new or changed by them, records that hold no page (skipped), and what was left out: damaged,
    without its original, or larger than 64 MB. Status 1 if anything was.
    """
    from crawler.ingest import ingest
    from crawler.ingest_plan import plan

    if not files:
        raise click.UsageError("Name at least one WARC or WACZ file.")
    made = _sites(site, sites_dirs)
    if dry_run:
        with bar("Reading, kB") as show:
            rows, results = plan(archive_path, files, made, show)
    else:
        with bar("Importing, kB") as show, interruptible() as stopped:
            results = ingest(archive_path, files, made, show, stopped)
        rows = [result.row() for result in results]
    print_rows(rows, fmt)
    sys.stdout.flush()
    ctx.exit(_told(results))


def _sites(site: str | None, sites_dirs: tuple[Path, ...]) -> Callable[[Archive | None], Sites]:
    """A slip in a name or folder is told before anything is read."""
    from crawler.ingest_sites import Sites
    from crawler.profile import load

    forced = load(site, sites_dirs) if site is not None else None

    def make(archive: Archive | None) -> Sites:
        found = Sites(archive, sites_dirs, forced)
        for problem in found.problems:
            click.echo(f"Left aside: {problem}", err=True)
        return found

    return make


def _told(results: list[FileResult]) -> int:
    """Say on standard error what was wrong; the exit status."""
    for result in results:
        for line in result.problems():
            click.echo(line, err=True)
    return 0 if all(result.fine for result in results) else 1
