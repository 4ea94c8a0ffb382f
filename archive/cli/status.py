"""`luutru status`: each site's health, coverage, last crawl and troubles."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

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
""",
)
@click.argument("site", required=False)
@archive_option()
@output_format()
def command(site: str | None, archive_path: Path, fmt: str) -> None:
    """Show how the archive's sites stand, or one SITE.

    Known, captured and missing count articles, photos and documents; problems count pages by what
    the last look at them gave. Next due is when the next page may be looked at again, next crawl
    when the schedule says so. Times are those of Asia/Ho_Chi_Minh in the table, UTC elsewhere.
    """
    from archive.status import statuses

    # Opened for writing where that may be: an archive of an older release is migrated by this.
    with opened(archive_path, readonly=not os.access(archive_path, os.W_OK)) as archive:
        found = statuses(archive, site)
    if fmt != "table":
        print_rows([asdict(one) for one in found], fmt)
    elif site is not None:
        for name, value in _shown(found[0]).items():
            click.echo(f"{name.replace('_', ' ') + ':':<12} {value}")
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
    return shown


def _short(one: SiteStatus) -> dict[str, Any]:
    shown = _shown(one)
    for name in ("name", "holder", "schedule", "run_problem"):
        del shown[name]
    return shown


def _problems(one: SiteStatus) -> str:
    return ", ".join(f"{what}: {pages}" for what, pages in one.problems.items()) or "none"
