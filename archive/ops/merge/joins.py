"""What two archives say of one page or site, as one: pure, and the same whichever comes first.

Each join is commutative, associative and idempotent, so archives may be merged in any order, in any
groups and again: a test holds that for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

T = TypeVar("T", bound=str)

_STATES = ("open", "gone", "moved", "refused", "disallowed")
_KINDS = ("other", "asset", "article", "document", "listing", "photo", "robots")


@dataclass(frozen=True, slots=True)
class Found:
    """How a page became known: *at* which time, as of which *site*, *how*, *on* which page."""

    at: str
    site: str
    how: str
    on: str | None


@dataclass(frozen=True, slots=True)
class Now:
    """How it stands since its last look. *root*: the listing that it continues."""

    kind: str
    state: str
    due: str | None
    failures: int
    found_url: str
    root: str | None


@dataclass(frozen=True, slots=True)
class PageSays:
    """A row of `page`, without what its captures tell; pages in it are named by what they are.

    ``looked``: the time of the last capture that both archives can have, "" without one.
    """

    found: Found
    looked: str
    now: Now
    depth: int
    pinned: bool
    backfilled: bool
    lastmod: str | None
    told: str | None


@dataclass(frozen=True, slots=True)
class SiteSays:
    """A row of `site`, without who crawls it now."""

    slug: str
    name: str
    province_then: str | None
    province_now: str | None
    state: str
    state_since: str
    body: tuple[str | None, ...]  # values of `archive.bodies.COLUMNS`


def page(one: PageSays, other: PageSays) -> PageSays:
    """The earliest find, how it stands after the latest look, and what either has done to it."""
    if one.looked == other.looked:
        now = _now(one.now, other.now)
    else:
        now = max(one, other, key=lambda says: says.looked).now
    return PageSays(
        found=min(one.found, other.found, key=lambda f: (f.at, f.site, f.how, f.on is None, f.on)),
        looked=max(one.looked, other.looked),
        now=now,
        depth=min(one.depth, other.depth),
        pinned=one.pinned or other.pinned,
        backfilled=one.backfilled or other.backfilled,
        lastmod=max(one.lastmod or "", other.lastmod or "") or None,
        told=_first(one.told, other.told),
    )


def _now(one: Now, other: Now) -> Now:
    """Of one look, or of none: the surer kind, the closed state, the earlier turn."""
    return Now(
        kind=max(one.kind, other.kind, key=_KINDS.index),
        state=max(one.state, other.state, key=_STATES.index),
        due=_first(one.due, other.due),
        failures=max(one.failures, other.failures),
        found_url=min(one.found_url, other.found_url),
        root=_first(one.root, other.root),
    )


def _first(one: T | None, other: T | None) -> T | None:
    return min((value for value in (one, other) if value is not None), default=None)


def site(one: SiteSays, other: SiteSays) -> SiteSays:
    """The name of who knew more of it, and the state that was written last."""
    named = min(one, other, key=_named)
    latest = max(one, other, key=lambda says: (says.state_since, says.state))
    return replace(named, state=latest.state, state_since=latest.state_since)


def _named(one: SiteSays) -> tuple[object, ...]:
    """A site that an import has made is named after its host."""
    then, now = one.province_then, one.province_now
    unknown = sum(value in (None, "[]") for value in one.body)
    names = (one.name, then or "", now or "", *(value or "" for value in one.body))
    return one.name == one.slug, then is None, now is None, unknown, *names
