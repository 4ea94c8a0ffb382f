"""`luutru reindex`: build anew what search and stories rest on."""

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
    """Build the search index and the stories anew from the current versions.

    Needed only when a command says so: after a release with other rules for words, or the first
    that looks for near copies. A crawl may go on meanwhile.
    """
    from archive import index, stories

    with opened(archive_path, readonly=False) as archive:
        with bar("Indexing") as progress:
            done = index.rebuild(archive, progress)
        with bar("Comparing") as progress:
            stories.rebuild(archive, progress)
        (count,) = archive.conn.execute("SELECT count(*) FROM story").fetchone()
    click.echo(f"{done:,} articles are indexed, {count:,} stories have copies.", err=True)
