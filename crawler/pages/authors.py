"""Who wrote it: signed lines first, then elements named for authors, then metadata."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from archive.types import Author
from crawler.pages import bylines, hints
from crawler.pages.author_links import NOT, by_links, in_boxes, is_label
from crawler.pages.metadata import Metadata, strings
from crawler.pages.names import FAMILY
from crawler.pages.region import Ground
from crawler.pages.stream import Part, Stream
from crawler.pages.text import settle, text_of
from crawler.pages.title import key

_SLUG = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)+$")  # an author's page or login, not a name
_NAMED = ("author", "article:author", "dc.creator", "byl", "sailthru.author", "parsely-author")
JSON_LD = "JSON-LD author"
META = "metadata"
# Behind date and counter nothing stands in such a line but who wrote: any name will do there.
_COUNTER = re.compile(r"(?:lượt|lần|số lần|số lượt) (?:xem|đọc)\W*\d|\d[\d.,]* (?:lượt|lần)", re.I)
UNSURE = frozenset(
    ("line: a byline outside the text", "line: signs the text", "label behind the text")
)
IN_DATE = "line: in the line of the date"
DATED = 160  # characters of such a line
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
        (_linked(stream, part) or bylines.undated(part.text), f"line: {part.rule}")
        for part in stream.parts
        if part.role == "byline"
    ]
    lines += _behind(ground, last)
    lines = lines or _in_date_lines(stream)
    texts: list[str] = []
    for text, rule in lines:
        read = bylines.read(text)
        if read is None or any(key(text) in key(other) for other in texts):
            continue
        if read.source and not result.source:
            result.source, result.rules["source"] = read.source, rule
        people = tuple(one for one in read.authors if not is_label(one.name))
        if people:
            result.authors = _merged(result.authors, people)
            result.rules.setdefault("authors", rule)
            texts.append(text)
            result.rules.setdefault("byline", rule)
    result.byline = "\n".join(texts) or None
    _with_metadata(result, meta)
    if result.rules.get("authors") in (None, META):
        people = by_links(ground, head, last)
        if people and (not meta.vietnamese or all(bylines.is_name(o.name) for o in people)):
            result.authors, result.rules["authors"] = people, "link to the author"
    if not result.authors and (names := in_boxes(ground, head, last)):
        result.authors, result.rules["authors"] = names, "an author's element near the text"
    if not result.authors and not meta.vietnamese:
        result.authors, result.rules["authors"] = _offices(meta), "metadata names an office"
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


def _in_date_lines(stream: Stream) -> list[tuple[str, str]]:
    """Who stands in the line that dates the article: "By … on …", "Đăng ngày … | … | <author>"."""
    found = []
    for part in stream.parts:
        if part.role != "date" or len(part.text) > DATED:
            continue
        rest = bylines.undated(part.text)
        if bylines.is_labelled(rest):
            found.append((_linked(stream, part) or rest, IN_DATE))
            continue
        pieces = [piece.strip() for piece in part.text.split("|")]
        counted = any(map(_COUNTER.match, pieces[:-1]))
        found += [
            (one, IN_DATE)
            for one in pieces
            if bylines.is_name(one) and (_is_family(one) or (counted and one is pieces[-1]))
        ][:1]
    return found


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


def _is_family(name: str) -> bool:
    return name.split()[0].lower() in FAMILY


def _vietnamese(people: tuple[Author, ...]) -> bool:
    """Whether one of them has a Vietnamese family name: such a line is a byline for sure."""
    return any(_is_family(one.name) for one in people if one.name.split())


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
            found.append((bylines.undated(text), "label behind the text"))
    return found


def told_names(meta: Metadata) -> list[tuple[str, list[str]]]:
    """The names that metadata gives to authors, by where."""
    return [
        (JSON_LD, _names(meta)),
        (META, [unescape(name) for names in _NAMED for name in meta.meta.get(names, ())]),
    ]


def _offices(meta: Metadata) -> tuple[Author, ...]:
    """The agency, office or site that metadata names as the author, where it names no person."""
    host = (meta.canonical or meta.first("og:url") or "").split("/", 3)[2:3]
    for _, names in told_names(meta):
        for name in names:
            known = not _SLUG.match(name) or any(name in one for one in host)
            if known and 1 < len(name) <= 60 and not NOT.search(name):
                return (Author(settle(name), None, "author"),)
    return ()


def _from_metadata(meta: Metadata) -> tuple[tuple[Author, ...], str]:
    """Whom metadata names as authors, and where; names of sites, offices and logins are none."""
    site = key(meta.first("og:site_name") or "")
    for rule, names in told_names(meta):
        people: list[Author] = []
        for name in names:
            if not name or NOT.search(name) or key(name) == site or len(name) > 80:
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
    return [unescape(name) for name in names]
