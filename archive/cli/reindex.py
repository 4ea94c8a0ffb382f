"""`luutru reindex`: build the search index anew."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.options import archive_option, opened
from archive.cli.progress import bar


@click.command(
    "reindex",
    epilog="""\b
Example:
  luutru reindex --archive luutru.db
""",
)
@archive_option()
def command(archive_path: Path) -> None:
    """Build the search index anew from the current versions.

    Needed only when a command says so: after a release with other rules for words. A crawl may go
    on meanwhile.
    """
    from archive import index

    with opened(archive_path, readonly=False) as archive, bar("Indexing") as progress:
        done = index.rebuild(archive, progress)
    click.echo(f"{done:,} articles are indexed.", err=True)
