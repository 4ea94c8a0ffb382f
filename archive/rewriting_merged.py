"""What the journal tells of articles when a merge brought captures: `new`, `changed`, `gone`, …, as
after a crawl, each with ``merged``; and `reread` only where another reader reads otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from archive.content import changed_fields
from archive.derived import ArticleState, Derived, VersionState
from archive.edits import told_edit
from archive.rewriting_steps import reread_of
from archive.types import EventKind

Told = tuple[EventKind, int, dict[str, Any]]
"""Kind of the event, first capture of the version that it tells of, and its data."""

MERGED: dict[str, Any] = {"merged": True}


def merged_of(
    old: Derived, new: Derived, article: ArticleState, fresh: frozenset[int]
) -> Iterator[Told]:
    """What is told of one article of *new*, in the order of its versions."""
    before = _before(old, article)
    told: set[int] = set()
    if before is None:
        first = article.versions[0].first
        kind: EventKind = "new" if first in fresh else "reread"
        yield kind, first, MERGED if kind == "new" else {"appeared": article.key}
        told.add(first)
    for one, other in pairwise(article.versions):
        if (before is None or {one.first, other.first} & fresh) and not _follows(
            before, one, other
        ):
            told.add(other.first)
            yield "changed", other.first, _edit(new, one, other)
    if before is None:
        if article.state != "live":
            yield _state(article), article.current, MERGED
        return
    if before.key != article.key or before.page_id != article.page_id:
        yield "moved", article.current, {"joined": before.key} | MERGED
    for first, data in reread_of(old, article).items():
        fields = [name for name in data["fields"] if name != "state"]
        if fields and first not in told and first not in fresh:
            yield "reread", first, {"fields": fields}
    if before.state != article.state:
        yield _state(article), article.current, MERGED


def _before(old: Derived, article: ArticleState) -> ArticleState | None:
    """What it was: the article of its key, or of one of its addresses."""
    there = old.articles.get(article.key) or old.of_key(article.key)
    shown = (old.of_page(page_id) for page_id, _ in article.pages)
    return there or next((one for one in shown if one is not None), None)


def _follows(before: ArticleState | None, one: VersionState, other: VersionState) -> bool:
    """Whether it was known that this content came after that."""
    versions = before.versions if before is not None else ()
    pair = one.row["digest"], other.row["digest"]
    known = pairwise(versions)
    return any((a.row["digest"], b.row["digest"]) == pair for a, b in known)


def _edit(new: Derived, one: VersionState, other: VersionState) -> dict[str, Any]:
    seen = new.captures[one.last][1]
    edit = told_edit(one.article, other.article, seen, flaps=False)
    return {"fields": changed_fields(one.content, other.content)} | edit | MERGED


def _state(article: ArticleState) -> EventKind:
    kinds: dict[str, EventKind] = {"gone": "gone", "moved": "moved", "live": "back"}
    return kinds[article.state]
