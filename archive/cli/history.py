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
    """List what happened to the article that REF means, the oldest first.

    The class of a change: content; marks (the same letters with other marks); spelling (slips of
    it); form (case, punctuation); space (white space, paragraphs); tone (ủy for uỷ alone); date. An
    edit is admitted if the page's own date of its last update went forward with it, else silent. It
    happened between two looks: no shorter window can be proved. JSON has all of it, CSV and JSON
    lines have the versions, or with --events the events.
    """
    from archive import articles, withdrawals

    with opened(archive_path) as archive:
        versions = all_of(archive, ref)
        version_rows = _version_rows(versions)
        event_rows = _event_rows(archive, versions)
        absent = _absent(archive, versions)
        withdrawal = withdrawals.of_article(archive, articles.resolve(archive, versions[0].key))
    told = f"{withdrawal.told()}." if withdrawal else ""
    if events:
        print_rows([_short(row) for row in event_rows] if fmt == "table" else event_rows, fmt)
    elif fmt == "json":
        value = {"key": versions[0].key, "versions": version_rows, "events": event_rows,
                 "absent": absent}  # fmt: skip
        click.echo(to_json(value, indent=2))
    elif fmt == "table":
        click.echo(f"{told or versions[-1].article.title}\n{versions[0].key}  {versions[0].url}\n")
        lines = _time_line(version_rows, event_rows, withdrawn=bool(told))
        if absent:
            about = f"{absent['why']}; looks on {absent['looks']} days, not sure yet"
            seen = _minute(absent["since"])
            lines.append({"seen": seen, "what": "not found", "version": None, "about": about})
        print_rows(lines, fmt)
    else:
        print_rows(version_rows, fmt)


def _version_rows(versions: list[Version]) -> list[dict[str, Any]]:
    from archive.clock import iso
    from archive.edits import edits

    return [
        {
            "version": edit.place,
            "first_seen": iso(edit.version.first_seen),
            "last_seen": iso(edit.version.last_seen),
            "change": edit.kind,
            "fields": list(edit.fields),
            "silent": edit.silent,
            "after": iso(edit.since) if edit.since else None,
            "sentences": dict(edit.sentences),
            "returns_to": edit.returns_to,
            "flaps": edit.flaps,
            "reread": edit.reread,
            "title": edit.version.article.title,
            "digest": edit.version.digest,
        }
        for edit in edits(versions)
    ]


def _absent(archive: Archive, versions: list[Version]) -> dict[str, Any] | None:
    """Since when the page of a live article says that it is no more."""
    from archive import absence, articles

    found = absence.since(archive, articles.resolve(archive, versions[0].key))
    return None if found is None else absence.told(found)


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


# What the lines of versions tell already, and what is no news of this article alone.
_TOLD_BY_VERSIONS = ("new", "changed")


def _short(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"time": _minute(row["time"]), "data": _data(row["data"])}


def _time_line(
    versions: list[dict[str, Any]], events: list[dict[str, Any]], *, withdrawn: bool
) -> list[dict[str, Any]]:
    """One line of time for people: versions, and what else happened, each when it was seen.

    Of versions whose text was withdrawn the digest is left.
    """
    lines = [
        (row["first_seen"], {"seen": _minute(row["first_seen"]), "what": _what(row),
                             "version": row["version"],
                             "about": row["digest"] if withdrawn else _about(row)})
        for row in versions
    ]  # fmt: skip
    lines += [
        (row["time"], {"seen": _minute(row["time"]), "what": row["kind"],
                       "version": row["version"], "about": _data(row["data"])})
        for row in events
        if row["kind"] not in _TOLD_BY_VERSIONS
    ]  # fmt: skip
    last = versions[-1]["last_seen"]
    lines.append(
        (last, {"seen": _minute(last), "what": "last seen", "version": len(versions), "about": ""})
    )
    return [line for _, line in sorted(lines, key=lambda one: one[0])]


def _what(row: dict[str, Any]) -> str:
    if row["version"] == 1:
        return "first seen"
    if row["change"] is None:
        return "as before"
    said = "" if row["reread"] else " (silent)" if row["silent"] else " (admitted)"
    return f"{row['change']}{said}"


def _about(row: dict[str, Any]) -> str:
    """Fields, sentences, window, and whether it is a return."""
    if row["version"] == 1:
        return ""
    counts = ", ".join(f"{number} {op}" for op, number in row["sentences"].items())
    parts = [", ".join(row["fields"]) + (f" (sentences: {counts})" if counts else "")]
    parts.append(f"after {_minute(row['after'])}")
    if row["flaps"]:
        parts.append(f"the server goes to and fro, as version {row['returns_to']}")
    elif row["returns_to"]:
        parts.append(f"as version {row['returns_to']} again")
    if row["reread"]:
        parts.append("read by another reader")
    return "; ".join(filter(None, parts))


def _data(data: dict[str, Any]) -> str:
    return ", ".join(
        f"{name}: {'; '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in data.items()
    )


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ") + "Z"
