"""The full-text index over the current versions: exact and folded words with their places, and
words and pairs of neighbours without (`archive.index_tokens`), fed with every store; and beside it
that of the other versions (`archive.index_past`).

The FTS5 tables are contentless: they hold words and places, not text. To delete a row its old text
must be given again, so `drop` an article *before* its version rows are changed in place, and
`put` it afterwards. For a new version `put` alone is enough.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from archive import fts, index_documents, index_lists, index_past, index_rows
from archive.errors import ArchiveError
from archive.index_rows import NAMES as _NAMES
from archive.index_rows import PLACES as _PLACES
from archive.index_text import Entry, day_rows, entry_of
from archive.index_tokens import tokens_of
from archive.vietnamese import RULES_VERSION
from archive.withdrawals import IS_WITHDRAWN

if TYPE_CHECKING:
    from archive.db import Archive

_BATCH = 200


def put(archive: Archive, version_id: int) -> None:
    """Make *version_id* what the index holds of its article. Call it inside the transaction.

    While the index is of other rules nothing is done: `rebuild` will come to this version too.
    """
    if not _ready(archive):
        return
    documents = index_documents.wanted(archive, version_id)
    entry = entry_of(archive, version_id, documents)
    old = _row(archive, entry.article_id)
    if old is not None:
        if old["digest"] == entry.digest() and _fits(old["id"], entry.base):
            index_documents.hold(archive, entry.article_id, documents)
            archive.conn.execute(
                """UPDATE search_row SET version_id = ?, section_id = ?, author_id = ?
                   WHERE id = ?""",
                (version_id, *_lists(archive, entry), old["id"]),
            )
            index_lists.leave(archive, (old["section_id"], old["author_id"]))
            index_past.follow(archive, entry.article_id, version_id)
            return
        _delete(archive, old)
    _insert(archive, entry)
    index_past.follow(archive, entry.article_id, version_id)
    index_documents.hold(archive, entry.article_id, documents)
    _advance(archive)


def follow(archive: Archive, article_id: int) -> None:
    """The article's earlier versions, or the times of its versions, are others than before."""
    if not _ready(archive):
        return
    old = _row(archive, article_id)
    if old is not None:
        index_past.follow(archive, article_id, old["version_id"])


def drop(archive: Archive, article_id: int) -> None:
    """Take the article with all its versions out of the index, while their rows still are as they
    were put in."""
    if not _ready(archive):
        return
    index_past.drop(archive, article_id)
    old = _row(archive, article_id)
    if old is not None:
        _delete(archive, old)
        _advance(archive)


def clear(archive: Archive) -> None:
    """Empty the index, inside a transaction: before the derived tables are made anew."""
    index_past.clear(archive)
    archive.conn.execute("INSERT INTO search_text (search_text) VALUES ('delete-all')")
    archive.conn.execute("INSERT INTO search_pair (search_pair) VALUES ('delete-all')")
    archive.conn.execute("DELETE FROM search_row")
    archive.conn.execute("DELETE FROM search_document")
    archive.conn.execute("DELETE FROM search_list")
    archive.conn.execute(
        "UPDATE index_state SET rules = ?, complete = 1, event = 0", (RULES_VERSION,)
    )


def rebuild(archive: Archive, progress: Callable[[int, int], None] | None = None) -> int:
    """Build the index anew and return the number of articles; *progress* gets done and total.

    Works in short transactions, so a crawl can go on beside it: what it stores meanwhile is put
    in by itself. Until the end the index counts as incomplete; a rebuild that was killed is simply
    started again.
    """
    with archive.transaction():
        clear(archive)
        archive.conn.execute("UPDATE index_state SET complete = 0")
    total = archive.conn.execute(
        f"SELECT count(*) FROM article WHERE version_id IS NOT NULL AND NOT {IS_WITHDRAWN}"
    ).fetchone()[0]
    done = 0
    while waiting := _unindexed(archive, _BATCH):
        with archive.transaction():
            for version_id in waiting:
                put(archive, version_id)
        done += len(waiting)
        if progress is not None:
            progress(done, total)
    with archive.transaction():
        archive.conn.execute("UPDATE index_state SET complete = 1")
        _advance(archive)
    # It answers already; but a look at one row costs by the number of segments.
    for table in fts.TABLES:
        fts.merge(archive, table)
    return done


def require(archive: Archive) -> None:
    """ArchiveError if the index cannot answer: other rules, or not all articles in it."""
    state = _state(archive)
    if state["rules"] not in (None, RULES_VERSION):
        raise ArchiveError(
            f"The search index was built by word rules {state['rules']}, this release has"
            f" {RULES_VERSION}.",
            "Run `luutru reindex`.",
        )
    if not state["complete"]:
        raise ArchiveError("The search index is not complete.", "Run `luutru reindex`.")


# -- one article ----------------------------------------------------------------------------------


def _insert(archive: Archive, entry: Entry) -> None:
    row = index_rows.free(archive, entry.base, "search_row")
    archive.conn.execute(
        """INSERT INTO search_row
             (id, article_id, version_id, digest, site_id, section_id, author_id)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (
            row, entry.article_id, entry.version_id, entry.digest(), entry.site_id,
            *_lists(archive, entry),
        ),
    )  # fmt: skip
    words = entry.words()
    archive.conn.execute(
        f"INSERT INTO search_text (rowid, {_NAMES}) VALUES (?, {_PLACES})", (row, *words)
    )
    archive.conn.execute(
        "INSERT INTO search_pair (rowid, tokens) VALUES (?, ?)", (row, tokens_of(entry, words))
    )


def _delete(archive: Archive, old: sqlite3.Row) -> None:
    entry = entry_of(archive, old["version_id"])
    if entry.digest() != old["digest"]:
        raise RuntimeError(
            f"version {entry.version_id} was changed before index.drop: its words cannot be"
            " taken out of a contentless index any more"
        )
    words = entry.words()
    archive.conn.execute(
        f"INSERT INTO search_text (search_text, rowid, {_NAMES}) VALUES ('delete', ?, {_PLACES})",
        (old["id"], *words),
    )
    archive.conn.execute(
        "INSERT INTO search_pair (search_pair, rowid, tokens) VALUES ('delete', ?, ?)",
        (old["id"], tokens_of(entry, words)),
    )
    archive.conn.execute("DELETE FROM search_row WHERE id = ?", (old["id"],))
    index_lists.leave(archive, (old["section_id"], old["author_id"]))
    archive.conn.execute("DELETE FROM search_document WHERE article_id = ?", (old["article_id"],))


def _lists(archive: Archive, entry: Entry) -> tuple[int, int]:
    """The numbers of its sections and of its authors."""
    return (
        index_lists.take(archive, "section", entry.sections),
        index_lists.take(archive, "author", entry.authors),
    )


def _fits(row: int, base: int) -> bool:
    """Whether *row* is where *base* would put it, give or take others of its day."""
    return day_rows(row) == day_rows(base) and (day_rows(base) is not None or row == base)


# -- the whole ------------------------------------------------------------------------------------


def _state(archive: Archive) -> sqlite3.Row:
    row: sqlite3.Row = archive.conn.execute("SELECT * FROM index_state").fetchone()
    return row


def _ready(archive: Archive) -> bool:
    """Whether rows of today's rules may go in; an index that holds nothing takes them at once."""
    rules = _state(archive)["rules"]
    if rules is None:
        archive.conn.execute("UPDATE index_state SET rules = ?", (RULES_VERSION,))
    return rules in (None, RULES_VERSION)


def _row(archive: Archive, article_id: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = archive.conn.execute(
        "SELECT * FROM search_row WHERE article_id = ?", (article_id,)
    ).fetchone()
    return row


def _unindexed(archive: Archive, limit: int) -> list[int]:
    return [
        row[0]
        for row in archive.conn.execute(
            f"SELECT version_id FROM article WHERE version_id IS NOT NULL AND NOT {IS_WITHDRAWN}"
            " AND NOT EXISTS (SELECT 1 FROM search_row r WHERE r.article_id = article.id)"
            " ORDER BY id LIMIT ?",
            (limit,),
        )
    ]


def _advance(archive: Archive) -> None:
    archive.conn.execute(
        "UPDATE index_state SET event = coalesce((SELECT max(number) FROM event), 0)"
    )
