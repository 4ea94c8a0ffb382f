"""Options that commands about sites share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def sites_option(command: F) -> F:
    """The option `--sites`, which arrives as ``sites_dirs``: folders, the first one first."""
    return click.option(
        "--sites",
        "sites_dirs",
        multiple=True,
        type=click.Path(path_type=Path),
        envvar="LUUTRU_SITES",
        metavar="DIR",
        help="Folder of your own profiles, over those of the package. [LUUTRU_SITES]",
    )(command)


def contact_option(command: F) -> F:
    """The option `--contact`."""
    return click.option(
        "--contact",
        envvar="LUUTRU_CONTACT",
        help="Who can be asked about this crawl: goes into the User-Agent. [LUUTRU_CONTACT]",
    )(command)


def cases_option(command: F) -> F:
    """The option `--cases`: a folder of recorded cases, or None."""
    return click.option(
        "--cases",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Folder of recorded cases; else `cases` in your folder of profiles, or tests/sites.",
    )(command)
