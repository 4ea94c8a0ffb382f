"""What passes between the command's own process and those that read for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archive.derived import Derived
from archive.quiet import Quiet
from archive.types import Found
from crawler.reparse.report import Report


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages for one process, in order, by their row numbers. *whole*: what differs comes back
    with all that it was compared with, so that it can be compared once more."""

    number: int
    page_ids: tuple[int, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What an archive held, and what is to be there in its place."""

    old: Derived
    new: Derived


@dataclass(frozen=True, slots=True)
class Entry:
    """New addresses that one capture of a page names. *at*: the time of that capture."""

    page_id: int
    at: str
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of pages that belong together. ``reports``: by page. ``names``: texts and addresses
    by which other articles could be joined to theirs, if those are new; ``seeks``: those of others
    by which theirs could be joined to them."""

    page_ids: frozenset[int]
    problem: str | None = None
    reports: Mapping[int, Report] | None = None
    change: Quiet | Rewrite | None = None
    names: frozenset[str] = frozenset()
    seeks: frozenset[str] = frozenset()
    entries: tuple[Entry, ...] = ()
