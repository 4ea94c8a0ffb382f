"""`luutru status`: each site's health, coverage, last crawl and troubles."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.coverage import BY
from archive.cli.health import health_lines
from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows

if TYPE_CHECKING:
    from archive.status import SiteStatus


@click.command(
    "status",
    epilog="""\b
Examples:
  luutru status
  luutru status tinhuy-binhphuoc --format json
  luutru status tinhuy-binhphuoc --coverage --by section
""",
)
@click.argument("site", required=False)
@click.option("--coverage", is_flag=True, help="Of SITE's articles: known, captured, missing.")
@click.option(
    "--by",
    type=click.Choice(BY),
    help="What the rows of --coverage are; `month` if it is not said.",
)
@archive_option()
@output_format()
def command(site: str | None, coverage: bool, by: str | None, archive_path: Path, fmt: str) -> None:
    """Show how the archive's sites stand, or one SITE.

    Of one SITE it says by which signs it counts as healthy, degraded, dying, redirected, parked or
    gone, and what became of its committee. Known, captured, missing and unavailable (refused, or
    not there in several looks) count articles, photos and documents; problems count pages by what
    the last look at them gave.

    --coverage counts articles alone: by month (of publication; estimated where only the number in
    the address tells it), section, how they became known, or reason why they are not captured;
    by listing, how many it must hold by its own words and how far it was walked; by numbers, what
    the gaps between numbered addresses may hide.

    Next due is when the next page may be looked at again, next crawl
    when the schedule says so. Times are those of Asia/Ho_Chi_Minh in the table, UTC elsewhere.
    """
    from archive import sites
    from archive.cli.coverage import rows, short
    from archive.snapshot import snapshot
    from archive.status import statuses

    coverage = coverage or by is not None
    if coverage and site is None:
        raise click.UsageError("--coverage is of one site: name the SITE.")
    with opened(archive_path, readonly=None) as archive, snapshot(archive):
        known = sites.require(archive, site) if site is not None else None
        if coverage and known is not None:
            print_rows(rows(archive, known.id, by or "month", fmt == "table"), fmt)
            return
        found = statuses(archive, site)
        meter = short(archive, known.id) if known is not None and fmt == "table" else {}
    if fmt != "table":
        print_rows([asdict(one) for one in found], fmt)
    elif site is not None:
        for name, value in {**_shown(found[0]), **meter}.items():
            click.echo(f"{name.replace('_', ' ') + ':':<12} {value}")
        for line in health_lines(found[0].health or {}):
            click.echo(line)
    else:
        print_rows([_short(one) for one in found], fmt)
    if not found:
        click.echo("There is no site yet. `luutru crawl SITE` adds one.", err=True)


def _shown(one: SiteStatus) -> dict[str, Any]:
    from archive.clock import from_iso
    from archive.cron import local

    shown = {**asdict(one), "problems": _problems(one)}
    for name in ("last_crawl", "next_due", "next_crawl"):
        shown[name] = local(from_iso(shown[name])) if shown[name] else "none"
    shown["holder"] = one.holder or "nobody crawls it now"
    shown["outcome"] = one.outcome or "none yet"
    shown["schedule"] = one.schedule or "none"
    shown["run_problem"] = one.run_problem or "none"
    del shown["health"]
    return shown


def _short(one: SiteStatus) -> dict[str, Any]:
    shown = _shown(one)
    for name in ("name", "holder", "schedule", "run_problem"):
        del shown[name]
    return shown


def _problems(one: SiteStatus) -> str:
    return ", ".join(f"{what}: {pages}" for what, pages in one.problems.items()) or "none"
