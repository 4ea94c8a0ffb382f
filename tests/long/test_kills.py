"""Crawls killed and started again: nothing committed is lost, nothing is there twice.

`make torture` does the same a thousand times.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from torture import torture

pytestmark = pytest.mark.long


def test_twenty_five_kills(tmp_path: Path) -> None:
    figures = torture(25, pages=120, seed=25, folder=tmp_path)
    assert figures["kills"] == 25
    assert all(figures[f"kills, {where}"] for where in ("log", "file", "any moment"))
