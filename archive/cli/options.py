"""The option that all commands share, the archive's file, and how it is opened."""

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
def opened(path: Path, *, readonly: bool | None = True) -> Iterator[Archive]:
    """The archive at *path*, closed at the end; *readonly* as in `Archive.open`."""
    from archive.db import Archive

    archive = Archive.open(path, readonly=readonly)
    try:
        yield archive
    finally:
        archive.close()
