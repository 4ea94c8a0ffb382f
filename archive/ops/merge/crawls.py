"""Crawls of another archive, each known by its seal; and under which of two a capture stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from archive import merges
from archive.clock import iso
from archive.db import Archive
from archive.ops.merge.source import Source

_COLUMNS = ("why", "started", "ended", "agent", "settings", "figures", "outcome")
_OF = """
SELECT crawl.why, crawl.started, seal.digest, merged_crawl.seal FROM crawl
LEFT JOIN seal ON seal.crawl_id = crawl.id
LEFT JOIN merged_crawl ON merged_crawl.crawl_id = crawl.id WHERE crawl.id = ?"""


@dataclass(frozen=True, slots=True)
class _Crawl:
    """``seal``: None of one that was begun here and has none yet. ``whole``: it is sealed here."""

    by: tuple[bool, str, str]
    seal: str | None
    whole: bool


class Crawls:
    """The crawls of the source that are taken, by their rows here."""

    def __init__(self, source: Source, target: Archive, agent: str) -> None:
        self._source, self._target, self._agent = source, target, agent
        self._here: dict[int, int] = {}  # row there -> row here
        self._known: dict[int, _Crawl] = {}
        self._left: set[int] = set()  # crawls here that captures have left

    def merge(self, tally: Counter[str]) -> None:
        """Enter those that are new, in one transaction; counted as `crawls`."""
        merge_id: int | None = None
        with self._target.transaction():
            for crawl_id, seal in self._source.crawls.items():
                there = self._of_seal(seal)
                if there is None:
                    if merge_id is None:
                        merge_id = self._begin()
                    there = self._enter(crawl_id, seal, merge_id)
                    tally["crawls"] += 1
                self._here[crawl_id] = there

    def here(self, crawl_id: int) -> int:
        """The row here of a crawl that is taken."""
        return self._here[crawl_id]

    def settle(self, capture_id: int, crawl_id: int, other: int) -> bool:
        """A capture that stands under *crawl_id* is one of the crawl *other* too: let it stand
        under the first of them; whether that is another one now. Call it inside a transaction.

        Which one is first is told by what they are: a crawl before an import, then by their start.
        What has no seal yet must keep its captures until it has one.
        """
        ours, theirs = self._of(crawl_id), self._of(other)
        if ours.seal is None or theirs.by >= ours.by:
            return False
        conn = self._target.conn
        if ours.whole:
            self._list(crawl_id)
        if crawl_id not in self._left:
            self._left.add(crawl_id)
            merges.touch_crawl(self._target, crawl_id)
        conn.execute("UPDATE capture SET crawl_id = ? WHERE id = ?", (other, capture_id))
        return True

    def _list(self, crawl_id: int) -> None:
        """Write down what is under a crawl's seal, before a capture of it goes elsewhere."""
        self._target.conn.execute(
            """INSERT INTO crawl_leaf SELECT crawl_id, row_number() OVER (ORDER BY id) - 1, id
               FROM capture WHERE crawl_id = ?1
                 AND NOT EXISTS (SELECT 1 FROM crawl_leaf WHERE crawl_id = ?1)""",
            (crawl_id,),
        )

    def _of(self, crawl_id: int) -> _Crawl:
        if crawl_id not in self._known:
            why, started, digest, merged = self._target.conn.execute(_OF, (crawl_id,)).fetchone()
            seal = digest or merged
            by = (why == "import", started, seal or "")
            self._known[crawl_id] = _Crawl(by, seal, digest is not None)
        return self._known[crawl_id]

    def _of_seal(self, seal: str) -> int | None:
        row = self._target.conn.execute(
            """SELECT crawl_id FROM seal WHERE digest = ?1
               UNION SELECT crawl_id FROM merged_crawl WHERE seal = ?1""",
            (seal,),
        ).fetchone()
        return int(row[0]) if row is not None else None

    def _begin(self) -> int:
        source, target = self._source, self._target
        cursor = target.conn.execute(
            "INSERT INTO merge (time, agent, archive_id, file) VALUES (?, ?, ?, ?)",
            (iso(target.clock.now()), self._agent, source.archive.id, source.path.name),
        )
        return int(cursor.lastrowid or 0)

    def _enter(self, crawl_id: int, seal: str, merge_id: int) -> int:
        conn = self._target.conn
        row = self._source.conn.execute(
            """SELECT crawl.*, site.slug FROM crawl LEFT JOIN site ON site.id = crawl.site_id
               WHERE crawl.id = ?""",
            (crawl_id,),
        ).fetchone()
        cursor = conn.execute(
            f"""INSERT INTO crawl (site_id, {", ".join(_COLUMNS)})
                VALUES ((SELECT id FROM site WHERE slug = ?), ?, ?, ?, ?, ?, ?, ?)""",
            (row["slug"], *(row[name] for name in _COLUMNS)),
        )
        number = int(cursor.lastrowid or 0)
        conn.execute("INSERT INTO merged_crawl VALUES (?, ?, ?)", (number, merge_id, seal))
        return number
