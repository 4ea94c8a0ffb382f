"""Withdrawals of another archive, done here: pages closed, payloads and text taken."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from archive import index, watched, withdrawals
from archive.clock import iso
from archive.db import Archive
from archive.ops import withdraw_rows as rows
from archive.ops.merge.blanks import Blanks
from archive.ops.merge.source import Source
from archive.ops.merge.withdrawn import Cause, Withheld, of_names
from archive.ops.withdraw import release, take_payloads, take_text


class Withdrawing:
    """The withdrawals of the source and all that follows from them, done in the target."""

    def __init__(self, source: Source, target: Archive) -> None:
        self._source, self._target = source, target
        self.withheld = Withheld.of(source.archive, target)
        self._numbers: dict[Cause, int] = {}

    def begin(self) -> bool:
        """Before captures come: what is here goes. Whether bytes of it may be left in the file.

        ArchiveError if the index must be built first: words are deleted by their old text.
        """
        target, held = self._target, self.withheld
        if not held.causes:
            return False
        going = self._bytes_here()
        pages = of_names(target, held.closed)
        fresh = pages.keys() - withdrawals.closed_pages(target)
        article_ids = self._articles(fresh)
        if article_ids:
            index.require(target)
        if going or article_ids:
            target.conn.execute("PRAGMA secure_delete = ON")
            release(target, going)
        with target.transaction(full=True) as conn:
            self._enter(dirty=bool(going or article_ids))
            for page_id, name in pages.items():
                conn.execute(
                    """INSERT INTO withdrawn_page VALUES (?, ?) ON CONFLICT (page_id)
                       DO UPDATE SET withdrawal_id = excluded.withdrawal_id""",
                    (page_id, self._numbers[held.closed[name]]),
                )
                conn.execute("UPDATE page SET due = NULL WHERE id = ?", (page_id,))
                conn.execute("DELETE FROM merged_page WHERE page_id = ?", (page_id,))
            self._attribute()
            matched = {one: watched.losing(target, one) for one in article_ids}
            take_payloads(target, going, fresh)
            causes = {page_id: held.closed[pages[page_id]] for page_id in pages}
            for article_id, event in self._take_texts(article_ids, causes).items():
                watched.note(target, event, matched[article_id])
        target.cache.clear()
        row = target.conn.execute("SELECT 1 FROM withdrawal WHERE cleaned IS NULL").fetchone()
        return row is not None  # also of a merge that was cut off before it came to that

    def enter_payload(self, row: sqlite3.Row, site_id: int) -> None:
        """The row of a payload whose bytes stay out. *row*: of the capture that has it."""
        conn, digest = self._target.conn, row["payload_digest"]
        if conn.execute("SELECT 1 FROM payload WHERE digest = ?", (digest,)).fetchone():
            return
        cursor = conn.execute(
            "INSERT INTO payload (digest, size, site_id, data) VALUES (?, ?, ?, x'')",
            (digest, row["payload_size"], site_id),
        )
        number = self._numbers[self.withheld.gone[digest]]
        conn.execute("INSERT INTO withdrawn_payload VALUES (?, ?)", (cursor.lastrowid, number))

    def end(self) -> None:
        """When the captures are here: articles that come withdrawn."""
        if self.withheld.causes:
            with self._target.transaction():
                Blanks(self._source, self._target, self.withheld, self._numbers).write()

    # -- what is here -----------------------------------------------------------------------------

    def _bytes_here(self) -> set[int]:
        found = set()
        for digest in self.withheld.gone:
            row = self._target.conn.execute(
                """SELECT id FROM payload WHERE digest = ?
                     AND id NOT IN (SELECT payload_id FROM withdrawn_payload)""",
                (digest,),
            ).fetchone()
            if row is not None:
                found.add(int(row["id"]))
        return found

    def _articles(self, page_ids: Iterable[int]) -> dict[int, str]:
        found = self._target.conn.execute(
            "SELECT article_id FROM article_page WHERE page_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(page_ids)),),
        )
        return rows.keys_of(self._target, {row[0] for row in found})

    def _enter(self, *, dirty: bool) -> None:
        """The rows of the withdrawals themselves; *dirty*: the file is to be written anew."""
        conn, now = self._target.conn, iso(self._target.clock.now())
        for cause in sorted(self.withheld.causes):
            there = conn.execute(
                """SELECT id FROM withdrawal WHERE time = ? AND agent = ? AND reason = ?
                     AND what = ? AND names = ?""",
                cause,
            ).fetchone()
            if there is not None:
                self._numbers[cause] = there["id"]
                continue
            cursor = conn.execute(
                "INSERT INTO withdrawal (time, agent, reason, what, names, cleaned)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*cause, None if dirty else now),
            )
            self._numbers[cause] = int(cursor.lastrowid or 0)
        if dirty:
            conn.execute(
                "UPDATE withdrawal SET cleaned = NULL WHERE id = ?",
                (max(self._numbers.values()),),
            )

    def _attribute(self) -> None:
        """Each payload that is gone is put down to its cause."""
        for digest, cause in self.withheld.gone.items():
            self._target.conn.execute(
                """INSERT INTO withdrawn_payload SELECT id, ? FROM payload WHERE digest = ?
                   ON CONFLICT (payload_id) DO UPDATE SET withdrawal_id = excluded.withdrawal_id""",
                (self._numbers[cause], digest),
            )

    def _take_texts(self, article_ids: dict[int, str], closed: dict[int, Cause]) -> dict[int, int]:
        """By article the event that tells it."""
        conn, events = self._target.conn, {}
        for article_id, key in article_ids.items():
            pages = rows.pages_of(self._target, {article_id})
            cause = min(closed[one] for one in pages)
            number = self._numbers[cause]
            for row in conn.execute("SELECT * FROM version WHERE article_id = ?", (article_id,)):
                conn.execute(
                    "INSERT OR IGNORE INTO withdrawn_version VALUES (?, ?, ?, ?, ?)",
                    (key, row["first_capture_id"], row["last_capture_id"], row["digest"], number),
                )
            told: dict[str, object] = {"by": cause.agent, "reason": cause.reason, "merged": True}
            events[article_id] = take_text(self._target, article_id, key, number, told)
        return events
