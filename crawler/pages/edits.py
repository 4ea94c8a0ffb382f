"""Changes to a line of text, and what decides them: places, fonts, and what the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archive.old_letters import Coding


class Font(NamedTuple):
    """Characters *start* to *end* of a line are in a font of *coding*, shown in capitals or not."""

    start: int
    end: int
    coding: Coding
    capitals: bool


class Edit(NamedTuple):
    """Characters *start* to *end* of a line become *text*."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Around:
    """What the lines of the page show together, which makes a single word of it certain."""

    vietnamese: bool = False  # it has many letters that only Vietnamese has
    codings: frozenset[Coding] = frozenset()
    twice: bool = False


def applied(line: str, edits: Sequence[Edit]) -> str:
    """*line* with its *edits*, which are in order and apart."""
    parts, at = [], 0
    for start, end, text in edits:
        parts += [line[at:start], text]
        at = end
    return "".join(parts) + line[at:]
