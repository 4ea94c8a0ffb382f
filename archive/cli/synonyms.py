"""`luutru synonyms`: abbreviations and what they stand for."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from archive.cli.agent import agent_of, agent_option, required
from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows


@click.group(
    "synonyms",
    epilog="""\b
Examples:
  luutru synonyms list
  luutru synonyms add BQL "Ban Quản lý"
  luutru synonyms remove TP
""",
)
def command() -> None:
    """List the abbreviations that a search knows; add and remove some.

    A search for `UBND` finds "Uỷ ban nhân dân" too, and the other way round. A phrase in quotes and
    a word under = are looked for as they stand.
    """


@command.command(
    "list",
    epilog="""\b
Example:
  luutru synonyms list --format csv
""",
)
@archive_option()
@output_format()
def list_synonyms(archive_path: Path, fmt: str) -> None:
    """List them; those without a name came with the release."""
    from archive import synonyms

    with opened(archive_path) as archive:
        print_rows([asdict(one) for one in synonyms.all(archive)], fmt)


@command.command(
    "add",
    epilog="""\b
Example:
  luutru synonyms add BQL "Ban Quản lý"
""",
)
@click.argument("short")
@click.argument("long")
@agent_option
@archive_option()
def add(short: str, long: str, by: str | None, archive_path: Path) -> None:
    """Let a search for SHORT find LONG too, and the other way round."""
    from archive import synonyms

    agent = agent_of(by)
    one, other = required(short, "SHORT"), required(long, "LONG")
    with opened(archive_path, readonly=False) as archive:
        synonyms.add(archive, one, other, agent)
    click.echo(f"`{one}` and `{other}` find each other now.", err=True)


@command.command(
    "remove",
    epilog="""\b
Example:
  luutru synonyms remove TP "Thành phố"
""",
)
@click.argument("short")
@click.argument("long", required=False)
@agent_option
@archive_option()
def remove(short: str, long: str | None, by: str | None, archive_path: Path) -> None:
    """Let SHORT stand for itself alone; with LONG, only not for that."""
    from archive import synonyms

    agent = agent_of(by)
    with opened(archive_path, readonly=False) as archive:
        taken = synonyms.remove(archive, short, long, agent)
    for one in taken:
        click.echo(f"`{one.short}` does not stand for `{one.long}` any more.", err=True)
