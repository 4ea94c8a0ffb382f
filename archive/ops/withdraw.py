"""Withdraw text and payloads: one transaction, on the disk when it ends, and all of it or nothing.

What leans on a payload that goes is encoded anew before, in short transactions: that changes no
payload, and a crawl may go on meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from archive import anchors, documents, events, index, stories, watched
from archive.clock import iso
from archive.errors import ArchiveError

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.ops.withdraw_plan import Plan

_BATCH = 100  # payloads that are encoded anew in one transaction

# All that a version says, but for its digest, its captures, its reader and the printed dates.
_BLANK = """
UPDATE version SET title = '', section = '[]', lead = NULL, byline = NULL, source = NULL,
    body = '[]', attachments = '[]', tags = '[]', images = '[]', language = NULL,
    canonical = NULL, evidence = '{}', text_digest = '' WHERE article_id = ?"""

# Readings of what is never to be read again, and that reparse would look for.
_UNREAD = """
DELETE FROM reading WHERE capture_id IN (
    SELECT one.id FROM capture one LEFT JOIN capture earlier ON earlier.id = one.earlier_id
    WHERE coalesce(one.payload_id, earlier.payload_id) IN (SELECT value FROM json_each(?1))
       OR one.page_id IN (SELECT value FROM json_each(?2)))"""


def withdraw(
    archive: Archive,
    make: Callable[[], Plan],
    agreed: Plan,
    agent: str,
    reason: str,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[int, Plan]:
    """Do what *agreed* says; the number of the withdrawal, and what went.

    *make* plans anew inside the transaction: what was captured since goes too. ArchiveError if
    other articles or pages would go than were agreed to, or the index must be built first.
    """
    index.require(archive)
    archive.conn.execute("PRAGMA secure_delete = ON")  # what is freed is overwritten with zeroes
    release(archive, {one.id for one in agreed.payloads}, progress)
    with archive.transaction(full=True):
        plan = make()
        if _asked(plan) != _asked(agreed):
            raise ArchiveError(
                "The archive has changed since you were asked: other articles or pages would go.",
                "Call again.",
            )
        number = _enter(archive, plan, agent, reason)
        going = {one.id for one in plan.payloads}
        matched = {one: watched.losing(archive, one) for one in plan.articles}
        archive.conn.executemany(
            "INSERT INTO withdrawn_payload VALUES (?, ?)", [(one, number) for one in sorted(going)]
        )
        take_payloads(archive, going, plan.pages.keys() | plan.photos.keys())
        for article_id, key in plan.articles.items():
            event = take_text(archive, article_id, key, number, {"by": agent, "reason": reason})
            watched.note(archive, event, matched[article_id])
    archive.cache.clear()  # anchors, dictionaries
    return number, plan


def release(
    archive: Archive,
    going: Collection[int],
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Encode anew what leans on payloads that are to go, in short transactions."""
    waiting = anchors.leaners(archive, going)
    for start in range(0, len(waiting), _BATCH):
        with archive.transaction():
            anchors.release(archive, waiting[start : start + _BATCH], going)
        progress(min(start + _BATCH, len(waiting)), len(waiting))


def _asked(plan: Plan) -> tuple[object, ...]:
    return plan.articles, plan.pages, plan.photos


def _enter(archive: Archive, plan: Plan, agent: str, reason: str) -> int:
    """The kept rows, and the pages closed."""
    conn = archive.conn
    cursor = conn.execute(
        "INSERT INTO withdrawal (time, agent, reason, what, names) VALUES (?, ?, ?, ?, ?)",
        (iso(archive.clock.now()), agent, reason, plan.what, json.dumps(plan.names)),
    )
    number = int(cursor.lastrowid or 0)
    pages = sorted(plan.pages.keys() | plan.photos.keys())
    conn.executemany(
        "INSERT OR IGNORE INTO withdrawn_page VALUES (?, ?)", [(one, number) for one in pages]
    )
    conn.executemany("UPDATE page SET due = NULL WHERE id = ?", [(one,) for one in pages])
    conn.executemany(
        """INSERT OR IGNORE INTO withdrawn_version
           SELECT ?, first_capture_id, last_capture_id, digest, ? FROM version
           WHERE article_id = ?""",
        [(key, number, article_id) for article_id, key in plan.articles.items()],
    )
    return number


def take_payloads(archive: Archive, going: Collection[int], closed: Collection[int]) -> None:
    """The bytes of payloads, and the readings of what shows them or stands on *closed* pages.

    What leans on them is encoded anew, as far as that is not done.
    """
    conn = archive.conn
    anchors.release(archive, anchors.leaners(archive, going), going)  # what came meanwhile
    for one in sorted(going):
        documents.forget(archive, one)
    conn.executemany("DELETE FROM anchor WHERE payload_id = ?", _each(going))
    conn.executemany("UPDATE payload SET data = x'', anchors = '' WHERE id = ?", _each(going))
    conn.execute(_UNREAD, (json.dumps(sorted(going)), json.dumps(sorted(closed))))


def take_text(
    archive: Archive, article_id: int, key: str, number: int, told: dict[str, object]
) -> int:
    """The text of an article's versions, its words in the index, and its place in a story; the
    number of the event that tells it."""
    conn = archive.conn
    index.drop(archive, article_id)  # by the old text, which must still be there
    conn.execute(_BLANK, (article_id,))
    for table in ("byline", "caption"):
        conn.execute(
            f"""DELETE FROM {table} WHERE version_id IN
                (SELECT id FROM version WHERE article_id = ?)""",
            (article_id,),
        )
    conn.execute("UPDATE link SET title = '' WHERE article_id = ?", (article_id,))
    stories.update(archive, article_id)
    row = conn.execute("SELECT site_id, version_id FROM article WHERE id = ?", (article_id,))
    site_id, version_id = row.fetchone()
    return events.tell(
        archive, "withdrawn", site_id=site_id, article_id=article_id, version_id=version_id,
        data={"withdrawal": number, **told},
    )  # fmt: skip


def _each(numbers: Collection[int]) -> list[tuple[int]]:
    return [(one,) for one in sorted(numbers)]
