"""What every check is built on: what it looked at, what it found, and rows read around damage."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from archive.db import Archive
from archive.errors import ArchiveError

RESTORE = "`luutru restore FILE --force` puts a backup in the archive's place."

VALUES = (
    ValueError, LookupError, TypeError, AttributeError, OverflowError, MemoryError, RecursionError,
)  # fmt: skip
"""What the code that reads a row can raise over values that nobody wrote: bytes for text, …"""

WRONG_VALUES = (sqlite3.DatabaseError, ArchiveError, *VALUES)
"""The same, and what reading the row itself can raise."""

_NO_DAMAGE = (
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM,
)  # fmt: skip
_HOLE = 5_000  # row numbers that are tried behind the last row that could be read
_LOST = 100_000  # rows that cannot be read, before a check gives up


@dataclass(frozen=True, slots=True)
class Rule:
    """*sql* finds the rows that break it; *what* is filled with their columns in order."""

    sql: str
    what: str
    next_step: str = ""  # none: a backup


def is_damage(error: BaseException) -> bool:
    """Whether what was raised tells of the archive's state, not of a file in use, Ctrl-C, …"""
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in _NO_DAMAGE


class Look:
    """One check at work: how many things it looked at, and the problems, the first *most* in words.

    *sample*: of payloads, captures, versions and indexed texts look at that many, taken at random.
    *held*: digests of seals that someone kept elsewhere. ``schema_whole`` is set by the first
    check: without it a missing table is damage, not a bug.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        sample: int | None = None,
        most: int = 100,
        held: Sequence[str] = (),
        schema_whole: bool = True,
    ) -> None:
        self.archive = archive
        self.conn = archive.conn
        self.sample = sample
        self.held = held
        self.schema_whole = schema_whole
        self.looked_at = 0
        self.problems = 0
        self.found: list[str] = []
        self.progress: Callable[[int, int], None] | None = None
        self._most = most
        self._total = 0

    def expect(self, table: str, *, sampled: bool = False) -> None:
        """The bar's end: the rows of *table*, or the sample of them if only that is read."""
        try:
            (count,) = self.conn.execute(f"SELECT count(*) FROM {table}").fetchone()
        except sqlite3.DatabaseError as error:
            self.require_damage(error)
            return  # the check comes to the damage too, and tells it
        self._total += min(count, self.sample) if sampled and self.sample is not None else count

    def expect_some(self, number: int) -> None:
        """The same, where that many things are looked at."""
        self._total += number

    def at(self, number: int = 1) -> None:
        """That many more were looked at."""
        self.looked_at += number
        if self.progress is not None and self._total:
            self.progress(min(self.looked_at, self._total), self._total)

    def problem(self, what: str, next_step: str = RESTORE) -> None:
        """Something is wrong: *what*, a sentence that names the row, and the next step."""
        self.problems += 1
        if len(self.found) < self._most:
            self.found.append(f"{what} {next_step}".rstrip())

    def require_damage(self, error: BaseException) -> None:
        """Raise *error* again if it tells nothing of the archive's state: in use, interrupted, …"""
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:  # of Python's own: text that is not UTF-8
            return
        if code & 0xFF in _NO_DAMAGE or (code == sqlite3.SQLITE_ERROR and self.schema_whole):
            raise error


def apply_rules(look: Look, table: str, rules: Sequence[Rule]) -> None:
    """Tell what breaks each of the rules for *table*, as far as it can be read."""
    unread: set[str] = set()
    for rule in rules:
        try:
            for row in look.conn.execute(rule.sql):
                look.problem(rule.what.format(*row), rule.next_step or RESTORE)
        except sqlite3.DatabaseError as error:
            look.require_damage(error)
            unread.add(str(error))
    for why in sorted(unread):
        look.problem(f"Not all that `{table}` hangs on can be read ({why}).")


def walk(look: Look, table: str, select: str) -> Iterator[sqlite3.Row]:
    """The rows of *select* (``SELECT …, of *table*, without WHERE, with `id`) in the order of ids.

    Of a sampling look only those. Rows that cannot be read are told as problems, and what stands
    behind them is read all the same. One row is in memory at a time.
    """
    if look.sample is not None:
        yield from _sampled(look, table, select)
        return
    after = 0
    while True:
        try:
            for row in look.conn.execute(
                f"{select} WHERE {table}.id > ? ORDER BY {table}.id", (after,)
            ):
                after = row["id"]
                yield row
            return
        except sqlite3.DatabaseError as error:
            look.require_damage(error)
            row = _past(look, table, select, after, error)
        if row is None or row["id"] <= after:
            return
        after = row["id"]
        yield row


def _past(
    look: Look, table: str, select: str, after: int, error: sqlite3.Error
) -> sqlite3.Row | None:
    """The first row behind the damage that can be asked for by its number; tells which cannot."""
    lost: list[int] = []
    number, found = after, None
    while found is None and number - max([after, *lost[-1:]]) < _HOLE and len(lost) < _LOST:
        number += 1
        try:
            found = look.conn.execute(f"{select} WHERE {table}.id = ?", (number,)).fetchone()
        except sqlite3.DatabaseError as one:
            look.require_damage(one)
            lost.append(number)
    if found is None and lost:
        look.problem(f"No row of `{table}` from {lost[0]} on can be read ({error}).")
        return None
    for first, last in ranges(lost):
        rows = f"Row {first}" if first == last else f"Rows {first} to {last}"
        look.problem(f"{rows} of `{table}` cannot be read ({error}).")
    return found


def _sampled(look: Look, table: str, select: str) -> Iterator[sqlite3.Row]:
    # The table's smallest index has all ids, so its rows need not be read to choose among them.
    ids = sample((row[0] for row in look.conn.execute(f"SELECT id FROM {table}")), look.sample or 0)
    for number in sorted(ids):
        try:
            row = look.conn.execute(f"{select} WHERE {table}.id = ?", (number,)).fetchone()
        except sqlite3.DatabaseError as error:
            look.require_damage(error)
            look.problem(f"Row {number} of `{table}` cannot be read ({error}).")
            continue
        if row is not None:
            yield row


def sample(numbers: Iterator[int], size: int) -> list[int]:
    """*size* of the numbers, each with the same chance, in memory for that many alone."""
    kept = list(islice(numbers, size))
    dice = random.Random()  # noqa: S311 - which rows are looked at is no secret
    for seen, number in enumerate(numbers, size + 1):
        place = dice.randrange(seen)
        if place < size:
            kept[place] = number
    return kept


def ranges(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Rising numbers as spans without holes: first and last of each."""
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return spans
