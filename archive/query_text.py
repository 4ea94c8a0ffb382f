"""Whether texts match queries that the index does not hold: earlier versions, and texts that are
about to be replaced.

FTS5 itself is asked, over a table in memory that is declared as the archive's index is. So every
query means there what it means in a search, and an answer costs by the texts that are asked about,
however many articles the archive has.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from archive import index_documents
from archive.filters import prepare, where
from archive.index_text import Text, entry_of
from archive.scopes import Scope

if TYPE_CHECKING:
    from archive.db import Archive

_OF = """
SELECT version.id FROM version JOIN article ON article.id = version.article_id
JOIN site ON site.id = article.site_id
WHERE version.id IN (SELECT value FROM json_each(?))"""

_DECLARED = "SELECT sql FROM sqlite_schema WHERE name = 'search_text'"


class Texts:
    """Some versions' texts, as an index that any number of queries is asked of.

    ``texts``: those that are loaded, by row number of the version.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._conn = sqlite3.connect(":memory:", isolation_level=None)
        self._conn.execute(archive.conn.execute(_DECLARED).fetchone()[0])
        names = [row[1] for row in self._conn.execute("PRAGMA table_info(search_text)")]
        self._insert = (
            f"INSERT INTO search_text (rowid, {', '.join(names)}) VALUES (?{', ?' * len(names)})"
        )
        self.texts: Mapping[int, Text] = {}

    def load(self, version_ids: Collection[int]) -> None:
        """Put these versions in the place of those that are loaded, documents and all."""
        entries = {}
        for one in sorted(set(version_ids)):
            documents = index_documents.wanted(self._archive, one)
            entries[one] = entry_of(self._archive, one, documents)
        self._conn.execute("BEGIN")
        self._conn.execute("INSERT INTO search_text (search_text) VALUES ('delete-all')")
        for one, entry in entries.items():
            self._conn.execute(self._insert, (one, *entry.words()))
        self._conn.execute("COMMIT")
        self.texts = {one: entry.text for one, entry in entries.items()}

    def matching(self, scope: Scope) -> frozenset[int]:
        """The loaded versions that a query with its filters lets through."""
        found = list(self.texts)
        if scope.matches.text:
            sql = "SELECT rowid FROM search_text WHERE search_text MATCH ?"
            found = [row[0] for row in self._conn.execute(sql, (scope.matches.text,))]
        prepare(self._archive)
        for filters in scope.filters:
            condition, values = where(filters)
            if condition != "1":
                rows = self._archive.conn.execute(f"{_OF} AND {condition}",
                                                  (json.dumps(found), *values))  # fmt: skip
                found = [row[0] for row in rows]
        return frozenset(found)
