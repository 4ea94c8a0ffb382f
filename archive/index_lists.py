"""Lists of names that many articles have alike, by number: sections and authors. They only grow;
`luutru reindex` begins anew."""

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


def number(archive: Archive, kind: Kind, names: Sequence[str]) -> int:
    """The number of a list, which is entered if it is new. Call it inside a transaction."""
    settled = [settle(name) for name in names]
    text = json.dumps(settled, ensure_ascii=False)
    sql = "SELECT id FROM search_list WHERE kind = ? AND names = ?"
    row = archive.conn.execute(sql, (kind, text)).fetchone()
    if row is None:
        keys = json.dumps([exact(name) for name in settled], ensure_ascii=False)
        row = archive.conn.execute(
            "INSERT INTO search_list (kind, names, keys) VALUES (?, ?, ?) RETURNING id",
            (kind, text, keys),
        ).fetchone()
    return int(row[0])


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
