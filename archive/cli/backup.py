"""`luutru backup`: copy the archive into one file."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.options import archive_option
from archive.cli.output import output_format, print_rows
from archive.cli.progress import bar


@click.command(
    "backup",
    epilog="""\b
Examples:
  luutru backup luutru-2026-03-01.db.zst
  luutru backup copy.db --archive luutru.db --format json
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@archive_option()
@output_format()
def command(file: Path, force: bool, archive_path: Path, fmt: str) -> None:
    """Copy the archive into FILE, also while a crawl runs: one state, whole, and checked.

    FILE is an archive like any other; if its name ends in .zst it is compressed, to a third or
    half. It appears when it is whole, never before. `luutru restore FILE` puts it back.
    """
    from archive.ops.backup import back_up

    made = back_up(archive_path, file, force=force, bar=bar)
    row = {
        "file": str(made.file),
        "bytes": made.bytes,
        "digest": made.digest,
        "articles": made.contents.articles,
        "captures": made.contents.captures,
    }
    print_rows([row], fmt)
