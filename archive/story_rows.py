"""The rows of stories: who is in one, how it is named and dated, and what is told of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from archive import events
from archive.db import Archive
from archive.times import sortable

MOST_NAMED = 20  # members that an event names

_MEMBERS = """
SELECT article.id, article.key, article.site_id, article.story_id, article.version_id,
       version.published, version.published_utc,
       (SELECT min(seen.time) FROM version one JOIN capture seen ON seen.id = one.first_capture_id
        WHERE one.article_id = article.id) AS first_seen
FROM article JOIN version ON version.id = article.version_id
WHERE article.id IN (SELECT value FROM json_each(?)) ORDER BY article.key"""


def write(archive: Archive, members: list[sqlite3.Row], taken: set[int]) -> None:
    """Make *members*, by key, one story, which is added to *taken*; alone they are none."""
    if len(members) < 2:
        archive.conn.execute(
            "UPDATE article SET story_id = NULL WHERE id = ? AND story_id IS NOT NULL",
            (members[0]["id"],),
        )
        return
    there = [one["story_id"] for one in members if one["story_id"] is not None]
    free = [one for one in dict.fromkeys(there) if one not in taken]
    if free:
        story_id = max(free, key=lambda one: (there.count(one), -one))
    else:
        cursor = archive.conn.execute("INSERT INTO story (key, first_seen) VALUES (?, '')",
                                      (f"new {members[0]['key']}",))  # fmt: skip
        story_id = int(cursor.lastrowid or 0)
    taken.add(story_id)
    new = [one for one in members if one["story_id"] != story_id]
    move(archive, new, story_id)
    name(
        archive, story_id, members[0]["key"], min(one["first_seen"] for one in members),
        [dated(one) for one in members],
    )  # fmt: skip
    tell(archive, new, story_id)


def move(archive: Archive, members: Iterable[sqlite3.Row], story_id: int) -> None:
    """Put articles into a story."""
    archive.conn.executemany(
        "UPDATE article SET story_id = ? WHERE id = ?", [(story_id, one["id"]) for one in members]
    )


def name(
    archive: Archive, story_id: int, key: str, seen: str, dates: Iterable[tuple[str, str] | None]
) -> None:
    """Name a story; *dates* in UTC and as printed, of which the first is kept."""
    first = min(filter(None, dates), default=None)
    archive.conn.execute(
        "UPDATE story SET key = ?, first_seen = ?, first_dated = ? WHERE id = ?",
        (key, seen, first[1] if first else None, story_id),
    )


def tell(archive: Archive, new: Iterable[sqlite3.Row], story_id: int) -> None:
    """Tell `story` of each article that is new in it."""
    keys = [
        row[0]
        for row in archive.conn.execute(
            "SELECT key FROM article WHERE story_id = ? ORDER BY key", (story_id,)
        )
    ]
    data: dict[str, object] = {"story": keys[0], "members": keys[:MOST_NAMED]}
    if len(keys) > MOST_NAMED:
        data["more"] = len(keys) - MOST_NAMED
    for one in new:
        events.tell(
            archive, "story", site_id=one["site_id"], article_id=one["id"],
            version_id=one["version_id"], data=data,
        )  # fmt: skip


def dated(member: sqlite3.Row) -> tuple[str, str] | None:
    """When a member is dated: in UTC, and as printed."""
    utc = member["published_utc"]
    return (utc, member["published"]) if utc else None


def moment(published: str | None) -> tuple[str, str] | None:
    """The same of a date as printed."""
    utc = sortable(published)[0]
    return (utc, published) if utc and published else None


def members(archive: Archive, ids: Iterable[int]) -> list[sqlite3.Row]:
    """These articles by key, with the dates of their texts and when they were first seen."""
    return archive.conn.execute(_MEMBERS, (as_json(ids),)).fetchall()


def stories_of(archive: Archive, ids: Iterable[int]) -> set[int]:
    """The stories that these articles are in."""
    sql = """SELECT DISTINCT story_id FROM article
             WHERE id IN (SELECT value FROM json_each(?)) AND story_id IS NOT NULL"""
    return {row[0] for row in archive.conn.execute(sql, (as_json(ids),))}


def in_stories(archive: Archive, ids: Iterable[int]) -> set[int]:
    """The articles in these stories."""
    sql = "SELECT id FROM article WHERE story_id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in archive.conn.execute(sql, (as_json(ids),))}


def as_json(ids: Iterable[int]) -> str:
    """Row numbers for `json_each`: of any count, while a statement binds 32,766 values at most."""
    return json.dumps(list(ids))
