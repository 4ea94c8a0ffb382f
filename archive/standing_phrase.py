"""Since when a phrase stands in an article: what its date says, and what its captures prove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from archive import articles, index_documents
from archive.clock import iso
from archive.index_text import entry_of
from archive.matching import DOCUMENT, forms_of
from archive.times import Precision, sortable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archive.db import Archive
    from archive.matching import Forms, Unit
    from archive.types import Version

By = Literal["published", "edited", "reread", "captured", "attached"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Since when the phrase stands in an article; *version*: the earliest that has it.

    ``since``: in UTC, as far as it is known. ``by`` says what that is:

    - `published`: the article's own date, to its ``precision`` (a day counts from its midnight in
      Vietnam), for the earliest version has the phrase already;
    - `edited`: the first look that shows it; the version before has it not, and was seen last at
      ``after``;
    - `reread`: the same, but another reader read the version before, and may have missed it;
    - `captured`: the first look, for the article has no date, or one that lies after that look;
    - `attached`: the first look at the attached document that alone has it.

    ``seen``: the first look that shows it, whatever the article's date; this can be proved.
    """

    version: Version
    since: str
    by: By
    seen: str
    precision: Precision | None = None
    after: str | None = None


def standing(archive: Archive, article_id: int, unit: Unit) -> Standing | None:
    """Since when *unit* stands in an article; None if neither a version nor what it attaches now
    has it."""
    versions = articles.versions(archive, article_id)
    for place, one in enumerate(versions):
        if _in_text(archive, one, unit):
            return _in_version(versions, place)
    attached = _in_documents(archive, article_id, versions[-1], unit)
    return Standing(versions[-1], attached, "attached", attached) if attached else None


def _in_version(versions: Sequence[Version], place: int) -> Standing:
    shown = versions[place]
    seen = iso(shown.first_seen)
    if place:
        before = versions[place - 1]
        by: By = "edited" if before.reader == shown.reader else "reread"
        return Standing(shown, seen, by, seen, after=iso(before.last_seen))
    published, precision = sortable(shown.article.published)
    if published is None or published > seen:
        return Standing(shown, seen, "captured", seen)
    return Standing(shown, published, "published", seen, precision)


def _in_text(archive: Archive, version: Version, unit: Unit) -> bool:
    forms = forms_of(entry_of(archive, version.id, ()).text)
    return any(_has(forms, name, unit) for name in forms)


def _in_documents(archive: Archive, article_id: int, now: Version, unit: Unit) -> str | None:
    """The first look at a document with the phrase, of those that the index holds."""
    held = index_documents.held(archive, article_id)
    forms = forms_of(entry_of(archive, now.id, held).text)
    looks = [
        archive.conn.execute(
            "SELECT min(time) FROM capture WHERE payload_id = ?", (payload_id,)
        ).fetchone()[0]
        for number, (_, payload_id) in enumerate(held)
        if _has(forms, f"{DOCUMENT}{number}", unit)
    ]
    return min(filter(None, looks), default=None)


def _has(forms: Mapping[str, Forms], name: str, unit: Unit) -> bool:
    return (
        name in forms
        and unit.applies(name)
        and unit.whole.search(forms[name].of(unit.mode)) is not None
    )
