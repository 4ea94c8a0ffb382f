"""`luutru restore`: put a backup in the archive's place."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.options import archive_option
from archive.cli.output import output_format, print_rows
from archive.cli.progress import bar


@click.command(
    "restore",
    epilog="""\b
Examples:
  luutru restore luutru-2026-03-01.db.zst --archive restored.db
  luutru restore luutru-2026-03-01.db.zst --force
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the archive that is there; it is kept.")
@archive_option(create=True)
@output_format()
def command(file: Path, force: bool, archive_path: Path, fmt: str) -> None:
    """Put FILE, a backup, in the archive's place, once it is checked.

    With --force an archive that is there is replaced, and kept beside it with .before-restore
    behind its name. Nobody may use it meanwhile: end crawls, the scheduler and the reader first.
    """
    from archive.ops.restore import restore

    done = restore(file, archive_path, force=force, bar=bar)
    row = {
        "archive": str(done.archive),
        "articles": done.contents.articles,
        "captures": done.contents.captures,
        "before": str(done.before) if done.before else None,
    }
    print_rows([row], fmt)
