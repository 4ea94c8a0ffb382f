"""The lead (sapo): text apart from the body, between the title and it; None if a page has none."""

from __future__ import annotations

import re

from crawler.pages import hints
from crawler.pages.metadata import Metadata
from crawler.pages.stream import Part, Stream
from crawler.pages.title import key

_PREFIX = re.compile(
    r"^(?:\((?P<in>[^()]{2,30})\)\s*[-–—:]?\s*|(?P<out>[A-ZĐ]{2,8}(?: Online)?)\s?[-–—]\s?(?=\S))"
)
LEAST = 30  # characters
MOST = 1500


def prefix(text: str) -> str | None:
    """The agency that opens a lead: "TTV" in "(TTV) - …", "LSO" in "LSO- …"; the text keeps it."""
    found = _PREFIX.match(text)
    return (found["in"] or found["out"]) if found else None


def mark(stream: Stream, meta: Metadata, title: str) -> str | None:
    """Gives the role `lead` to the parts that are it; the rule, None if there is no lead."""
    body = [part for part in stream.parts if part.role == "body"]
    told = [part for part in body if part.flags & hints.LEAD and key(part.text) != key(title)]
    first = next(
        (n for n, part in enumerate(body) if part.inside and not part.flags & hints.LEAD), None
    )
    if told and first is not None:
        told = [part for part in told if body.index(part) < first + 1 or not part.inside]
        told = [part for part in told if body.index(part) < first and len(part.text) >= LEAST // 2]
        if told and sum(len(part.text) for part in told) <= MOST:
            return _take(told, "in a lead's element")
    before = [part for part in body if not part.inside and _is_before(stream, part)]
    before = [part for part in before if len(part.text) >= LEAST and key(part.text) != key(title)]
    if before and sum(len(part.text) for part in before) <= MOST:
        sure = [part for part in before if _described(part.text, meta) or part.heading]
        if sure or len(before) <= 2:
            return _take(sure or before, "between title and text")
    inside = [part for part in body if part.inside]
    if len(inside) >= 3:
        head, rest = inside[0], inside[1:]
        if _set_apart(stream, head, rest) and LEAST <= len(head.text) <= MOST:
            return _take([head], "first paragraph, set apart")
    return None


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
