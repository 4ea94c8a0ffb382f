"""What people have set and written: schedules, notes, collections, synonyms, watches. Nothing of
it is ever lost, and what was taken back in one archive is taken back in both."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from archive.db import Archive
from archive.ops.merge.source import Source

_RUN = ("set_at", "cron", "done", "started", "ended", "outcome", "problem")


def merge_people(source: Source, target: Archive) -> None:
    """All of it, in one transaction."""
    with target.transaction():
        _schedules(source, target)
        _notes(source, target)
        _collections(source, target)
        _collected(source, target)
        _synonyms(source, target)
        _watches(source, target)


def _schedules(source: Source, target: Archive) -> None:
    """Of a site's two schedules the one that was set last, with its last run."""
    for row in source.conn.execute(
        "SELECT schedule.*, site.slug FROM schedule JOIN site ON site.id = site_id"
    ).fetchall():
        there = target.conn.execute(
            "SELECT schedule.* FROM schedule JOIN site ON site.id = site_id WHERE slug = ?",
            (row["slug"],),
        ).fetchone()
        if there is None or _set(row) > _set(there):
            target.conn.execute(
                f"""INSERT OR REPLACE INTO schedule (site_id, {", ".join(_RUN)})
                    SELECT id, ?, ?, ?, ?, ?, ?, ? FROM site WHERE slug = ?""",
                (*(row[name] for name in _RUN), row["slug"]),
            )


def _set(row: sqlite3.Row) -> tuple[str, ...]:
    return tuple(row[name] or "" for name in _RUN)


def _notes(source: Source, target: Archive) -> None:
    names = ("article_key", "text", "agent", "time")
    for row in source.conn.execute("SELECT * FROM note ORDER BY time, id").fetchall():
        _marked(target, "note", names, [row[name] for name in names],
                ("retracted", "retracted_by"), row)  # fmt: skip


def _collections(source: Source, target: Archive) -> None:
    """Of two of one name, what was said of it first; what is in either is in both."""
    for row in source.conn.execute("SELECT * FROM collection ORDER BY id").fetchall():
        there = target.conn.execute(
            "SELECT * FROM collection WHERE name = ?", (row["name"],)
        ).fetchone()
        theirs = (row["about"], row["agent"], row["time"])
        if there is None:
            target.conn.execute(
                "INSERT INTO collection (about, agent, time, name) VALUES (?, ?, ?, ?)",
                (*theirs, row["name"]),
            )
        elif _made(row) < _made(there):
            target.conn.execute(
                "UPDATE collection SET about = ?, agent = ?, time = ? WHERE id = ?",
                (*theirs, there["id"]),
            )


def _made(row: sqlite3.Row) -> tuple[object, ...]:
    return row["time"], row["agent"], row["about"] is None, row["about"] or ""


def _collected(source: Source, target: Archive) -> None:
    names = ("collection_id", "article_key", "agent", "time")
    for row in source.conn.execute(
        """SELECT collected.*, collection.name FROM collected
           JOIN collection ON collection.id = collection_id ORDER BY collected.time, collected.id"""
    ).fetchall():
        (number,) = target.conn.execute(
            "SELECT id FROM collection WHERE name = ?", (row["name"],)
        ).fetchone()
        values = [number, *(row[name] for name in names[1:])]
        _marked(target, "collected", names, values, ("taken_out", "taken_out_by"), row)


def _synonyms(source: Source, target: Archive) -> None:
    """All that was said in either: what was said last holds."""
    target.conn.executemany(
        "INSERT OR IGNORE INTO synonym (short, long, holds, agent, time) VALUES (?, ?, ?, ?, ?)",
        source.conn.execute(
            "SELECT short, long, holds, agent, time FROM synonym ORDER BY id"
        ).fetchall(),
    )


def _watches(source: Source, target: Archive) -> None:
    """All of both. One that comes tells what this journal holds from now on: of what comes with it
    too, since nobody knows what of that was told."""
    names = ("key", "name", "query", "filters", "agent", "added")
    (last,) = target.conn.execute("SELECT coalesce(max(number), 0) FROM event").fetchone()
    for row in source.conn.execute("SELECT * FROM watch ORDER BY added, key").fetchall():
        values = [row[name] for name in names]
        marks = ("removed", "removed_by")
        _marked(target, "watch", names, values, marks, row, {"began": last, "looked": last})


def _marked(
    target: Archive,
    table: str,
    names: Sequence[str],
    values: Sequence[object],
    marks: tuple[str, str],
    row: sqlite3.Row,
    fresh: Mapping[str, object] | None = None,
) -> None:
    """Write a row that is known by *names*, unless it is there; its *marks* (taken back: when, by
    whom) are the earliest. *fresh*: what a row that is written has beside."""
    known = " AND ".join(f"{name} = ?" for name in names)
    there = target.conn.execute(f"SELECT * FROM {table} WHERE {known}", values).fetchone()
    when, who = marks
    if there is None:
        written = dict(zip(names, values, strict=True)) | {one: row[one] for one in marks}
        written |= fresh or {}
        target.conn.execute(
            f"INSERT INTO {table} ({', '.join(written)}) VALUES ({', '.join('?' * len(written))})",
            tuple(written.values()),
        )
    elif row[when] and (there[when] is None or (row[when], row[who]) < (there[when], there[who])):
        target.conn.execute(
            f"UPDATE {table} SET {when} = ?, {who} = ? WHERE id = ?",
            (row[when], row[who], there["id"]),
        )
