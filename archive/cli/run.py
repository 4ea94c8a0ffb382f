"""Run the command line: errors that a user can mend become a line on standard error and a status.

Status 0: done; 1: done, and something is wrong with what was looked at; 2: the call or its input
is at fault. Bugs keep their traceback.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from archive.errors import LuutruError, QueryError
from archive.faults import as_archive_error

INTERRUPTED = 130


def main(group: click.Command, arguments: Sequence[str] | None = None) -> NoReturn:
    """Run *group* and exit with its status."""
    sys.exit(status_of(group, arguments))


def status_of(group: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run *group* and return its exit status; messages go to standard error."""
    try:
        result = _call(group, list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except LuutruError as error:
        return _tell(error)
    except sqlite3.DatabaseError as error:
        told = as_archive_error(error, "The archive")
        if told is None:
            raise
        return _tell(told)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except OSError as error:
        if error.errno == errno.EPIPE:
            return _reader_left()
        if error.errno == errno.ENOSPC:
            status = _tell(LuutruError("The disk is full.", "Make room and call again."))
            _let_go()
            return status
        if error.errno == errno.ENAMETOOLONG:
            return _tell(LuutruError("The name of the file is too long.", "Give a shorter one."))
        raise
    return result if isinstance(result, int) else 0


def _call(group: click.Command, arguments: list[str]) -> object:
    """What `click.Command.main` does, but a reader that leaves is no failure (it would say 1)."""
    if "_LUUTRU_COMPLETE" in os.environ:
        return group.main(args=arguments, prog_name="luutru", standalone_mode=False)
    try:
        with group.make_context("luutru", arguments) as context:
            return group.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code


def _tell(error: LuutruError) -> int:
    click.echo(f"Error: {error}", err=True)
    if isinstance(error, QueryError) and error.query:
        # A caret under the place; a long query is shown around it.
        start = max(0, error.position - 50)
        click.echo(f"  {error.query[start : start + 70]}", err=True)
        click.echo("  " + " " * (error.position - start) + "^", err=True)
    return error.exit_status


def _reader_left() -> int:
    """`luutru search … | head -1`: whoever read has enough."""
    _discard()
    return 0


def _let_go() -> None:
    """Output that cannot be written is given up: Python would try again at its end, and say 120."""
    try:
        sys.stdout.flush()
    except OSError:
        _discard()


def _discard() -> None:
    """What is buffered goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
