"""The next page of a listing: by selector, `rel=next`, numbers, words, a script, a posted form.

A listing that names no article has no next page: NukeViet goes on with `rel=next` beyond its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from archive.types import Found, Item
from crawler.discovery import pager
from crawler.discovery.anchors import absolute, anchors
from crawler.discovery.classify import Classifier, classifier
from crawler.discovery.postback import post_next
from crawler.pages.document import Document
from crawler.pages.numbering import PageNumber, page_number, same_series
from crawler.pages.text import settle
from crawler.profile import SiteProfile
from crawler.selectors import select

NEXT_WORDS = re.compile(
    r"(?i)^\W*(?:(?:trang|tin|bài)?\s*(?:sau|kế(?: tiếp)?|tiếp(?: theo)?|cũ hơn)"
    r"|xem (?:tiếp|tin tiếp theo|thêm tin)|xem thêm|next(?: page)?|older(?: posts| entries)?)\W*$"
    r"|^\W*(?:›|»|>|>>|→|≫|&gt;)\W*$"
)
LAST_SIGNS = frozenset({"»", ">>", "≫", "»»"})
DEAD = re.compile(r"(?i)\b(?:disabled?|inactive)\b")


def next_page(doc: Document, profile: SiteProfile, items: Sequence[Item]) -> Found | None:
    """The request for the next page, None at the end (and where the page lists nothing)."""
    if not items:
        return None
    judge = classifier(profile)
    here = _without_end(doc.url)
    named = {item.url for item in items}
    for rule, url in _candidates(doc, profile, judge):
        wanted = judge.wanted(url, doc.time)
        if wanted in named:
            continue  # "Xem tiếp" under an item leads to the item
        if wanted is not None and _without_end(wanted) != here and _goes_on(doc.url, wanted):
            doc.cache["next"] = rule
            return Found(wanted, "listing", "pagination")
    posted = post_next(doc, judge, is_next)
    if posted is not None:
        doc.cache["next"] = "__doPostBack"
    return posted


def _candidates(
    doc: Document, profile: SiteProfile, judge: Classifier
) -> Iterator[tuple[str, str | None]]:
    """Rule and URL, the surest first."""
    found, selector = select(doc.tree, profile.fields_at(doc.time).get("next", ()))
    for element in found:
        if isinstance(element, str):
            yield f"profile: {selector}", absolute(doc.base, element)
        elif element.get("href") and not _dead(element):
            yield f"profile: {selector}", absolute(doc.base, element.get("href"))
    for element in doc.tree.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split() and not _dead(element):
            yield "rel=next", absolute(doc.base, element.get("href") or "")
    yield "page number", _by_number(doc)
    for url in pager.by_numbers(doc):
        if judge.kind(url) != "article" or not judge.sure(url):
            yield "numbers of a pager", url
    for url in _by_words(doc, judge):
        yield "words", url
    yield "script", pager.by_script(doc)


def _by_number(doc: Document) -> str | None:
    """The link to the lowest page of this listing beyond this one."""
    here = page_number(doc.url)
    later: list[tuple[int, str]] = []
    for anchor in anchors(doc):
        number = page_number(anchor.url) if anchor.url else None
        if number is None or not same_series(doc.url, here, number) or _dead(anchor.element):
            continue
        if number.value > _current(here, number):
            later.append((number.value, anchor.url or ""))
    return min(later)[1] if later else None


def _by_words(doc: Document, judge: Classifier) -> Iterator[str]:
    words = [
        a
        for a in anchors(doc)
        if a.url and not a.menu and is_next(a.element) and not _dead(a.element)
    ]
    words.sort(key=lambda anchor: _sign(anchor.element) in LAST_SIGNS)  # `»` may be the last page
    for anchor in words:
        if anchor.url is not None and (
            judge.kind(anchor.url) != "article" or page_number(anchor.url)
        ):
            yield anchor.url


def is_next(element: _Element) -> bool:
    """Whether its words, or its tooltip, say that the next page follows."""
    if len(element.text or "") > 100:
        return False
    text = _sign(element)
    if len(text) > 30:
        return False
    title = settle(element.get("title") or element.get("aria-label"))
    return bool(NEXT_WORDS.match(text)) or (len(text) < 3 and bool(NEXT_WORDS.match(title)))


def _sign(element: _Element) -> str:
    if element.tag == "input":
        return settle(element.get("value"))
    return settle("".join(map(str, element.itertext())))


def _dead(element: _Element) -> bool:
    parent = element.getparent()
    classes = element.get("class") or ""
    if parent is not None:
        classes += " " + (parent.get("class") or "")
    return bool(DEAD.search(classes))


def _current(here: PageNumber | None, there: PageNumber) -> int:
    if here is not None and here.name == there.name:
        return here.value
    return 0 if "start" in there.name or there.name == "offset" else 1


def _goes_on(url: str, other: str) -> bool:
    """Not back: where both have a number, the next page's is the higher one."""
    here, there = page_number(url), page_number(other)
    if here is None or there is None or not same_series(url, here, there):
        return True
    return there.value > here.value


def _without_end(url: str) -> str:
    return url.partition("#")[0].rstrip("/?")
