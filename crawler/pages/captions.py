"""Captions: by their own element, by their place at a photo, by how they open and end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.pages import bylines, hints
from crawler.pages.caption_words import is_dated, says
from crawler.pages.credits import credit, is_credit, is_maker
from crawler.pages.stream import Part, Stream
from crawler.pages.title import key

_VIDEO = re.compile(r"(?i)(?:^|[\s_-])video")
CLIMB = 12  # boxes between a caption and the figure that holds it
NEAR = 3  # parts between a photo and what a class alone calls its caption
_ALONE = re.compile(
    r"^\(?(?:ảnh|hình)(?:\s+(?:minh h[oọ][aạ]|tư liệu|chụp|\w+))?\s*(?:[:.]|$|[A-ZĐ])", re.I
)
_OPENS = re.compile(
    r"^(?:đ/c|đ\.c|đồng chí|các đồng chí|các đại biểu|đại biểu|toàn cảnh|quang cảnh|ảnh|"
    r"hình ảnh|một góc|lãnh đạo|ông|bà|đại diện|đoàn|lễ)\b",
    re.I,
)
_STOP = re.compile(r"[.!?:;…][\"”»')\]]*$")
CREDIT = 60  # characters of a credit behind what the photo says of itself
SURE = 40  # characters of a caption in what is called a side box
LONGEST = 400  # characters of a caption told by its place alone
ALONE = 60  # of a credit without a photo that is known


@dataclass(slots=True)
class _Open:
    """The photo that a caption may still belong to."""

    photo: int = -1
    before: int = -1  # index of the caption part that follows it already
    aside: bool = False  # the photo stands in what is called a side box


def mark(stream: Stream, told: frozenset[str]) -> None:
    """Gives the role `caption` to the parts that are; *told* are texts a profile points at."""
    state = _Open()
    for number, part in enumerate(stream.parts):
        if part.piece.photo >= 0:
            state = _Open(part.piece.photo, aside=part.role == "side")
            continue
        pointed = bool(told) and key(part.text) in told
        if part.role != "body" and not (
            part.role == "side" and (pointed or _framed(part) or _is_alt(stream, part, state))
        ):
            continue
        photo = _figure_photo(stream, part)
        if photo is not None and not pointed and not _may_be(stream, number, photo):
            photo = None
        if (
            photo is not None
            and not pointed
            and (is_credit(part.text, part.flags) or _names_maker(stream, part, photo, state))
        ):
            part.role, part.rule = "credit", "credit of a photo"
            part.photo = state.photo if photo == -1 else photo
            part.joins = state.before
            continue
        if photo is not None or pointed:
            part.role, part.photo = "caption", state.photo if photo in (None, -1) else photo
            part.rule = "figure caption" if photo is not None else "profile"
            before = stream.parts[state.before] if state.before >= 0 else None
            if before is not None and before.piece.line == part.piece.line:
                part.joins = state.before
            state = _Open(part.photo, number)
            continue
        if state.photo >= 0 and len(part.text) <= 120 and is_credit(part.text):
            part.role, part.rule = "credit", "credit of a photo"
            part.photo, part.joins = state.photo, state.before
            continue
        rule = _at_photo(stream, number, state)
        if rule:
            part.role, part.photo, part.rule = "caption", state.photo, rule
            if state.before >= 0 and _continues(stream.parts[state.before], part):
                part.joins = state.before
            state = _Open(state.photo, number)
        else:
            state = _Open()


def _at_photo(stream: Stream, number: int, state: _Open) -> str | None:
    """The rule by which a line captions the photo before it, None if it does not."""
    part = stream.parts[number]
    if state.aside:
        return "the photo's alt" if part.role == "side" else None
    return _by_place(stream, part, state) or _by_next(stream, number, state)


def _figure_photo(stream: Stream, part: Part) -> int | None:
    """The photo of the figure that *part* captions; -1 if it is not told; None if no caption."""
    flags = part.flags
    if not flags & (hints.CAPTION | hints.FIGURE) and not part.cell:
        return None
    if len(part.text) > LONGEST * 2:
        return None
    page, box, sure = stream.page, part.piece.box, False
    for _ in range(CLIMB):
        if box < 0 or page.inside(box, stream.outer):
            break
        found = page.boxes[box]
        inside = [
            p
            for p in stream.photos_in(found.first, found.last)
            if page.inside(box, page.photos[p].box)
        ]
        if found.tag == "table" and part.cell:
            if not inside or found.last - found.first > 8:
                return -1 if flags & hints.CAPTION else None
            return inside[0]
        if found.flags & hints.FIGURE and (inside or found.tag != "figcaption"):
            return inside[0] if inside else -1
        sure = sure or found.tag == "figcaption" or bool(found.flags & hints.CAPTION)
        if sure and inside:
            return inside[-1]  # its photo stands beside it, without a figure around both
        box = found.parent
    return -1 if flags & hints.CAPTION else None


def _names_maker(stream: Stream, part: Part, photo: int, state: _Open) -> bool:
    """Whether a line under a caption of the same photo is only a name: "A. Person/Agency"."""
    if state.before < 0 or photo < 0 or photo != stream.parts[state.before].photo:
        return False
    return is_maker(part.text)


def _framed(part: Part) -> bool:
    """Whether a caption by its element stands in what is called a frame of the page."""
    named = part.flags & hints.CAPTION
    return bool(named) and not part.flags & (hints.OUTSIDE & ~(hints.NAV | hints.SHARE))


def _may_be(stream: Stream, number: int, photo: int) -> bool:
    """Whether a part that its elements call a caption can be one.

    Style sheets call small print "caption" anywhere: without a figure a photo must be near.
    """
    part = stream.parts[number]
    if not says(part.text) or is_dated(part.text):
        return False
    if _VIDEO.search(stream.page.boxes[part.piece.box].element.get("class") or ""):
        return False
    if photo >= 0 or part.flags & hints.FIGURE:
        return True
    following = stream.parts[number + 1 : number + 2]
    if following and following[0].flags & hints.CREDIT and following[0].flags & hints.CAPTION:
        return True  # the photo itself is put there by a script
    near = stream.parts[max(0, number - NEAR) : number + NEAR + 1]
    return any(other.role in ("photo", "caption") for other in near)


def _by_place(stream: Stream, part: Part, state: _Open) -> str | None:
    text = part.text
    if part.heading or len(text) > LONGEST or (state.photo < 0 and len(text) > ALONE):
        return None
    if not says(text) or is_dated(text):
        return None
    if part.flags & hints.AUTHOR and bylines.is_name(text):
        return None  # under a portrait
    if state.photo < 0:
        return "photo credit alone" if _ALONE.match(text) else None
    credited = len(text) <= 300 and credit(text) is not None
    if _is_alt(stream, part, state):
        return "equals the photo's alt"
    apart = part.centered or part.italic
    if state.before >= 0:
        before = stream.parts[state.before]
        if credited and len(text) <= 80:
            return "credit under a caption"
        return (
            "goes on with a caption"
            if (apart and _continues(before, part))
            or (text[:1].islower() and not _STOP.search(before.text))
            else None
        )
    if apart or credited:
        return "beside a photo, set apart" if apart else "beside a photo, with its credit"
    if part.bold or part.piece.links > len(text) * 0.5:
        return None
    if not _STOP.search(text) and (len(text) <= 200 or (_OPENS.match(text) and len(text) <= 300)):
        return "beside a photo, without end stop"
    return None


def _is_alt(stream: Stream, part: Part, state: _Open) -> bool:
    """Whether a line says what the photo before it says of itself.

    In what is called a side box it must be long and no link, and may end with the photo's credit.
    """
    if state.photo < 0:
        return False
    words, alt = key(part.text), key(stream.page.photos[state.photo].alt)
    if part.role != "side":
        return bool(words) and words == alt
    long = len(alt) >= SURE and not part.piece.links
    return long and words.startswith(alt) and len(words) - len(alt) <= CREDIT


def _by_next(stream: Stream, number: int, state: _Open) -> str | None:
    """A line right under a photo whose credit is the next line, or an element of its own."""
    part = stream.parts[number]
    if state.photo < 0 or state.before >= 0 or part.heading or len(part.text) > LONGEST:
        return None
    if not says(part.text) or bylines.is_name(part.text):
        return None
    following = stream.parts[number + 1] if number + 1 < len(stream.parts) else None
    if following is not None and following.role == "body" and len(following.text) <= 80:
        box, page = stream.page.boxes[part.piece.box].parent, stream.page
        near = page.inside(box, following.piece.box)
        if near and is_credit(following.text, following.flags):
            return "between a photo and its credit"
    alt = key(stream.page.photos[state.photo].alt)
    words = key(part.text)
    if len(alt) > 30 and words.startswith(alt) and len(words) - len(alt) <= CREDIT:
        return "the photo's alt and its credit"
    return None


def _continues(before: Part, part: Part) -> bool:
    """Whether a line goes on with the caption before it."""
    if _ALONE.match(part.text) and len(part.text) <= 80 and not credit(before.text):
        return True
    if _STOP.search(before.text) and not part.text[:1].islower():
        return False
    if credit(before.text):
        return False
    same = before.centered == part.centered and before.italic == part.italic
    return same or part.text[:1].islower() or bool(_ALONE.match(part.text))
