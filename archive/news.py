"""News of watches: what the journal tells of articles that match a watch, or did.

events after the watch's place -> versions after and before each -> does either match? -> news

A look is read in short steps, each of one state of the archive, so it holds up no crawl and takes
the same memory however much there is to tell.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from archive import watches
from archive.matching import Unit, forms_of, units
from archive.news_events import Told, told_after
from archive.query_text import Texts
from archive.scopes import Scope
from archive.snapshot import snapshot
from archive.snippets import snippet, title_marks
from archive.types import EventKind

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.watches import Watch

Match = Literal["came", "still", "left"]
"""The article came to match by what happened; still matches; matches no longer."""

A_STEP = 200  # events that are looked at together

_STAYS = ("gone", "back", "moved", "story")  # the text stays as it was

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to an article that a watch's query matches now, or did before.

    ``version``: its number in the article's history, from 1. ``fields``, ``change`` (the class) and
    ``silent`` are of an edit. ``past``: a capture from before the last one came late. ``snippet``
    and ``title`` are of the version that matches: the one before, if the new one does not. Where
    that is there no more (read otherwise since, or withdrawn), the snippet is empty.
    """

    watch: str  # its name
    watch_key: str
    event: int
    kind: EventKind
    time: datetime  # when it was told
    match: Match
    key: str | None
    site: str | None
    url: str | None
    title: str | None
    published: str | None
    version: int | None
    fields: tuple[str, ...]
    change: str | None
    silent: bool | None
    past: bool
    snippet: str
    marks: tuple[Span, ...]
    title_marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A watch that is looked at, from the event after *start* on."""

    watch: Watch
    start: int
    scope: Scope
    units: tuple[Unit, ...]


@contextmanager
def look(
    archive: Archive,
    chosen: Sequence[Watch],
    agent: str,
    *,
    since: int | None = None,
    peek: bool = False,
) -> Iterator[Iterator[News]]:
    """The news of these watches up to now, in the order of events, for use inside `with`.

    Where the block ends without an error and all was taken, the watches have their place at the
    last of these events. It stays with *peek*, and with *since*, which tells again what came after
    that event. InputError for a watch that can be read no more.
    """
    (last,) = archive.conn.execute("SELECT coalesce(max(number), 0) FROM event").fetchone()
    asked = [
        _Asked(
            one, one.looked if since is None else since, watches.scope(archive, one),
            units(watches.read(archive, one)),
        )
        for one in chosen
    ]  # fmt: skip
    taken = False

    def all_of_it() -> Iterator[News]:
        nonlocal taken
        yield from _news(archive, asked, last)
        taken = True

    yield all_of_it()
    if taken and not peek and since is None:
        watches.move(archive, chosen, last, agent)


def _news(archive: Archive, asked: Sequence[_Asked], last: int) -> Iterator[News]:
    texts = Texts(archive)
    after = min((one.start for one in asked), default=last)
    while after < last:
        with snapshot(archive):
            events = told_after(archive, after, last, A_STEP)
            found = _of(archive, asked, events, texts)
        yield from found
        after = events[-1].number if len(events) == A_STEP else last


def _of(
    archive: Archive, asked: Sequence[_Asked], events: Sequence[Told], texts: Texts
) -> list[News]:
    """The news of one step."""
    texts.load({one for event in events for one in (event.now, event.before) if one is not None})
    matching = {one.watch.id: texts.matching(one.scope) for one in asked}
    recorded = _recorded(archive, events)
    found = []
    for event in events:
        for one in asked:
            if event.number <= one.start:
                continue
            before, now = _states(one.watch, event, matching[one.watch.id], recorded)
            match = _match(event.kind, before, now)
            if match is not None:
                found.append(_one(archive, one, event, match, texts))
    return found


def _states(
    watch: Watch, event: Told, matching: frozenset[int], recorded: frozenset[tuple[int, int]]
) -> tuple[bool | None, bool]:
    """Whether the article matched before the event (None: nobody can say), and after it."""
    now = event.now in matching
    if event.next is not None and event.next > watch.began:
        now = (event.next, watch.id) in recorded
    if event.recorded and event.number > watch.began:
        return (event.number, watch.id) in recorded, now
    if event.kind == "changed":
        return event.before in matching, now
    if event.recorded:
        return None, now  # its text is there no more
    return event.kind in _STAYS and now, now


def _match(kind: EventKind, before: bool | None, now: bool) -> Match | None:
    """How a watch stands to an event; None: it is no news of it."""
    if before is None or not (before or now):
        return None
    if before and now:
        return None if kind == "reread" else "still"
    return "came" if now else "left"


def _recorded(archive: Archive, events: Sequence[Told]) -> frozenset[tuple[int, int]]:
    """Events and watches that their articles matched right before them."""
    numbers = {one.number for one in events} | {one.next for one in events if one.next}
    rows = archive.conn.execute(
        "SELECT event, watch_id FROM watch_before WHERE event IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(numbers)),),
    )
    return frozenset((row[0], row[1]) for row in rows)


def _one(archive: Archive, asked: _Asked, event: Told, match: Match, texts: Texts) -> News:
    shown = event.now if match != "left" else event.before
    row = _version(archive, shown if shown is not None else event.now)
    data = event.data
    news = News(
        watch=asked.watch.name, watch_key=asked.watch.key, event=event.number, kind=event.kind,
        time=event.time, match=match, key=event.key, site=event.site, url=event.url,
        title=row["title"] if row else None, published=row["published"] if row else None,
        version=row["place"] if row else None, fields=tuple(data.get("fields", ())),
        change=data.get("kind"), silent=data.get("silent"), past=bool(data.get("past")),
        snippet="", marks=(), title_marks=(),
    )  # fmt: skip
    if shown is None:
        return news
    forms = forms_of(texts.texts[shown])
    piece = snippet(forms, asked.units)
    return replace(
        news, snippet=piece.text, marks=piece.marks, title_marks=title_marks(forms, asked.units)
    )


def _version(archive: Archive, version_id: int | None) -> sqlite3.Row | None:
    """Title, date as printed and number of a version."""
    row: sqlite3.Row | None = archive.conn.execute(
        """SELECT one.title, one.published, (
               SELECT count(*) FROM version other
               JOIN capture their ON their.id = other.first_capture_id
               WHERE other.article_id = one.article_id
                 AND (their.time, their.id) <= (seen.time, seen.id)) AS place
           FROM version one JOIN capture seen ON seen.id = one.first_capture_id
           WHERE one.id = ?""",
        (version_id,),
    ).fetchone()
    return row
