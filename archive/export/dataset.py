"""A dataset: a file of rows, its manifest and its card, whole or not at all."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from archive import sites
from archive.export import card, manifest
from archive.export.files import replacing
from archive.export.record import Kind, Row
from archive.export.rows import article_ids, count, records
from archive.export.selection import Selection
from archive.export.tally import Tally
from archive.snapshot import snapshot

if TYPE_CHECKING:
    from archive.db import Archive

TEXTS = ("jsonl", "csv")
FORMATS = (*TEXTS, "parquet", "sqlite")

Progress = Callable[[int, int], None]

_EVERY = 20  # rows between two looks at the bar


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written. ``full``: in jsonl, each block of a body with its kind."""

    format: str
    kind: Kind = "articles"
    selection: Selection = field(default_factory=Selection)
    full: bool = False


def print_to(archive: Archive, out: TextIO, wanted: Wanted) -> None:
    """Write the rows as jsonl or csv to *out*, and nothing beside them."""
    with snapshot(archive):
        _, rows = _rows(archive, wanted)
        _writer(wanted.format).write(rows, out, wanted.kind, wanted.full)


def write(archive: Archive, path: Path, wanted: Wanted, progress: Progress) -> dict[str, Any]:
    """Write *path*, `<path>.manifest.json` and `<path>.card.md`; the manifest.

    All three are whole before the first takes its place, and the manifest comes last: it names the
    file's digest, so one that belongs to another file is found out. Errors as in `search`, and
    InputError if the folder cannot be written to or is full: then nothing has changed.
    """
    listed, described = beside(path)
    with (
        snapshot(archive),
        replacing(listed) as manifest_part,
        replacing(described) as card_part,
        replacing(path) as part,
    ):
        total, rows = _rows(archive, wanted)
        tally = Tally()
        _write(archive, part, wanted, tally.watch(_told(rows, total, progress)))
        made = manifest.describe(
            archive, part, path.name, wanted.format, wanted.kind, wanted.selection, tally
        )
        text = json.dumps(made, ensure_ascii=False, indent=2) + "\n"
        manifest_part.write_text(text, "utf-8")
        card_part.write_text(card.render(made), "utf-8")
    return made


def beside(path: Path) -> tuple[Path, Path]:
    """Where the manifest and the card of *path* stand."""
    return path.with_name(f"{path.name}.manifest.json"), path.with_name(f"{path.name}.card.md")


def _rows(archive: Archive, wanted: Wanted) -> tuple[int, Iterator[Row]]:
    one = wanted.selection
    ids = article_ids(archive, one.filters, one.query, one.since)
    found = records(archive, ids, wanted.kind)
    return count(archive, ids, wanted.kind), (record.to_dict(wanted.kind) for record in found)


def _write(archive: Archive, part: Path, wanted: Wanted, rows: Iterable[Row]) -> None:
    writer = _writer(wanted.format)
    if wanted.format in TEXTS:
        with part.open("x", encoding="utf-8", newline="") as out:
            writer.write(rows, out, wanted.kind, wanted.full)
    elif wanted.format == "sqlite":
        known = {site.slug: site for site in sites.all(archive)}
        writer.write(rows, part, wanted.kind, known)
    else:
        writer.write(rows, part, wanted.kind)


def _writer(format_: str) -> Any:
    # Imported when it is called for: pyarrow takes half a second.
    return importlib.import_module(f"archive.export.{format_}")


def _told(rows: Iterable[Row], total: int, progress: Progress) -> Iterator[Row]:
    for done, row in enumerate(rows, 1):
        yield row
        if done % _EVERY == 0 or done == total:
            progress(done, total)
