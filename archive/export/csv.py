"""CSV (RFC 4180): flat columns with a header; paragraphs as lines, other lists joined with `; `.

Values stand as they are stored. A cell that begins with `=` is text of the article: open the file
by a spreadsheet's import, with all columns as text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any, TextIO

from archive.export.rows import Record

COLUMNS = (
    "key", "url", "site", "title", "section", "lead", "published", "updated", "authors", "byline",
    "source", "body", "captions", "related", "attachments", "tags", "language", "state",
    "first_seen", "last_seen", "payload",
)  # fmt: skip

_LISTS = {
    "section": lambda value: " > ".join(value),
    "authors": lambda value: "; ".join(one["name"] for one in value),
    "body": lambda value: "\n".join(value),
    "captions": lambda value: "; ".join(one["text"] for one in value),
    "related": lambda value: "; ".join(one["url"] for one in value),
    "attachments": lambda value: "; ".join(one["url"] for one in value),
    "tags": lambda value: "; ".join(value),
}


def write(records: Iterable[Record], out: TextIO, full: bool = False) -> None:
    """Write *records* to *out*. *full* changes nothing: a cell has no kinds."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in records:
        value = record.to_dict()
        writer.writerow([_cell(name, value[name]) for name in COLUMNS])


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    return _LISTS[name](value) if name in _LISTS else str(value)
