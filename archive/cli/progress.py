"""A bar on standard error, for terminals only: a pipe or log gets nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

_WIDTH = 30


class Progress(Protocol):
    """Told how many are done, and of how many."""

    def __call__(self, done: int, total: int) -> None: ...


@contextmanager
def bar(label: str) -> Iterator[Progress]:
    """The bar, which moves when it is called and leaves an empty line at the end."""
    shown = sys.stderr.isatty()
    last = -1

    def move(done: int, total: int) -> None:
        nonlocal last
        part = done * 1000 // total if total else 1000
        if not shown or part == last:
            return
        last = part
        filled = part * _WIDTH // 1000
        line = f"\r{label} [{'#' * filled}{'-' * (_WIDTH - filled)}] {done:,} of {total:,}"
        sys.stderr.write(line)
        sys.stderr.flush()

    try:
        yield move
    finally:
        if shown and last >= 0:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
