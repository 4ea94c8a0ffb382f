"""`luutru history`: an article's versions, what changed in each, and what else happened to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows, to_json
from archive.cli.versions import all_of

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.types import Version


@click.command(
    "history",
    epilog="""\b
Examples:
  luutru history 54c497b62736f0a1
  luutru history 54c497b62736f0a1 --events --format csv
""",
)
@click.argument("ref")
@click.option("--events", is_flag=True, help="The events instead of the versions, as rows.")
@archive_option()
@output_format()
def command(ref: str, events: bool, archive_path: Path, fmt: str) -> None:
    """List the versions of the article that REF means, the oldest first, and its events.

    The class of a change: content; marks (the same letters with other marks); form (case,
    punctuation, paragraphs); tone (ủy for uỷ alone); date.
    """
    with opened(archive_path) as archive:
        versions = all_of(archive, ref)
        version_rows = _version_rows(versions)
        event_rows = _event_rows(archive, versions)
    if events:
        print_rows(event_rows, fmt)
    elif fmt == "json":
        value = {"key": versions[0].key, "versions": version_rows, "events": event_rows}
        click.echo(to_json(value, indent=2))
    elif fmt == "table":
        click.echo(f"{versions[-1].article.title}\n{versions[0].key}  {versions[0].url}\n")
        print_rows([_short(row) for row in version_rows], fmt)
        click.echo()
        print_rows([_short(row) for row in event_rows], fmt)
    else:
        print_rows(version_rows, fmt)


def _version_rows(versions: list[Version]) -> list[dict[str, Any]]:
    from archive.clock import iso
    from archive.diff import compare

    rows = []
    for place, version in enumerate(versions, 1):
        diff = compare(versions[place - 2], version) if place > 1 else None
        rows.append(
            {
                "version": place,
                "first_seen": iso(version.first_seen),
                "last_seen": iso(version.last_seen),
                "change": diff.kind if diff else None,
                "fields": [field.field for field in diff.fields] if diff else [],
                "title": version.article.title,
                "digest": version.digest,
            }
        )
    return rows


def _event_rows(archive: Archive, versions: list[Version]) -> list[dict[str, Any]]:
    from archive import articles
    from archive.clock import iso
    from archive.events import of_article

    places = {version.id: place for place, version in enumerate(versions, 1)}
    article_id = articles.resolve(archive, versions[0].key)
    return [
        {
            "event": event.number,
            "time": iso(event.time),
            "kind": event.kind,
            "version": places.get(event.version_id) if event.version_id is not None else None,
            "data": dict(event.data),
        }
        for event in of_article(archive, article_id)
    ]


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """For people: minutes are enough, digests are not read."""
    shown = {key: value for key, value in row.items() if key not in ("digest", "title")}
    for key in ("first_seen", "last_seen", "time"):
        if key in shown:
            shown[key] = shown[key][:16].replace("T", " ") + "Z"
    if "data" in shown:
        shown["data"] = ", ".join(
            f"{name}: {'; '.join(map(str, value)) if isinstance(value, list) else value}"
            for name, value in shown["data"].items()
        )
    return shown
