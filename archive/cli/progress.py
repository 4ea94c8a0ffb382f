"""A bar on standard error, for terminals only: a pipe or log gets nothing."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

_WIDTH = 30
_SURE = 5.0  # seconds of work before the rest is estimated
_UNKNOWN = 80  # columns of a terminal that does not say


class Progress(Protocol):
    """Told how many are done, and of how many."""

    def __call__(self, done: int, total: int) -> None: ...


@contextmanager
def bar(label: str) -> Iterator[Progress]:
    """The bar, which moves when it is called and leaves an empty line at the end."""
    shown = sys.stderr.isatty()
    last = -1
    began: tuple[float, int] | None = None  # when, and how many were done then

    def move(done: int, total: int) -> None:
        nonlocal last, began
        part = done * 1000 // total if total else 1000
        if not shown or part == last:
            return
        last = part
        began = began or (time.monotonic(), done)
        left = _left(time.monotonic() - began[0], done - began[1], total - done)
        counted = f"{done:,} of {total:,}{left}"
        sys.stderr.write(f"\r\x1b[K{_line(label, part, counted, _columns())}")
        sys.stderr.flush()

    try:
        yield move
    finally:
        if shown and last >= 0:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _left(seconds: float, done: int, more: int) -> str:
    """How long the rest takes at the pace so far, once that can be told."""
    if seconds < _SURE or done <= 0 or more <= 0:
        return ""
    rest = int(seconds * more / done)
    if rest < 60:
        return f", {rest} s left"
    return f", {rest // 60} min left" if rest < 7200 else f", {rest // 3600} h left"


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _UNKNOWN
    except OSError:
        return _UNKNOWN


def _line(label: str, part: int, counted: str, columns: int) -> str:
    """Never as wide as the terminal: a line that wraps is not drawn over by the next one."""
    width = min(_WIDTH, columns - len(f"{label} [] {counted}") - 1)
    if width < 1:
        return f"{label} {counted}"[: columns - 1]
    filled = part * width // 1000
    return f"{label} [{'#' * filled}{'-' * (width - filled)}] {counted}"
