"""A capture: what is known of it (`/capture/<id>`), and what it brought (`/replay/<id>`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from datasette.utils.asgi import Request, Response

from archive import around, captures, timeline, withdrawals
from archive.around import Origin
from archive.db import Archive
from archive.encoding import decode
from archive.errors import UnknownReferenceError
from archive.timeline import Entry
from archive.types import Capture, Exchange
from archive.web import photos, rewriting, shell
from archive.web.i18n import text
from archive.web.media import Kind, attachment, file_name, media_of
from archive.withdrawals import Withdrawal

_AROUND = 12
"""Captures of the page that are listed before and after the one shown."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The time line of a page around one capture, and how many there are outside of it."""

    shown: tuple[Entry, ...]
    earlier: int
    later: int
    before: Entry | None
    after: Entry | None
    first: Entry
    last: Entry
    place: int  # from 1 on
    count: int


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page about a capture says."""

    capture: Capture
    sent: Exchange  # as sent, without its body
    media: Kind
    size: int
    origin: Origin
    line: Neighbours
    target: str | None  # of a redirect
    target_id: int | None
    frame: bool  # whether a frame shows what it brought
    withdrawal: Withdrawal | None


async def view(request: Request, datasette: Any) -> Response:
    """`/capture/<id>`: when, what came, the page itself in a frame, and its other captures."""
    shown = await shell.read(datasette, look, int(request.url_vars["id"]))
    return await shell.page(request, "capture.html", {"shown": shown})


async def replay(request: Request, datasette: Any) -> Response:
    """`/replay/<id>`: what a capture brought. A page has no script left, and files are saved."""
    words = _words(request)
    return await shell.read(datasette, made, int(request.url_vars["id"]), words)


def look(archive: Archive, capture_id: int) -> Shown:
    """What there is to say of a capture; UnknownReferenceError if there is none."""
    try:
        one = captures.get(archive, capture_id)
    except (KeyError, OverflowError) as error:
        raise UnknownReferenceError(
            f"There is no capture {capture_id}.", "An article's page names those that show it."
        ) from error
    whole = captures.exchange(archive, capture_id)
    sent = captures.exchange(archive, capture_id, as_sent=True)
    media = media_of(whole).kind
    target = timeline.target(archive, capture_id)
    there = timeline.nearest(archive, [target] if target else [], one.time, want="page")
    return Shown(
        capture=one,
        sent=replace(sent, body=b""),
        media=media,
        size=len(whole.body),
        origin=around.origin(archive, capture_id),
        line=_neighbours(timeline.of_page(archive, one.page_id), capture_id),
        target=target,
        target_id=there.get(target) if target else None,
        withdrawal=withdrawals.of_capture(archive, capture_id) if whole.withheld else None,
        frame=media in ("html", "text", "css") and target is None and one.outcome != "failure",
    )


def made(archive: Archive, capture_id: int, words: rewriting.Words) -> Response:
    """The answer that shows what a capture brought."""
    one = photos.content(archive, capture_id)
    media = media_of(one)
    if media.kind in ("html", "css", "text", "svg"):
        letters, _, _ = decode(one.body, one.header("Content-Type"))
        if media.kind == "html":
            finder = _finder(archive, capture_id, one)
            return Response.html(rewriting.page(letters, one.url, finder, words), headers=_VARY)
        if media.kind == "css":
            safe = rewriting.sheet(letters, one.url, _finder(archive, capture_id, one))
            return Response(safe, content_type="text/css; charset=utf-8")
        return Response.text(letters)
    headers = {}
    if media.kind == "file":
        headers["Content-Disposition"] = attachment(file_name(one.url, f"capture-{capture_id}"))
    return Response(one.body, headers=headers, content_type=media.type or "text/plain")


_VARY = {"Vary": "Accept-Language, Cookie"}


def _finder(archive: Archive, capture_id: int, one: Exchange) -> rewriting.Finder:
    page = around.origin(archive, capture_id)
    nearest = partial(timeline.nearest, archive, at=one.time, site_id=page.site_id)
    return rewriting.Finder(partial(nearest, want="page"), partial(nearest, want="content"))


def _neighbours(entries: list[Entry], capture_id: int) -> Neighbours:
    at = next(place for place, entry in enumerate(entries) if entry.id == capture_id)
    start, end = max(0, at - _AROUND), min(len(entries), at + _AROUND + 1)
    return Neighbours(
        shown=tuple(entries[start:end]),
        earlier=start,
        later=len(entries) - end,
        before=entries[at - 1] if at else None,
        after=entries[at + 1] if at + 1 < len(entries) else None,
        first=entries[0],
        last=entries[-1],
        place=at + 1,
        count=len(entries),
    )


def _words(request: Request) -> rewriting.Words:
    lang = shell.language_of(request)
    return rewriting.Words(text("replay.missing", lang), text("replay.frame", lang))
