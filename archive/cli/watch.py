"""`luutru watch`: searches that are kept, and what came to match them since."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.agent import agent_of, agent_option, required
from archive.cli.filters import filter_options, filters_of
from archive.cli.marks import marked
from archive.cli.options import archive_option, opened
from archive.cli.output import colours, folded, output_format, print_rows

if TYPE_CHECKING:
    from archive.news import News
    from archive.watches import Watch

_MATCH = {"came": "came to match", "still": "still matches", "left": "no longer matches"}


@click.group(
    "watch",
    epilog="""\b
Examples:
  luutru watch add '"sáp nhập" đảng ủy' --name "Sáp nhập" --province "Phú Thọ"
  luutru watch look
""",
)
def command() -> None:
    """Keep searches, and be told what came to match them since they were looked at.

    A watch begins at the newest event of the archive. What a crawl, an import or a merge then tells
    of articles that match, or did, is its news: articles that are new, changed, gone, back, moved,
    copied or withdrawn. None is ever deleted: one that is removed stays on record.
    """


@command.command(
    "add",
    epilog="""\b
Examples:
  luutru watch add "chuyen doi so" --site tinhuy-binhphuoc
  luutru watch add 'title:"Đảng ủy" -"đại hội"' --name "Đảng ủy" --since 0
""",
)
@click.argument("query", nargs=-1, required=True)
@click.option("--name", metavar="NAME", help="What it is called; its query if left out.")
@click.option("--since", "after", metavar="EVENT", help="Begin after this event; 0: at the first.")
@filter_options
@agent_option
@archive_option()
def add(
    query: tuple[str, ...],
    name: str | None,
    after: str | None,
    by: str | None,
    archive_path: Path,
    **narrow: Any,
) -> None:
    """Keep the search QUERY, in the language of `luutru search`."""
    from archive import watches
    from archive.export.selection import event_number

    text, filters, agent = " ".join(query), filters_of(**narrow), agent_of(by)
    called = required(name, "--name") if name is not None else None
    with opened(archive_path, readonly=False) as archive:
        since = event_number(archive, after) if after is not None else None
        watch = watches.add(archive, text, agent, name=called, filters=filters, since=since)
        click.echo(
            f"The watch `{watch.name}` ({watch.key}) begins after event"
            f" {archive.id}:{watch.looked}. `luutru watch look` tells what comes.",
            err=True,
        )


@command.command(
    "list",
    epilog="""\b
Example:
  luutru watch list --all --format csv
""",
)
@click.option("--all", "removed", is_flag=True, help="Those as well that were removed.")
@archive_option()
@output_format()
def list_watches(removed: bool, archive_path: Path, fmt: str) -> None:
    """List the watches, and up to which event each was looked at."""
    from archive import watches

    with opened(archive_path) as archive:
        found = watches.all(archive, removed=removed)
        print_rows([_row(one, archive.id) for one in found], fmt)
    if not found:
        click.echo("There is no watch. `luutru watch add QUERY` makes one.", err=True)


@command.command(
    "remove",
    epilog="""\b
Example:
  luutru watch remove "Sáp nhập"
""",
)
@click.argument("name")
@agent_option
@archive_option()
def remove(name: str, by: str | None, archive_path: Path) -> None:
    """Remove the watch of that NAME or key: it tells no more, and stays on record."""
    from archive import watches

    with opened(archive_path, readonly=False) as archive:
        watch = watches.remove(archive, name, agent_of(by))
    click.echo(f"The watch `{watch.name}` ({watch.key}) is removed.", err=True)


@command.command(
    "look",
    epilog="""\b
Examples:
  luutru watch look
  luutru watch look "Sáp nhập" --peek --format jsonl
""",
)
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--peek", is_flag=True, help="Tell it again next time.")
@click.option(
    "--since",
    "after",
    metavar="EVENT",
    help="Tell again what came after this event; what was told stays as it is.",
)
@agent_option
@archive_option()
@output_format()
def look(
    names: tuple[str, ...],
    peek: bool,
    after: str | None,
    by: str | None,
    archive_path: Path,
    fmt: str,
) -> None:
    """Tell the news of the watches of these NAMEs or keys, or of all, since they were looked at.

    An article came to match, still matches or matches no longer. What only another reading of a
    captured page has changed (reread) is told where the match began or ended by it. What was told
    is not told again, unless the output could not be written to its end.
    """
    from archive import news, watches
    from archive.export.selection import event_number

    stays = peek or after is not None
    agent = "" if stays else agent_of(by)
    with opened(archive_path, readonly=stays) as archive:
        since = event_number(archive, after) if after is not None else None
        chosen = {one.id: one for name in names for one in watches.named(archive, name)}
        asked = list(chosen.values()) if names else watches.all(archive)
        with news.look(archive, asked, agent, since=since, peek=peek) as found:
            count = _print(found, archive.id, fmt)
            sys.stdout.flush()
    if not asked:
        click.echo("There is no watch. `luutru watch add QUERY` makes one.", err=True)
    else:
        watched = f"{len(asked)} watches" if len(asked) > 1 else f"`{asked[0].name}`"
        click.echo(f"{count or 'No'} news of {watched}.", err=True)


def _print(found: Iterable[News], archive_id: str, fmt: str) -> int:
    """Print the news one by one; how many there were."""
    count = 0

    def counted() -> Iterable[News]:
        nonlocal count
        for one in found:
            count += 1
            yield one

    if fmt == "table":
        colour = colours()
        for one in counted():
            _print_one(one, colour)
    else:
        print_rows((_news_row(one, archive_id) for one in counted()), fmt)
    return count


def _print_one(one: News, colour: bool) -> None:
    what = [one.kind, _MATCH[one.match], one.watch]
    click.echo(folded(" · ".join(what)))
    if one.title:
        click.echo(folded(marked(one.title, one.title_marks, colour, True), "   "))
    about = [
        one.key or "",
        one.site or "",
        (one.published or "undated")[:10] if one.title else "",
        f"version {one.version}" if one.version and one.version > 1 else "",
        ", ".join(one.fields),
        one.change or "",
        {True: "silent", False: "admitted", None: ""}[one.silent],
        "captured before the last version" if one.past else "",
    ]
    line = folded(" · ".join(filter(None, about)), "   ")
    click.echo(click.style(line, dim=True) if colour else line)
    if one.snippet:
        click.echo(folded(marked(one.snippet, one.marks, colour), "   "))
    click.echo()


def _news_row(one: News, archive_id: str) -> dict[str, Any]:
    from archive.clock import iso

    return asdict(one) | {"event": f"{archive_id}:{one.event}", "time": iso(one.time)}


def _row(one: Watch, archive_id: str) -> dict[str, Any]:
    from archive.clock import iso

    filters = {name: value for name, value in asdict(one.filters).items() if value}
    return {
        "watch": one.name,
        "key": one.key,
        "query": one.query,
        "filters": filters or None,
        "by": one.agent,
        "added": iso(one.added),
        "looked": f"{archive_id}:{one.looked}",
        "looked_at": iso(one.looked_at) if one.looked_at else None,
        "looked_by": one.looked_by,
        "removed": iso(one.removed) if one.removed else None,
        "removed_by": one.removed_by,
    }
