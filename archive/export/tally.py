"""Counts what passes: rows, articles, sites, dates, and how often each field is filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archive.export.record import Row

Span = tuple[str, str]


@dataclass(slots=True)
class SiteTally:
    """The rows of one site; ``published``: the first and last day, as UTC moments."""

    rows: int = 0
    articles: int = 0
    published: Span | None = None


@dataclass(slots=True)
class Tally:
    """What the rows seen so far hold; they come ordered by key."""

    rows: int = 0
    articles: int = 0
    sites: dict[str, SiteTally] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    readers: set[str] = field(default_factory=set)
    published: Span | None = None
    seen: Span | None = None
    _last: str = ""

    def watch(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows, counted as they go by."""
        for row in rows:
            self._count(row)
            yield row

    def _count(self, row: Row) -> None:
        site = self.sites.setdefault(row["site"], SiteTally())
        self.rows += 1
        site.rows += 1
        if row["key"] != self._last:
            self._last = row["key"]
            self.articles += 1
            site.articles += 1
            self.states[row["state"]] += 1
        if row.get("change"):
            self.changes[row["change"]] += 1
        self.readers.add(row["reader"])
        if moment := row["published_utc"]:
            site.published = _wider(site.published, moment, moment)
            self.published = _wider(self.published, moment, moment)
        self.seen = _wider(self.seen, row["first_seen"], row["last_seen"])
        self.filled.update(name for name, value in row.items() if value or value is False)


def _wider(span: Span | None, first: str, last: str) -> Span:
    return (min(span[0], first), max(span[1], last)) if span else (first, last)
