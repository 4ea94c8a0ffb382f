"""`luutru schedule`: crawl sites by themselves, at set times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows
from crawler.commands.options import sites_option

if TYPE_CHECKING:
    from datetime import datetime

    from archive.schedules import Schedule

SHOWN = 3  # next runs that `set` prints


@click.group(
    "schedule",
    epilog="""\b
Example:
  luutru schedule set tinhuy-binhphuoc "0 2 * * *"
  luutru schedule list
  luutru schedule run --contact archive@example.org
""",
)
def command() -> None:
    """Crawl sites by themselves, at set times.

    A schedule is a cron expression of five fields: minute, hour, day of the month, month, day of
    the week, always in the time of Asia/Ho_Chi_Minh. Schedules stand in the archive; they fire
    while `luutru schedule run` is at work.
    """


@command.command(
    "set",
    epilog="""\b
Examples:
  luutru schedule set tinhuy-binhphuoc "0 2 * * *"
  luutru schedule set tinhuy-binhphuoc "*/30 7-18 * * mon-fri"
""",
)
@click.argument("site")
@click.argument("cron")
@sites_option
@archive_option(create=True)
def set_schedule(site: str, cron: str, sites_dirs: tuple[Path, ...], archive_path: Path) -> None:
    """Crawl SITE whenever CRON says, from now on; in place of its schedule if it has one.

    "0 2 * * *" is each day at 02:00, "*/30 7-18 * * mon-fri" each half hour of a workday.
    """
    from archive import schedules
    from archive.cron import checked, local
    from archive.db import Archive
    from archive.errors import ProfileError
    from crawler.entering import enter
    from crawler.profile import load

    profile = load(site, sites_dirs)
    expression = checked(cron)
    if not profile.start.all:
        raise ProfileError(
            f"{site} has no start point, so it cannot be crawled.",
            "Write one under [start] in a profile of your own, and name its folder with --sites.",
        )
    if not archive_path.exists():
        Archive.create(archive_path).close()
        click.echo(f"{archive_path} was not there: it is a new archive.", err=True)
    with opened(archive_path, readonly=False) as archive:
        with archive.transaction():
            site_id = enter(archive, profile)
        schedules.put(archive, site_id, expression)
        moment = archive.clock.now()
        one = schedules.by_site(archive)[site_id]
    click.echo(f"{site} is crawled at {expression} (Asia/Ho_Chi_Minh), next at")
    for _ in range(SHOWN):
        moment = schedules.coming(one, moment)
        click.echo(f"  {local(moment)}")
    _tell_if_idle(archive_path)


@command.command(
    "list",
    epilog="""\b
Example:
  luutru schedule list --format csv
""",
)
@archive_option()
@output_format()
def list_schedules(archive_path: Path, fmt: str) -> None:
    """Every schedule, with its next run and how the last one went.

    Times are those of Asia/Ho_Chi_Minh in the table, UTC in the other formats.
    """

    from archive import schedules
    from crawler.scheduler_process import at_work

    with opened(archive_path, readonly=None) as archive:
        found = schedules.all(archive)
        now = archive.clock.now()
    alive = at_work(archive_path)
    rows = [_row(one, now, alive) for one in found]
    print_rows(rows if fmt != "table" else [_short(row) for row in rows], fmt)
    if not found:
        click.echo(
            'There is no schedule. `luutru schedule set SITE "0 2 * * *"` makes one.', err=True
        )
        return
    for one in found:
        if one.problem:
            click.echo(f"{one.site}: {one.problem}", err=True)
    _tell_if_idle(archive_path)


def _row(one: Schedule, now: datetime, alive: bool) -> dict[str, Any]:
    from archive.clock import iso
    from archive.schedules import next_run

    due = next_run(one, now)
    return {
        "site": one.site,
        "cron": one.cron,
        "next_run": iso(due),
        "due": due <= now,
        "last_run": iso(one.started) if one.started else None,
        "ended": iso(one.ended) if one.ended else None,
        "outcome": one.outcome or (("running" if alive else "cut off") if one.started else None),
        "problem": one.problem,
    }


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """For people: local times, and what is told below the table left out."""
    from archive.clock import from_iso
    from archive.cron import local

    shown = {key: row[key] for key in ("site", "cron", "next_run", "last_run", "outcome")}
    for name in ("next_run", "last_run"):
        shown[name] = local(from_iso(row[name])) if row[name] else "none yet"
    if row["due"]:
        shown["next_run"] = f"due since {shown['next_run']}"
    shown["outcome"] = row["outcome"] or "none yet"
    return shown


@command.command(
    "remove",
    epilog="""\b
Example:
  luutru schedule remove tinhuy-binhphuoc
""",
)
@click.argument("site")
@archive_option()
def remove(site: str, archive_path: Path) -> None:
    """Crawl SITE by itself no longer. What was crawled stays; a run that is at work goes on."""
    from archive import schedules
    from archive.errors import UnknownReferenceError

    with opened(archive_path, readonly=False) as archive:
        if not schedules.remove(archive, site):
            raise UnknownReferenceError(
                f"{site} has no schedule in {archive_path}.", "`luutru schedule list` shows them."
            )
    click.echo(f"{site} has no schedule any more.")


@command.command(
    "run",
    epilog="""\b
Examples:
  luutru schedule run --contact archive@example.org
  luutru schedule run --once
""",
)
@click.option("--once", is_flag=True, help="Run what is due now and end, for another's scheduler.")
@click.option(
    "--contact",
    envvar="LUUTRU_CONTACT",
    help="Who can be asked about these crawls: goes into the User-Agent. [LUUTRU_CONTACT]",
)
@sites_option
@archive_option()
@click.pass_context
def run(
    ctx: click.Context,
    once: bool,
    contact: str | None,
    sites_dirs: tuple[Path, ...],
    archive_path: Path,
) -> None:
    """Stay at work and crawl each site when its schedule says so.

    What was missed while nobody was at work is caught up by one run a site. A run that was
    interrupted or killed with the scheduler is taken up again when that starts. A changed schedule
    counts within half a minute. Ctrl-C and SIGTERM end the crawls cleanly.
    """
    from archive.clock import SystemClock
    from crawler.processes import Processes
    from crawler.scheduler import Plan, Scheduler
    from crawler.scheduler_process import alone, check, signals

    with opened(archive_path, readonly=False) as archive:
        problems = check(archive, sites_dirs)
    with alone(archive_path):
        for problem in problems:
            click.echo(problem, err=True)
        plan = Plan(archive_path, sites_dirs, contact)
        scheduler = Scheduler(plan, SystemClock(), Processes())
        with signals(scheduler.stop):
            if once:
                ctx.exit(scheduler.once())
            scheduler.run()


def _tell_if_idle(archive_path: Path) -> None:
    from crawler.scheduler_process import at_work

    if not at_work(archive_path):
        click.echo(
            "No scheduler is at work: schedules fire while `luutru schedule run` is.", err=True
        )
