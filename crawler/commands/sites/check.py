"""`luutru sites check`: live pages read again, and what changed against the recorded cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.output import output_format, print_rows
from crawler.commands.options import cases_option, contact_option, sites_option

if TYPE_CHECKING:
    from crawler.survey.check import Checked
    from crawler.survey.compare import Change

QUIET = ("same", "none")


@click.command(
    "check",
    short_help="Read live pages again and tell what changed.",
    epilog="""\b
Example:
  luutru sites check dangbo-vidu --sites my-sites --contact archive@example.org
""",
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--all-fields", is_flag=True, help="Also fields that are the same, or not there.")
@cases_option
@contact_option
@sites_option
@output_format()
@click.pass_context
def command(
    ctx: click.Context,
    sites: tuple[str, ...],
    all_fields: bool,
    cases: Path | None,
    contact: str | None,
    sites_dirs: tuple[Path, ...],
    fmt: str,
) -> None:
    """Read live pages of each SITE again and tell which fields come out, and what changed.

    Asked for are the addresses of the site's recorded cases, its first listing, and the newest
    article there. Without SITE, the sites of your own folders (--sites, LUUTRU_SITES) are checked.
    States: same, changed, new, lost; kind: of another kind than recorded (an article read as a
    listing, a date without its time); found, none: nothing was recorded to compare with.

    The exit status is 1 if a field was lost or changed in kind, or a site gave no answer. Nothing
    is written: it is told when `verified = true` may be set in a profile.
    """
    from crawler.profile import load
    from crawler.survey.case import of_site, places
    from crawler.survey.check import check_site

    profiles = [load(site, sites_dirs) for site in dict.fromkeys(sites) or _own(sites_dirs)]
    where = places(cases, sites_dirs)
    checked = []
    for profile in profiles:
        recorded = of_site(where, profile.slug)
        checked.append(
            check_site(profile, recorded, contact, lambda words: click.echo(words, err=True))
        )
    rows = [
        row(change, whole=fmt in ("json", "jsonl"))
        for one in checked
        for change in one.changes
        if all_fields or fmt != "table" or change.state not in QUIET
    ]
    print_rows(rows, fmt)
    ctx.exit(_told(checked))


def _own(sites_dirs: tuple[Path, ...]) -> list[str]:
    from archive.errors import InputError
    from crawler.profile_loader import site_files

    own = sorted(slug for slug, file in site_files(sites_dirs).items() if file.own)
    if not own:
        raise InputError(
            "No SITE was named, and there is no folder of your own profiles.",
            "Name sites, or your folder with --sites; `luutru sites list` shows them all.",
        )
    return own


def row(change: Change, whole: bool) -> dict[str, Any]:
    """One line of the table; *whole*: the values as they are, not in a few words."""
    from crawler.commands.sites.add import shown

    def words(value: Any) -> Any:
        return value if whole or value is None else shown(value)

    return {
        "site": change.site,
        "page": change.page,
        "field": change.field,
        "state": change.state,
        "recorded": words(change.recorded),
        "now": words(change.now),
    }


def _told(checked: list[Checked]) -> int:
    """The verdict of each site to standard error; the exit status."""
    from crawler.survey.compare import may_be_verified

    status = 0
    for one in checked:
        bad = [change for change in one.changes if change.bad]
        if one.problem is not None:
            click.echo(f"{one.site}: {one.problem}", err=True)
        elif bad:
            fields = ", ".join(dict.fromkeys(change.field for change in bad))
            click.echo(
                f"{one.site}: lost, or of another kind: {fields}. `luutru extract --explain`"
                " shows how a page is read; correct the profile, or record the case anew.",
                err=True,
            )
        elif may_be_verified(one.changes):
            click.echo(
                f"{one.site}: well read. Compare the values with the pages; if they are right,"
                " `verified = true` may be written in its profile.",
                err=True,
            )
        else:
            click.echo(f"{one.site}: no article could be checked; record a case of one.", err=True)
        if one.problem is not None or bad:
            status = 1
    return status
