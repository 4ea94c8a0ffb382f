"""An article (`/article/<key>`), the same as JSON (`….json`), and its history."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from datasette.utils.asgi import Request, Response

from archive import about, absence, around, articles, captures, enclosures, events, story_members
from archive.absence import Absent
from archive.around import Copy, Standing
from archive.cli.versions import place_of
from archive.db import Archive
from archive.edits import Edit, edits
from archive.errors import InputError, UnknownReferenceError
from archive.story_members import Member
from archive.types import Capture, Event, Version
from archive.web.article_parts import Part, Photo, Targets, parts_of, photos_of, targets_of
from archive.web.noted import Noted, Withdrawn, noted_of, withdrawn_of
from archive.web.shell import link, page, read

NEWEST = 6
"""Versions that the article's page lists; its history has all."""


@dataclass(frozen=True, slots=True)
class Read:
    """One version of an article with all that stands around it."""

    version: Version
    place: int
    current: int
    steps: tuple[Edit, ...]  # newest first
    standing: Standing
    parts: tuple[Part, ...]
    photos: tuple[Photo, ...]
    targets: Targets
    copies: tuple[tuple[Copy, Member], ...]  # what each has in common with this article
    first: Capture
    last: Capture
    byline: str
    noted: Noted
    absent: Absent | None  # its page says that it is no more, which is not sure yet


@dataclass(frozen=True, slots=True)
class History:
    """All versions of an article, newest first, and its events."""

    steps: tuple[Edit, ...]
    current: int
    standing: Standing
    events: tuple[Event, ...]
    places: dict[int, int]  # version id -> its place


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The article goes by another key."""

    key: str


async def view(request: Request, datasette: Any) -> Response:
    """`/article/<key>`, with `?version=N`; a second key of an article leads to its first."""
    key = request.url_vars["key"]
    if key.endswith(".json"):
        full = request.args.get("full") not in (None, "", "0")
        found = await read(datasette, as_json, key.removesuffix(".json"), _number(request), full)
        if isinstance(found, Elsewhere):
            return _lead(request, f"/article/{found.key}.json")
        body = json.dumps(found, ensure_ascii=False, indent=2)
        status = 410 if found["withdrawn"] else 200
        return Response(body, status=status, content_type="application/json; charset=utf-8")
    shown = await read(datasette, article, key, _number(request))
    if isinstance(shown, Elsewhere):
        return _lead(request, f"/article/{shown.key}")
    if isinstance(shown, Withdrawn):
        return await page(request, "withdrawn.html", {"shown": shown}, 410)
    return await page(request, "article.html", {"shown": shown, "newest": NEWEST})


async def history(request: Request, datasette: Any) -> Response:
    """`/article/<key>/history`: every version and event, and a choice of two to compare."""
    shown = await read(datasette, history_of, request.url_vars["key"])
    if isinstance(shown, Elsewhere):
        return _lead(request, f"/article/{shown.key}/history")
    if isinstance(shown, Withdrawn):
        return await page(request, "withdrawn.html", {"shown": shown}, 410)
    return await page(request, "history.html", {"shown": shown})


def find(archive: Archive, key: str) -> Standing | Elsewhere:
    """The article of that key, or the key that it goes by; UnknownReferenceError if none has it."""
    try:
        article_id = articles.resolve(archive, key)
    except UnknownReferenceError as error:
        raise UnknownReferenceError(error.what, "Look for its words on the first page.") from error
    standing = around.standing(archive, article_id)
    return standing if standing.key == key else Elsewhere(standing.key)


def article(archive: Archive, key: str, number: int | None) -> Read | Elsewhere | Withdrawn:
    """The page of an article's version with that *number*; None: the current one."""
    standing = find(archive, key)
    if isinstance(standing, Elsewhere):
        return standing
    if (withdrawn := withdrawn_of(archive, standing)) is not None:
        return withdrawn
    versions = articles.versions(archive, standing.id)
    current = place_in(versions, articles.current(archive, standing.id))
    place = current if number is None else place_of(versions, number)
    version = versions[place - 1]
    return Read(
        version=version,
        place=place,
        current=current,
        steps=steps_of(versions),
        standing=standing,
        parts=tuple(parts_of(version.article.body)),
        photos=tuple(photos_of(archive, version, standing)),
        targets=targets_of(archive, version, standing),
        copies=tuple(_copies(archive, standing.id)),
        first=captures.get(archive, version.first_capture_id),
        last=captures.get(archive, version.last_capture_id),
        byline=byline_of(version),
        noted=noted_of(archive, standing.id),
        absent=absence.since(archive, standing.id),
    )


def _copies(archive: Archive, article_id: int) -> Iterator[tuple[Copy, Member]]:
    members = {one.key: one for one in story_members.members(archive, article_id)}
    yield from ((copy, members[copy.key]) for copy in around.copies(archive, article_id))


def history_of(archive: Archive, key: str) -> History | Elsewhere | Withdrawn:
    """The history of the article of that key."""
    standing = find(archive, key)
    if isinstance(standing, Elsewhere):
        return standing
    if (withdrawn := withdrawn_of(archive, standing)) is not None:
        return withdrawn
    versions = articles.versions(archive, standing.id)
    return History(
        steps_of(versions),
        place_in(versions, articles.current(archive, standing.id)),
        standing,
        tuple(events.of_article(archive, standing.id)),
        {version.id: place for place, version in enumerate(versions, 1)},
    )


def as_json(
    archive: Archive, key: str, number: int | None, full: bool
) -> dict[str, Any] | Elsewhere:
    """The article as `luutru show --format json` prints it."""
    standing = find(archive, key)
    if isinstance(standing, Elsewhere):
        return standing
    if number is None:
        version = articles.current(archive, standing.id)
    else:
        versions = articles.versions(archive, standing.id)
        version = versions[place_of(versions, number) - 1]
    payloads = enclosures.digests(archive, version)
    return about.to_json(archive, version, full=full, payloads=payloads)


def steps_of(versions: Sequence[Version]) -> tuple[Edit, ...]:
    """The versions, newest first, each with what it changed."""
    return tuple(reversed(list(edits(versions))))


def place_in(versions: Sequence[Version], one: Version) -> int:
    """The number of a version among all, from 1 on."""
    return next(place for place, version in enumerate(versions, 1) if version.id == one.id)


def byline_of(version: Version) -> str:
    """The byline as printed, else the names of the authors."""
    article = version.article
    return article.byline or "; ".join(
        ", ".join(filter(None, (one.name, one.affiliation))) for one in article.authors
    )


def number_of(said: str | None, name: str) -> int | None:
    """A version's number in an address; None if there is none, InputError if it is no number."""
    if not said:
        return None
    try:
        return int(said)
    except ValueError as error:
        raise InputError(f"{name}={said} is no number.", "Versions count from 1.") from error


def _number(request: Request) -> int | None:
    return number_of(request.args.get("version"), "version")


def _lead(request: Request, path: str) -> Response:
    return Response.redirect(link(path, **{key: request.args.get(key) for key in request.args}))
