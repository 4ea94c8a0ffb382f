"""What two copies of one text do not share, sentence by sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from archive.alignment import Change, Piece, changes
from archive.content import words
from archive.sentences import texts
from archive.types import Article, Version


@dataclass(frozen=True, slots=True)
class CopyDiff:
    """``changes``: the sentences of lead and body of both in reading order. One that differs in
    case, punctuation and the place of tone marks alone counts as the same."""

    one: Version
    other: Version
    changes: tuple[Change, ...]

    def count(self, op: str) -> int:
        """How many sentences are `same`, `changed`, `removed` or `added`."""
        return sum(change.op == op for change in self.changes)


def compare(one: Version, other: Version) -> CopyDiff:
    """The sentences of two articles, laid side by side."""
    old, new = sentences_of(one.article), sentences_of(other.article)
    keys, others = [" ".join(words(x)) or x for x in old], [" ".join(words(x)) or x for x in new]
    found: list[Change] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, keys, others, autojunk=False).get_opcodes():
        if op == "equal":
            found += [
                Change(i, j, (Piece("same", new[j]),))
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
            ]
            continue
        found += [
            replace(
                change,
                before=None if change.before is None else change.before + i1,
                after=None if change.after is None else change.after + j1,
            )
            for change in changes(old[i1:i2], new[j1:j2])
        ]
    return CopyDiff(one, other, tuple(found))


def sentences_of(article: Article) -> list[str]:
    """The sentences of lead and body."""
    paragraphs = [article.lead or "", *(block.text for block in article.body)]
    return texts("\n".join(filter(None, paragraphs)))


def to_json(diff: CopyDiff) -> dict[str, Any]:
    """The diff as JSON: sentences that are the same are counted only."""
    return {
        "a": {"key": diff.one.key, "site": diff.one.site, "url": diff.one.url},
        "b": {"key": diff.other.key, "site": diff.other.site, "url": diff.other.url},
        "same": diff.count("same"),
        "changes": list(rows(diff)),
    }


def rows(diff: CopyDiff) -> list[dict[str, Any]]:
    """A row for each sentence that is not the same: what was done, its places, its pieces."""
    return [
        {
            "op": change.op,
            "before": change.before,
            "after": change.after,
            "pieces": [[piece.op, piece.text] for piece in change.pieces],
        }
        for change in diff.changes
        if change.op != "same"
    ]
