"""When an article was published: what is printed near its title, else what metadata says.

On Vietnamese pages the printed date wins where the two disagree: hidden ones hold the time of the
last edit, or a template's mistake. Elsewhere metadata wins: it knows its zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from crawler.pages import dates, hints
from crawler.pages.document import Document
from crawler.pages.metadata import Metadata
from crawler.pages.region import Ground
from crawler.pages.told_dates import (
    ELSEWHERE,
    edited_dates,
    exact,
    in_address,
    near_time,
    told_dates,
)

_EDITED = re.compile(
    r"(?:cập nhật(?: lần cuối| lúc| ngày)?|chỉnh sửa|sửa (?:đổi|lần)|updated?|modified|"
    r"aktualisiert|mis à jour|actualizado|aggiornato)\W*(?:\w+\W+){0,2}$",
    re.I,
)
_PUBLISHED = re.compile(
    r"(?:đăng|xuất bản|ngày (?:đăng|cập nhật|viết)|published|posted|publié)\W*(?:\w+\W+){0,2}$",
    re.I,
)
_CLOCK = re.compile(r"clock|current|\bnow\b|today|hom-?nay|server-?time", re.I)
_OTHER = re.compile(
    r"(?:số|nghị định|quyết định|công văn|hạn|hết hạn|sinh|từ ngày|đến ngày|ngày họp)\W*\w*\W*$",
    re.I,
)
LONGEST = 160  # characters of a line that dates an article
SURE = 2.0  # weight of a printed date that is the article's
NEAR = 10  # lines before the title


@dataclass(slots=True)
class Dating:
    """What was found; ``refused`` says of dates that were not taken why."""

    published: str | None = None
    updated: str | None = None
    rule: str = ""
    refused: list[str] = field(default_factory=list)
    line: int = -1
    seen: list[Candidate] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)  # date, rule


@dataclass(frozen=True, slots=True)
class Candidate:
    """A printed date; ``weight`` says how sure it is that the article is meant: 2 is enough."""

    value: str
    weight: float
    line: int
    edited: bool


def find(
    doc: Document, ground: Ground, meta: Metadata, title: int, span: tuple[int, int]
) -> Dating:
    """Publication and edit time. *title* is its line (-1: not on the page), *span* the text's."""
    result = Dating()
    seen = result.seen = list(_printed(doc, ground, title, span, result))
    told = result.told = list(
        told_dates(meta, doc, ground, result.refused, near_time(doc, ground, title, span))
    )
    edited = [value for value, _ in edited_dates(meta)]
    plain = [c for c in seen if not c.edited]
    best = max(plain, key=lambda c: c.weight, default=None)
    stamp = max((c for c in seen if c.edited), key=lambda c: c.weight, default=None)
    if best and stamp and best.weight < SURE <= stamp.weight:
        best = None  # a link's date, or a sentence's; the page dates itself by its last update
    if told and not (best and meta.vietnamese and best.weight >= SURE):
        result.published, result.rule = exact(told)
        if best and best.weight >= SURE and not dates.same_day(best.value, result.published):
            result.refused.append(f"{best.value}: printed, metadata says otherwise")
    elif best:
        result.published, result.rule, result.line = best.value, "printed near the title", best.line
        if len(best.value) <= 10:
            timed = next(
                (v for v, _ in told if len(v) > 10 and dates.same_day(v, best.value)), None
            )
            if timed:
                result.published, result.rule = timed, "printed day, time from metadata"
        for value, rule in told:
            if not dates.same_minute(value, result.published):
                result.refused.append(f"{value}: {rule}, the page prints otherwise")
    elif stamp:
        result.published, result.rule = stamp.value, "printed as its last update"
        result.line = stamp.line
        return result
    else:
        spelt = in_address(doc.url)
        if spelt and dates.refusal(spelt, doc.time) is None:
            result.published, result.rule = spelt, "address"
    after = [c.value for c in seen if c.edited] + edited
    if result.published:
        later = [v for v in after if dates.to_utc(v) > dates.to_utc(result.published)]
        result.updated = next(iter(later), None)
    return result


def _printed(
    doc: Document, ground: Ground, title: int, span: tuple[int, int], result: Dating
) -> Iterator[Candidate]:
    """Dates in short lines around the title and at the edges of the text."""
    page = ground.page
    first, last = span
    start = max(0, title - NEAR) if title >= 0 else max(0, first - 25)
    if title > first or title < 0:
        title = -1
    today = (doc.time + timedelta(hours=7)).date().isoformat()
    for number in range(start, min(len(page.lines), last + 6)):
        line = page.lines[number]
        inside = first + 3 <= number < last - 2
        flags = page.boxes[line.box].around & hints.DATE
        if line.size > LONGEST or (inside and not page.boxes[line.box].flags & hints.DATE):
            continue
        if ground.sides[line.box] & ELSEWHERE:
            continue
        text = line.shown
        for when in dates.dates_in(text):
            reason = dates.refusal(when.value, doc.time)
            before = text[: when.start]
            if reason is None and _OTHER.search(before) and not _PUBLISHED.search(before):
                reason = "the date of something else"
            if reason is None and _is_clock(ground, number, when.value, title, today):
                reason = "the page's clock"
            if reason:
                result.refused.append(f"{when.value}: {reason}")
                continue
            weight = _weight(number, title, span, when, text, bool(flags))
            yield Candidate(when.value, weight, number, bool(_EDITED.search(before)))


def _weight(
    number: int, title: int, span: tuple[int, int], when: dates.When, text: str, dated: bool
) -> float:
    """How sure a printed date is: its place above all, then its form and its element's name."""
    first, last = span
    if title >= 0 and title <= number < first + 3:
        weight = 4.0 - min(number - title, 10) * 0.1
    elif title < 0 and first - 8 <= number < first + 3:
        weight = 3.0 - (first - number) * 0.1
    elif title >= 0 and number < title:
        weight = 2.5 - (title - number) * 0.3
    elif number >= last - 2:
        weight = 1.5
    else:
        weight = 1.0
    weight += 1.0 if when.timed else 0.0
    weight += 1.0 if dated else 0.0
    if when.end - when.start < len(text) * 0.4:
        weight -= 1.0
    if _PUBLISHED.search(text[: when.start]):
        weight += 1.0
    return weight


def _is_clock(ground: Ground, number: int, value: str, title: int, today: str) -> bool:
    """Whether a date is the page's own clock: before the title, and of the day it was seen."""
    page = ground.page
    line = page.lines[number]
    if title >= 0 and number >= title:
        return False
    box = page.boxes[line.box]
    named = _CLOCK.search(f"{box.element.get('class') or ''} {box.element.get('id') or ''}"[:200])
    if named or ground.sides[line.box] & hints.NAV:
        return True
    return dates.same_day(value, today) and title >= 0 and title - number > 3
