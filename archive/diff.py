"""What changed between two versions: field by field, the body by sentence and by word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from archive.alignment import Change, changes
from archive.change_kinds import WEIGHT, Kind, kind_of
from archive.sentence_diff import SentenceChange, sentence_changes
from archive.types import Article, Caption, Version


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A field that differs, with all its entries, the unchanged ones too.

    ``sentences``: of a body, those that differ, wherever its paragraphs begin and end.
    """

    field: str
    kind: Kind
    changes: tuple[Change, ...]
    sentences: tuple[SentenceChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """``fields`` in the order of an article; empty if all content fields are the same."""

    before: Version
    after: Version
    fields: tuple[FieldDiff, ...]

    @property
    def kind(self) -> Kind | None:
        """The weightiest kind of its fields."""
        return weightiest(field.kind for field in self.fields)


def compare(before: Version, after: Version) -> Diff:
    """The fields in which the two versions differ."""
    old, new = _fields(before.article), _fields(after.article)
    fields = [_field(name, old[name], new[name]) for name in old if old[name] != new[name]]
    if _is_laid_out_anew(before.article, after.article):
        fields.append(FieldDiff("body", "space", ()))
    return Diff(before, after, tuple(fields))


def _field(name: str, old: list[str], new: list[str]) -> FieldDiff:
    sentences = tuple(sentence_changes(old, new)) if name == "body" else ()
    return FieldDiff(name, kind_of(name, old, new), tuple(changes(old, new)), sentences)


def differences(before: Article, after: Article) -> dict[str, Kind]:
    """The fields that differ, each with its kind, without the work of aligning their words."""
    old, new = _fields(before), _fields(after)
    kinds: dict[str, Kind] = {n: kind_of(n, old[n], new[n]) for n in old if old[n] != new[n]}
    return kinds | {"body": "space"} if _is_laid_out_anew(before, after) else kinds


def _is_laid_out_anew(before: Article, after: Article) -> bool:
    """Whether the same paragraphs are other things now, such as headings or items of a list."""
    old, new = ([block.text for block in one.body] for one in (before, after))
    return old == new and before.body != after.body


def weightiest(kinds: Iterable[Kind]) -> Kind | None:
    """The weightiest of these kinds, None if there are none."""
    return max(kinds, key=WEIGHT.__getitem__, default=None)


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
                "sentences": [
                    {"op": one.op, "before": one.before, "after": one.after}
                    for one in field.sentences
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
