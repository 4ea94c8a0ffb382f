"""What archivists did about an article: notes, collections, its withdrawal. As `show` tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from archive import articles, collections, notes, story_members, withdrawals
from archive.clock import iso

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.types import Version
    from archive.withdrawals import Withdrawal


def to_json(
    archive: Archive, one: Version, *, full: bool = False, payloads: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON of a version's article, with ``notes``, ``collections`` and ``withdrawn``; with
    ``copies`` where there are others of its story, the first seen in front.

    *payloads* as in :func:`archive.articles.to_json`. ``withdrawn`` is None, or ``time``, ``by``
    and ``reason``: of the text nothing is left then.
    """
    article_id = articles.resolve(archive, one.key)
    members = [story_members.to_json(each) for each in story_members.members(archive, article_id)]
    return articles.to_json(one, full=full, payloads=payloads) | {
        "notes": [notes.to_json(note) for note in notes.of_article(archive, article_id)],
        "collections": collections.names_of(archive, article_id),
        "withdrawn": withdrawal_json(withdrawals.of_article(archive, article_id)),
        **({"copies": members} if members else {}),
    }


def withdrawal_json(one: Withdrawal | None) -> dict[str, str] | None:
    """The JSON of a withdrawal: ``time``, ``by``, ``reason``."""
    if one is None:
        return None
    return {"time": iso(one.time), "by": one.agent, "reason": one.reason}
