"""`luutru sites`: the registry of sites."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.output import output_format, print_rows
from crawler.commands.options import sites_option
from crawler.commands.sites import add, check, record

if TYPE_CHECKING:
    from crawler.profile import SiteProfile


@click.group(
    "sites",
    epilog="""\b
Example:
  luutru sites list
  luutru sites show tinhuy-binhphuoc
""",
)
def command() -> None:
    """List and show the sites that can be crawled; add, record and check them.

    A site is one TOML file over its CMS family's; your own stand in a folder given by --sites or
    LUUTRU_SITES, over those of the package. `add` writes such a file, `record` keeps a page of the
    site with what is read of it, `check` reads the live pages again and tells what changed.
    """


@command.command(
    "list",
    epilog="""\b
Example:
  luutru sites list --format csv
""",
)
@sites_option
@output_format()
@click.pass_context
def list_sites(ctx: click.Context, sites_dirs: tuple[Path, ...], fmt: str) -> None:
    """Every site, with its committee, family, province and addresses.

    A site whose file is wrong is told on standard error; the exit status is then 1.
    """
    from archive.errors import ProfileError
    from crawler.profile import all_slugs, load

    rows, problems = [], []
    for slug in all_slugs(sites_dirs):
        try:
            rows.append(row(load(slug, sites_dirs)))
        except ProfileError as error:
            problems.append(str(error))
    print_rows(rows, fmt)
    for problem in problems:
        click.echo(problem, err=True)
    ctx.exit(1 if problems else 0)


def row(profile: SiteProfile) -> dict[str, Any]:
    """One line of the list."""
    from crawler.provinces import provinces

    known = provinces()
    then, now = profile.province_then, profile.province_now
    return {
        "site": profile.slug,
        "name": profile.name,
        "family": profile.family,
        "province then": known[then].name if then else None,
        "province now": known[now].name if now else None,
        "hosts": list(profile.hosts),
        "verified": profile.verified,
    }


@command.command(
    "show",
    epilog="""\b
Example:
  luutru sites show tinhuy-binhphuoc
""",
)
@click.argument("site")
@sites_option
@click.option(
    "--format",
    "fmt",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How it is printed.",
)
def show(site: str, sites_dirs: tuple[Path, ...], fmt: str) -> None:
    """All that is declared of one SITE: file and family together."""
    from archive.cli.output import to_json
    from crawler.profile import load

    facts = declared(load(site, sites_dirs))
    if fmt == "json":
        click.echo(to_json(facts))
        return
    for name, value in flattened(facts):
        click.echo(f"{name}: {value}")


def declared(profile: SiteProfile) -> dict[str, Any]:
    """The profile as plain values, the file's keys kept."""
    from dataclasses import asdict

    rules = profile.urls
    return {
        **row(profile),
        "body": asdict(profile.body),
        "digest": profile.digest,
        "start": asdict(profile.start),
        "urls": {
            "article": [rule.pattern for rule in rules.article],
            "listing": [rule.pattern for rule in rules.listing],
            "document": [rule.pattern for rule in rules.document],
            "skip": [rule.pattern for rule in rules.skip],
            "drop_params": list(rules.drop_params),
            "strip_slash": rules.strip_slash,
        },
        "crawl": asdict(profile.crawl),
        "fields": {name: list(found) for name, found in profile.fields.items()},
        "layouts": [
            {
                "since": layout.since.isoformat() if layout.since else None,
                "until": layout.until.isoformat() if layout.until else None,
                "fields": {name: list(found) for name, found in layout.fields.items()},
            }
            for layout in profile.layouts
        ],
    }


def flattened(facts: dict[str, Any], above: str = "") -> list[tuple[str, str]]:
    """`crawl.delay`, `2.0` and so on; what is empty is left out, lists get a line a value."""
    lines: list[tuple[str, str]] = []
    for key, value in facts.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            lines += flattened(value, f"{name}.")
        elif isinstance(value, list | tuple):
            for number, part in enumerate(value, 1):
                if isinstance(part, dict):
                    lines += flattened(part, f"{name}[{number}].")
                else:
                    lines.append((name, str(part)))
        elif value is not None:
            lines.append(
                (name, ("yes" if value else "no") if isinstance(value, bool) else str(value))
            )
    return lines


for _other in (add, record, check):
    command.add_command(_other.command)
