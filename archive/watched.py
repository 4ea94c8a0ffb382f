"""What articles matched right before their text was replaced or withdrawn, asked while it is there.

Who stores a text over another asks :func:`matching` first and gives the answer to :func:`note` with
the event that tells of it. Without a watch that costs one look into an empty table.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import watches
from archive.errors import InputError
from archive.query_expand import Lexicon
from archive.query_text import Texts
from archive.scopes import Scope
from archive.synonyms import lexicon

if TYPE_CHECKING:
    from archive.db import Archive

_CACHED = "watched"
_OWED = """
SELECT DISTINCT watch_id FROM watch_before JOIN event ON event.number = watch_before.event
JOIN watch ON watch.id = watch_id WHERE event.article_id = ? AND event.number > watch.looked"""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The watches of the archive, ready to be asked."""

    ids: tuple[int, ...]
    words: Lexicon
    scopes: dict[int, Scope]
    texts: Texts


def matching(archive: Archive, version_id: int) -> frozenset[int]:
    """The watches that a version matches as it is now, by row number."""
    ids = tuple(
        row[0] for row in archive.conn.execute("SELECT id FROM watch WHERE removed IS NULL")
    )
    if not ids:
        return frozenset()
    kept = _kept(archive, ids)
    kept.texts.load([version_id])
    return frozenset(one for one, scope in kept.scopes.items() if kept.texts.matching(scope))


def losing(archive: Archive, article_id: int) -> frozenset[int]:
    """The watches that are to be told that the article's text is withdrawn: it matches them now, or
    did when they were looked at last."""
    owed = {row[0] for row in archive.conn.execute(_OWED, (article_id,)).fetchall()}
    row = archive.conn.execute("SELECT version_id FROM article WHERE id = ?", (article_id,))
    (version_id,) = row.fetchone()
    return matching(archive, version_id) | owed if version_id is not None else frozenset(owed)


def note(archive: Archive, event: int, watch_ids: Collection[int]) -> None:
    """Keep with that event which watches its article matched before it."""
    archive.conn.executemany(
        "INSERT OR IGNORE INTO watch_before VALUES (?, ?)", [(event, one) for one in watch_ids]
    )


def _kept(archive: Archive, ids: tuple[int, ...]) -> _Kept:
    found, words = archive.cache.get(_CACHED), lexicon(archive)
    if not isinstance(found, _Kept) or (found.ids, found.words) != (ids, words):
        scopes = {}
        for one in watches.all(archive):
            try:
                scopes[one.id] = watches.scope(archive, one)
            except InputError:  # whoever looks is told; what is being stored must not wait for it
                continue
        found = archive.cache[_CACHED] = _Kept(ids, words, scopes, Texts(archive))
    return found
