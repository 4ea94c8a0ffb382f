"""A page that another archive knew earlier, as one of another site: it is put down to that site.

Payloads lean on anchors of their own site alone, so those of the page are encoded anew where no
other page of the site shows them.
"""

from __future__ import annotations

from archive import anchors, payloads
from archive.compression import alone
from archive.db import Archive
from archive.errors import ArchiveError

_LONELY = """
SELECT DISTINCT payload.id FROM capture JOIN payload ON payload.id = capture.payload_id
WHERE capture.page_id = ?1 AND payload.site_id = ?2 AND NOT EXISTS (
    SELECT 1 FROM capture other JOIN page ON page.id = other.page_id
    WHERE other.payload_id = payload.id AND page.site_id = ?2)"""


def resite(archive: Archive, page_id: int, site_id: int) -> None:
    """Make a page one of that site, inside a transaction; nothing is done if it is."""
    archive.require_transaction()
    conn = archive.conn
    (old,) = conn.execute("SELECT site_id FROM page WHERE id = ?", (page_id,)).fetchone()
    if old == site_id:
        return
    conn.execute("UPDATE page SET site_id = ? WHERE id = ?", (site_id, page_id))
    lonely = {row[0] for row in conn.execute(_LONELY, (page_id, old))}
    anchors.release(archive, anchors.leaners(archive, lonely), lonely)
    for payload_id in sorted(lonely):
        conn.execute("DELETE FROM anchor WHERE payload_id = ?", (payload_id,))
        (withdrawn,) = conn.execute(
            "SELECT length(data) = 0 FROM payload WHERE id = ?", (payload_id,)
        ).fetchone()
        if withdrawn:
            continue
        try:
            data = payloads.read(archive, payload_id)
        except ArchiveError:  # damaged: `luutru verify` tells
            continue
        conn.execute(
            "UPDATE payload SET data = ?, anchors = '' WHERE id = ?", (alone(data), payload_id)
        )
    conn.executemany(
        "UPDATE payload SET site_id = ? WHERE id = ?", [(site_id, one) for one in sorted(lonely)]
    )
    archive.cache.pop("payloads.groups", None)
    archive.cache.pop("payloads.readers", None)
