"""Anchors that must go: what leans on them is encoded anew first, without them.

The digest and the bytes of a payload stay the same; only its stored form is another.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from archive import payloads
from archive.compression import leaning
from archive.errors import ArchiveError

if TYPE_CHECKING:
    import zstandard as zstd

    from archive.db import Archive

_COMPRESSORS = 4  # in memory, as in `archive.payloads`

# Anchors serve one site; `anchors` stands behind the data, so only those rows are looked at.
_LEANING = """
SELECT id FROM payload WHERE anchors != ''
  AND site_id IN (SELECT site_id FROM anchor WHERE payload_id IN (SELECT value FROM json_each(?1)))
  AND EXISTS (SELECT 1 FROM json_each('[' || anchors || ']')
              WHERE value IN (SELECT value FROM json_each(?1)))
  AND id NOT IN (SELECT value FROM json_each(?1))
ORDER BY anchors, id"""


def leaners(archive: Archive, going: Collection[int]) -> list[int]:
    """Payloads that lean on one of *going* and do not go themselves, neighbours together."""
    wanted = json.dumps(sorted(going))
    return [row[0] for row in archive.conn.execute(_LEANING, (wanted,))]


def release(archive: Archive, payload_ids: Sequence[int], going: Collection[int]) -> int:
    """Let these lean on the rest of their anchors; how many there were. Call it inside a
    transaction.

    One that is damaged stays so, as `luutru verify` tells: it must not hold up a withdrawal.
    """
    archive.require_transaction()
    compressors: OrderedDict[str, zstd.ZstdCompressor] = OrderedDict()
    for payload_id in payload_ids:
        (said,) = archive.conn.execute(
            "SELECT anchors FROM payload WHERE id = ?", (payload_id,)
        ).fetchone()
        rest = [one for one in said.split(",") if int(one) not in going]
        anchors = ",".join(rest)
        try:
            data = payloads.read(archive, payload_id)
            if anchors not in compressors:
                parts = [payloads.read(archive, int(one)) for one in rest]
                compressors[anchors] = leaning(parts)
        except ArchiveError:
            continue
        while len(compressors) > _COMPRESSORS:
            compressors.popitem(last=False)
        archive.conn.execute(
            "UPDATE payload SET data = ?, anchors = ? WHERE id = ?",
            (compressors[anchors].compress(data), anchors, payload_id),
        )
    return len(payload_ids)
