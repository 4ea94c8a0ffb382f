"""Parquet: nested types as they are, zstd, row groups of bounded size (parquet.apache.org).

The schema is the same whether there are rows or not: it is made of the table of fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from archive.clock import from_iso
from archive.export.fields import Field, fields_of
from archive.export.record import Kind, Row

_ROWS = 5_000  # in a row group, at most,
_CHARACTERS = 4_000_000  # and characters of body: what is held in memory

_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "word": pa.dictionary(pa.int32(), pa.string()),
    "time": pa.timestamp("us", tz="UTC"),
    "number": pa.int32(),
    "flag": pa.bool_(),
    "texts": pa.list_(pa.string()),
    "map": pa.map_(pa.string(), pa.string()),
}


def schema(kind: Kind) -> pa.Schema:
    """The columns with their types; what each means stands in its metadata."""
    return pa.schema(
        [
            pa.field(field.name, _type(field), metadata={"meaning": field.meaning})
            for field in fields_of(kind)
        ]
    )


def write(rows: Iterable[Row], path: Path, kind: Kind) -> None:
    """Write *rows* to a new file at *path*."""
    columns = fields_of(kind)
    shape = schema(kind)
    # A Python file: what goes wrong with it stays an OSError with its number.
    with path.open("xb") as out, pq.ParquetWriter(out, shape, compression="zstd") as writer:
        for group in _groups(rows):
            arrays = [_array(field, group) for field in columns]
            writer.write_batch(pa.record_batch(arrays, schema=shape), row_group_size=_ROWS)


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    held = 0
    for row in rows:
        group.append(row)
        held += sum(len(block["text"]) for block in row["body"])
        if len(group) == _ROWS or held >= _CHARACTERS:
            yield group
            group, held = [], 0
    if group:
        yield group


def _type(field: Field) -> pa.DataType:
    if field.type == "objects":
        return pa.list_(pa.struct([(part, pa.string()) for part in field.parts]))
    return _TYPES[field.type]


def _array(field: Field, group: list[Row]) -> pa.Array:
    values = [row[field.name] for row in group]
    if field.type == "time":
        values = [value and from_iso(value) for value in values]
    elif field.type == "map":
        values = [list(value.items()) for value in values]
    elif field.type == "word":
        return pa.array(values, pa.string()).dictionary_encode()
    return pa.array(values, _type(field))
