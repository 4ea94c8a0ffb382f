"""JSON lines: the nested JSON of one row a line, UTF-8, accents as letters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from archive.export.record import Kind, Row

# Line ends to Unicode, but not to JSON: left as they are, `str.splitlines` would break the line.
_LINE_ENDS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}

_json = json.JSONEncoder(ensure_ascii=False).encode


def write(rows: Iterable[Row], out: TextIO, kind: Kind, full: bool = False) -> None:
    """Write *rows* to *out*; *full*: each block of a body with its kind, not its text alone."""
    for row in rows:
        if not full:
            row = {**row, "body": [block["text"] for block in row["body"]]}
        line = _json(row)
        for char, escaped in _LINE_ENDS.items():
            if char in line:
                line = line.replace(char, escaped)
        out.write(line + "\n")
