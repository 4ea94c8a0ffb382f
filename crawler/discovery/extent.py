"""How large a listing says it is: the last page that its pager names, or articles in words."""

from __future__ import annotations

import re
from math import gcd

from crawler.discovery import pager
from crawler.discovery.anchors import anchors
from crawler.pages.document import Document
from crawler.pages.numbering import page_number, same_series
from crawler.pages.text import settle, strings

MOST_PAGES = 20_000  # a pager that names more counts something else
_OFFSETS = frozenset({"start", "limitstart", "offset"})
_OF = re.compile(
    r"(?i)\b(?:trang|page)\s*:?\s*(\d{1,5})\s*(?:/|trên(?: tổng số)?|của|of)\s*(\d{1,5})\b"
)
_TOTAL = re.compile(
    r"(?i)(?:\btổng(?: số| cộng)?\s*:?\s*|\d\s*(?:trên|trong|of|/)\s*(?:tổng số\s*)?)"
    r"(\d{1,3}(?:[.,]\d{3})+|\d{1,6})\s*(?:bài(?: viết)?|tin(?: bài| tức)?|mục|kết quả|articles)\b"
)
_MAY_TELL = re.compile(r"(?i)trang|page|tổng|trong|trên|of|/")
_LONGEST = 120  # letters of a text that counts pages: a sentence of an article is longer


def extent(doc: Document) -> tuple[int | None, int | None]:
    """Pages and articles of the listing that *doc* is a page of, as far as it says so.

    The pages are those that its pager names, this one among them: of a pager that shows only the
    pages around this one that is the least there are.
    """
    pages, total = _in_words(doc)
    named = max((found for found in (_by_addresses(doc), _by_marks(doc)) if found), default=None)
    return pages or named, total


def _by_addresses(doc: Document) -> int | None:
    """By the page numbers, or offsets, in the addresses of the other pages."""
    here = page_number(doc.url)
    by_name: dict[str, set[int]] = {}
    for anchor in anchors(doc):
        number = page_number(anchor.url) if anchor.url else None
        if number is not None and same_series(doc.url, here, number):
            by_name.setdefault(number.name, set()).add(number.value)
    if not by_name:
        return None
    name, values = max(by_name.items(), key=lambda one: len(one[1]))
    if here is not None and here.name == name:
        values.add(here.value)
    if name not in _OFFSETS:
        return _possible(max(values))
    step = gcd(*values)
    return _possible(max(values) // step + 1) if step > 1 else None


def _by_marks(doc: Document) -> int | None:
    """By the numbers that a pager shows, whatever its addresses are."""
    return _possible(pager.last_number(doc))


def _in_words(doc: Document) -> tuple[int | None, int | None]:
    pages = total = None
    for raw in strings(doc.body):
        if len(raw) > _LONGEST or not _MAY_TELL.search(raw):
            continue
        text = settle(raw)
        if pages is None and (found := _OF.search(text)) and int(found[1]) <= int(found[2]):
            pages = _possible(int(found[2]))
        if total is None and (found := _TOTAL.search(text)):
            total = int(re.sub(r"\D", "", found[1])) or None
    return pages, total


def _possible(number: int | None) -> int | None:
    return number if number is not None and 1 <= number <= MOST_PAGES else None
