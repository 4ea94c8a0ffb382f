"""Single bits, changed anywhere in what was kept: verify finds each that changes what is read.

A bit in room that no row uses changes nothing and need not be found: the rows before and after
are compared. Columns that no digest, index or reference covers are named below.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import kept
import pytest

from archive.db import Archive
from archive.errors import LuutruError
from archive.ops.verify import verify

pytestmark = pytest.mark.long

FLIPS = 150  # a table
# What a change of leaves no trace: facts of their own, under no digest.
UNCOVERED = {
    "version": {"reader", "tags", "images", "language", "source", "canonical", "evidence"},
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.make(tmp_path_factory.mktemp("whole") / "a.db")


def pages(path: Path, table: str) -> tuple[list[int], int]:
    with closing(sqlite3.connect(path)) as conn:
        found = conn.execute("SELECT pageno FROM dbstat WHERE name = ?", (table,)).fetchall()
        return [row[0] for row in found], conn.execute("PRAGMA page_size").fetchone()[0]


def read(path: Path, table: str) -> object:
    """The rows of a table as they are read, without what nothing covers; or that they are not."""
    try:
        with closing(sqlite3.connect(path)) as conn:
            conn.row_factory = sqlite3.Row
            return [
                {name: _plain(table, name, row[name]) for name in row.keys()  # noqa: SIM118 - a Row
                 if name not in UNCOVERED.get(table, ())}
                for row in conn.execute(f"SELECT * FROM {table}")
            ]  # fmt: skip
    except (sqlite3.Error, ValueError) as error:
        return type(error).__name__


def _plain(table: str, name: str, value: object) -> object:
    """A list of headers as a value: its JSON may be spelled in several ways."""
    return json.loads(str(value)) if table == "capture" and name.endswith("headers") else value


@pytest.mark.parametrize("table", ["payload", "header", "capture", "crawl", "seal", "version"])
def test_each_changed_bit_is_found(whole: Path, tmp_path: Path, table: str) -> None:
    dice = random.Random(table)
    numbers, size = pages(whole, table)
    before = read(whole, table)
    data = whole.read_bytes()
    path = tmp_path / "a.db"
    tally: Counter[str] = Counter()
    while tally["changed"] < FLIPS:
        assert tally["tried"] < 40 * FLIPS
        place = (dice.choice(numbers) - 1) * size + dice.randrange(size)
        if not data[place]:
            continue  # most of what no row uses
        flipped = data[place] ^ 1 << dice.randrange(8)
        path.write_bytes(data[:place] + bytes([flipped]) + data[place + 1 :])
        tally["tried"] += 1
        if read(path, table) == before:
            continue
        tally["changed"] += 1
        try:
            with Archive.open(path, readonly=True) as archive:
                problems = [text for one in verify(archive) for text in one.found]
        except LuutruError:
            tally["not opened"] += 1
            continue
        tally["found"] += bool(problems)
        assert problems, f"byte {place}: {data[place]:#x} became {flipped:#x}"
    print(table, dict(tally))  # noqa: T201 - the figures of the run


def test_a_page_of_each_table_overwritten(whole: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(whole)) as conn:
        names = [row[0] for row in conn.execute(
            "SELECT name FROM sqlite_schema WHERE rootpage > 0 AND name NOT LIKE 'sqlite_stat%'"
        )]  # fmt: skip
    for name in names:
        path = kept.overwritten(whole, tmp_path / "a.db", name)
        try:
            with Archive.open(path, readonly=True) as archive:
                assert any(one.problems for one in verify(archive)), name
        except LuutruError as error:
            assert "damaged" in str(error), name
        path.unlink()


def test_bytes_of_the_index(whole: Path, tmp_path: Path) -> None:
    """Where a changed bit of a block changes the words of the index, it is found."""
    with closing(sqlite3.connect(whole)) as conn:
        before = vocabulary(conn)
        blocks = conn.execute("SELECT id, block FROM search_text_data WHERE id > 10").fetchall()
    dice = random.Random(3)
    changed, missed = 0, []
    while changed < FLIPS:
        number, block = dice.choice(blocks)
        place = dice.randrange(len(block))
        path = Path(shutil.copy(whole, tmp_path / "a.db"))
        with closing(sqlite3.connect(path, isolation_level=None)) as conn:
            conn.create_function("flipped", 2, kept.flipped)
            conn.execute(
                "UPDATE search_text_data SET block = flipped(block, ?) WHERE id = ?",
                (place, number),
            )
            conn.execute("PRAGMA journal_mode = DELETE")
        with closing(sqlite3.connect(path)) as conn:
            if vocabulary(conn) == before:
                continue
        changed += 1
        with Archive.open(path, readonly=True) as archive:
            found = {one.check: one.problems for one in verify(archive)}
        missed += [] if found["index"] else [(number, place)]
    # FTS5's checksum is an exclusive or over all places: a changed number of a row, which shows an
    # even number of times, can cancel itself out.
    assert len(missed) <= FLIPS // 50, missed


def vocabulary(conn: sqlite3.Connection) -> object:
    """Every word at every place, as FTS5 reads them."""
    try:
        conn.execute(
            "CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search_text, 'instance')"
        )
        return conn.execute("SELECT * FROM temp.words").fetchall()
    except sqlite3.Error as error:
        return type(error).__name__
