"""What changed between two versions: field by field, the body by paragraph and by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from archive.alignment import Change, changes
from archive.types import Article, Caption, Version
from archive.vietnamese import exact, fold, syllables, tone_settled

Kind = Literal["content", "marks", "form", "tone", "date"]
"""The class of a change, weightiest first: other words; the same letters with other marks (bàn,
bán); case, punctuation or paragraphs alone; the place of tone marks alone (ủy, uỷ); a date."""

_WEIGHT: dict[Kind, int] = {"content": 5, "marks": 4, "form": 3, "tone": 2, "date": 1}


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A field that differs, with all its entries, the unchanged ones too."""

    field: str
    kind: Kind
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """``fields`` in the order of an article; empty if all content fields are the same."""

    before: Version
    after: Version
    fields: tuple[FieldDiff, ...]

    @property
    def kind(self) -> Kind | None:
        """The weightiest kind of its fields."""
        kinds = [field.kind for field in self.fields]
        return max(kinds, key=_WEIGHT.__getitem__, default=None)


def compare(before: Version, after: Version) -> Diff:
    """The fields in which the two versions differ."""
    old, new = _fields(before.article), _fields(after.article)
    fields = tuple(
        FieldDiff(name, kind_of(name, old[name], new[name]), tuple(changes(old[name], new[name])))
        for name in old
        if old[name] != new[name]
    )
    return Diff(before, after, fields)


def differences(before: Article, after: Article) -> tuple[Kind | None, list[str]]:
    """The weightiest kind and the fields that differ, without the work of aligning their words."""
    old, new = _fields(before), _fields(after)
    names = [name for name in old if old[name] != new[name]]
    kinds = [kind_of(name, old[name], new[name]) for name in names]
    return max(kinds, key=_WEIGHT.__getitem__, default=None), names


def kind_of(field: str, old: Sequence[str], new: Sequence[str]) -> Kind:
    """The class of the change from the entries *old* to *new* of a field."""
    if field in ("published", "updated"):
        return "date"
    if field in ("attachments", "links"):
        return "content"
    if list(map(tone_settled, old)) == list(map(tone_settled, new)):
        return "tone"
    one, other = " ".join(old), " ".join(new)
    if syllables(exact(one)) == syllables(exact(other)):
        return "form"
    if syllables(fold(one)) == syllables(fold(other)):
        return "marks"
    return "content"


def to_json(diff: Diff) -> dict[str, Any]:
    """The diff as JSON: unchanged entries are left out, so places matter."""
    return {
        "key": diff.after.key,
        "kind": diff.kind,
        "fields": [
            {
                "field": field.field,
                "kind": field.kind,
                "changes": [
                    {
                        "op": change.op,
                        "before": change.before,
                        "after": change.after,
                        "pieces": [[piece.op, piece.text] for piece in change.pieces],
                    }
                    for change in field.changes
                    if change.op != "same"
                ],
            }
            for field in diff.fields
        ],
    }


def _fields(article: Article) -> dict[str, list[str]]:
    """An article's content fields, each a list of entries; a plain field has one or none."""
    names = "; ".join(one.name for one in article.authors)
    return {
        "title": [article.title],
        "section": list(article.section),
        "published": _one(article.published),
        "updated": _one(article.updated),
        "byline": _one(article.byline or names),
        "lead": _one(article.lead),
        "body": [block.text for block in article.body],
        "captions": [_caption(one) for one in article.captions],
        "attachments": [f"{one.title} <{one.url}>" for one in article.attachments],
        "links": [link.url for link in article.related if link.kind == "text"],
    }


def _caption(caption: Caption) -> str:
    """Text, credit and the photo's file name: another photo under the same words is a change."""
    photo = (caption.image or "").partition("?")[0].rpartition("/")[2]
    words = " – ".join(filter(None, (caption.text, caption.credit)))
    return f"{words} [{photo}]" if photo else words


def _one(value: str | None) -> list[str]:
    return [value] if value else []
