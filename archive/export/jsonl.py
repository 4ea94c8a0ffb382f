"""JSON lines: the nested JSON of one article a line, UTF-8, accents as letters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from archive.export.rows import Record


def write(records: Iterable[Record], out: TextIO, full: bool = False) -> None:
    """Write *records* to *out*; *full*: each block of a body with its kind."""
    for record in records:
        out.write(json.dumps(record.to_dict(full), ensure_ascii=False) + "\n")
