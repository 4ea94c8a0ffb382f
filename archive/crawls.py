"""Crawls: runs of the crawler, from their beginning to the seal over their captures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from archive import seals
from archive.clock import iso
from archive.db import Archive


def begin(
    archive: Archive, site_id: int | None, why: str, agent: str, settings: Mapping[str, Any]
) -> int:
    """Enter a crawl and return its row number. *agent*: the user and software that runs it."""
    with archive.joined() as conn:
        cursor = conn.execute(
            "INSERT INTO crawl (site_id, why, started, agent, settings) VALUES (?, ?, ?, ?, ?)",
            (site_id, why, iso(archive.clock.now()), agent, _json(settings)),
        )
    return int(cursor.lastrowid or 0)


def end(
    archive: Archive, crawl_id: int, outcome: str, figures: Mapping[str, Any] | None = None
) -> str:
    """End a crawl, seal its captures and return the seal's digest; on the disk when it returns.

    *outcome*: finished, interrupted, limit, robots, failed or killed.
    """
    with archive.transaction(full=True) as conn:
        conn.execute(
            "UPDATE crawl SET ended = ?, outcome = ?, figures = ? WHERE id = ?",
            (iso(archive.clock.now()), outcome, _json(figures or {}), crawl_id),
        )
        return seals.seal(archive, crawl_id)


def close_killed(archive: Archive, site_id: int | None) -> list[int]:
    """End and seal the crawls of a site whose process died; call it holding the site's host locks.

    None: imports, which belong to no site; call it holding their lock.

    Such a crawl ended with its last capture. What it found is in its pages and captures; its own
    figures died with it.
    """
    left = archive.conn.execute(
        """SELECT crawl.id, coalesce(max(capture.time), crawl.started) AS last, count(capture.id)
           FROM crawl LEFT JOIN capture ON capture.crawl_id = crawl.id
           WHERE crawl.site_id IS ? AND crawl.ended IS NULL GROUP BY crawl.id ORDER BY crawl.id""",
        (site_id,),
    ).fetchall()
    for crawl_id, last, captures in left:
        with archive.transaction(full=True) as conn:
            conn.execute(
                "UPDATE crawl SET ended = ?, outcome = 'killed', figures = ? WHERE id = ?",
                (last, _json({"captures": captures}), crawl_id),
            )
            seals.seal(archive, crawl_id)
    return [row[0] for row in left]


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
