"""Who acts: a name that is kept with what was done."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Any, TypeVar

import click

from archive.errors import InputError
from archive.vietnamese import settle

F = TypeVar("F", bound=Callable[..., Any])


def agent_option(command: F) -> F:
    """The option `--by`, which arrives as ``by`` for :func:`agent_of`."""
    text = "Who does it; the user of this machine if it is left out."
    return click.option("--by", metavar="NAME", help=text)(command)


def agent_of(by: str | None) -> str:
    """The name to keep; InputError for an empty one, or if the machine knows none."""
    if by is not None:
        return required(by, "--by")
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise InputError("The user of this machine has no name.", "Say --by NAME.") from error


def required(text: str, what: str) -> str:
    """*text* in NFC with white space settled; InputError if nothing is left of it."""
    found = settle(text)
    if not found:
        raise InputError(f"{what} is empty.", "Write something that others will understand.")
    return found
