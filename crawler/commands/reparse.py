"""`luutru reparse`: stored captures read again by today's reader, reported by site and field."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows
from archive.cli.progress import bar
from crawler.commands.options import sites_option
from crawler.commands.stopping import interruptible
from crawler.cores import cores

if TYPE_CHECKING:
    from archive.db import Archive
    from crawler.reparse.choice import Options
    from crawler.reparse.profiles import Profiles
    from crawler.reparse.report import Example
    from crawler.reparse.run import Result

MOST_TOLD = 20  # pages that could not be read again


@click.command(
    "reparse",
    epilog="""\b
Examples:
  luutru reparse --site tinhuy-binhphuoc --limit 500
  luutru reparse --apply --archive luutru.db
""",
)
@click.option("--apply", is_flag=True, help="Put the new readings in the place of the old ones.")
@click.option("--site", "slugs", multiple=True, metavar="SITE", help="Only this site; repeatable.")
@click.option("--since", metavar="DAY", help="Only pages that were captured on that day or later.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N pages.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also what today's reader has read already, and what was lost.",
)
@click.option(
    "--examples",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    metavar="N",
    help="Of each change, by site and field.",
)
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that read. [all cores]")
@sites_option
@archive_option()
@output_format()
@click.pass_context
def command(  # noqa: PLR0913 - one parameter an option, as click hands them over
    ctx: click.Context,
    apply: bool,
    slugs: tuple[str, ...],
    since: str | None,
    limit: int | None,
    everything: bool,
    examples: int,
    workers: int | None,
    sites_dirs: tuple[Path, ...],
    archive_path: Path,
    fmt: str,
) -> None:
    """Read stored captures again, and say by site and field what today's reader makes of them.

    Only pages that another reader has read: an older release, or one with another profile. Nothing
    is asked of any site, and without --apply nothing is changed. With it the articles and their
    versions become what they would be, had this reader been at work from the beginning; their keys
    stay, and the journal tells `reread`, never `changed`. A crawl may go on meanwhile. What was cut
    off goes on where it stopped when it is called again. With --all --apply all that is derived is
    made from the captures, also in an archive that has lost it.

    Rows: of the articles, versions and fields how many are gained (empty before), lost (empty now),
    changed, and the same. An article that is lost is no longer read as one; of two that turn out
    to be one, one is changed. A loss may be right, so it is no fault: the status is 1 only if
    pages could not be read again, or it was interrupted.
    """
    from crawler.reparse.choice import Options

    options = Options(apply, everything, _day(since), limit, examples)
    with opened(archive_path, readonly=not apply) as archive:
        result = _run(archive, options, slugs, sites_dirs, workers or cores())
        if apply:
            _documents(archive)
    if result is None:
        return
    rows = result.report.rows()
    if fmt in ("json", "jsonl"):
        found = [_example(one) for one in result.report.examples]
        rows = [
            row | {"examples": [
                one for one in found if (one["site"], one["field"]) == (row["site"], row["field"])
            ]}
            for row in rows
        ]  # fmt: skip
    print_rows(rows, fmt)
    ctx.exit(_tell(result, options, told=fmt not in ("json", "jsonl")))


def _day(text: str | None) -> datetime | None:
    from archive.clock import from_iso
    from archive.errors import InputError
    from archive.times import sortable

    if text is None:
        return None
    moment = sortable(text)[0]
    if moment is None:
        raise InputError(f"{text!r} is no day.", "Write it as in 2026-03-01.")
    return from_iso(moment)


def _run(
    archive: Archive,
    options: Options,
    slugs: tuple[str, ...],
    sites_dirs: tuple[Path, ...],
    workers: int,
) -> Result | None:
    """The run; None if there is nothing to do, which is told."""
    from archive.errors import CrawlError
    from crawler.locks import HostLocks
    from crawler.reparse.profiles import Profiles
    from crawler.reparse.run import Reparse
    from crawler.reparse.workers import Processes, Setup

    profiles = Profiles(archive, sites_dirs, slugs)
    for why in profiles.left.values():
        click.echo(f"Left aside: {why}", err=True)
    locks = HostLocks()
    if options.apply and not locks.take(f"reparse {archive.id}"):
        raise CrawlError(
            f"Another reparse is at work on {archive.path}.", "Wait until it has ended."
        )
    processes = Processes(Setup(archive.path, archive.clock, profiles, options), workers)
    try:
        with closing(processes), bar("Reading again") as show, interruptible() as stopped:
            run = Reparse(archive, profiles, processes, options, show, stopped)
            if not run.count():
                _nothing(archive, profiles)
                return None
            return run.run()
    finally:
        locks.release()


def _documents(archive: Archive) -> None:
    """Read the documents again that another extractor has read, or none yet."""
    from crawler.attached import read_all

    with bar("Reading documents") as show, interruptible() as stopped:
        tally = read_all(archive, stale=True, show=show, stopped=stopped)
    if tally:
        told = ", ".join(f"{number:,} {state}" for state, number in sorted(tally.items()))
        click.echo(f"{tally.total():,} documents are read: {told}.", err=True)


def _nothing(archive: Archive, profiles: Profiles) -> None:
    (number,) = archive.conn.execute("SELECT count(*) FROM reading WHERE state = 'read'").fetchone()
    readers = sorted({profiles.reader(site) for site in profiles.sites})
    by = f"`{readers[0]}`" if len(readers) == 1 else "today's readers of their sites"
    click.echo(f"Nothing to do: of {number:,} captures that were read, all asked for are read by"
               f" {by}. --all reads them again all the same.", err=True)  # fmt: skip


def _example(one: Example) -> dict[str, Any]:
    return {
        "site": one.site, "field": one.field, "change": one.change, "url": one.url,
        "before": one.before, "after": one.after,
    }  # fmt: skip


def _tell(result: Result, options: Options, *, told: bool) -> int:
    """Say on standard error what came of it; the exit status."""
    say: Callable[[str], None] = lambda line: click.echo(line, err=True)  # noqa: E731 - one line
    for one in result.report.examples if told else ():
        say(f"\n{one.change} {one.field}: {one.url}")
        say(f"  - {one.before}\n  + {one.after}")
    for problem in result.problems[:MOST_TOLD]:
        say(f"Left as it was: {problem}")
    if (more := len(result.problems) - MOST_TOLD) > 0:
        say(f"and {more:,} more.")
    if options.apply:
        say(f"{result.pages:,} pages are read again, {result.differ:,} articles are rewritten,"
            f" {result.found:,} new addresses are due for the next crawl.")  # fmt: skip
    else:
        say(f"{result.pages:,} pages were read again; nothing is changed. --apply accepts it.")
    if result.interrupted:
        again = "Call it again to go on" if options.apply else "The report is of what was read"
        say(f"Interrupted. {again}.")
    return 1 if result.problems or result.interrupted else 0
