"""The tables of an exported SQLite file, made of the table of fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archive.export.fields import Field, fields_of
from archive.export.record import Kind

SITE = """CREATE TABLE site (
    slug TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    province_then TEXT,
    province_now TEXT
)"""

JOINED = ("body", "captions", "authors")
"""Lists that stand in the main table too, as text: paragraphs and captions by line."""

SEARCHED = ("title", "lead", *JOINED, "folded")


@dataclass(frozen=True, slots=True)
class Part:
    """A table of one of a row's lists: *columns* after the row's number and the position."""

    table: str
    field: str
    columns: tuple[str, ...]


_PARTS = (
    Part("section", "section", ("name",)),
    Part("author", "authors", ("name", "affiliation", "role")),
    Part("block", "body", ("kind", "text")),
    Part("caption", "captions", ("text", "credit", "image", "payload")),
    Part("link", "related", ("kind", "title", "url", "published")),
    Part("attachment", "attachments", ("title", "url", "payload")),
    Part("tag", "tags", ("name",)),
    Part("note", "notes", ("text", "by", "time")),
    Part("collection", "collections", ("name",)),
    Part("evidence", "evidence", ("field", "rule")),
)
_CHANGED = Part("changed", "changed", ("field",))


def main_table(kind: Kind) -> str:
    """`article` or `version`."""
    return kind.removesuffix("s")


def parts_of(kind: Kind) -> tuple[Part, ...]:
    """The tables of lists, each with a row's number in `article_id` or `version_id`."""
    return (*_PARTS, _CHANGED) if kind == "versions" else _PARTS


def plain_fields(kind: Kind) -> tuple[Field, ...]:
    """The fields that are columns of the main table as they are."""
    return tuple(one for one in fields_of(kind) if one.type not in ("texts", "objects", "map"))


def tables(kind: Kind) -> Iterator[str]:
    """The statements that make the tables."""
    main = main_table(kind)
    yield SITE
    columns = ["id INTEGER PRIMARY KEY"]
    for field in plain_fields(kind):
        column = f"{field.name} {'INTEGER' if field.type in ('number', 'flag') else 'TEXT'}"
        if field.name == "site":
            column += " NOT NULL REFERENCES site(slug)"
        elif field.name in ("key", "url", "title", "version"):
            column += " NOT NULL"
        columns.append(column)
    columns += [f"{name} TEXT NOT NULL" for name in JOINED]
    columns.append("folded TEXT NOT NULL")
    columns.append("UNIQUE (key, version)" if kind == "versions" else "UNIQUE (key)")
    yield _create(main, columns, "")
    for part in parts_of(kind):
        columns = [f"{main}_id INTEGER NOT NULL REFERENCES {main}(id)", "position INTEGER NOT NULL"]
        columns += [f"{name} TEXT" for name in part.columns]
        columns.append(f"PRIMARY KEY ({main}_id, position)")
        yield _create(part.table, columns, " WITHOUT ROWID")


def indexes(kind: Kind) -> Iterator[str]:
    """The statements that index and search what was put in."""
    main = main_table(kind)
    yield f"CREATE INDEX {main}_published ON {main} (published_utc)"
    yield f"CREATE INDEX {main}_site ON {main} (site)"
    yield f"CREATE INDEX {main}_story ON {main} (story) WHERE story IS NOT NULL"
    yield "CREATE INDEX author_name ON author (name)"
    yield "CREATE INDEX link_url ON link (url)"
    yield "CREATE INDEX section_name ON section (name)"
    # Accents are kept, for folding in the tokenizer never turns đ into d: bare letters are found
    # in the column `folded`, which every tool can search. Datasette knows its
    # search tables by the spelling `content="…"`.
    yield f"""CREATE VIRTUAL TABLE {main}_search USING fts5 (
    {", ".join(SEARCHED)},
    content="{main}", content_rowid="id", tokenize='unicode61 remove_diacritics 0'
)"""
    yield f"INSERT INTO {main}_search ({main}_search) VALUES ('rebuild')"
    yield f"INSERT INTO {main}_search ({main}_search) VALUES ('optimize')"


def _create(table: str, columns: list[str], options: str) -> str:
    inside = ",\n    ".join(columns)
    return f"CREATE TABLE {table} (\n    {inside}\n){options}"
