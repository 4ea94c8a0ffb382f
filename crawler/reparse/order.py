"""The order in which captures are replayed: that in which they were kept.

In an archive of one's own that is the order of their rows. A merge brings captures with rows of
their own, in whatever order archives were merged, so there it is told by what they say: as if one
archive had made every crawl and import, each at its time.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence

CAPTURES = """
SELECT capture.*, crawl.why, crawl.started, seal.digest AS seal, merged_crawl.merge_id,
       crawl_leaf.position
FROM capture JOIN crawl ON crawl.id = capture.crawl_id
LEFT JOIN seal ON seal.crawl_id = crawl.id
LEFT JOIN merged_crawl ON merged_crawl.crawl_id = crawl.id
LEFT JOIN crawl_leaf ON crawl_leaf.capture_id = capture.id AND crawl_leaf.crawl_id = crawl.id
WHERE capture.page_id = ? ORDER BY capture.id"""


def is_merged(rows: Sequence[sqlite3.Row]) -> bool:
    """Whether some of these captures came by a merge."""
    return any(row["merge_id"] is not None for row in rows)


def ordered(rows: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    """Rows of :data:`CAPTURES` of some pages, as they were kept."""
    if not is_merged(rows):
        return sorted(rows, key=lambda row: int(row["id"]))
    crawls: defaultdict[int, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        crawls[row["crawl_id"]].append(row)
    keyed: list[tuple[str, str, str, int, sqlite3.Row]] = []
    for captures in crawls.values():
        since = ""  # a crawl keeps its order, whatever its clock says
        for place, row in enumerate(sorted(captures, key=_place)):
            since = max(since, row["started"] if row["why"] == "import" else row["time"])
            keyed.append((since, row["started"], row["seal"] or "", place, row))
    return [one[-1] for one in sorted(keyed, key=lambda one: one[:-1])]


def _place(row: sqlite3.Row) -> tuple[int, int]:
    """Where a capture stands in its crawl, among others of it."""
    return (row["id"] if row["position"] is None else row["position"]), row["id"]
