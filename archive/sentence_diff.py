"""Which sentences of a body were put in, taken out, changed or moved, however it is divided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from archive.alignment import changes
from archive.sentences import texts
from archive.vietnamese import exact, syllables

MOVED = 6  # syllables from which a sentence that stands elsewhere is the same one


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One sentence that differs; *moved*: the same words at another place."""

    op: Literal["changed", "removed", "added", "moved"]
    before: str | None
    after: str | None


def sentence_changes(old: Sequence[str], new: Sequence[str]) -> Iterator[SentenceChange]:
    """The sentences that differ between two bodies, in reading order.

    White space and the borders of paragraphs divide no sentence from its like.
    """
    one, other = _sentences(old), _sentences(new)
    if one == other:
        return
    found = [change for change in changes(one, other) if change.op != "same"]
    taken = Counter(one[c.before] for c in found if c.op == "removed" and c.before is not None)
    put = Counter(other[c.after] for c in found if c.op == "added" and c.after is not None)
    moved = Counter({text: n for text, n in (taken & put).items() if _is_long(text)})
    left = moved.copy()
    for change in found:
        before = one[change.before] if change.before is not None else None
        after = other[change.after] if change.after is not None else None
        if change.op == "removed" and before is not None and left[before] > 0:
            left[before] -= 1  # told where it stands now
        elif change.op == "added" and after is not None and moved[after] > 0:
            moved[after] -= 1
            yield SentenceChange("moved", after, after)
        elif change.op != "same":
            yield SentenceChange(change.op, before, after)


def _sentences(paragraphs: Sequence[str]) -> list[str]:
    return [" ".join(one.split()) for paragraph in paragraphs for one in texts(paragraph)]


def _is_long(text: str) -> bool:
    return len(syllables(exact(text))) >= MOVED
