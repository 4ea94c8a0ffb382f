"""`luutru verify`: is everything in the archive whole?"""

from __future__ import annotations

import re
from pathlib import Path

import click

from archive.cli.options import archive_option
from archive.cli.output import output_format
from archive.cli.progress import bar
from archive.cli.verify import run
from archive.errors import InputError
from crawler.commands.options import sites_option
from crawler.cores import cores


@click.command(
    "verify",
    epilog="""\b
Examples:
  luutru verify
  luutru verify --all --seal sha256:5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
  luutru verify --sample 1000 --format json
""",
)
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of payloads, captures, versions, indexed texts and pages read N, taken at random.",
)
@click.option("--all", "everything", is_flag=True, help="Read all pages again, not 200 at random.")
@click.option(
    "--seal",
    "held",
    multiple=True,
    metavar="DIGEST",
    help="A seal's digest that you kept elsewhere: it must be here. Repeatable.",
)
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    metavar="N",
    help="Problems that each check names; all are counted.",
)
@sites_option
@archive_option()
@output_format()
def command(
    sample: int | None,
    everything: bool,
    held: tuple[str, ...],
    most: int,
    sites_dirs: tuple[Path, ...],
    archive_path: Path,
    fmt: str,
) -> int:
    """Check that everything in the archive is whole; nothing is written to it.

    Payloads and captures against their digests, seals, references, SQLite's pages, what is derived
    against the captures, and the search index word by word. Pages that today's reader has read are
    read again, 200 of them unless --all or --sample says otherwise. A crawl may go on meanwhile.
    Ends with status 1 if anything is wrong.

    Not covered, since no digest is over it: a crawl that has not ended; the archive's own id; names
    of sites; how an address was found and when it is due; schedules; which payloads others lean on
    next; a compressed payload's bits of which nothing comes out; when a story was first seen; of
    seals of release 0.1 the time, and of their crawls all but start and captures. An archive that
    was made up as a whole fits itself: only --seal finds that.
    """
    from archive.ops.verify import Options
    from crawler.rederiving import USUAL, Rederiving

    if sample is not None and everything:
        raise InputError("--sample and --all exclude each other.", "Leave one of them out.")
    for one in held:
        if not re.fullmatch("sha256:[0-9a-f]{64}", one):
            raise InputError(
                f"{one!r} is no digest of a seal.", "It is as `luutru cite --seal` prints."
            )
    pages = None if everything else sample or USUAL
    again = Rederiving(sites_dirs, cores(), pages)
    options = Options(sample, most, held, (("rederived", again),), bar)
    status = run(archive_path, options, fmt)
    if again.aside:
        click.echo(f"{again.aside:,} pages of articles were read by another reader, or by a profile"
                   " that is not here: they are not read again. `luutru reparse` tells what today's"
                   " reader makes of them.", err=True)  # fmt: skip
    return status
