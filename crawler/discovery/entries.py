"""The links with a headline on a page, and what stands around each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from archive.types import PageKind
from crawler.discovery.anchors import Anchor, anchors
from crawler.discovery.classify import Classifier, classifier
from crawler.pages import dates, hints
from crawler.pages.document import Document
from crawler.pages.text import settle, strings
from crawler.profile import SiteProfile

SHORT_TITLE = 12  # characters; shorter is a button, unless the URL says article
LONG_TITLE = 30  # characters of a link whose URL tells nothing
LONG_LEAD = 40
MOST_PIECES = 400  # texts of an entry's place: more is a nest of places, each read again
MOST_INSIDE = 200  # elements of a link among which a heading is looked for
MOST_LINKS = 8  # of an entry's place: title, picture, section, author, tags, "more"
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
PHRASES = frozenset(["b", "strong", "i", "em", "u", "span", "font"])
BEFORE = 40  # letters of a sentence before a link; a date or section's name has fewer
STOPS = frozenset(["html", "body", "main", "form"])
MORE = re.compile(
    r"(?i)^\W*(?:xem (?:tiếp|thêm|chi tiết)|xem|chi tiết|đọc (?:tiếp|thêm)|(?:read )?more"
    r"|details?|tiếp(?: theo)?|continue reading|trả lời|bình luận|tải về|download|in|gửi email)"
    r"\b.{0,12}$"
)
ASIDE = hints.NAV | hints.RELATED | hints.AD | hints.COMMENT | hints.SHARE | hints.TAGS
_GOES_ON = re.compile(r"\s+([^\W\d_])\w+(?:\s+\S+){6}")  # seven words
_HEADLINE = re.compile(r"(?i)\b(?:title|tieu-?de|headline)\b|title$")


@dataclass(frozen=True, slots=True)
class Around:
    """The date, the lead and whether a picture stands with a title."""

    published: str | None
    lead: str | None
    picture: bool


@dataclass(slots=True, eq=False)
class Entry:
    """One target of the page's links, at one place. ``order`` is that of the page."""

    url: str
    order: int
    title: str
    heading: bool
    anchor: _Element
    place: _Element
    flags: int = 0  # of `hints`, of all elements around it
    _around: Around | None = None

    @property
    def aside(self) -> bool:
        return bool(self.flags & ASIDE)

    @property
    def around(self) -> Around:
        """What stands in its place beside the title; looked for when it is first asked."""
        if self._around is None:
            self._around = look_around(self.place, self.title)
        return self._around


def entries(doc: Document, profile: SiteProfile) -> list[Entry]:
    """Every headline link of the page with its place, in order; nothing in hidden elements."""
    judge = classifier(profile)
    regions = Regions()
    links = [
        (order, anchor, url)
        for order, anchor in enumerate(anchors(doc))
        if (url := judge.wanted(anchor.url, doc.time)) is not None
    ]
    here = doc.url.split("://", 1)[-1].rstrip("/")
    links = [link for link in links if link[2].split("://", 1)[-1].rstrip("/") != here]
    sections = {url for _, anchor, url in links if anchor.menu and not judge.sure(url)}
    links = [link for link in links if link[2] not in sections and not link[1].menu]
    candidates = [found for link in links if (found := _candidate(*link, judge)) is not None]
    owners = _owners(candidates)
    placed: dict[tuple[str, _Element], Entry] = {}
    for entry in candidates:
        entry.place = _place(entry.anchor, owners)
        entry.flags = regions.flags(entry.anchor)
        if entry.flags & hints.HIDDEN:
            continue
        known = placed.setdefault((entry.url, entry.place), entry)
        if known is not entry:
            _join(known, entry)
    return [entry for entry in placed.values() if entry.title]


def _candidate(order: int, anchor: Anchor, url: str, judge: Classifier) -> Entry | None:
    kind = judge.kind(url)
    if kind in {"document", "photo", "asset"}:
        return None
    label = anchor.label
    title = "" if MORE.match(label) or not any(char.isalpha() for char in label) else label
    if kind != "article" and not _is_long(title, judge.sure(url), kind):
        return None
    if kind == "article" and title and len(title) < SHORT_TITLE and not _is_heading(anchor.element):
        title = ""
    heading = bool(title) and _is_heading(anchor.element)
    if title and not heading and _in_prose(anchor.element):
        return None
    return Entry(url, order, title, heading, anchor.element, place=anchor.element)


def _in_prose(anchor: _Element) -> bool:
    """Whether the link stands in a sentence: behind words of it, or before words that go on."""
    behind = _GOES_ON.match(anchor.tail or "")
    if behind and behind[1].islower():
        return True
    parent = anchor.getparent()
    while parent is not None and parent.tag in PHRASES:
        anchor, parent = parent, parent.getparent()
    if parent is None:
        return False
    size = 0
    for before in islice(anchor.itersiblings(preceding=True), MOST_LINKS):
        size += len((before.tail or "").strip())
        if size >= BEFORE or (before.tag not in PHRASES and before.tag != "a"):
            break  # a block's edge, or a break of the line
    else:
        size += len((parent.text or "").strip())
    return size >= BEFORE


def _is_long(title: str, sure: bool, kind: PageKind) -> bool:
    """Whether the words alone make a link a headline; those of a section are fewer."""
    if kind == "listing":
        return not sure and len(title) >= 45 and title.count(" ") >= 7
    return len(title) >= LONG_TITLE and title.count(" ") >= 5


def _is_heading(element: _Element) -> bool:
    """In a heading, around one, or called a title."""
    node: _Element | None = element
    for _ in range(3):
        if node is None:
            return False
        if node.tag in HEADINGS or _HEADLINE.search(node.get("class") or ""):
            return True
        node = node.getparent()
    return any(child.tag in HEADINGS for child in islice(element.iterdescendants(), MOST_INSIDE))


def _owners(candidates: list[Entry]) -> dict[_Element, str | None]:
    """Element -> the one URL that the links inside it lead to, None for several.

    Each element is visited twice at most: above one with several, all have several.
    """
    owners: dict[_Element, str | None] = {}
    for entry in candidates:
        node: _Element | None = entry.anchor
        while node is not None:
            if node not in owners:
                owners[node] = entry.url
            elif owners[node] is None:
                break
            elif owners[node] != entry.url:
                owners[node] = None
            node = node.getparent()
    return owners


def _place(anchor: _Element, owners: dict[_Element, str | None]) -> _Element:
    """The largest element around the link that leads nowhere else; a column is not one, whose
    many other links are no headlines."""
    place = anchor
    parent = place.getparent()
    while parent is not None and owners[parent] is not None and parent.tag not in STOPS:
        if sum(1 for _ in islice(parent.iter("a"), MOST_LINKS + 1)) > MOST_LINKS:
            break
        place, parent = parent, parent.getparent()
    return place


def _join(known: Entry, other: Entry) -> None:
    """Two links of one place: the heading's words win, else the longer ones."""
    if (other.heading, len(other.title)) > (known.heading, len(known.title)):
        known.title, known.heading, known.anchor = other.title, other.heading, other.anchor
    known.flags &= other.flags


def _attributes(element: _Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.items()]


class Regions:
    """What the elements around an element say of it, each looked at once."""

    def __init__(self) -> None:
        self._known: dict[_Element, int] = {}

    def flags(self, element: _Element) -> int:
        chain = []
        node: _Element | None = element
        while node is not None and node not in self._known:
            chain.append(node)
            node = node.getparent()
        flags = self._known[node] if node is not None else 0
        for node in reversed(chain):
            if isinstance(node.tag, str) and node.tag not in {"html", "body"}:
                flags |= hints.of_attributes(node.tag, _attributes(node))
            self._known[node] = flags
        return flags


def look_around(place: _Element, title: str) -> Around:
    """After the title first, else before it; a line of 200 characters is no date's."""
    lines = _lines(place)
    at = next((i for i, line in enumerate(lines) if title in line), -1)
    rest = lines[at + 1 :]
    own = lines[at].replace(title, " ", 1) if at >= 0 else ""
    dated = (
        next(dates.dates_in(line), None)
        for line in (own, *rest, *lines[: max(at, 0)])
        if len(line) < 200
    )
    when = next((found for found in dated if found is not None), None)
    lead = next((line for line in rest if _is_lead(line, title)), None)
    picture = next(place.iter("img"), None) is not None
    return Around(when.value if when else None, lead, picture)


def _lines(place: _Element) -> list[str]:
    pieces = islice(strings(place), MOST_PIECES)
    text = "".join("\n" if part == " " else part.replace("\n", " ") for part in pieces)
    return [line for part in text.split("\n") if (line := settle(part))]


def _is_lead(line: str, title: str) -> bool:
    return (
        len(line) >= LONG_LEAD and line.count(" ") >= 6 and line != title and not MORE.match(line)
    )
