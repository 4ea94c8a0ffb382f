"""The commonest rewriting: another reader reads the same. What changes is who reads, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.db import Archive
from archive.derived import Derived


@dataclass(frozen=True, slots=True)
class Quiet:
    """What is to be written: of versions reader, evidence and row; of readings whole rows."""

    versions: tuple[tuple[str, str, int], ...]
    readings: tuple[tuple[Any, ...], ...]
    articles: int  # how many those versions are of


def quiet(old: Derived, new: Derived) -> Quiet | None:
    """What is left to write if both say the same of the site; None if they do not.

    No content differs, so no event is told, and neither index nor stories are touched.
    """
    if old.articles.keys() != new.articles.keys() or old.readings.keys() != new.readings.keys():
        return None
    if any(new.readings[one][:2] != row[:2] for one, row in old.readings.items()):
        return None
    versions: list[tuple[str, str, int]] = []
    articles = 0
    for key, article in old.articles.items():
        after = new.articles[key]
        if article.frame() != after.frame() or len(article.versions) != len(after.versions):
            return None
        count = len(versions)
        for one, other in zip(article.versions, after.versions, strict=True):
            if one.says_of_site() != other.says_of_site():
                return None
            if one.row != other.row:
                versions.append((other.row["reader"], other.row["evidence"], one.id))
        articles += len(versions) > count
    readings = tuple((one, *row) for one, row in new.readings.items() if old.readings[one] != row)
    return Quiet(tuple(versions), readings, articles)


def write(archive: Archive, change: Quiet) -> None:
    """Write it. Call inside a transaction, while the rows are those that were compared."""
    archive.require_transaction()
    archive.conn.executemany(
        "UPDATE version SET reader = ?, evidence = ? WHERE id = ?", change.versions
    )
    archive.conn.executemany(
        """INSERT OR REPLACE INTO reading (capture_id, state, kind, reader, attempts, problem)
           VALUES (?, ?, ?, ?, ?, ?)""",
        change.readings,
    )
