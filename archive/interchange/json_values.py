"""The fields of a capture as JSON holds them, and back. Pure.

A file may come from anybody, and the ids in it prove no more than that they were computed of what
is there: what is read is a value that a capture could have, or an error.
"""

from __future__ import annotations

import base64
from types import UnionType
from typing import Any, get_args

from archive.clock import from_iso, iso
from archive.types import How, PageKind

# By their names in Exchange and Said.
_TYPES: dict[str, type | UnionType] = {
    "url": str, "time": str, "method": str, "request_headers": list, "request_body": str,
    "status": int | None, "headers": list, "wire_digest": str | None, "wire_size": int | None,
    "truncated": bool, "failure": str | None, "address": str | None, "source": str,
    "clock_shift": float | int, "site": str, "kind": str, "how": str, "crawl": int,
    "page": str | None, "earlier": str | None,
}  # fmt: skip
_LARGEST = 1 << 53  # of a number: what JSON and SQLite both hold exactly
_CHOICES = {"kind": get_args(PageKind), "how": get_args(How)}


def as_json(name: str, value: Any) -> Any:
    """The value of the field *name* as it is written."""
    if name == "time":
        return iso(value)
    return base64.b64encode(value).decode() if name == "request_body" else value


def from_json(name: str, value: Any) -> Any:
    """The value of the field *name* that was read; ValueError if it can be none."""
    _check(name, value)
    if name == "time":
        return from_iso(value)
    if name == "request_body":
        return base64.b64decode(value, validate=True)
    if name in ("headers", "request_headers"):
        return tuple((key, text) for key, text in value)
    return value


def _check(name: str, value: object) -> None:
    if not isinstance(value, _TYPES[name]) or value not in _CHOICES.get(name, (value,)):
        raise ValueError(f"no {name}: {value!r}")
    if isinstance(value, int | float) and not -_LARGEST < value < _LARGEST:  # NaN is refused too
        raise ValueError(f"no {name}: {value!r}")
    if isinstance(value, list) and any(not isinstance(one, str) for pair in value for one in pair):
        raise ValueError(f"no {name}: {value!r}")
