"""The title: the visible heading that the page's own metadata confirms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from archive.vietnamese import composed
from crawler.pages import hints
from crawler.pages.blocks import PHOTO
from crawler.pages.metadata import Metadata
from crawler.pages.region import Ground
from crawler.pages.text import settle

_SITE_TAIL = re.compile(r"\s+(?:[|»•·–—]|-|::?|>)\s+")
_HEADINGS = {"h1": 3.0, "h2": 2.0, "h3": 1.0, "h4": 0.5}
SAME = 0.3  # share of common words from which a told title is a wording of the heading
LONGEST = 2_000  # characters of a text that is remembered
_KEY = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Title:
    """``line`` is where it stands on the page, -1 if only metadata has it."""

    text: str
    rule: str
    line: int = -1


def key(text: str) -> str:
    """What of a title must be equal for two to be one."""
    return _key(text) if len(text) <= LONGEST else _key.__wrapped__(text)


@lru_cache(1024)
def _key(text: str) -> str:
    """Remembered: several rules ask it of one text, and a site's frame is on every page."""
    return _KEY.sub(" ", composed(text).casefold()).strip()


def find(ground: Ground, meta: Metadata, near: int) -> Title | None:
    """The title; *near* is the index of the first line of the text, len(lines) if unknown."""
    told = told_titles(meta)
    best = max(headings(ground, told, near), key=lambda scored: scored[0], default=None)
    if best and best[0] >= 3.0:
        return _as_told(best[1], told, meta)
    for rule, text in told:
        if text and rule != "title element":
            return Title(text, rule)
    if best and best[0] >= 1.0:
        return best[1]
    text = next((text for rule, text in told if text), "")
    return Title(text, "title element") if text else None


def headings(
    ground: Ground, told: list[tuple[str, str]], near: int
) -> Iterator[tuple[float, Title]]:
    """Each line that looks like a title, with its score: 3 is enough to be it."""
    opening = key(" ".join(line.text for line in ground.page.lines[near : near + 3])[:1500])
    for weight, number, text in _visible(ground, near):
        score = weight + _confirmed(key(text), told)
        if len(text) > 30 and key(text) in opening and number < near:
            score += 1.0
        yield score, Title(text, "visible heading", number)


def _as_told(seen: Title, told: list[tuple[str, str]], meta: Metadata) -> Title:
    """*seen*, or how the page names itself to others where that is another wording of it.

    A heading may carry a kicker, which a told title leaves out. Where the page describes its
    article as data (JSON-LD), that wording is the title, on pages of other languages also where
    `og:title` repeats the heading: of 132 pages of 94 publishers it is in 107, the heading in 94.
    Elsewhere `og:title` is as often the site's as the article's: on 845 pages of all kinds the
    heading is right in 729, `og:title` in 661.
    """
    name = key(seen.text)
    others = [(rule, text) for rule, text in told if rule != "title element"]
    data = next((text for rule, text in told if rule == "JSON-LD headline"), "")
    words = key(data)
    repeated = any(key(text) == name for _, text in others)
    cut = name.startswith(words)  # or the same, or none
    if repeated and not cut and not meta.vietnamese and _common(name, words) >= SAME:
        return Title(data, f"JSON-LD headline, for the heading {seen.text!r}", seen.line)
    if repeated:
        return seen
    if others and meta.headline:
        rule, text = others[0]
        if _common(name, key(text)) >= SAME:
            return Title(text, f"{rule}, for the heading {seen.text!r}", seen.line)
    for rule, text in told:
        if len(text) >= 15 and key(text) != name and key(text) in name:
            return Title(text, f"{rule}, without the kicker of {seen.text!r}", seen.line)
    return seen


def _common(one: str, other: str) -> float:
    """Share of the shorter title's words that stand in the other."""
    first, second = set(one.split()), set(other.split())
    return len(first & second) / max(1, min(len(first), len(second)))


def told_titles(meta: Metadata) -> list[tuple[str, str]]:
    """Titles by metadata, the site's name taken off, best first."""
    site = key(meta.first("og:site_name") or "")
    told = []
    for rule, text in (
        ("og:title", meta.first("og:title", "twitter:title")),
        ("JSON-LD headline", meta.headline),
        ("title element", meta.title),
    ):
        text = settle(unescape(text or ""))  # many a template escapes twice
        if text and key(text) != site:
            told.append((rule, text))
    if told:
        host = _host(meta)
        told = [
            (rule, _without_site(text, site, host, [t for _, t in told])) for rule, text in told
        ]
    return told


def _host(meta: Metadata) -> str:
    """The key of the page's host without "www", which many a title ends with."""
    address = meta.canonical or meta.first("og:url") or ""
    return key(address.partition("//")[2].partition("/")[0].removeprefix("www."))


def _without_site(text: str, site: str, host: str, all_told: list[str]) -> str:
    """*text* up to the divider before the site's name."""
    places = list(_SITE_TAIL.finditer(text))
    if not places:
        return text
    for place in places:
        head, tail = text[: place.start()], text[place.end() :]
        if key(tail) in (site, host) or any(key(head) == key(other) for other in all_told):
            return head
        if site and key(head) == site:
            return tail
    return text


def _visible(ground: Ground, near: int) -> list[tuple[float, int, str]]:
    """Lines that look like titles: weight, line, text."""
    page, sides = ground.page, ground.sides
    found: list[tuple[float, int, str]] = []
    for number, box in enumerate(page.boxes):
        weight = _HEADINGS.get(box.tag, 0.0)
        if box.flags & hints.TITLE:
            weight += 1.0
        if not weight or box.last <= box.first or box.last - box.first > 3:
            continue
        if sides[number] & (hints.HIDDEN | hints.COMMENT | hints.RELATED | hints.AD):
            continue
        if box.flags & (hints.DATE | hints.AUTHOR):
            continue
        text = " ".join(page.lines[n].text for n in range(box.first, box.last))
        text = settle(text.replace(PHOTO, " "))
        if not 4 <= len(text) <= 400:
            continue
        if sides[number] & hints.NAV:
            weight -= 1.5
        # The title stands before the text, and mostly right before it.
        distance = near - box.first
        weight += 1.0 if 0 <= distance <= 12 else -1.0 if distance < 0 else 0.0
        linked = sum(page.lines[n].links for n in range(box.first, box.last))
        if linked > len(text) * 0.8:
            weight -= 1.0
        found.append((weight, box.first, text))
    return found


def _confirmed(text: str, told: list[tuple[str, str]]) -> float:
    """How far metadata names *text* as the title."""
    best = 0.0
    for _, other in told:
        name = key(other)
        if name == text:
            best = max(best, 6.0)
        elif name.startswith(text) and _SITE_TAIL.match(other[len(text) :]):
            best = max(best, 5.0)
        elif len(text) >= 15 and (name.startswith(text) or text.startswith(name)):
            best = max(best, 4.0 * min(len(text), len(name)) / max(len(text), len(name), 1) + 1.0)
        elif any(key(part) == text for part in _SITE_TAIL.split(other)):
            best = max(best, 3.0)
    return best
