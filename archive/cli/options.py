"""Options that commands share: the archive's file, and the filters of search and export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from archive.db import Archive

F = TypeVar("F", bound=Callable[..., Any])


def archive_option(create: bool = False) -> Callable[[F], F]:
    """The option `--archive`, which arrives as ``archive_path``; *create*: it need not exist."""
    new = " It is made if it is not there." if create else ""
    return click.option(
        "--archive",
        "archive_path",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="LUUTRU_ARCHIVE",
        default="luutru.db",
        show_default=True,
        metavar="FILE",
        help=f"The archive.{new} [LUUTRU_ARCHIVE]",
    )


@contextmanager
def opened(path: Path, *, readonly: bool = True) -> Iterator[Archive]:
    """The archive at *path*, closed at the end."""
    from archive.db import Archive

    archive = Archive.open(path, readonly=readonly)
    try:
        yield archive
    finally:
        archive.close()


def filter_options(command: F) -> F:
    """`--site --province --section --author --from --to`, for :func:`filters_of`."""
    for decorator in reversed(
        [
            click.option("--site", "sites", multiple=True, metavar="SITE",
                         help="Of this site only; may be repeated."),
            click.option("--province", "provinces", multiple=True,
                         help="Of the sites of this province, by its name then or now."),
            click.option("--section", "sections", multiple=True,
                         help="In this section, or one below it."),
            click.option("--author", "authors", multiple=True, help="By this author."),
            click.option("--from", "since", metavar="DATE",
                         help="Published on this day or later: 2023, 2023-06, 26/6/2023."),
            click.option("--to", "until", metavar="DATE",
                         help="Published on this day (month, year) or earlier."),
        ]
    ):  # fmt: skip
        command = decorator(command)
    return command
