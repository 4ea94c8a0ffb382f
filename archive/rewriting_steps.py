"""Steps of a rewriting that touch no article: readings, pages, and what the journal is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archive.content import changed_fields
from archive.db import Archive
from archive.derived import ArticleState, Derived

# States that a page has by its captures; another was set by a crawl, and is left to it.
_SETTLED = ("open", "gone")


def reread_of(old: Derived, article: ArticleState) -> dict[int, dict[str, Any]]:
    """By first capture, what `reread` tells of an article's versions: the fields that differ from
    each old version whose captures are theirs now."""
    fields: dict[int, list[str]] = {}
    before = old.articles.get(article.key)
    for version in article.versions:
        there = old.holder(version.first, article.key)
        if there is None or there[1].row["digest"] != version.row["digest"]:
            names = changed_fields(there[1].content, version.content) if there else []
            fields.setdefault(version.first, []).extend(names)
    for one in before.versions if before else ():
        if article.version(one.first) is None:  # it vanished into the one before it
            heirs = [v for v in article.versions if old.moment(v.first) <= old.moment(one.first)]
            heir = (heirs or article.versions[:1])[-1]
            fields.setdefault(heir.first, []).extend(changed_fields(one.content, heir.content))
    if before is not None and before.state != article.state:
        fields.setdefault(article.current, []).append("state")
    return {first: {"fields": list(dict.fromkeys(names))} for first, names in fields.items()}


def write_readings(archive: Archive, old: Derived, new: Derived) -> None:
    """Which captures were read, as what and by whom."""
    archive.conn.executemany(
        "DELETE FROM reading WHERE capture_id = ?",
        [(one,) for one in old.readings.keys() - new.readings.keys()],
    )
    archive.conn.executemany(
        """INSERT OR REPLACE INTO reading (capture_id, state, kind, reader, attempts, problem)
           VALUES (?, ?, ?, ?, ?, ?)""",
        [
            (capture_id, *values)
            for capture_id, values in new.readings.items()
            if old.readings.get(capture_id) != values
        ],
    )


def write_pages(archive: Archive, old: Derived, new: Derived) -> None:
    """What a page is follows what it was read as; its turn in the frontier only with that."""
    for page_id in _read_otherwise(old, new):
        kind, state, _ = old.pages[page_id]
        new_kind, new_state, due = new.pages[page_id]
        if kind != new_kind:
            archive.conn.execute(
                "UPDATE page SET kind = ?, due = ? WHERE id = ?", (new_kind, due, page_id)
            )
        if state != new_state and state in _SETTLED and new_state in _SETTLED:
            archive.conn.execute("UPDATE page SET state = ? WHERE id = ?", (new_state, page_id))


def _read_otherwise(old: Derived, new: Derived) -> Iterable[int]:
    return sorted(
        {
            old.captures[capture_id][0]
            for capture_id in old.readings.keys() & new.readings.keys()
            if old.readings[capture_id][1] != new.readings[capture_id][1]
        }
    )
