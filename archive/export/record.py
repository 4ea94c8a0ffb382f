"""One row of what is handed out: a version, its place among the others, and what proves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from archive import articles, notes
from archive.clock import iso
from archive.times import sortable

if TYPE_CHECKING:
    from archive.notes import Note
    from archive.types import Version
    from archive.withdrawals import Withdrawal

Kind = Literal["articles", "versions"]
"""One row is an article, by its current version; or one version of an article, of all of them."""

Row = dict[str, Any]
"""A record as JSON can hold it; its keys are those of :mod:`archive.export.fields`."""


@dataclass(frozen=True, slots=True)
class Record:
    """A version with its place among the others of its article, and what proves it.

    ``number`` counts from 1, the oldest. ``change`` and ``changed`` tell how its content differs
    from the version before it: the weightiest class of change and the fields (archive.diff);
    ``silent``: its page does not say that it was changed (archive.edits). ``payloads``: address ->
    digest, of its photos and attachments.
    """

    version: Version
    number: int
    versions: int
    current: bool
    story: str | None
    first_capture: str
    last_capture: str
    payload: str | None
    change: str | None = None
    changed: tuple[str, ...] = ()
    silent: bool | None = None
    withdrawal: Withdrawal | None = None
    notes: tuple[Note, ...] = ()
    collections: tuple[str, ...] = ()
    payloads: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self, kind: Kind = "articles") -> Row:
        """The JSON of the article between its key and what proves it; a block is kind and text."""
        version = self.version
        article = articles.to_json(version, full=True, payloads=self.payloads)
        utc, precision = sortable(article["published"])
        row: Row = {"key": version.key}
        for name, value in article.items():
            row[name] = value
            if name == "published":
                row["published_utc"], row["published_precision"] = utc, precision
        row["state"] = version.state
        row["story"] = self.story
        row["version"], row["versions"] = self.number, self.versions
        row["withdrawn"] = iso(self.withdrawal.time) if self.withdrawal else None
        row["withdrawn_why"] = self.withdrawal.reason if self.withdrawal else None
        row["notes"] = [notes.to_json(note) for note in self.notes]
        row["collections"] = list(self.collections)
        if kind == "versions":
            row["current"] = self.current
            row["change"], row["changed"] = self.change, list(self.changed)
            row["silent"] = self.silent
        row["first_seen"], row["last_seen"] = iso(version.first_seen), iso(version.last_seen)
        row["first_capture"], row["last_capture"] = self.first_capture, self.last_capture
        row["payload"], row["digest"] = self.payload, version.digest
        row["reader"] = version.reader
        return row
