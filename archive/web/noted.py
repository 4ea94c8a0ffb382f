"""What archivists did about an article, for its page: notes, collections, its withdrawal."""

from __future__ import annotations

from dataclasses import dataclass

from archive import articles, collections, notes, withdrawals
from archive.around import Standing
from archive.db import Archive
from archive.notes import Note
from archive.types import Version
from archive.withdrawals import Withdrawal


@dataclass(frozen=True, slots=True)
class Noted:
    """The notes on an article that stand, and the names of its collections."""

    notes: tuple[Note, ...]
    collections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """All that is told of an article whose text was withdrawn. ``versions``: the oldest first."""

    standing: Standing
    withdrawal: Withdrawal
    versions: tuple[Version, ...]
    noted: Noted


def noted_of(archive: Archive, article_id: int) -> Noted:
    """The notes and collections of an article."""
    return Noted(
        tuple(notes.of_article(archive, article_id)),
        tuple(collections.names_of(archive, article_id)),
    )


def withdrawn_of(archive: Archive, standing: Standing) -> Withdrawn | None:
    """What is told in the place of an article that was withdrawn; None of any other."""
    found = withdrawals.of_article(archive, standing.id)
    if found is None:
        return None
    return Withdrawn(
        standing,
        found,
        tuple(articles.versions(archive, standing.id)),
        noted_of(archive, standing.id),
    )
