"""The search index: whole in itself, and word by word what the versions say.

FTS5 checks itself only where it may write, and a table without content only in its structure,
which finds one changed byte in twenty. So its tables are copied to a scratch file, where the same
index is declared over the texts of the versions: FTS5 then compares every word at every place, and
who writes to the archive need not wait
(https://www.sqlite.org/fts5.html#the_integrity_check_command).
"""

from __future__ import annotations

import errno
import json
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive import index
from archive.errors import ArchiveError
from archive.index_documents import Held
from archive.index_text import Entry, entry_of
from archive.index_tokens import tokens_of
from archive.ops import checks_past
from archive.ops.checks import WRONG_VALUES, Look, sample
from archive.vietnamese import settle
from archive.withdrawals import IS_WITHDRAWN

REINDEX = "`luutru reindex` builds the index anew."
_TABLES = ("data", "idx", "docsize", "config")
_NO_ROOM = "Name a folder with more room in TMPDIR, and call again."

_ROWS = "SELECT id, version_id, digest, section_id, author_id FROM {}"

_OUT_OF_STEP = f"""
SELECT article.key, article.version_id, search_row.version_id FROM article
LEFT JOIN search_row ON search_row.article_id = article.id
WHERE article.version_id IS NOT search_row.version_id AND NOT {IS_WITHDRAWN}"""

_STRANGE = """
SELECT search_row.id, search_row.article_id FROM search_row
LEFT JOIN article ON article.id = search_row.article_id WHERE article.id IS NULL"""

# What facets and filters take from beside the words.
_FACETS = (
    (
        """SELECT search_row.id, article.key FROM search_row
           JOIN article ON article.id = search_row.article_id
           WHERE article.site_id != search_row.site_id""",
        "Row {0} of the index (article {1}) is of another site than its article.",
    ),
    (
        """WITH used AS (SELECT id, count(*) AS times FROM (
               SELECT section_id AS id FROM search_row UNION ALL SELECT author_id FROM search_row
               UNION ALL SELECT section_id FROM past_row UNION ALL SELECT author_id FROM past_row)
             GROUP BY id)
           SELECT coalesce(used.id, list.id), coalesce(times, 0), coalesce(list.uses, 0)
           FROM used FULL JOIN search_list list USING (id) WHERE times IS NOT list.uses""",
        "List {0} of names stands in {1} rows of the index, and says that it is {2}.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Index:
    """One of them: the table of its words, that of its rows, which documents it holds with a
    version (None: those that it says itself), and what its columns hold of an entry."""

    words: str
    rows: str
    documents: Held | None = None
    columns: Callable[[Entry], Sequence[str]] = Entry.words


_INDEXES = (_Index("search_text", "search_row"), _Index("past_text", "past_row", ()))
_PAIRS = _Index(
    "search_pair", "search_row", columns=lambda entry: (tokens_of(entry, entry.words()),)
)


def search_index(look: Look) -> None:
    """The index holds each version, current ones apart, and its words are those of the text."""
    try:
        index.require(look.archive)
    except ArchiveError as error:
        look.problem(error.what, error.next_step)
        return
    for one in _INDEXES:
        look.expect(one.rows, sampled=True)
    for key, current, indexed in look.conn.execute(_OUT_OF_STEP):
        look.problem(
            f"Article {key}: the index holds version {indexed or 'none'}, current is {current}.",
            REINDEX,
        )
    for row, article in look.conn.execute(_STRANGE):
        look.problem(f"Row {row} of the index is of article {article}, which is none.", REINDEX)
    for sql, what in _FACETS:
        for row in look.conn.execute(sql):
            look.problem(what.format(*row), REINDEX)
    checks_past.rows(look, REINDEX)
    for one in _INDEXES:
        before = look.problems
        _texts(look, one)
        compare = look.sample is None and look.problems == before
        _words(look, one, compare=compare)
        if one.rows == _PAIRS.rows:
            _words(look, _PAIRS, compare=compare)


def _texts(look: Look, of: _Index) -> None:
    """Each indexed text is still the one that was put in."""
    rows = look.conn.execute(_ROWS.format(of.rows))
    if look.sample is not None:
        ids = sample((row["id"] for row in rows), look.sample)
        rows = look.conn.execute(
            f"{_ROWS.format(of.rows)} WHERE id IN (SELECT value FROM json_each(?))", (str(ids),)
        )
    for row in rows:
        look.at()
        try:
            entry = entry_of(look.archive, row["version_id"], of.documents)
            fits = entry.digest() == row["digest"]
            named = [[*map(settle, names)] for names in (entry.sections, entry.authors)]
            fits_names = named == _names(look, row)
        except sqlite3.DatabaseError as error:
            look.require_damage(error)
            fits = False
        except WRONG_VALUES:
            fits = False
        if not fits:
            look.problem(f"Version {row['version_id']}: its text is not the one that was indexed.")
        elif not fits_names:
            look.problem(
                f"Version {row['version_id']}: the index names other sections or authors.", REINDEX
            )


def _names(look: Look, row: sqlite3.Row) -> list[list[str] | None]:
    """The sections and the authors that a row of the index names; None for a list that is not
    there."""
    found: list[list[str] | None] = []
    for number in (row["section_id"], row["author_id"]):
        sql = "SELECT names FROM search_list WHERE id = ?"
        names = look.conn.execute(sql, (number,)).fetchone()
        found.append(json.loads(names[0]) if names is not None else None)
    return found


def _words(look: Look, of: _Index, *, compare: bool) -> None:
    """FTS5's own checks on a copy of its tables; *compare*: with the texts of the versions too."""
    with tempfile.TemporaryDirectory(prefix="luutru-") as folder:
        scratch = Path(folder) / "index.db"
        try:
            _copy(look, of, scratch)
            with closing(sqlite3.connect(scratch, isolation_level=None)) as conn:
                _run(look, of, conn, compare)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                raise
            look.problem(f"No room for a copy of the index in {folder}, so it was not checked "
                         f"({error}).", _NO_ROOM)  # fmt: skip
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            look.problem(f"No room for a copy of the index in {folder}.", _NO_ROOM)


def _copy(look: Look, of: _Index, scratch: Path) -> None:
    """The index's tables into *scratch*, under an index over the view of the versions' words."""
    (sql,) = look.conn.execute(
        "SELECT sql FROM sqlite_schema WHERE name = ?", (of.words,)
    ).fetchone()
    names = [row["name"] for row in look.conn.execute(f"PRAGMA table_info({of.words})")]
    words = ", ".join(f"word(version_id, {place}) AS {name}" for place, name in enumerate(names))
    with closing(sqlite3.connect(scratch, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = OFF")
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute(sql.replace("content = ''", "content = 'version_words', content_rowid = 'id'"))
        conn.execute("CREATE TABLE indexed (id INTEGER PRIMARY KEY, version_id INTEGER)")
        conn.execute(f"CREATE VIEW version_words AS SELECT id, {words} FROM indexed")
        conn.execute("BEGIN")
        for table in _TABLES:
            conn.execute(f"DELETE FROM {of.words}_{table}")
            rows = look.conn.execute(f"SELECT * FROM {of.words}_{table}")
            places = ", ".join("?" * len(rows.description))
            conn.executemany(f"INSERT INTO {of.words}_{table} VALUES ({places})", map(tuple, rows))
        conn.executemany(
            "INSERT INTO indexed VALUES (?, ?)",
            map(tuple, look.conn.execute(f"SELECT id, version_id FROM {of.rows}")),
        )
        conn.execute("COMMIT")


def _run(look: Look, of: _Index, conn: sqlite3.Connection, compare: bool) -> None:
    """FTS5's commands; rank 0 looks at the structure, rank 1 at every word too."""
    last: tuple[int, Sequence[str]] = (0, ())

    def word(version_id: int, place: int) -> str:
        nonlocal last
        if last[0] != version_id:
            last = (version_id, of.columns(entry_of(look.archive, version_id, of.documents)))
        return last[1][place]

    conn.create_function("word", 2, word)
    for rank in (0, 1) if compare else (0,):
        try:
            conn.execute(
                f"INSERT INTO {of.words} ({of.words}, rank) VALUES ('integrity-check', ?)", (rank,)
            )
            strange = bool(rank) and _strange_rows(conn, of)
        except sqlite3.DatabaseError as error:
            if not rank:
                look.problem(f"FTS5 finds the index damaged ({error}).", REINDEX)
                return
            strange = True
        if strange:
            look.problem("The words of the index are not those of the versions.", REINDEX)


def _strange_rows(conn: sqlite3.Connection, of: _Index) -> bool:
    """Whether words stand in rows of no version. FTS5 compares an exclusive or over all places, in
    which the number of a row that shows an even number of times cancels itself out."""
    conn.execute(f"CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, {of.words}, 'instance')")
    row = conn.execute(
        "SELECT 1 FROM temp.places WHERE doc NOT IN (SELECT id FROM indexed) LIMIT 1"
    ).fetchone()
    return row is not None
