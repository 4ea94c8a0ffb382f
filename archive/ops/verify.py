"""Is everything whole? Each check in turn, whatever the one before it found; nothing is written.

A check reads one state of the archive, so a crawl may go on beside it; from one check to the next
the archive may have grown.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from archive.db import Archive
from archive.ops import (
    checks_copies,
    checks_derived,
    checks_documents,
    checks_file,
    checks_index,
    checks_kept,
    checks_seals,
    checks_withdrawn,
)
from archive.ops.checks import VALUES, Look

Check = tuple[str, Callable[[Look], None]]

CHECKS: tuple[Check, ...] = (
    ("schema", checks_file.schema),
    ("sqlite", checks_file.sqlite),
    ("references", checks_file.references),
    ("payloads", checks_kept.payload_bytes),
    ("captures", checks_kept.capture_rows),
    ("seals", checks_seals.crawl_seals),
    ("pages", checks_derived.page_states),
    ("articles", checks_derived.article_rows),
    ("versions", checks_derived.version_texts),
    ("copies", checks_copies.copy_pairs),
    ("stories", checks_derived.story_rows),
    ("events", checks_derived.event_rows),
    ("readings", checks_derived.reading_rows),
    ("withdrawals", checks_withdrawn.withdrawals),
    ("index", checks_index.search_index),
    ("documents", checks_documents.document_texts),
)
"""The checks in their order. The first is that of the schema: see :class:`Look`."""

_OPERATIONS = 1_000_000  # of SQLite between two chances for Ctrl-C: about ten a second


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: what it looked at (rows; pages for `sqlite`), and what is wrong.

    ``problems`` counts them all; ``found`` has the first of them as sentences.
    """

    check: str
    looked_at: int
    problems: int
    seconds: float
    found: tuple[str, ...]


Bar = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


@dataclass(frozen=True, slots=True)
class Options:
    """*sample*: read only that many payloads, captures, versions and indexed texts, taken at
    random. *most* problems of each check in words. *held*: digests of seals that were kept
    elsewhere. *more*: checks behind our own, of what this package cannot do. *bar* makes the
    progress of a check by its name."""

    sample: int | None = None
    most: int = 100
    held: Sequence[str] = ()
    more: Sequence[Check] = ()
    bar: Bar | None = None


def verify(archive: Archive, options: Options | None = None) -> Iterator[Checked]:
    """Run every check, each told when it is done."""
    options = options or Options()
    schema_whole = True
    archive.conn.set_progress_handler(lambda: 0, _OPERATIONS)
    for name, check in (*CHECKS, *options.more):
        done = _one(archive, name, check, options, schema_whole)
        schema_whole = schema_whole and not (name == "schema" and done.problems)
        yield done


def _one(
    archive: Archive,
    name: str,
    check: Callable[[Look], None],
    options: Options,
    schema_whole: bool,
) -> Checked:
    began = archive.clock.now()
    look = Look(
        archive,
        sample=options.sample,
        most=options.most,
        held=options.held,
        schema_whole=schema_whole,
    )
    if options.bar is None:
        _run(look, check)
    else:
        with options.bar(name) as look.progress:
            _run(look, check)
    seconds = round((archive.clock.now() - began).total_seconds(), 3)
    return Checked(name, look.looked_at, look.problems, seconds, tuple(look.found))


def _run(look: Look, check: Callable[[Look], None]) -> None:
    """One check over one state of the archive; damage that it cannot go round is a problem too."""
    conn = look.conn
    look.archive.cache.clear()  # what was read in another state
    try:
        conn.execute("BEGIN")
        check(look)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise KeyboardInterrupt from error  # it was raised inside SQLite, which ended at once
        look.require_damage(error)
        look.problem(f"The check could not go on: {error}.")
    except VALUES as error:
        look.problem(f"The check could not go on ({type(error).__name__}: {error}).")
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")  # nothing was written; a COMMIT fails on a damaged file
