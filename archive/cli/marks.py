"""Words that were found, marked in a line for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

import click


def marked(text: str, marks: Sequence[tuple[int, int]], colour: bool, bold: bool = False) -> str:
    """*text* with its *marks* (`start` and `end` offsets) in colour; as it is without *colour*."""
    if not colour:
        return text
    shown, last = "", 0
    for start, end in (*marks, (len(text), len(text))):
        shown += click.style(text[last:start], bold=bold) if bold else text[last:start]
        if start < end:
            shown += click.style(text[start:end], fg="yellow", underline=True, bold=bold or None)
        last = end
    return shown
