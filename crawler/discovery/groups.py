"""Entries that stand alike, and how much each group looks like a list of articles."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from lxml.etree import _Element

from crawler.discovery.entries import HEADINGS, Entry
from crawler.pages.text import text_of

VARIANTS = frozenset(
    ["first", "last", "odd", "even", "active", "current", "selected", "hot", "new", "clear",
     "clearfix", "alt", "end", "featured", "sticky", "left", "right"]
)  # fmt: skip
OTHERS_HEAD = re.compile(
    r"(?i)^\W*(?:(?:các )?(?:tin|bài)(?: bài| viết)?(?: (?:liên quan|khác|mới(?: hơn| nhất| đăng)?"
    r"|cũ(?: hơn)?|nổi bật|đọc nhiều|xem nhiều|đã đưa|cùng chuyên mục|đăng ngày))"
    r"|(?:được )?(?:đọc|xem|quan tâm) nhiều"
    r"|những tin|theo dòng sự kiện|có thể bạn quan tâm|tiêu điểm|thông báo|văn bản|liên kết"
    r"|(?:most|related|popular|recent|latest|other)\b)"
)
ASIDE_WEIGHT = 0.25
SAMPLE = 5  # entries of a group that are looked at: they are alike


@dataclass(eq=False)
class Group:
    """Entries whose places have the same path of names and classes."""

    entries: list[Entry] = field(default_factory=list)

    @cached_property
    def aside(self) -> bool:
        """Whether it stands in a box beside the page's own matter, or under such a heading."""
        if sum(entry.aside for entry in self.entries) * 2 > len(self.entries):
            return True
        first = self.entries[0]
        # the place of a lone entry may hold the box's own heading
        start = first.anchor if len(self.entries) == 1 else first.place
        return OTHERS_HEAD.match(head_before(start)) is not None

    @cached_property
    def richness(self) -> float:
        """How much an entry of it tells, on average."""
        sample = self.entries[:SAMPLE]
        return sum(map(_richness, sample)) / len(sample)

    @cached_property
    def score(self) -> float:
        weight = ASIDE_WEIGHT if self.aside else 1.0
        return self.richness * (1 + math.log2(len({entry.url for entry in self.entries}))) * weight


def _richness(entry: Entry) -> float:
    return (
        1.0
        + 2.0 * entry.heading
        + 1.5 * (entry.around.published is not None)
        + 1.0 * (entry.around.lead is not None)
        + 0.5 * entry.around.picture
    )


def grouped(entries: Iterable[Entry]) -> list[Group]:
    """The groups in the order of their first entries."""
    paths = Paths()
    groups: dict[Hashable, Group] = {}
    for entry in entries:
        groups.setdefault(paths.of(entry.place), Group()).entries.append(entry)
    return list(groups.values())


class Paths:
    """Elements by the names and classes from the root to them; numbers and variants left out."""

    def __init__(self) -> None:
        self._known: dict[_Element, int] = {}
        self._numbers: dict[Hashable, int] = {}

    def of(self, element: _Element) -> int:
        chain = []
        node: _Element | None = element
        while node is not None and node not in self._known:
            chain.append(node)
            node = node.getparent()
        number = self._known[node] if node is not None else 0
        for node in reversed(chain):
            key = (number, node.tag, _name(node.get("class")))
            number = self._numbers.setdefault(key, len(self._numbers) + 1)
            self._known[node] = number
        return number


def _name(classes: str | None) -> str:
    if not classes:
        return ""
    words = {word for word in classes.split() if word not in VARIANTS and word.isalpha()}
    words |= {word for word in classes.split() if "-" in word and not any(map(str.isdigit, word))}
    return " ".join(sorted(words - VARIANTS))


def head_before(element: _Element) -> str:
    """The words of the nearest short line or heading above it, '' if there is none near."""
    node: _Element | None = element
    for _ in range(5):
        if node is None or node.tag == "body":
            return ""
        for before in node.itersiblings(preceding=True):
            heading = _heading_in(before)
            if heading is not None:
                return heading
            if len(before) or (before.text or "").strip():
                break
        node = node.getparent()
    return ""


def _heading_in(element: _Element) -> str | None:
    if not isinstance(element.tag, str):
        return None
    heading = element if element.tag in HEADINGS else next(element.iter(*HEADINGS), None)
    text = text_of(element if heading is None else heading)
    if heading is not None or len(text) < 40:
        return text or None
    return None
