"""Content that is no committee's: what gamblers put on a lapsed domain, or into a broken site.

Committees write about gambling too, so no word tells it. Several signs must stand together, an
advertisement's own among them; who reports or warns speaks in other words, which count against it.
To take an article for an advertisement loses it, so in doubt the page is the committee's.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from crawler.pages import foreign_words as words
from crawler.pages.document import Document
from crawler.pages.metadata import Metadata
from crawler.pages.region import Ground

ENOUGH = 5  # points
LINES = 400  # of a page that are read: an advertisement comes to its point
LETTERS = 8_000  # the same
HINTS = 4  # words of games on the page, or one in its title, before it is looked at closely
LINKS = 200
FEW = 5  # links: fewer say nothing
DENSE = 1.0  # hits a hundred words: an article on a raid seldom names games more often
_WORD = re.compile(r"\w+")


def signs(doc: Document, ground: Ground, meta: Metadata) -> dict[str, int]:
    """What speaks for foreign content, with its points; negative ones speak against it.

    Nothing of a page that names no such thing at all, which is nearly every one.
    """
    head = _head(meta)
    raw = " ".join(line.text for line in islice(ground.page.lines, LINES))[:LETTERS].lower()
    hinted = any(hint in head for hint in words.HINTS)
    if not hinted and sum(map(raw.count, words.HINTS)) < HINTS:
        return {}
    text = " ".join(line.shown for line in islice(ground.page.lines, LINES))[:LETTERS].lower()
    found = {**_of_words(text), **_of_title(head), **_of_language(doc, meta, text)}
    found["links outside"] = _of_links(doc)
    found["no committee's frame"] = 0 if words.PARTY.search(text) else 1
    reports = len(set(words.REPORT.findall(f"{head} {text}")))
    found["words of a report"] = -min(reports, 4)
    return {name: points for name, points in found.items() if points}


def is_foreign(doc: Document, ground: Ground, meta: Metadata) -> bool:
    """Whether the page is an advertisement in the place of a committee's page."""
    found = signs(doc, ground, meta)
    lures = found.get("calls", 0) + found.get("title", 0) >= 2
    return lures and "games" in found and sum(found.values()) >= ENOUGH


def _head(meta: Metadata) -> str:
    """The title as the browser shows it, in lower case."""
    return " ".join((meta.title, meta.first("og:title") or "")).lower()


def _of_words(text: str) -> dict[str, int]:
    """Games and other wares by how thickly they stand; houses' names; calls to the reader."""
    named = words.GAMES.findall(text) + words.SCRIPTS.findall(text) + words.OTHER.findall(text)
    brands = words.BRANDS.findall(text)
    size = max(len(_WORD.findall(text)), 1)
    thick = (len(named) + len(brands)) * 100 / size >= DENSE
    games = 2 if thick and len(named) >= 4 else 1 if named else 0
    calls = len(set(words.CALLS.findall(text)))
    return {"games": games, "brands": int(len(brands) >= 2), "calls": min(calls // 2, 2)}


def _of_title(head: str) -> dict[str, int]:
    wares = words.GAMES.search(head) or words.SCRIPTS.search(head) or words.OTHER.search(head)
    brand = words.BRANDS.search(head)
    if not (wares or brand):
        return {"title": 0}
    lure = words.LURES.search(head) is not None or (wares is not None and brand is not None)
    return {"title": 2 if lure else 1}


def _of_language(doc: Document, meta: Metadata, text: str) -> dict[str, int]:
    """Another language than Vietnamese, by what the page declares and by its letters."""
    strange = len(words.VIETNAMESE.findall(text)) * 100 < len(text)
    return {"language": int(strange and len(text) > 100) + int(strange and not meta.vietnamese)}


def _of_links(doc: Document) -> int:
    """1 if most links lead to other houses: they are what the page is for."""
    own = _house(doc.url)
    hosts = []
    for link in islice(doc.body.iter("a"), LINKS):
        url = doc.resolve(link.get("href"))
        if url is not None:
            hosts.append(_house(url) != own)
    return int(len(hosts) >= FEW and sum(hosts) * 2 > len(hosts))


def _house(url: str) -> str:
    """The host without its first labels: other names of one house count as its own."""
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return ".".join(name.split(".")[-3 if name.endswith((".gov.vn", ".org.vn")) else -2 :])
