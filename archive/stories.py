"""Stories: one text, wherever it stands. A story is what copies, exact and near, hold together.

Two articles are copies if the words of title and body are equal, or if they are near copies
(`archive.copies`). A story is a connected component of that, named by the smallest of its members'
keys: it does not matter in which order they came.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from archive import copies, copies_state, story_rows
from archive.db import Archive

_EQUAL = """
SELECT article.id FROM version
JOIN article ON article.id = version.article_id AND article.version_id = version.id
WHERE version.text_digest = ?"""

_IN_COPIES = """
SELECT one_id FROM copy_pair UNION SELECT other_id FROM copy_pair
UNION SELECT article.id FROM article JOIN version ON version.id = article.version_id
WHERE version.text_digest != '' AND EXISTS (
    SELECT 1 FROM version other JOIN article two
        ON two.id = other.article_id AND two.version_id = other.id
    WHERE other.text_digest = version.text_digest AND two.id != article.id)"""

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Left:
    """What articles that are about to go leave behind: their stories, and who lost a copy."""

    stories: frozenset[int] = frozenset()
    articles: frozenset[int] = frozenset()


def update(archive: Archive, *article_ids: int, left: Left | None = None) -> None:
    """Put articles into the stories of their current texts, inside the transaction that changed
    them; *left*: what :func:`leave` told of articles that are deleted by now.

    An article that was in no story only joins: that is the way of each new one, and costs the same
    however large the story is. All else looks at the whole of the stories concerned.
    """
    before = story_rows.stories_of(archive, article_ids)
    changes = copies.put(archive, article_ids)
    if len(article_ids) == 1 and not before and not changes.others and left is None:
        _join(archive, article_ids[0])
        return
    left = left or Left()
    settle(archive, {*article_ids, *changes.articles, *left.articles}, before | left.stories)


def leave(archive: Archive, article_ids: Sequence[int]) -> Left:
    """Take articles out of what copies rest on, before their rows are deleted.

    Give the answer to :func:`update` afterwards.
    """
    if not article_ids:
        return Left()
    there = story_rows.stories_of(archive, article_ids)
    return Left(frozenset(there), frozenset(copies.take_out(archive, article_ids).articles))


def settle(archive: Archive, article_ids: Iterable[int], story_ids: Iterable[int] = ()) -> None:
    """Make the stories of these articles, and these stories, what the copies say."""
    asked = set(article_ids)
    stories = set(story_ids) | story_rows.stories_of(archive, asked)
    open_ids = asked | story_rows.in_stories(archive, stories)
    taken: set[int] = set()
    groups: list[list[sqlite3.Row]] = []
    while open_ids:
        group = _component(archive, next(iter(open_ids)))
        open_ids -= group
        groups.append(story_rows.members(archive, group))
    groups = sorted(filter(None, groups), key=lambda group: str(group[0]["key"]))
    stories |= {one["story_id"] for group in groups for one in group} - {None}
    # A name may go from one story to another that is written before it.
    archive.conn.execute(
        "UPDATE story SET key = 'old ' || id WHERE id IN (SELECT value FROM json_each(?))",
        (story_rows.as_json(stories),),
    )
    for members in groups:
        story_rows.write(archive, members, taken)
    for story_id in stories - taken:
        archive.conn.execute("UPDATE article SET story_id = NULL WHERE story_id = ?", (story_id,))
        archive.conn.execute("DELETE FROM story WHERE id = ?", (story_id,))


def equal(archive: Archive, article_id: int) -> set[int]:
    """The articles whose current title and body have the same words, this one among them."""
    row = archive.conn.execute(
        """SELECT version.text_digest FROM article JOIN version ON version.id = article.version_id
           WHERE article.id = ?""",
        (article_id,),
    ).fetchone()
    if row is None or not row[0]:
        return {article_id}
    return {one[0] for one in archive.conn.execute(_EQUAL, (row[0],))} | {article_id}


# -- one story ------------------------------------------------------------------------------------


def _component(archive: Archive, article_id: int) -> set[int]:
    """All that copies connect with an article. Equal texts are looked up once for all of them."""
    found: set[int] = set()
    waiting = {article_id}
    known: set[int] = set()  # whose equals are among the found or waiting ones
    while waiting:
        one = waiting.pop()
        found.add(one)
        if one not in known:
            same = equal(archive, one)
            known |= same
            waiting |= same - found
        waiting |= set(copies.pairs(archive, one)) - found
    return found


def _join(archive: Archive, article_id: int) -> None:
    """Put an article that is in no story to its copies: into their story, or all into a new one."""
    around = {article_id, *copies.pairs(archive, article_id), *equal(archive, article_id)}
    if len(around) == 1:
        return
    there = story_rows.stories_of(archive, around)
    if not there:
        story_rows.write(archive, story_rows.members(archive, around), set())
        return
    rows = archive.conn.execute(
        "SELECT * FROM story WHERE id IN (SELECT value FROM json_each(?))",
        (story_rows.as_json(there),),
    ).fetchall()
    story = max(
        rows, key=lambda row: (len(story_rows.in_stories(archive, [row["id"]])), -row["id"])
    )
    others = there - {story["id"]}
    joining = story_rows.members(archive, around | story_rows.in_stories(archive, others))
    new = [one for one in joining if one["story_id"] != story["id"]]
    story_rows.move(archive, new, story["id"])
    archive.conn.execute(
        "DELETE FROM story WHERE id IN (SELECT value FROM json_each(?))",
        (story_rows.as_json(others),),
    )
    dates = [story_rows.moment(row["first_dated"]) for row in rows]
    dates += [story_rows.dated(one) for one in new]
    story_rows.name(
        archive, story["id"], min(row["key"] for row in (*rows, *new)),
        min(row["first_seen"] for row in (*rows, *new)), dates,
    )  # fmt: skip
    story_rows.tell(archive, new, story["id"])


# -- the whole ------------------------------------------------------------------------------------


def rebuild(archive: Archive, progress: Callable[[int, int], None] | None = None) -> int:
    """Compare all articles anew and return their number; *progress* gets done and total.

    Works in short transactions, so a crawl can go on beside it; only the last, which names the
    stories, looks at all copies. A rebuild that was killed is simply started again.
    """
    with archive.transaction():
        copies_state.clear(archive)
    (total,) = archive.conn.execute(
        "SELECT count(*) FROM article WHERE version_id IS NOT NULL"
    ).fetchone()
    done = 0
    while waiting := copies_state.waiting(archive, _BATCH):
        with archive.transaction():
            copies.put(archive, waiting)
        done += len(waiting)
        if progress is not None:
            progress(done, total)
    with archive.transaction():
        everyone = {row[0] for row in archive.conn.execute(_IN_COPIES)}
        stories = {row[0] for row in archive.conn.execute("SELECT id FROM story")}
        settle(archive, everyone, stories)
        copies_state.finish(archive)
    return done
