"""Who wrote it: signed lines first, then elements named for authors, then metadata."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from archive.types import Author
from crawler.pages import bylines, hints
from crawler.pages.metadata import Metadata, strings
from crawler.pages.names import FAMILY
from crawler.pages.region import Ground
from crawler.pages.stream import Part, Stream
from crawler.pages.text import settle, text_of
from crawler.pages.title import key

_NOT = re.compile(
    r"admin|editor|webmaster|quản trị|root|super|user|biên tập viên$|https?://|@|www\.|"
    r"^(?:by|von|facebook|twitter|instagram|email|website|x)$",
    re.I,
)
_ALONE = re.compile(r"(?:by|von|par|por)$", re.I)  # a label whose names stand in another line
_SLUG = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)+$")  # an author's page or login, not a name
_NAMED = ("author", "article:author", "dc.creator", "byl", "sailthru.author", "parsely-author")
JSON_LD = "JSON-LD author"
UNSURE = frozenset(
    ("line: a byline outside the text", "line: signs the text", "label behind the text")
)
_ELSEWHERE = hints.COMMENT | hints.RELATED | hints.AD | hints.HIDDEN
AROUND = 10  # lines before the title and behind the text in which an author's box may stand
BEHIND = 14  # lines behind the text in which labels are looked for


@dataclass(slots=True)
class Signed:
    """Authors, the byline as printed and the source, each with its rule."""

    authors: tuple[Author, ...] = ()
    byline: str | None = None
    source: str | None = None
    rules: dict[str, str] = field(default_factory=dict)


def find(stream: Stream, ground: Ground, meta: Metadata, head: int, last: int) -> Signed:
    """What the page says of its authors; the title's line is *head*, *last* is behind the text."""
    result = Signed()
    lines = [
        (_linked(stream, part) or part.text, f"line: {part.rule}")
        for part in stream.parts
        if part.role == "byline"
    ]
    lines += _behind(ground, last)
    texts: list[str] = []
    for text, rule in lines:
        read = bylines.read(text)
        if read is None or any(key(text) in key(other) for other in texts):
            continue
        if read.source and not result.source:
            result.source, result.rules["source"] = read.source, rule
        people = tuple(one for one in read.authors if not _ALONE.match(one.name))
        if people:
            result.authors = _merged(result.authors, people)
            result.rules.setdefault("authors", rule)
            texts.append(text)
            result.rules.setdefault("byline", rule)
    result.byline = "\n".join(texts) or None
    _with_metadata(result, meta)
    if not result.authors and (names := _boxed(ground, head, last)):
        result.authors, result.rules["authors"] = names, "an author's element near the text"
    return result


def _linked(stream: Stream, part: Part) -> str | None:
    """The names in a byline that are links, where every link is one: the rest are their posts."""
    piece = part.piece
    anchors = stream.page.lines[piece.line].anchors
    names = [
        text_of(anchor)
        for anchor, first, end in anchors
        if first >= piece.start and end <= piece.end and end > first
    ]
    return ", ".join(dict.fromkeys(names)) if names and all(map(bylines.is_name, names)) else None


def _boxed(ground: Ground, head: int, last: int) -> tuple[Author, ...]:
    """Names in boxes that are called an author's, between a little before the title and the end."""
    page, found = ground.page, []
    for number, box in enumerate(page.boxes):
        if not box.flags & hints.AUTHOR or not head - AROUND <= box.first <= last + AROUND:
            continue
        size = box.last - box.first
        if not 0 < size <= 4 or ground.sides[number] & _ELSEWHERE:
            continue
        texts = [
            text_of(a) for line in page.lines[box.first : box.last] for a, _, _ in line.anchors
        ]
        texts = [text for text in texts if bylines.is_name(text) and not _NOT.search(text)]
        if not texts and size == 1:
            read = bylines.read(page.lines[box.first].shown)
            found += [one for one in read.authors if not _NOT.search(one.name)] if read else []
        found += [Author(text, None, "author") for text in texts]
    return _merged((), tuple(found))


def _with_metadata(result: Signed, meta: Metadata) -> None:
    """Metadata names the people of an unsure line, and of a line that says more than names."""
    people, rule = _from_metadata(meta)
    if not people:
        return
    printed = key(result.byline or "")
    if not result.authors:
        result.authors, result.rules["authors"] = people, rule
    elif all(key(one.name) in printed for one in people):
        known = {key(one.name): one for one in result.authors}
        result.authors = tuple(known.get(key(one.name), one) for one in people)
        result.rules["authors"] += f", names by {rule}"
    elif rule == JSON_LD and result.rules["authors"] in UNSURE and not _vietnamese(result.authors):
        result.authors, result.rules["authors"] = people, rule
        result.byline = None
        result.rules.pop("byline", None)


def _vietnamese(people: tuple[Author, ...]) -> bool:
    """Whether one of them has a Vietnamese family name: such a line is a byline for sure."""
    return any(one.name.split()[0].lower() in FAMILY for one in people if one.name.split())


def _merged(one: tuple[Author, ...], other: tuple[Author, ...]) -> tuple[Author, ...]:
    people: dict[str, Author] = {}
    for author in (*one, *other):
        people.setdefault(key(author.name), author)
    return tuple(people.values())


def _behind(ground: Ground, last: int) -> list[tuple[str, str]]:
    """Labelled lines behind the text: "Tác giả bài viết: …", "Nguồn tin: …"."""
    page = ground.page
    found = []
    for number in range(last, min(len(page.lines), last + BEHIND)):
        line = page.lines[number]
        if line.size > 160 or ground.sides[line.box] & (hints.COMMENT | hints.RELATED | hints.AD):
            continue
        text = line.shown
        if bylines.is_labelled(text):
            found.append((text, "label behind the text"))
    return found


def _from_metadata(meta: Metadata) -> tuple[tuple[Author, ...], str]:
    """Whom metadata names as authors, and where; names of sites, offices and logins are none."""
    site = key(meta.first("og:site_name") or "")
    told = [(JSON_LD, _names(meta))]
    told.append(("metadata", [name for names in _NAMED for name in meta.meta.get(names, ())]))
    for rule, names in told:
        people: list[Author] = []
        for name in names:
            if not name or _NOT.search(name) or key(name) == site or len(name) > 80:
                continue
            if bylines.is_office(name) or _SLUG.match(name):
                continue
            read = bylines.read(settle(name))
            if read and read.authors:
                people += read.authors
            else:
                people += [Author(one, None, "author") for one in bylines.divided(settle(name))]
        if people:
            return _merged((), tuple(people)), rule
    return (), ""


def _names(meta: Metadata) -> list[str]:
    """The names of JSON-LD's authors: told there, by parts, or by reference to another object."""
    told = meta.article.get("author")
    names: list[str] = []
    for one in told if isinstance(told, list) else [told]:
        if isinstance(one, dict) and not one.get("name"):
            known = next((n for n in meta.nodes if n.get("@id") == one.get("@id") and n != one), {})
            parts = " ".join(strings(one.get("givenName")) + strings(one.get("familyName")))
            names += [parts] if parts else strings(known if one.get("@id") else None, "name")
        else:
            names += strings(one, "name")
    return names
