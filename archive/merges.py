"""Merges: which crawls came from another archive, and which pages wait to be read since.

`archive.ops.merge` copies what another archive keeps; what is derived from it is made by
`crawler.merging`, which reads pages.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from archive.db import Archive

_NOT_READ = "('photo', 'document')"  # kinds of pages that nothing is derived from by a replay

_FRESH = """
SELECT capture.id FROM merged_page JOIN capture ON capture.page_id = merged_page.page_id
JOIN merged_crawl ON merged_crawl.crawl_id = capture.crawl_id
WHERE merged_page.page_id IN (SELECT value FROM json_each(?))
  AND capture.id >= merged_page.capture_id"""


def touch(archive: Archive, page_id: int, capture_id: int) -> None:
    """A capture came to this page, or its row has changed: what is derived of it is made anew."""
    archive.conn.execute(
        f"""INSERT INTO merged_page SELECT id, ? FROM page WHERE id = ?
              AND (kind NOT IN {_NOT_READ} OR id IN (SELECT page_id FROM article_page))
              AND id NOT IN (SELECT page_id FROM withdrawn_page)
            ON CONFLICT (page_id) DO UPDATE SET
              capture_id = min(capture_id, excluded.capture_id)""",
        (capture_id, page_id),
    )


def touch_crawl(archive: Archive, crawl_id: int) -> None:
    """Captures left this crawl for another: whether its site was up is told by those that stay."""
    for row in archive.conn.execute(
        "SELECT page_id, max(id) FROM capture WHERE crawl_id = ? GROUP BY page_id", (crawl_id,)
    ).fetchall():
        touch(archive, row[0], row[1])


def waiting(archive: Archive) -> int:
    """How many pages wait to be read after a merge."""
    return int(archive.conn.execute("SELECT count(*) FROM merged_page").fetchone()[0])


def fresh(archive: Archive, page_ids: Collection[int]) -> frozenset[int]:
    """The captures of these pages that came by a merge and were not read since."""
    rows = archive.conn.execute(_FRESH, (json.dumps(sorted(page_ids)),))
    return frozenset(row[0] for row in rows)


def read(archive: Archive, page_ids: Collection[int]) -> None:
    """What these pages' captures say is derived now. Call it in the transaction that wrote it."""
    archive.require_transaction()
    archive.conn.execute(
        "DELETE FROM merged_page WHERE page_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(page_ids)),),
    )
