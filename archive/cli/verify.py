"""`luutru verify`: is everything in the archive whole?"""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows
from archive.cli.progress import bar


@click.command(
    "verify",
    epilog="""\b
Examples:
  luutru verify
  luutru verify --sample 1000 --format json
""",
)
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of payloads, captures, versions and indexed texts read N, taken at random.",
)
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    metavar="N",
    help="Problems that each check names; all are counted.",
)
@archive_option()
@output_format()
def command(sample: int | None, most: int, archive_path: Path, fmt: str) -> int:
    """Check that everything in the archive is whole; nothing is written to it.

    Payloads and captures against their digests, seals, references, SQLite's pages, the articles
    against their captures, and the search index word by word. A crawl may go on meanwhile. Ends
    with status 1 if anything is wrong.
    """
    from dataclasses import asdict

    from archive.ops.verify import verify

    with opened(archive_path) as archive:
        done = list(verify(archive, sample=sample, most=most, bar=bar))
    rows = [asdict(one) for one in done]
    if fmt == "table":
        print_rows([{k: v for k, v in row.items() if k != "found"} for row in rows], fmt)
        for one in done:
            for text in one.found:
                click.echo(f"{one.check}: {text}")
            if len(one.found) < one.problems:
                click.echo(f"{one.check}: and {one.problems - len(one.found):,} more.")
    else:
        print_rows(rows, fmt)
    problems = sum(one.problems for one in done)
    wrong = [one.check for one in done if one.problems]
    if not problems:
        click.echo(f"{archive_path} is whole: {len(done)} checks found no problem.", err=True)
        return 0
    counted = "1 problem" if problems == 1 else f"{problems:,} problems"
    click.echo(f"{counted} in {archive_path}: {', '.join(wrong)}.", err=True)
    return 1
