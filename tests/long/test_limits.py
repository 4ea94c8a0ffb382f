"""The largest pages that are read at all, each in a process of its own: 2 s, 300 MB."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hard_pages import HARD

pytestmark = pytest.mark.long

# CPU seconds. 2 s alone on a machine; other work on its cores doubles what a process is charged.
SECONDS = 6.0
MEGABYTES = 300


def costs_of(names: Sequence[str]) -> list[tuple[str, float, int]]:
    """Name, CPU seconds and bytes of each."""
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, tests / "hard_pages.py", "1", *names],
        cwd=tests.parent,
        env={"PYTHONPATH": str(tests.parent)},
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def test_no_page_takes_long_or_much() -> None:
    costs = costs_of(list(HARD))
    assert [name for name, _, _ in costs] == list(HARD)
    for again in (True, True, False):  # what is over once may be so by what else is at work
        over = [c for c in costs if c[1] > SECONDS or c[2] > MEGABYTES * 1_000_000]
        if over and again:
            costs = costs_of([name for name, _, _ in over])
    assert not over
