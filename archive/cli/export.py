"""`luutru export`: articles into a file, or to standard output."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.filters import filter_options, filters_of
from archive.cli.options import archive_option, opened
from archive.cli.progress import Progress, bar
from archive.errors import InputError

if TYPE_CHECKING:
    from archive.export.rows import Record

_EVERY = 20  # records between two looks at the bar


@click.command(
    "export",
    epilog="""\b
Examples:
  luutru export jsonl articles.jsonl --site tinhuy-langson
  luutru export csv - --query '"chuyển đổi số"' --from 2023 | head
""",
)
@click.argument("format_", metavar="FORMAT", type=click.Choice(["jsonl", "csv"]))
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@click.option("--query", help="Only what this finds, in the words of `luutru search`.")
@filter_options
@click.option("--full", is_flag=True, help="jsonl: each paragraph, heading, item with its kind.")
@archive_option()
def command(
    format_: str, file: Path, query: str | None, full: bool, archive_path: Path, **narrow: Any
) -> None:
    """Write the current versions as FORMAT (jsonl or csv) to FILE, by key; - is standard output.

    An existing FILE is replaced when the new one is whole, never before.
    """
    from archive.export.files import whole
    from archive.export.rows import records
    from archive.snapshot import snapshot

    filters = filters_of(**narrow)
    writer = importlib.import_module(f"archive.export.{format_}")
    with opened(archive_path) as archive, snapshot(archive):
        total, found = records(archive, filters, query)
        if str(file) == "-":
            writer.write(found, sys.stdout, full)
            return
        if file.exists() and file.samefile(archive_path):
            raise InputError(f"{file} is the archive itself.", "Name another file.")
        with bar("Exporting") as progress, whole(file) as out:
            writer.write(_counted(found, total, progress), out, full)
    click.echo(f"{total:,} articles are in {file}.", err=True)


def _counted(found: Iterable[Record], total: int, progress: Progress) -> Iterator[Record]:
    for done, record in enumerate(found, 1):
        yield record
        if done % _EVERY == 0 or done == total:
            progress(done, total)
