"""`luutru merge`: other archives into this one, a row each, and what was left out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.cli.agent import agent_of, agent_option
from archive.cli.options import archive_option
from archive.cli.output import output_format, print_rows
from archive.cli.progress import bar
from crawler.commands.options import sites_option
from crawler.commands.stopping import interruptible
from crawler.cores import cores

if TYPE_CHECKING:
    from archive.db import Archive
    from crawler.merging import FileResult, Setup
    from crawler.reparse.choice import Options
    from crawler.reparse.profiles import Profiles
    from crawler.reparse.workers import Processes

_MOST_TOLD = 5


@click.command(
    "merge",
    epilog="""\b
Examples:
  luutru merge hanoi.db langson.db --archive all.db
  luutru merge copy-of-a-colleague.db --dry-run
""",
)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would come; write nothing.")
@agent_option
@sites_option
@archive_option(create=True)
@output_format()
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    dry_run: bool,
    by: str | None,
    sites_dirs: tuple[Path, ...],
    archive_path: Path,
    fmt: str,
) -> None:
    """Take in all that other archives keep: captures, seals, notes, collections, withdrawals.

    What both have is known by what it says, so nothing is doubled: archives can be merged in any
    order, and again, with one result. Versions come out as if one archive had made every crawl.
    What one has withdrawn is withdrawn. FILE is not changed; both may be crawled meanwhile. A crawl
    that has not ended in FILE stays there: merge it again later. A merge that was cut off is called
    again; without FILE only what one has left unread is read.

    Printed for each file: captures that are new here or known, their payloads, pages and crawls,
    articles that are new or changed by them, and crawls that were left. Status 1 if anything is
    left to do.
    """
    from archive.errors import InputError
    from crawler.merging import plan

    if not files and (dry_run or not archive_path.exists()):
        raise InputError("No archive is named.", "Name at least one FILE to merge.")
    if dry_run:
        from archive.clock import SystemClock

        results, more = plan(archive_path, files, SystemClock()), 0
    else:
        results, more = _merged(archive_path, files, _setup(agent_of(by), sites_dirs))
    _raise_if_none(results)
    print_rows([result.row() for result in results], fmt)
    sys.stdout.flush()
    ctx.exit(max(_told(results), more))


def _setup(agent: str, sites_dirs: tuple[Path, ...]) -> Setup:
    from crawler.merging import Setup
    from crawler.reparse.profiles import Profiles

    def never() -> bool:
        return False

    return Setup(agent, lambda archive: Profiles(archive, sites_dirs), _processes, bar, never)


def _processes(archive: Archive, profiles: Profiles, options: Options) -> Processes:
    from crawler.reparse.workers import Processes, Setup

    return Processes(Setup(archive.path, archive.clock, profiles, options), cores())


def _merged(
    archive_path: Path, files: tuple[Path, ...], setup: Setup
) -> tuple[list[FileResult], int]:
    """The results, and 1 if pages are left unread."""
    from dataclasses import replace

    from archive import merges
    from archive.db import Archive
    from crawler.merging import Merge, checked

    checked(archive_path, files)
    make = Archive.open if archive_path.exists() else Archive.create
    with make(archive_path) as archive, interruptible() as stopped:
        run = Merge(archive, replace(setup, stopped=stopped))
        results = run.run(files)
        left = merges.waiting(archive)
    for why in run.left.values():
        click.echo(f"Left aside: {why}", err=True)
    if left:
        click.echo(f"{left:,} pages wait to be read: `luutru merge` without FILE reads them.",
                   err=True)  # fmt: skip
    return results, 1 if left else 0


def _raise_if_none(results: list[FileResult]) -> None:
    """If no file could be merged, the call is at fault."""
    faults = [result.fault for result in results if result.fault is not None]
    if faults and len(faults) == len(results):
        first = faults[0]
        raise type(first)(" ".join(one.what for one in faults), first.next_step)


def _told(results: list[FileResult]) -> int:
    """Say on standard error what was wrong; the exit status."""
    for result in results:
        lines = [str(result.fault)] if result.fault is not None else []
        lines += result.problems[:_MOST_TOLD]
        if (more := len(result.problems) - _MOST_TOLD) > 0:
            lines.append(f"and {more:,} more.")
        if result.merged is not None and result.merged.left:
            lines.append(f"{result.merged.left:,} crawls have not ended there and stay; merge it"
                         " again when they have.")  # fmt: skip
        if result.outcome == "interrupted":
            lines.append("interrupted; merge it again to go on where it stopped.")
        for line in lines:
            click.echo(f"{result.path.name}: {line}", err=True)
    return 0 if all(result.fine for result in results) else 1
