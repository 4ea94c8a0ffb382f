"""`luutru stats`: what the archive holds, and where its bytes are."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows


@click.command(
    "stats",
    epilog="""\b
Examples:
  luutru stats
  luutru stats --site tinhuy-binhphuoc --format json
""",
)
@click.option("--site", metavar="SITE", help="Of this site only, without the bytes of tables.")
@archive_option()
@output_format()
def command(site: str | None, archive_path: Path, fmt: str) -> None:
    """Count what the archive holds, and where its bytes are.

    Pages by kind, captures and crawls by outcome, payloads before and after compression, articles
    by state, versions, stories, events; then the bytes of each table with its indexes.
    """
    from dataclasses import asdict

    from archive.ops.stats import contents, sizes
    from archive.snapshot import snapshot

    with opened(archive_path) as archive, snapshot(archive):
        found = list(contents(archive, site))
        if site is None:
            found += sizes(archive)
    rows = [asdict(one) for one in found]
    if fmt == "table":
        rows = [row | {"value": _shown(row["value"])} for row in rows]
    print_rows(rows, fmt)


def _shown(value: object) -> object:
    return f"{value:,}" if isinstance(value, int) else value
