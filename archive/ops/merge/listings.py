"""How far each listing was walked, of both archives as one: the most that either was told.

Of two walks of one listing the later one may have come less far; so what stands is the greatest of
each figure, which is the same in whatever order archives are merged.
"""

from __future__ import annotations

from archive.db import Archive
from archive.ops.merge.source import Source

_PAGE = "(SELECT id FROM page WHERE method = ? AND url = ? AND body_digest = ?)"
_TOLD = f"""
INSERT INTO listing_page (page_id, items, pages, total) VALUES ({_PAGE}, ?, ?, ?)
ON CONFLICT (page_id) DO UPDATE SET items = max(items, excluded.items),
    pages = coalesce(max(pages, excluded.pages), pages, excluded.pages),
    total = coalesce(max(total, excluded.total), total, excluded.total)"""
_NAMED = f"INSERT OR IGNORE INTO listed (root_id, page_id) VALUES ({_PAGE}, {_PAGE})"
_BATCH = 5_000


def merge_listings(source: Source, target: Archive) -> None:
    """Call it when the pages of the source are known here."""
    told = source.conn.execute(
        """SELECT method, url, body_digest, items, pages, total
           FROM listing_page JOIN page ON page.id = page_id ORDER BY page_id"""
    ).fetchall()
    with target.transaction() as conn:
        conn.executemany(_TOLD, map(tuple, told))
    named = source.conn.execute(
        """SELECT root.method, root.url, root.body_digest, page.method, page.url, page.body_digest
           FROM listed JOIN page root ON root.id = listed.root_id
           JOIN page ON page.id = listed.page_id ORDER BY listed.root_id, listed.page_id"""
    )
    while some := named.fetchmany(_BATCH):
        with target.transaction() as conn:
            conn.executemany(_NAMED, map(tuple, some))
