"""The filters of search and export, as options."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from archive.errors import InputError

if TYPE_CHECKING:
    from archive.filters import Filters

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    ("--site", "sites", "SITE", True, "Of this site only; may be repeated."),
    ("--province", "province", "NAME", False, "Of this province's sites, by name then or now."),
    ("--section", "section", "NAME", False, "In this section, by its whole name."),
    ("--author", "author", "NAME", False, "By an author whose name has this in it."),
    ("--collection", "collection", "NAME", False, "In this collection (`luutru collection`)."),
    ("--from", "since", "DATE", False, "Published then or later: 2023, 2023-06, 26/6/2023."),
    ("--to", "until", "DATE", False, "Published then or earlier: day, month or year."),
)


def filter_options(command: F) -> F:
    """`--site --province --section --author --collection --from --to --iy`, for
    :func:`filters_of`."""
    command = click.option(
        "--iy", "spellings", is_flag=True, help="i and y are one where they sound alike: kỹ, kĩ."
    )(command)
    for name, target, metavar, multiple, text in reversed(_OPTIONS):
        option = click.option(name, target, metavar=metavar, multiple=multiple, help=text)
        command = option(command)
    return command


def filters_of(
    sites: tuple[str, ...] = (),
    province: str | None = None,
    section: str | None = None,
    author: str | None = None,
    since: str | None = None,
    until: str | None = None,
    collection: str | None = None,
    spellings: bool = False,
) -> Filters:
    """The filters that were typed; InputError for a date that cannot be."""
    from archive.dates import days
    from archive.filters import Filters

    first = days(since)[0] if since is not None else None
    last = days(until)[1] if until is not None else None
    if first and last and first > last:
        raise InputError(
            f"--from {since} is after --to {until}.", "Exchange them, or leave one out."
        )
    return Filters(
        sites=sites,
        section=section,
        author=author,
        province=province,
        since=first.isoformat() if first else None,
        until=last.isoformat() if last else None,
        collection=collection,
        spellings=spellings,
    )
