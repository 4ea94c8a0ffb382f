"""What changed between two versions: field by field, the body by paragraph and by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from archive.types import Article, Caption, Version
from archive.vietnamese import exact, fold, syllables, tone_settled

Kind = Literal["content", "marks", "form", "tone", "date"]
"""The class of a change, weightiest first: other words; the same letters with other marks (bàn,
bán); case, punctuation or paragraphs alone; the place of tone marks alone (ủy, uỷ); a date."""

Op = Literal["same", "removed", "added"]

_WEIGHT: dict[Kind, int] = {"content": 5, "marks": 4, "form": 3, "tone": 2, "date": 1}
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_PAIR_FROM = 0.4  # share of common words from which two paragraphs are told as one that changed
_LONG = 4000  # tokens of two texts from which words are compared in lumps, sentence by sentence
_LUMP = re.compile(r"[^.!?…;\n]*[.!?…;\n]*\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that both have, or that only the older (`removed`) or newer (`added`) one has."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a field (a paragraph, a caption, an author; of a plain field all of it).

    ``before`` and ``after`` are its places in the two lists; None where it is not.
    """

    before: int | None
    after: int | None
    pieces: tuple[Piece, ...]

    @property
    def op(self) -> Literal["same", "changed", "removed", "added"]:
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "same" if all(piece.op == "same" for piece in self.pieces) else "changed"


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


def changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The entries of both lists in reading order, those that are alike as one that changed."""
    found: list[Change] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            found += [
                Change(i, j, (Piece("same", old[i]),))
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
            ]
        else:
            found += _replaced(old, new, (i1, i2), (j1, j2))
    return found


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The two texts as one, word by word; white space between two changes goes with them."""
    one, other = _tokens(old, new)
    found: list[tuple[str, str]] = []  # removed and added between texts that both have
    result: list[Piece] = []
    opcodes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for number, (op, i1, i2, j1, j2) in enumerate(opcodes):
        removed, added = "".join(one[i1:i2]), "".join(other[j1:j2])
        inner = 0 < number < len(opcodes) - 1
        if op != "equal" or (inner and removed.isspace()):
            found.append((removed, added))
            continue
        result += _flushed(found)
        found = []
        result.append(Piece("same", removed))
    return tuple(result + _flushed(found))


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


def _replaced(
    old: Sequence[str], new: Sequence[str], olds: tuple[int, int], news: tuple[int, int]
) -> list[Change]:
    """A block of entries that differ: pairs that are alike, in order, and the rest alone."""
    found: list[Change] = []
    i, last = olds[0], news[0]
    pairs = _pairs(old[slice(*olds)], new[slice(*news)])
    for one, other in [*((olds[0] + a, news[0] + b) for a, b in pairs), (olds[1], news[1])]:
        found += [Change(k, None, (Piece("removed", old[k]),)) for k in range(i, one)]
        found += [Change(None, k, (Piece("added", new[k]),)) for k in range(last, other)]
        if one < olds[1]:
            found.append(Change(one, other, pieces(old[one], new[other])))
        i, last = one + 1, other + 1
    return found


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which entries are the same one changed: the pairing in order with the most in common."""
    if len(old) == len(new) == 1:
        return [(0, 0)]
    if len(old) * len(new) > 2500:  # a body laid out anew: place by place, or it takes seconds
        both = range(min(len(old), len(new)))
        return [(i, i) for i in both if _likeness(_bag(old[i]), _bag(new[i])) >= _PAIR_FROM]
    bags, others = [_bag(text) for text in old], [_bag(text) for text in new]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_likeness(one, other) for other in others] for one in bags]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            pair = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= _PAIR_FROM else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    found = []
    i = j = 0
    while i < len(old) and j < len(new):
        if alike[i][j] >= _PAIR_FROM and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _bag(text: str) -> Counter[str]:
    return Counter(syllables(fold(text)))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _tokens(old: str, new: str) -> tuple[list[str], list[str]]:
    one, other = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(one) + len(other) <= _LONG:
        return one, other
    return [*filter(None, _LUMP.findall(old))], [*filter(None, _LUMP.findall(new))]


def _flushed(found: Sequence[tuple[str, str]]) -> list[Piece]:
    """Changes that only white space divides, as one removed and one added text."""
    removed = "".join(one for one, _ in found)
    added = "".join(other for _, other in found)
    if removed == added:
        return [Piece("same", removed)] if removed else []
    result = [Piece("removed", removed), Piece("added", added)]
    return [piece for piece in result if piece.text]
