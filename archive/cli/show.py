"""`luutru show`: one article, readable or as JSON."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli import copies
from archive.cli.options import archive_option, opened
from archive.cli.output import colours, output_format, print_rows, to_json
from archive.cli.versions import chosen

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.enclosures import Enclosure
    from archive.types import Article, Block, Version

_WIDEST = 88
_STATES = {"gone": "GONE from its site", "withdrawn": "WITHDRAWN from this archive"}


@click.command(
    "show",
    epilog="""\b
Examples:
  luutru show 54c497b62736f0a1 --documents
  luutru show https://example.org/tin-tuc/hoi-nghi.html --version 1 --format json
""",
)
@click.argument("ref")
@click.option(
    "--version", "number", type=int, metavar="N", help="The Nth version; -1 is the last one."
)
@click.option("--full", is_flag=True, help="json: each paragraph, heading, item with its kind.")
@click.option("--documents", is_flag=True, help="Also the text of its attachments.")
@archive_option()
@output_format()
def command(
    ref: str, number: int | None, full: bool, documents: bool, archive_path: Path, fmt: str
) -> None:
    """Show the article that REF means: its key, or its address as found or canonical."""
    from archive import about, enclosures

    with opened(archive_path) as archive:
        version, place, count = chosen(archive, ref, number)
        shown = enclosures.of_version(archive, version)
        kept = {url: one.payload for url, one in shown.items() if one.payload}
        value: dict[str, Any] = {}
        lines: list[str] = []
        if fmt == "table":
            lines += _readable(archive, version, place, count, shown)
        else:
            value = about.to_json(archive, version, full=full, payloads=kept)
            if documents:
                _add_documents(value, shown)
    if documents:
        lines += _documents(version.article, shown)
    if fmt == "json":
        click.echo(to_json(value, indent=2))
    elif fmt == "table":
        click.echo("\n".join(lines))
    else:
        print_rows([value], fmt)


def _readable(
    archive: Archive, version: Version, place: int, count: int, shown: Mapping[str, Enclosure]
) -> Iterator[str]:
    if version.state == "withdrawn":
        yield from _withdrawn(archive, version)
    else:
        yield from _text(version.article, shown)
    yield from _noted(archive, version)
    yield ""
    yield from _provenance(archive, version, place, count)
    yield from copies.lines(archive, version.key)


def _withdrawn(archive: Archive, version: Version) -> Iterator[str]:
    from archive import articles, withdrawals

    found = withdrawals.of_article(archive, articles.resolve(archive, version.key))
    if found is not None:
        yield from _folded(f"{found.told()}.")
    yield from _folded("Its text is not kept here any more; digests, address and times are.")


def _noted(archive: Archive, version: Version) -> Iterator[str]:
    from archive import articles, collections, notes

    article_id = articles.resolve(archive, version.key)
    found = notes.of_article(archive, article_id)
    told = [f"{one.text} ({one.agent}, {one.time:%Y-%m-%d}, note {one.id})" for one in found]
    yield from _list("Notes", told)
    yield from _list("Collections", collections.names_of(archive, article_id))


def _text(article: Article, shown: Mapping[str, Enclosure]) -> Iterator[str]:
    colour = colours()
    if article.section:
        yield " › ".join(article.section)
    yield from _folded(article.title, style={"bold": True} if colour else None)
    about = [article.published and f"Published {article.published}"]
    about += [article.updated and f"updated {article.updated}"]
    yield from _folded(", ".join(filter(None, about)) or "No date")
    if byline := _byline(article):
        yield from _folded(byline)
    if article.source:
        yield from _folded(f"Source: {article.source}")
    if article.lead:
        yield ""
        yield from _folded(article.lead, style={"italic": True} if colour else None)
    for block in article.body:
        yield ""
        yield from _block(block, colour)
    yield from _lists(article, shown)


def _byline(article: Article) -> str:
    if article.byline:
        return article.byline
    return "; ".join(
        ", ".join(filter(None, (one.name, one.affiliation))) for one in article.authors
    )


def _block(block: Block, colour: bool) -> Iterator[str]:
    if block.kind == "heading":
        yield from _folded(block.text, style={"bold": True} if colour else None)
    elif block.kind == "row":
        yield "  " + " | ".join(block.text.split("\t"))
    elif block.kind == "item":
        yield from _folded(block.text, "  - ", "    ")
    elif block.kind == "quote":
        yield from _folded(block.text, "  > ", "  > ")
    else:
        yield from _folded(block.text)


def _lists(article: Article, shown: Mapping[str, Enclosure]) -> Iterator[str]:
    captions = [
        one.text + (f" ({one.credit})" if one.credit else "") + _missing(shown.get(one.image or ""))
        for one in article.captions
    ]
    related = [
        f"{one.title} <{one.url}>" for one in article.related if one.kind in ("related", "part")
    ]
    attachments = [
        f"{one.title} <{one.url}>\n    {shown[one.url].told}" for one in article.attachments
    ]
    for heading, entries in (
        ("Photos", captions),
        ("Related", related),
        ("Attachments", attachments),
        ("Tags", [", ".join(article.tags)] if article.tags else []),
    ):
        yield from _list(heading, entries)


def _missing(photo: Enclosure | None) -> str:
    return f"\n    {photo.told}" if photo is not None and photo.refused else ""


def _documents(article: Article, shown: Mapping[str, Enclosure]) -> Iterator[str]:
    """The text of the attachments, as far as there is any."""
    for one in article.attachments:
        found = shown[one.url].document
        yield ""
        yield from _folded(f"{one.title}:")
        if found is None or not found.text:
            yield from _folded(f"[{shown[one.url].told}]", "  ", "  ")
            continue
        for line in found.text.replace("\f", "\n\n").split("\n"):
            yield from _folded(line, "  ", "  ")


def _add_documents(value: dict[str, Any], shown: Mapping[str, Enclosure]) -> None:
    for one in value["attachments"]:
        found = shown[one["url"]].document
        one |= {
            "state": found.state if found is not None else None,
            "problem": found.problem if found is not None else shown[one["url"]].why,
            "text": found.text if found is not None else None,
        }


def _list(heading: str, entries: Sequence[str]) -> Iterator[str]:
    if entries:
        yield ""
        yield f"{heading}:"
    for entry in entries:
        first, *about = entry.split("\n")
        yield from _folded(first, "  - ", "    ")
        for line in about:
            yield from _folded(line.strip(), "    ", "    ")


def _provenance(archive: Archive, version: Version, place: int, count: int) -> Iterator[str]:
    from archive import captures

    capture = captures.get(archive, version.first_capture_id)
    rows = {
        "Key": version.key,
        "Site": version.site,
        "Address": version.url,
        "State": _STATES.get(version.state, version.state) + _absent(archive, version),
        "Version": f"{place} of {count}, seen {_day(version.first_seen)}"
        f" to {_day(version.last_seen)}",
        "Capture": f"{capture.identity}, {capture.time:%Y-%m-%dT%H:%M:%SZ}",
        "Payload": capture.payload_digest or "",
        "Digest": version.digest if version.state == "withdrawn" else "",
    }
    for name, value in rows.items():
        if value:
            yield f"{name + ':':<9} {value}"


def _absent(archive: Archive, version: Version) -> str:
    """Of an article that counts as live: since when its page says that it is no more."""
    from archive import absence, articles

    found = absence.since(archive, articles.resolve(archive, version.key))
    if found is None:
        return ""
    looks = "1 look" if found.looks == 1 else f"looks on {found.looks} days"
    return f", but not found ({found.why}) since {_day(found.since)}, by {looks}: not sure yet"


def _day(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"


def _folded(
    text: str, first: str = "", rest: str = "", style: dict[str, bool] | None = None
) -> Iterator[str]:
    """*text* in lines that fit the terminal; whole in a pipe."""
    if not sys.stdout.isatty():
        yield first + text
        return
    width = min(_WIDEST, max(30, shutil.get_terminal_size().columns))
    for line in textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    ):
        yield click.style(line, **style) if style else line
