"""The lead (sapo): text apart from the body, between the title and it; None if a page has none."""

from __future__ import annotations

import re
from itertools import dropwhile

from crawler.pages import alike, bylines, hints
from crawler.pages.metadata import Metadata
from crawler.pages.stream import Part, Stream
from crawler.pages.title import key

_PREFIX = re.compile(
    r"^(?:\((?P<in>[^()]{2,30})\)\s*[-–—:]?\s*|(?P<out>[A-ZĐ]{2,8}(?: Online)?)\s?[-–—]\s?(?=\S))"
)
_STAMP = re.compile(r"\b(?:19|20)\d\d\b.{0,12}\b\d{1,2}[:.h]\d{2}\b")  # a date with its time
TOP = 2  # paragraphs of the text among which its lead may stand
LEAST = 30  # characters
MOST = 1500
SEVERAL = 3  # paragraphs of a lead


def prefix(text: str) -> str | None:
    """The agency that opens a lead: "TTV" in "(TTV) - …", "LSO" in "LSO- …"; the text keeps it."""
    found = _PREFIX.match(text)
    return (found["in"] or found["out"]) if found else None


def mark(stream: Stream, meta: Metadata, title: str) -> str | None:
    """Gives the role `lead` to the parts that are it; the rule, None if there is no lead."""
    body = [part for part in stream.parts if part.role == "body" and not _is_title(part, title)]
    if told := _told(body):
        return _take(told, "in a lead's element")
    if described := _as_described(stream, meta):
        return _take(described, "the page's description, set apart")
    before = [part for part in body if not part.inside and _is_before(stream, part)]
    before = [part for part in before if len(part.text) >= LEAST and not _STAMP.search(part.text)]
    if before and sum(len(part.text) for part in before) <= MOST:
        sure = [part for part in before if _described(part.text, meta) or part.heading]
        if sure or len(before) <= 2:
            return _take(sure or before, "between title and text")
    inside = list(dropwhile(_signs, (part for part in body if part.inside)))
    if len(inside) >= 3:
        head, rest = inside[0], inside[1:]
        if _set_apart(stream, head, rest) and LEAST <= len(head.text) <= MOST:
            return _take([head], "first paragraph, set apart")
    return None


def _signs(part: Part) -> bool:
    """Whether a part names who wrote the text, which stands set apart on top of it too."""
    return bylines.is_labelled(part.text) or bylines.is_signature(part.text, aside=True)


def _told(body: list[Part]) -> list[Part]:
    """The parts in elements that are called a lead, up to the first paragraph of the text."""
    first = next((n for n, part in enumerate(body) if _is_text(part)), None)
    if first is None:
        return []
    told = [
        part
        for part in body[:first]
        if part.flags & hints.LEAD and len(part.text) >= LEAST // 2 and not part.heading
    ] or [part for part in body[:first] if part.flags & hints.LEAD and len(part.text) >= LEAST // 2]
    return told if sum(len(part.text) for part in told) <= MOST else []


def _is_text(part: Part) -> bool:
    """Whether a part begins the text: no lead, no name or date on top of it."""
    if not part.inside or part.flags & hints.LEAD:
        return False
    return len(part.text) >= LEAST and not part.flags & (hints.AUTHOR | hints.DATE)


def _as_described(stream: Stream, meta: Metadata) -> list[Part]:
    """The part that is the page's description, before the text or set apart in its beginning.

    It may stand in a box called teaser, and more paragraphs of the lead behind it. A description
    made of the first paragraph is no lead: that paragraph looks like those behind it.
    """
    wanted = [key(text) for text in descriptions(meta)]
    wanted = [text for text in wanted if len(text) >= LEAST]
    if not wanted:
        return []
    paragraphs = [part for part in stream.parts if part.role == "body" and part.inside]
    begun = 0
    for part in stream.parts:
        if part.role == "body" and part.inside:
            begun += 1
        if begun > TOP:
            return []
        if part.role not in ("body", "side") or not LEAST <= len(part.text) <= MOST:
            continue
        words = key(part.text)
        if not any(words == text or words.endswith(text) for text in wanted):
            continue
        run = [part] if part.inside else _with_next(stream, part)
        rest = [one for one in paragraphs if one not in run]
        if not part.inside or (len(rest) >= 2 and _looks_other(stream, part, rest)):
            return run
    return []


def _with_next(stream: Stream, part: Part) -> list[Part]:
    """A lead before the text, with the paragraphs right behind it that are marked up alike."""
    own, found = alike.name(stream, part), [part]
    for later in stream.parts[stream.parts.index(part) + 1 :]:
        if later.role != "body" or later.inside:
            break
        if alike.name(stream, later) != own:
            break
        found.append(later)
    fits = len(found) <= SEVERAL and sum(len(one.text) for one in found) <= MOST
    return found if fits else [part]


def _looks_other(stream: Stream, head: Part, rest: list[Part]) -> bool:
    """Whether a paragraph is set apart, or its element named otherwise than those behind it."""
    if _set_apart(stream, head, rest):
        return True
    own = alike.name(stream, head)
    return not any(alike.name(stream, part) == own for part in rest[:6])


def descriptions(meta: Metadata) -> list[str]:
    told = [meta.first(name) for name in ("og:description", "description", "twitter:description")]
    data = meta.article.get("description")
    return [text for text in (*told, data if isinstance(data, str) else None) if text]


def _is_title(part: Part, title: str) -> bool:
    """Whether a part is the title once more, or a heading of nearly its words."""
    name, words = key(title), key(part.text)
    if name == words or (part.heading and name in words):
        return True
    if not part.heading or len(words) > len(name) * 2:
        return False
    first, second = set(name.split()), set(words.split())
    return len(first & second) * 2 > min(len(first), len(second))


def _take(parts: list[Part], rule: str) -> str:
    for part in parts:
        part.role, part.rule = "lead", rule
    return rule


def _is_before(stream: Stream, part: Part) -> bool:
    return part.piece.line < stream.page.boxes[stream.outer].first


def _described(text: str, meta: Metadata) -> bool:
    """Whether the page's description is (the beginning of) *text*."""
    description = key(meta.first("og:description", "description", "twitter:description") or "")
    words = key(text)
    if len(description) < LEAST:
        return False
    short = description[: min(len(description), len(words)) - 8]
    return len(short) >= LEAST and words.startswith(short)


def _set_apart(stream: Stream, head: Part, rest: list[Part]) -> bool:
    """Whether the first paragraph looks other than the text: bold, italic, or a heading's."""
    if head.heading:
        return len(head.text) >= 80
    others = [part for part in rest if len(part.text) >= LEAST and not part.heading] or rest
    if head.bold and sum(part.bold for part in others) <= len(others) * 0.3:
        return True
    return head.italic and len(head.text) >= 80 and not any(part.italic for part in others[:3])
