"""Articles that come withdrawn from another archive: digests and dates of their versions are all
that there is of them, and no reading can make that again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping

from archive import events
from archive.db import Archive
from archive.ops.merge import blank_joins
from archive.ops.merge.blank_joins import SAYS
from archive.ops.merge.source import Source
from archive.ops.merge.withdrawn import Cause, Withheld, of_names


class Blanks:
    """The articles of the source at pages that are closed. *numbers*: the withdrawals here."""

    def __init__(
        self, source: Source, target: Archive, withheld: Withheld, numbers: Mapping[Cause, int]
    ) -> None:
        self._source, self._target = source, target
        self._withheld, self._numbers = withheld, numbers

    def write(self) -> None:
        """All of them. Call it inside a transaction, when their captures are here."""
        source = self._source
        for row in source.conn.execute(
            """SELECT withdrawn_version.*, withdrawal.* FROM withdrawn_version
               JOIN withdrawal ON withdrawal.id = withdrawal_id"""
        ).fetchall():
            cause = Cause(row["time"], row["agent"], row["reason"], row["what"], row["names"])
            self._version_gone(row["article_key"], row, self._numbers[cause])
        for page_id, name in of_names(source.archive, self._withheld.closed).items():
            article = source.conn.execute(
                """SELECT article.* FROM article_page JOIN article ON article.id = article_id
                   WHERE article_page.page_id = ?""",
                (page_id,),
            ).fetchone()
            if article is not None:
                self._article(article, self._withheld.closed[name])

    def _here(self, capture_id: int) -> int | None:
        """The row here of a capture of the source; None if it was left there."""
        row = self._target.conn.execute(
            "SELECT id FROM capture WHERE identity = ?",
            self._source.conn.execute(
                "SELECT identity FROM capture WHERE id = ?", (capture_id,)
            ).fetchone()[:1],
        ).fetchone()
        return int(row["id"]) if row is not None else None

    def _version_gone(self, key: str, row: sqlite3.Row, number: int) -> None:
        first, last = self._here(row["first_capture_id"]), self._here(row["last_capture_id"])
        if first is None:
            return
        self._target.conn.execute(
            f"""INSERT INTO withdrawn_version VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (article_key, first_capture_id) DO UPDATE SET
                  last_capture_id = excluded.last_capture_id, digest = excluded.digest
                WHERE {blank_joins.later("excluded", "withdrawn_version")}""",
            (key, first, last or first, row["digest"], number),
        )

    def _article(self, article: sqlite3.Row, cause: Cause) -> None:
        """An article of the source that is withdrawn: its row, addresses and blank versions."""
        conn, number = self._target.conn, self._numbers[cause]
        found = self._source.conn.execute(
            "SELECT * FROM version WHERE article_id = ? ORDER BY id", (article["id"],)
        ).fetchall()
        firsts = [(row, self._here(row["first_capture_id"])) for row in found]
        if all(first is None for _, first in firsts):
            return  # nothing of it was taken
        pages = self._pages(article)
        article_ids = self._articles_at(pages)
        main = next(page_id for page_id, key in pages if key == article["key"])
        new = not article_ids
        if new:
            article_id = self._new(article, main)
        else:
            article_id = blank_joins.join(self._target, article_ids)
            earliest = self._first(one for _, one in firsts if one is not None)
            blank_joins.name(self._target, article_id, article["key"], main, earliest)
        conn.executemany(
            "INSERT OR IGNORE INTO article_page VALUES (?, ?, ?)",
            [(page_id, article_id, key) for page_id, key in pages],
        )
        for row, first in firsts:
            if first is not None:
                self._version_gone(article["key"], row, number)
                self._version(article_id, row, first)
        blank_joins.settle(self._target, article_id)
        if new:
            told = {"withdrawal": number, "by": cause.agent, "reason": cause.reason, "merged": True}
            (site_id,) = conn.execute(
                "SELECT site_id FROM article WHERE id = ?", (article_id,)
            ).fetchone()
            events.tell(
                self._target, "withdrawn", site_id=site_id, article_id=article_id, data=told
            )

    def _pages(self, article: sqlite3.Row) -> list[tuple[int, str]]:
        """The rows here of an article's pages, with the keys that they give."""
        return [
            (page_id, row["key"])
            for row in self._source.conn.execute(
                """SELECT page.method, page.url, page.body_digest, article_page.key
                   FROM article_page JOIN page ON page.id = page_id WHERE article_id = ?
                   ORDER BY article_page.key""",
                (article["id"],),
            )
            for page_id in of_names(self._target, [tuple(row)[:3]])
        ]

    def _articles_at(self, pages: list[tuple[int, str]]) -> list[int]:
        """The articles here that stand at these pages."""
        rows = self._target.conn.execute(
            """SELECT DISTINCT article_id FROM article_page
               WHERE page_id IN (SELECT value FROM json_each(?))""",
            (json.dumps([page_id for page_id, _ in pages]),),
        )
        return [row[0] for row in rows]

    def _first(self, capture_ids: Iterable[int]) -> int:
        """The earliest of these captures."""
        (found,) = self._target.conn.execute(
            """SELECT id FROM capture WHERE id IN (SELECT value FROM json_each(?))
               ORDER BY time LIMIT 1""",
            (json.dumps(list(capture_ids)),),
        ).fetchone()
        return int(found)

    def _new(self, article: sqlite3.Row, main: int) -> int:
        cursor = self._target.conn.execute(
            """INSERT INTO article (key, site_id, page_id, state, state_since)
               SELECT ?, site_id, id, ?, ? FROM page WHERE id = ?""",
            (article["key"], article["state"], article["state_since"], main),
        )
        assert cursor.lastrowid is not None  # an INSERT of one row
        return cursor.lastrowid

    def _version(self, article_id: int, row: sqlite3.Row, first: int) -> None:
        last = self._here(row["last_capture_id"]) or first
        self._target.conn.execute(
            f"""INSERT INTO version (article_id, first_capture_id, last_capture_id,
                  {", ".join(SAYS)}, text_digest, title, section, body, attachments, tags, images,
                  evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '[]', '[]', '[]', '[]', '[]',
                  '{{}}') ON CONFLICT (article_id, first_capture_id) DO UPDATE SET
                  last_capture_id = excluded.last_capture_id,
                  {", ".join(f"{name} = excluded.{name}" for name in SAYS)}
                WHERE {blank_joins.later("excluded", "version")}""",
            (article_id, first, last, *(row[name] for name in SAYS)),
        )
