"""Edits: what a site did to an article between two versions, whether it says so, and when.

An edit is *admitted* if the page's own stamp of its last update moved with it (or its date of
publication went forward, where a site prints that stamp for it); else it is *silent*. It happened
between the last capture that shows the old text and the first that shows the new one: no shorter
window can be proved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive.change_kinds import Kind
from archive.diff import compare, differences, weightiest
from archive.times import sortable
from archive.types import Article, Version

STILL = timedelta(days=3)
"""A state that stood for so long was meant: a return from it is an editor's. What goes to and fro
faster comes from servers behind one address that do not hold the same."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A version in its article's history and what made it.

    *place* counts from 1. Of the first version there is no edit: *kind* is None, *fields* empty.
    *sentences* counts those of the body by what happened to them. *returns_to*: the place of the
    version whose content it has again; *flaps*: from a state that had not stood still. *reread*:
    two readers read the two, so the site may have done nothing.
    """

    place: int
    version: Version
    kind: Kind | None = None
    fields: Mapping[str, Kind] = field(default_factory=dict)
    sentences: Mapping[str, int] = field(default_factory=dict)
    silent: bool | None = None
    since: datetime | None = None  # last seen as before
    until: datetime | None = None  # first seen as now
    returns_to: int | None = None
    flaps: bool = False
    reread: bool = False


def edits(versions: Sequence[Version]) -> Iterator[Edit]:
    """Each version, the oldest first, with the edit that led to it."""
    for place, version in enumerate(versions, 1):
        if place == 1:
            yield Edit(place, version)
            continue
        before = versions[place - 2]
        diff = compare(before, version)
        kinds = {one.field: one.kind for one in diff.fields}
        sentences: Counter[str] = Counter(s.op for one in diff.fields for s in one.sentences)
        again = _returns_to(versions[: place - 1], version)
        yield Edit(
            place, version, weightiest(kinds.values()), kinds, dict(sentences),
            not admits(before.article, version.article), before.last_seen, version.first_seen,
            again, again == place - 2 and stood(before) < STILL, before.reader != version.reader,
        )  # fmt: skip


def admits(before: Article, after: Article) -> bool:
    """Whether a page says itself that it was edited since it showed *before*."""
    return _later(before.updated or before.published, after.updated) or _later(
        before.published, after.published
    )


def told_edit(before: Article, after: Article, since: str, *, flaps: bool) -> dict[str, object]:
    """What the event `changed` tells of an edit beside its fields; *since*: last seen as before."""
    kinds = differences(before, after)
    told: dict[str, object] = {
        "kind": weightiest(kinds.values()), "silent": not admits(before, after), "since": since,
    }  # fmt: skip
    return told | ({"flaps": True} if flaps else {})


def stood(version: Version) -> timedelta:
    """For how long a version was seen, at least."""
    return version.last_seen - version.first_seen


def _later(before: str | None, after: str | None) -> bool:
    old, new = sortable(before)[0], sortable(after)[0]
    return new is not None and (old is None or new > old)


def _returns_to(before: Sequence[Version], version: Version) -> int | None:
    for place in range(len(before), 0, -1):
        if before[place - 1].digest == version.digest:
            return place
    return None
