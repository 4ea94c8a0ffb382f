"""The commands in a card that open its file; a test runs each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_PANDAS = {
    "jsonl": "rows = pandas.read_json({name}, lines=True, dtype=False)",
    "csv": "rows = pandas.read_csv({name}, dtype=str, keep_default_na=False)",
    "parquet": "rows = pandas.read_parquet({name})",
}

_DUCKDB = {
    "jsonl": 'rows = duckdb.read_json({name}, format="newline_delimited")',
    "csv": "rows = duckdb.read_csv({name}, all_varchar=True)",
    "parquet": "rows = duckdb.read_parquet({name})",
}

_CAPTIONS = """\
captions = duckdb.sql("SELECT key, unnest(captions) AS caption FROM rows")
print(duckdb.sql("SELECT key, caption.text, caption.credit FROM captions"))"""

_ARROW = """\
import pyarrow.parquet

rows = pyarrow.parquet.read_table({name}, columns=["key", "title", "published_utc", "captions"])
print(rows.slice(0, 5).to_pylist())"""

_SQLITE = """\
import contextlib
import sqlite3

# Bare letters find all spellings (column `folded`), letters with marks only themselves.
SEARCH = \"\"\"
SELECT {main}.title, snippet({main}_search, -1, '[', ']', '…', 12)
FROM {main}_search JOIN {main} ON {main}.id = {main}_search.rowid
WHERE {main}_search MATCH ? ORDER BY rank LIMIT 5
\"\"\"
with contextlib.closing(sqlite3.connect({name})) as conn:
    for row in conn.execute(SEARCH, ('"dang uy"',)):
        print(row)"""

_SQLITE_PANDAS = """\
import contextlib
import sqlite3

import pandas

with contextlib.closing(sqlite3.connect({name})) as conn:
    rows = pandas.read_sql("SELECT * FROM {main}", conn)
print(rows.groupby("site").size())"""


def opening(made: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the section, without its heading."""
    name = repr(made["file"])
    if made["format"] == "sqlite":
        main = made["kind"].removesuffix("s")
        yield f"`datasette {made['file']}` shows it in a browser. In Python:"
        for code in (_SQLITE, _SQLITE_PANDAS):
            yield from _block(code.format(name=name, main=main))
        return
    yield "With pandas, and with DuckDB, which reads files larger than memory:"
    pandas = _PANDAS[made["format"]].format(name=name)
    yield from _block(f'import pandas\n\n{pandas}\nprint(rows.groupby("site").size())')
    counted = f"import duckdb\n\n{_DUCKDB[made['format']].format(name=name)}\n"
    counted += 'print(duckdb.sql("SELECT site, count(*) FROM rows GROUP BY site ORDER BY site"))'
    # JSON without any caption does not tell that a caption has a text.
    if made["format"] == "parquet" or (made["format"] == "jsonl" and _has(made, "captions")):
        counted += "\n" + _CAPTIONS
    yield from _block(counted)
    if made["format"] == "parquet":
        yield ""
        yield "With pyarrow, only the columns that are needed:"
        yield from _block(_ARROW.format(name=name))


def _has(made: Mapping[str, Any], field: str) -> bool:
    return any(one["name"] == field and one["filled"] for one in made["fields"])


def _block(code: str) -> Iterator[str]:
    yield from ("", "```python", *code.splitlines(), "```")
