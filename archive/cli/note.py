"""`luutru note`: what archivists write about articles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.agent import agent_of, agent_option, required
from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows

if TYPE_CHECKING:
    from archive.notes import Note


@click.group(
    "note",
    epilog="""\b
Example:
  luutru note add 54c497b62736f0a1 "Ảnh thứ hai chụp năm 2019"
  luutru note list 54c497b62736f0a1
""",
)
def command() -> None:
    """Write notes on articles, list and retract them.

    A note stays with its article through every version and reading, and is shown and exported with
    it. None is ever deleted: one that is retracted is kept, with who took it back and when.
    """


@command.command(
    "add",
    epilog="""\b
Example:
  luutru note add 54c497b62736f0a1 "Ảnh thứ hai chụp năm 2019" --by "Lò Thị Mây"
""",
)
@click.argument("ref")
@click.argument("text")
@agent_option
@archive_option()
def add(ref: str, text: str, by: str | None, archive_path: Path) -> None:
    """Write the note TEXT on the article that REF means."""
    from archive import articles, notes

    said, agent = required(text, "TEXT"), agent_of(by)
    with opened(archive_path, readonly=False) as archive:
        key = articles.key_of(archive, articles.resolve(archive, ref))
        number = notes.add(archive, key, said, agent)
    click.echo(f"Note {number} is on {key}.", err=True)


@command.command(
    "list",
    epilog="""\b
Example:
  luutru note list --format csv
""",
)
@click.argument("ref", required=False)
@archive_option()
@output_format()
def list_notes(ref: str | None, archive_path: Path, fmt: str) -> None:
    """List the notes on the article that REF means, or all; retracted ones too."""
    from archive import articles, notes

    with opened(archive_path) as archive:
        if ref is None:
            found = notes.all(archive)
        else:
            article_id = articles.resolve(archive, ref)
            found = notes.of_article(archive, article_id, retracted=True)
    print_rows([_row(one) for one in found], fmt)
    if not found:
        click.echo("There is no note. `luutru note add REF TEXT` writes one.", err=True)


@command.command(
    "retract",
    epilog="""\b
Example:
  luutru note retract 3
""",
)
@click.argument("number", metavar="N", type=int)
@agent_option
@archive_option()
def retract(number: int, by: str | None, archive_path: Path) -> None:
    """Retract note N: it is shown and exported no more, and stays on record."""
    from archive import notes

    with opened(archive_path, readonly=False) as archive:
        note = notes.retract(archive, number, agent_of(by))
    click.echo(f"Note {number} on {note.key} is retracted.", err=True)


def _row(note: Note) -> dict[str, Any]:
    from archive.clock import iso

    return {
        "note": note.id,
        "article": note.key,
        "time": iso(note.time),
        "by": note.agent,
        "text": note.text,
        "retracted": iso(note.retracted) if note.retracted else None,
        "retracted_by": note.retracted_by,
    }
