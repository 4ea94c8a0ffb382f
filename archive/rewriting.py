"""Put another reading of some pages in the place of what the archive derived from them.

Only what differs is written: rows of what did not change keep their numbers, and with them the
index and the stories stay. The journal tells `reread`, never `changed`: the site did nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from archive import events, index, stories, watched
from archive.db import Archive
from archive.derived import ArticleState, Derived, VersionState
from archive.rewriting_merged import Told, merged_of
from archive.rewriting_steps import reread_of, write_pages, write_readings
from archive.types import EventKind

# What the index does not hold; all else of a version may be in it.
_NOT_INDEXED = frozenset(
    ["first_capture_id", "last_capture_id", "reader", "evidence", "digest", "text_digest"]
)
_PARTS = ("byline", "caption")


def rewrite(
    archive: Archive, old: Derived, new: Derived, fresh: frozenset[int] = frozenset()
) -> list[str]:
    """Make *new* of *old*, which the archive holds now; the keys of the articles that differ.

    Call it inside a transaction. *new* is of the same captures. *fresh*: those of them that came by
    a merge and were not read before: what they show is told as it is after a crawl.
    """
    archive.require_transaction()
    # Articles, versions and events point at each other: at the commit all must be right.
    archive.conn.execute("PRAGMA defer_foreign_keys = ON")
    write_readings(archive, old, new)
    write_pages(archive, old, new)
    keys = sorted(old.articles.keys() | new.articles.keys())
    differ = [key for key in keys if _says(old, key) != _says(new, key)]
    if differ:
        _Rewriting(archive, old, new, differ, fresh).run()
    return differ


class _Rewriting:
    """The steps for articles that differ, in their order."""

    def __init__(
        self,
        archive: Archive,
        old: Derived,
        new: Derived,
        keys: list[str],
        fresh: frozenset[int],
    ) -> None:
        self._archive, self._conn = archive, archive.conn
        self._old, self._new, self._fresh = old, new, fresh
        self._before = {key: old.articles[key] for key in keys if key in old.articles}
        self._after = {key: new.articles[key] for key in keys if key in new.articles}
        self._article_ids: dict[str, int] = {}
        self._version_ids: dict[tuple[str, int], int] = {}
        self._matched: dict[str, frozenset[int]] = {}  # watches, by article, before all this

    def run(self) -> None:
        for key, article in self._before.items():
            if (version := article.version(article.current)) is not None:
                self._matched[key] = watched.matching(self._archive, version.id)
        gone = [one.id for key, one in self._before.items() if key not in self._after]
        left = stories.leave(self._archive, gone)
        indexed = [key for key in self._after if self._indexed_differs(key)]
        for key, article in self._before.items():
            if key in indexed or key not in self._after:
                index.drop(self._archive, article.id)  # by its old text, which is still there
        for article in self._before.values():
            for table in ("article_page", "link"):
                self._conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article.id,))
        for key in self._before.keys() - self._after.keys():
            self._remove(self._before[key])
        for key, article in self._after.items():
            self._write(key, article)
        for article in self._before.values():
            self._lead_events(article)
        self._tell()
        stories.update(self._archive, *map(self._article_ids.__getitem__, self._after), left=left)
        for key in indexed:
            index.put(self._archive, self._version_ids[key, self._after[key].current])

    def _indexed_differs(self, key: str) -> bool:
        before = self._before.get(key)
        return before is None or _indexed(before) != _indexed(self._after[key])

    def _remove(self, article: ArticleState) -> None:
        for version in article.versions:
            self._remove_version(version)
        self._conn.execute("DELETE FROM article WHERE id = ?", (article.id,))

    def _remove_version(self, version: VersionState) -> None:
        for table in _PARTS:
            self._conn.execute(f"DELETE FROM {table} WHERE version_id = ?", (version.id,))
        self._conn.execute("DELETE FROM version WHERE id = ?", (version.id,))

    def _write(self, key: str, article: ArticleState) -> None:
        before = self._before.get(key)
        values: dict[str, object] = {
            "site_id": article.site_id, "page_id": article.page_id, "state": article.state,
            "state_since": article.state_since,
        }  # fmt: skip
        if before is None:
            article_id = self._insert("article", {"key": key, **values})
        else:
            article_id = before.id
        there = {one.first: one for one in before.versions} if before else {}
        for version in article.versions:
            old = there.pop(version.first, None)
            number = self._write_version(article_id, old, version)
            self._version_ids[key, version.first] = number
        for gone in there.values():
            self._remove_version(gone)
        values["version_id"] = self._version_ids[key, article.current]
        self._update("article", article_id, values)
        for page_id, name in article.pages:
            self._conn.execute(
                "INSERT INTO article_page VALUES (?, ?, ?)", (page_id, article_id, name)
            )
        for link in article.links:
            self._insert("link", {"article_id": article_id, **link})
        self._article_ids[key] = article_id

    def _write_version(
        self, article_id: int, old: VersionState | None, version: VersionState
    ) -> int:
        if old is not None and old.says() == version.says():
            return old.id
        if old is None:
            number = self._insert("version", {"article_id": article_id, **version.row})
        else:
            number = old.id
            self._update("version", number, version.row)
        for table, before, after in (
            ("byline", old.bylines if old else (), version.bylines),
            ("caption", old.captions if old else (), version.captions),
        ):
            if before != after:
                self._conn.execute(f"DELETE FROM {table} WHERE version_id = ?", (number,))
                for row in after:
                    self._insert(table, {"version_id": number, **row})
        return number

    def _lead_events(self, article: ArticleState) -> None:
        """What was told of a version that vanished leads to the one that holds its capture."""
        stays = self._article_ids.get(article.key)
        kept = {self._version_ids.get((article.key, one.first)) for one in article.versions}
        firsts = {one.id: one.first for one in article.versions}
        for event in self._conn.execute(
            "SELECT number, version_id FROM event WHERE article_id = ?", (article.id,)
        ).fetchall():
            version_id = event["version_id"]
            if stays == article.id and (version_id is None or version_id in kept):
                continue
            there = (
                self._new.holder(firsts[version_id], article.key) if version_id in firsts else None
            )
            heir = there[0] if there else self._new.of_key(article.key)
            to_version = self._number(heir, there[1]) if there and heir else None
            self._conn.execute(
                "UPDATE event SET article_id = ?, version_id = ? WHERE number = ?",
                (self._article(heir), to_version, event["number"]),
            )

    def _tell(self) -> None:
        for key, article in self._after.items():
            for kind, first, data in self._told(key, article):
                number = self._event(kind, article, first, data)
                if kind == "reread":
                    watched.note(self._archive, number, self._matched.get(key, ()))
        for key, article in self._before.items():
            if key in self._after:
                continue
            heir = self._new.of_key(key)
            if heir is not None:
                number = self._event("reread", heir, heir.current, {"joined": key})
            else:
                number = events.tell(
                    self._archive, "reread", site_id=article.site_id,
                    capture_id=article.versions[-1].last, data={"vanished": key},
                )  # fmt: skip
            watched.note(self._archive, number, self._matched.get(key, ()))

    def _told(self, key: str, article: ArticleState) -> Iterable[Told]:
        """What is told of an article that differs, in the order of its versions."""
        if self._fresh:
            return merged_of(self._old, self._new, article, self._fresh)
        if key not in self._old.articles:
            return [("reread", article.current, {"appeared": key})]
        return [("reread", *one) for one in reread_of(self._old, article).items()]

    def _event(
        self, kind: EventKind, article: ArticleState, first: int, data: Mapping[str, Any]
    ) -> int:
        version = article.version(first)
        return events.tell(
            self._archive, kind, site_id=article.site_id, article_id=self._article(article),
            version_id=self._number(article, version) if version else None, capture_id=first,
            data=data,
        )  # fmt: skip

    def _article(self, article: ArticleState | None) -> int | None:
        """The row of an article of *new*; one that did not differ stands in *old* as well."""
        if article is None:
            return None
        return self._article_ids.get(article.key) or self._old.articles[article.key].id

    def _number(self, article: ArticleState, version: VersionState) -> int:
        found = self._version_ids.get((article.key, version.first))
        if found is None:
            same = self._old.articles[article.key].version(version.first)
            assert same is not None
            return same.id
        return found

    def _insert(self, table: str, values: Mapping[str, object]) -> int:
        places = ", ".join("?" * len(values))
        cursor = self._conn.execute(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", tuple(values.values())
        )
        return int(cursor.lastrowid or 0)

    def _update(self, table: str, number: int, values: Mapping[str, object]) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        self._conn.execute(f"UPDATE {table} SET {names} WHERE id = ?", (*values.values(), number))


def _says(one: Derived, key: str) -> tuple[object, ...] | None:
    return one.articles[key].says() if key in one.articles else None


def _indexed(article: ArticleState) -> tuple[object, ...]:
    """What the index holds of an article: its versions, by the captures that they begin with."""
    versions = {}
    for one in article.versions:
        row = {name: value for name, value in one.row.items() if name not in _NOT_INDEXED}
        versions[one.first] = row, one.bylines, one.captions
    return article.current, article.site_id, versions
