"""Captures and payloads of another archive, each once, in the order of their rows there.

Payloads are read outside of transactions and are stored as those of a crawl: their digests are
compared, never how they are stored. A batch is whole or not there, so a merge that was cut off is
simply called again.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from archive import captures, merges, payloads
from archive.db import Archive
from archive.errors import ArchiveError
from archive.ops.merge.crawls import Crawls
from archive.ops.merge.source import Source
from archive.ops.merge.whole import has_capture, has_payload
from archive.ops.merge.withdrawing import Withdrawing
from archive.types import Exchange

_BATCH = 200
_BATCH_BYTES = 8 << 20

Show = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Coming:
    """A capture of the source, ready to be written. ``size``: of the body that comes with it."""

    row: sqlite3.Row
    exchange: Exchange
    earlier: str | None  # identity of the answer that an `unchanged` one names
    size: int


class Captures:
    """The captures that are taken, batch by batch."""

    def __init__(
        self,
        source: Source,
        target: Archive,
        crawls: Crawls,
        withdrawing: Withdrawing,
        stopped: Callable[[], bool],
    ) -> None:
        self._source, self._target, self._crawls = source, target, crawls
        self._withdrawing, self._stopped = withdrawing, stopped

    def merge(self, tally: Counter[str], show: Show) -> bool:
        """Write all that are not here; False if it was stopped before.

        Counts `captures` that came, those that were `known`, and new `payloads`.
        """
        (total,) = self._source.conn.execute("SELECT count(*) FROM capture").fetchone()
        batch: list[_Coming] = []
        known: list[sqlite3.Row] = []
        size = 0
        for done, row in enumerate(self._source.captures(), 1):
            if has_capture(self._target, row["identity"]):
                known.append(row)
            else:
                batch.append(self._coming(row))
                size += batch[-1].size
            if len(batch) + len(known) >= _BATCH or size > _BATCH_BYTES:
                self._write(batch, known, tally)
                batch, known, size = [], [], 0
                show(done, total)
                if self._stopped():
                    return False
        self._write(batch, known, tally)
        show(total, total)
        return True

    def _coming(self, row: sqlite3.Row) -> _Coming:
        source, digest = self._source, row["payload_digest"]
        exchange = captures.without_body(source.archive, row)
        if digest is not None:
            if has_payload(self._target, digest) or self._withdrawing.withheld.keeps_out(digest):
                exchange = replace(exchange, withheld=digest)
            else:
                body = payloads.read(source.archive, row["payload_id"])
                exchange = replace(exchange, body=body)
        earlier = None
        if row["earlier_id"] is not None:
            sql = "SELECT identity FROM capture WHERE id = ?"
            (earlier,) = source.conn.execute(sql, (row["earlier_id"],)).fetchone()
        return _Coming(row, exchange, earlier, len(exchange.body))

    def _write(self, batch: list[_Coming], known: list[sqlite3.Row], tally: Counter[str]) -> None:
        counted: Counter[str] = Counter()
        with self._target.transaction():
            for row in known:
                counted["known"] += 1
                self._meet(row)
            for one in batch:
                new, new_payload = self._keep(one)
                counted["captures" if new else "known"] += 1
                counted["payloads"] += new_payload
        tally.update(counted)

    def _meet(self, row: sqlite3.Row) -> None:
        """A capture that both archives hold may stand under another crawl here."""
        here = self._target.conn.execute(
            "SELECT id, page_id, crawl_id FROM capture WHERE identity = ?", (row["identity"],)
        ).fetchone()
        other = self._crawl_of(row)
        if here["crawl_id"] != other and self._crawls.settle(here["id"], here["crawl_id"], other):
            merges.touch(self._target, here["page_id"], here["id"])

    def _crawl_of(self, row: sqlite3.Row) -> int:
        crawl_id = self._source.crawl_of(row["id"], row["crawl_id"])
        assert crawl_id is not None  # only those that are taken come here
        return self._crawls.here(crawl_id)

    def _keep(self, one: _Coming) -> tuple[bool, bool]:
        """Write a capture; whether it is new, and whether its payload is."""
        row, target = one.row, self._target
        # not twice in one batch, but a crawl beside may have brought it
        if has_capture(target, row["identity"]):
            self._meet(row)
            return False, False
        page = target.conn.execute(
            "SELECT id, site_id, kind FROM page WHERE method = ? AND url = ? AND body_digest = ?",
            (row["page_method"], row["page_url"], row["page_digest"]),
        ).fetchone()
        exchange, new_payload = one.exchange, False
        if exchange.withheld is not None:
            self._withdrawing.enter_payload(row, page["site_id"])
        elif row["payload_digest"] is not None:
            # not left to `captures.keep`: of a closed page all that was not withdrawn there comes
            media = exchange.header("Content-Type")
            _, new_payload = payloads.keep(
                target, page["site_id"], exchange.body, media, page["kind"]
            )
            exchange = replace(exchange, body=b"", withheld=row["payload_digest"])
        earlier_id = None
        if one.earlier is not None:
            sql = "SELECT id FROM capture WHERE identity = ?"
            (earlier_id,) = target.conn.execute(sql, (one.earlier,)).fetchone()
        kept = captures.keep(target, exchange, page["id"], self._crawl_of(row), earlier_id)
        if kept.identity != row["identity"]:
            raise ArchiveError(
                f"{self._source.path} is damaged: capture {row['id']} of {row['url']} is not the"
                " one that its identity says.",
                f"`luutru verify --archive {self._source.path}` names all that is wrong.",
            )
        merges.touch(target, page["id"], kept.capture_id)
        return True, new_payload
