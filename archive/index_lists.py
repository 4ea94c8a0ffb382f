"""Lists of names that many articles have alike, by number: sections and authors.

A list stays as long as a row of the index names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from archive.vietnamese import exact, settle

if TYPE_CHECKING:
    from archive.db import Archive

Kind = Literal["section", "author"]


@dataclass(frozen=True, slots=True)
class Names:
    """A list: ``names`` as printed, and in the same order their exact forms as ``keys``."""

    number: int
    names: tuple[str, ...]
    keys: tuple[str, ...]


def take(archive: Archive, kind: Kind, names: Sequence[str]) -> int:
    """The number of a list, for one row of the index more. Call it inside a transaction."""
    settled = [settle(name) for name in names]
    keys = [exact(name) for name in settled]
    text, key = (json.dumps(part, ensure_ascii=False) for part in (settled, keys))
    (number,) = archive.conn.execute(
        """INSERT INTO search_list (kind, names, keys, uses) VALUES (?, ?, ?, 1)
           ON CONFLICT (kind, names) DO UPDATE SET uses = uses + 1 RETURNING id""",
        (kind, text, key),
    ).fetchone()
    return int(number)


def leave(archive: Archive, numbers: Iterable[int]) -> None:
    """A row of the index that named these lists is gone. What no row names goes too."""
    for number in numbers:
        archive.conn.execute("UPDATE search_list SET uses = uses - 1 WHERE id = ?", (number,))
        archive.conn.execute("DELETE FROM search_list WHERE id = ? AND uses <= 0", (number,))


def all(archive: Archive, kind: Kind) -> Iterator[Names]:
    """All lists of a kind."""
    return _read(archive, "kind = ?", (kind,))


def of(archive: Archive, kind: Kind, numbers: Iterable[int]) -> Iterator[Names]:
    """The lists of these numbers."""
    within = "kind = ? AND id IN (SELECT value FROM json_each(?))"
    return _read(archive, within, (kind, json.dumps(list(numbers))))


def _read(archive: Archive, condition: str, values: tuple[object, ...]) -> Iterator[Names]:
    sql = f"SELECT id, names, keys FROM search_list WHERE {condition}"
    for row in archive.conn.execute(sql, values):
        yield Names(row[0], tuple(json.loads(row[1])), tuple(json.loads(row[2])))
