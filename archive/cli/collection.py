"""`luutru collection`: articles put together under a name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.agent import agent_of, agent_option, required
from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows
from archive.errors import InputError

if TYPE_CHECKING:
    from archive.db import Archive


@click.group(
    "collection",
    epilog="""\b
Example:
  luutru collection create "Sáp nhập 2025"
  luutru collection add "Sáp nhập 2025" --query '"sáp nhập" đảng ủy'
  luutru search hoi nghi --collection "Sáp nhập 2025"
""",
)
def command() -> None:
    """Create collections of articles, fill, list and show them.

    An article may be in several. What is taken out stays on record. Search and export can be
    narrowed to a collection.
    """


@command.command(
    "create",
    epilog="""\b
Example:
  luutru collection create "Sáp nhập 2025" --about "Bài về việc sáp nhập tỉnh"
""",
)
@click.argument("name")
@click.option("--about", metavar="TEXT", help="What it is for, in a sentence.")
@agent_option
@archive_option()
def create(name: str, about: str | None, by: str | None, archive_path: Path) -> None:
    """Create the collection NAME, empty."""
    from archive import collections

    said, agent = required(name, "NAME"), agent_of(by)
    told = required(about, "--about") if about is not None else None
    with opened(archive_path, readonly=False) as archive:
        collections.create(archive, said, told, agent)
    click.echo(f"The collection `{said}` is made.", err=True)


@command.command(
    "add",
    epilog="""\b
Examples:
  luutru collection add "Sáp nhập 2025" 54c497b62736f0a1
  luutru collection add "Sáp nhập 2025" --query '"sáp nhập"'
  luutru search "sáp nhập" --format jsonl | jq -r .key | luutru collection add "Sáp nhập 2025" -
""",
)
@click.argument("name")
@click.argument("refs", metavar="REF…", nargs=-1)
@click.option("--query", help="All that this finds, in the words of `luutru search`.")
@agent_option
@archive_option()
def add(
    name: str, refs: tuple[str, ...], query: str | None, by: str | None, archive_path: Path
) -> None:
    """Put the articles that REF… mean into the collection NAME; - reads them from a pipe."""
    from archive import collections

    agent = agent_of(by)
    with opened(archive_path, readonly=False) as archive:
        collections.require(archive, name)
        keys = _keys(archive, refs, query)
        added = collections.add(archive, name, keys, agent)
    click.echo(f"{added:,} added, {len(keys) - added:,} were in it before.", err=True)


@command.command(
    "take-out",
    epilog="""\b
Example:
  luutru collection take-out "Sáp nhập 2025" 54c497b62736f0a1
""",
)
@click.argument("name")
@click.argument("refs", metavar="REF…", nargs=-1)
@agent_option
@archive_option()
def take_out(name: str, refs: tuple[str, ...], by: str | None, archive_path: Path) -> None:
    """Take the articles that REF… mean out of the collection NAME; - reads from a pipe."""
    from archive import collections

    agent = agent_of(by)
    with opened(archive_path, readonly=False) as archive:
        collections.require(archive, name)
        keys = _keys(archive, refs, None)
        taken = collections.take_out(archive, name, keys, agent)
    click.echo(f"{taken:,} taken out, {len(keys) - taken:,} were not in it.", err=True)


@command.command(
    "list",
    epilog="""\b
Example:
  luutru collection list --format csv
""",
)
@archive_option()
@output_format()
def list_collections(archive_path: Path, fmt: str) -> None:
    """List the collections, with how many articles are in each."""
    from archive import collections
    from archive.clock import iso

    with opened(archive_path) as archive:
        found = collections.all(archive)
    rows = [
        {
            "name": one.name,
            "articles": one.articles,
            "about": one.about,
            "by": one.agent,
            "time": iso(one.time),
        }
        for one in found
    ]
    print_rows(rows, fmt)
    if not found:
        click.echo("There is none. `luutru collection create NAME` makes one.", err=True)


@command.command(
    "show",
    epilog="""\b
Example:
  luutru collection show "Sáp nhập 2025" --format jsonl
""",
)
@click.argument("name")
@archive_option()
@output_format()
def show(name: str, archive_path: Path, fmt: str) -> None:
    """Show the articles in the collection NAME, in the order in which they were added."""
    from archive import collections

    with opened(archive_path) as archive:
        one = collections.get(archive, name)
        rows = [_row(archive, key) for key in collections.keys(archive, name)]
    print_rows(rows, fmt)
    about = f"{one.about}. " if one.about else ""
    counted = "1 article" if one.articles == 1 else f"{one.articles:,} articles"
    click.echo(f"{one.name}: {about.replace('..', '.')}{counted}.", err=True)


def _keys(archive: Archive, refs: tuple[str, ...], query: str | None) -> list[str]:
    """The keys of all articles that are meant, each once; InputError if none is named."""
    from archive import articles
    from archive.export.rows import article_ids

    named = [line.strip() for line in sys.stdin] if refs == ("-",) else list(refs)
    ids = [articles.resolve(archive, one) for one in named if one]
    if query is not None:
        ids += article_ids(archive, query=query)
    if not ids and query is None:
        raise InputError(
            "No article is named.", "Name them by key or address, by --query, or - for a pipe."
        )
    return [articles.key_of(archive, one) for one in dict.fromkeys(ids)]


def _row(archive: Archive, key: str) -> dict[str, Any]:
    from archive import articles
    from archive.errors import UnknownReferenceError

    try:
        one = articles.current(archive, articles.resolve(archive, key))
    except UnknownReferenceError:  # nothing is read there any more
        return {"key": key, "site": None, "published": None, "title": None, "state": "vanished"}
    return {
        "key": one.key,
        "site": one.site,
        "published": one.article.published,
        "title": one.article.title,
        "state": one.state,
    }
