"""The 63 provinces and cities before 1 July 2025, and the 34 that they became."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MERGER = "2025-07-01"
"""The day on which 63 provinces became 34, and their committees with them."""
PROVINCES_FILE = Path(__file__).with_name("provinces.toml")


@dataclass(frozen=True, slots=True)
class Province:
    """One of the 63; ``now`` is the slug of the one of the 34 that it belongs to."""

    slug: str
    name: str
    now: str

    @property
    def kept(self) -> bool:
        """Whether it still stands under its own name."""
        return self.now == self.slug


@cache
def provinces() -> Mapping[str, Province]:
    """Slug -> province, in the order of the file."""
    table = tomllib.loads(PROVINCES_FILE.read_text(encoding="utf-8"))
    return {
        slug: Province(slug, row["name"], row.get("now", slug))
        for slug, row in table["province"].items()
    }
