"""What `luutru verify` finds wrong with the search index, for tests of whatever writes to it."""

from __future__ import annotations

from archive.db import Archive
from archive.ops.checks import Look
from archive.ops.checks_index import search_index


def wrong(archive: Archive) -> list[str]:
    """One sentence a problem; each word of the index is compared with the current versions."""
    look = Look(archive)
    search_index(look)
    return look.found
