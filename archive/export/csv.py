"""CSV (RFC 4180): flat columns with a header; paragraphs as lines, other lists joined with `; `.

Left out: the kinds of blocks, affiliations and roles, credits and photos, titles of links, and
`evidence`; jsonl, parquet and sqlite hold them. An empty cell is an empty text as well as none.

Values stand as they are stored. A cell that begins with `=`, `+`, `-` or `@` is text of the
article, but a spreadsheet that opens the file by double click may run it as a formula: import the
file with all columns as text. To disarm it here would change the text.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from archive.export.fields import fields_of
from archive.export.record import Kind, Row


def _joined(part: str, divider: str = "; ") -> Callable[[Any], str]:
    return lambda value: divider.join(one[part] for one in value)


_CELLS: dict[str, Callable[[Any], str]] = {
    "section": " > ".join,
    "authors": _joined("name"),
    "body": _joined("text", "\n"),
    "captions": _joined("text"),
    "related": _joined("url"),
    "attachments": _joined("url"),
    "tags": "; ".join,
    "notes": _joined("text", "\n"),
    "collections": "; ".join,
    "changed": "; ".join,
    "current": lambda value: "yes" if value else "no",
}


def columns(kind: Kind) -> tuple[str, ...]:
    """The names in the header."""
    return tuple(field.name for field in fields_of(kind) if field.type != "map")


def write(rows: Iterable[Row], out: TextIO, kind: Kind, full: bool = False) -> None:
    """Write *rows* to *out*. *full* changes nothing: a cell has no kinds."""
    writer = csv.writer(_Lines(out), lineterminator="\r\n")
    names = columns(kind)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(name, row[name]) for name in names])


class _Lines:
    """Ends rows with a line feed, as every other format does.

    The writer must believe in CR LF: else it leaves a carriage return in a text unquoted.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, row: str) -> None:
        self._out.write(row.removesuffix("\r\n") + "\n")


def _cell(name: str, value: Any) -> Any:
    if value is None:
        return ""
    return _CELLS[name](value) if name in _CELLS else value
