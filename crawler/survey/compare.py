"""A reading beside the recorded one: what came, stayed, changed or was lost, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from crawler.survey.values import FIELDS, NEEDED

State = Literal["same", "changed", "new", "lost", "kind", "found", "none"]
BAD: frozenset[State] = frozenset({"lost", "kind"})
LISTED = ("items", "next")
STANDING = ("title", "published", "section", "body", "captions", "authors")
"""Fields that a published article keeps; boxes of other articles change by themselves."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one page. ``kind``: it is of another kind now (a page that was an article, a
    date without its time); ``found``, ``none``: nothing was recorded to compare with."""

    site: str
    page: str
    field: str
    state: State
    recorded: Any = None
    now: Any = None

    @property
    def bad(self) -> bool:
        return self.state in BAD


def compare(
    site: str, page: str, recorded: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[Change]:
    """*now* against what was *recorded*: both as :func:`crawler.survey.case.facts`."""
    if recorded["kind"] != now["kind"]:
        yield Change(site, page, "kind", "kind", recorded["kind"], now["kind"])
    names = FIELDS if "body" in recorded else LISTED
    for name in names:
        before, after = recorded.get(name) or None, now.get(name) or None
        if before is None and after is None:
            continue
        yield Change(site, page, name, _state(name, before, after), before, after)


def _state(name: str, before: Any, after: Any) -> State:
    if after is None:
        return "lost"
    if before is None:
        return "new"
    if name in LISTED:  # what a listing shows is another thing every day
        return "kind" if _form(name, before) != _form(name, after) else "same"
    if before == after:
        return "same"
    return "kind" if _form(name, before) != _form(name, after) else "changed"


def _form(name: str, value: Any) -> str:
    """What must stay when a value changes: a date's precision, a request's method, a type."""
    if name == "published":
        return "time" if "T" in value else "day"
    if name == "next":
        return str(value["method"])
    if name == "items":
        return f"dates: {any(item['published'] for item in value)}"
    return type(value).__name__


def fresh(site: str, page: str, now: Mapping[str, Any]) -> Iterator[Change]:
    """A page that was never recorded: which fields come out; ``lost`` where one must."""
    if "body" not in now:
        yield Change(site, page, "kind", "kind", "article", now["kind"])
        return
    for name in FIELDS:
        value = now.get(name) or None
        if value is not None:
            yield Change(site, page, name, "found", None, value)
        else:
            yield Change(site, page, name, "lost" if name in NEEDED else "none")


def listed(site: str, page: str, now: Mapping[str, Any]) -> Iterator[Change]:
    """A listing that was never recorded: it must have items."""
    items, following = now.get("items") or None, now.get("next")
    yield Change(site, page, "items", "found" if items else "lost", None, items)
    yield Change(site, page, "next", "found" if following else "none", None, following)


def may_be_verified(changes: Iterable[Change]) -> bool:
    """Whether the live pages gave what a reader needs: an article with title, date and body, a
    listing with items, and nothing lost."""
    changes = list(changes)
    good = {c.field for c in changes if c.state in ("same", "changed", "new", "found")}
    return not any(c.bad for c in changes) and good >= {*NEEDED, "items"}
