"""Stories: one text, wherever it stands. Articles whose current texts are equal are one story.

A story is named by the smallest of its members' keys, so it does not matter in which order they
came.
"""

from __future__ import annotations

import sqlite3

from archive import events
from archive.db import Archive

_MEMBERS = """
SELECT article.id, article.key, article.site_id, article.story_id, article.version_id,
       version.published, version.published_utc, seen.time AS first_seen
FROM version JOIN article ON article.id = version.article_id AND article.version_id = version.id
             JOIN capture seen ON seen.id = version.first_capture_id
WHERE version.text_digest = ? ORDER BY article.key"""


def update(archive: Archive, article_id: int) -> int | None:
    """Put an article into the story of its current text; return that, None if it is alone.

    Call it inside the transaction that changed the text. The story that the article leaves is
    brought up to date too.
    """
    conn = archive.conn
    row = conn.execute(
        """SELECT article.story_id, version.text_digest, story.text_digest AS story_text
           FROM article JOIN version ON version.id = article.version_id
           LEFT JOIN story ON story.id = article.story_id WHERE article.id = ?""",
        (article_id,),
    ).fetchone()
    if row["story_id"] is not None and row["story_text"] != row["text_digest"]:
        conn.execute("UPDATE article SET story_id = NULL WHERE id = ?", (article_id,))
        settle(archive, row["story_text"])
    if not row["text_digest"]:
        return None
    return settle(archive, row["text_digest"])


def settle(archive: Archive, text_digest: str) -> int | None:
    """Make the story of one text what its members say; None if fewer than two have it."""
    conn = archive.conn
    members = conn.execute(_MEMBERS, (text_digest,)).fetchall()
    story_id = next((one["story_id"] for one in members if one["story_id"] is not None), None)
    if len(members) < 2:
        if story_id is None:
            there = conn.execute("SELECT id FROM story WHERE text_digest = ?", (text_digest,))
            story_id = next((one[0] for one in there.fetchall()), None)
        if story_id is not None:
            conn.execute("UPDATE article SET story_id = NULL WHERE story_id = ?", (story_id,))
            conn.execute("DELETE FROM story WHERE id = ?", (story_id,))
        return None
    first_seen = min(one["first_seen"] for one in members)
    dated = [(one["published_utc"], one["published"]) for one in members if one["published_utc"]]
    first_dated = min(dated)[1] if dated else None
    if story_id is None:
        cursor = conn.execute(
            "INSERT INTO story (key, text_digest, first_seen, first_dated) VALUES (?, ?, ?, ?)",
            (members[0]["key"], text_digest, first_seen, first_dated),
        )
        story_id = int(cursor.lastrowid or 0)
    else:
        conn.execute(
            "UPDATE story SET key = ?, first_seen = ?, first_dated = ? WHERE id = ?",
            (members[0]["key"], first_seen, first_dated, story_id),
        )
    _join(archive, int(story_id), members)
    return int(story_id)


def _join(archive: Archive, story_id: int, members: list[sqlite3.Row]) -> None:
    keys = [one["key"] for one in members]
    for one in members:
        if one["story_id"] == story_id:
            continue
        archive.conn.execute("UPDATE article SET story_id = ? WHERE id = ?", (story_id, one["id"]))
        events.tell(
            archive, "story", site_id=one["site_id"], article_id=one["id"],
            version_id=one["version_id"], data={"story": keys[0], "members": keys},
        )  # fmt: skip
