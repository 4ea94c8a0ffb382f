"""Dates that a page tells in its head, its elements and its address, beside those it prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import cast

from lxml.etree import XPath, _Element

from crawler.pages import dates, hints
from crawler.pages.document import Document
from crawler.pages.metadata import Metadata, strings
from crawler.pages.region import Ground

_META = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate",
    "publishdate", "date", "dc.date.issued", "dc.date", "dcterms.created", "dcterms.date",
    "parsely-pub-date", "sailthru.date", "article.published", "published_time", "publish_date",
    "cxenseparse:recs:publishtime", "dc.date.created", "article:published", "og:published_time",
    "publication_date", "originalpublicationdate", "citation_publication_date", "date_published",
)  # fmt: skip
_META_UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "dcterms.modified",
)
_STAMP = re.compile(
    r"(?<!\d)(20[0-4]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])([0-5]\d)([0-5]\d)"
    r"(?:\d{3})?(?!\d)"
)
_FOLDERS = re.compile(r"/(20[0-4]\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_-])")
_MICRODATA = XPath(
    "//*[@itemprop='datePublished' or @property='schema:datePublished'"
    " or @property='schema:dateCreated']"
)
_ENTRY = re.compile(r"(?:^|[\s_-])(?:published|pubdate|publi\w*-date|entry-date)", re.I)
ELSEWHERE = hints.COMMENT | hints.RELATED | hints.AD | hints.HIDDEN
NEAR = 10  # lines before the text
TRIES = 50  # elements that may hold the date of the whole page


def told_dates(
    meta: Metadata, doc: Document, ground: Ground, refused: list[str], near: str | None
) -> Iterator[tuple[str, str]]:
    """Dates of metadata, best first, with their rule; *near* stands on the page itself."""
    given: list[tuple[str, str]] = []
    node = meta.article
    given += [(value, "JSON-LD datePublished") for value in strings(node.get("datePublished"))[:1]]
    for name in _META:
        value = meta.first(name)
        if value:
            given.append((value, f"meta {name}"))
    if not given and (value := _microdata(doc, ground)):
        given.append((value, "microdata datePublished"))
    if near:
        given.append((near, "time element near the title"))
    elif not given and (value := _entry_time(doc, ground)):
        given.append((value, "time element"))
    for value, rule in given:
        iso = dates.of_metadata(value)
        if iso is None:
            continue
        reason = dates.refusal(iso, doc.time)
        if reason:
            refused.append(f"{iso}: {rule}, {reason}")
        else:
            yield iso, rule


def _microdata(doc: Document, ground: Ground) -> str | None:
    """The publication date of the page's microdata or RDFa, in an attribute of its element."""
    found = cast("list[_Element]", _MICRODATA(doc.tree))  # the expression names elements
    for element in found[:TRIES]:
        value = element.get("content") or element.get("datetime") or element.get("title")
        if value and not _sides(element, ground) & (ELSEWHERE & ~hints.HIDDEN):
            return value
    return None


def _entry_time(doc: Document, ground: Ground) -> str | None:
    """The first time element or `abbr` anywhere that is called the publication's."""
    for element in islice(doc.tree.iter("time", "abbr"), TRIES):
        value = element.get("datetime") or element.get("title")
        told = element.get("pubdate") is not None or _ENTRY.search(element.get("class") or "")
        if value and told and not _sides(element, ground) & ELSEWHERE:
            return value
    return None


def _sides(element: _Element, ground: Ground) -> int:
    """The flags of where an element stands; 0 where it is no part of the page that is seen."""
    holder: _Element | None = element
    while holder is not None and holder not in ground.page.of:
        holder = holder.getparent()
    return 0 if holder is None else ground.sides[ground.page.of[holder]]


def edited_dates(meta: Metadata) -> Iterator[tuple[str, str]]:
    values = strings(meta.article.get("dateModified"))[:1]
    values += [value for name in _META_UPDATED if (value := meta.first(name))]
    for value in values:
        iso = dates.of_metadata(value)
        if iso:
            yield iso, "metadata"


def near_time(doc: Document, ground: Ground, title: int, span: tuple[int, int]) -> str | None:
    """The `datetime` of the first time element between the title and the text, or right behind."""
    page = ground.page
    start = title if 0 <= title <= span[0] else span[0] - NEAR
    for element in doc.tree.iter("time"):
        holder: _Element | None = element
        while holder is not None and holder not in page.of:
            holder = holder.getparent()
        if holder is None or not element.get("datetime"):
            continue
        box = page.of[holder]
        first = page.boxes[box].first
        near = start <= first < span[0] + 3 or span[1] <= first <= span[1] + 3
        if near and not ground.sides[box] & ELSEWHERE:
            return element.get("datetime")
    return None


def exact(told: list[tuple[str, str]]) -> tuple[str, str]:
    """The first date of metadata, with the time of a later one if it has only the day."""
    value, rule = told[0]
    if len(value) <= 10:
        for other, name in told[1:]:
            if len(other) > 10 and dates.same_day(other, value):
                return other, name
    return value, rule


def in_address(url: str) -> str | None:
    """The time or day that the address spells: `…-20221223180348340.htm`, `/2022/12/23/`."""
    found = _STAMP.search(url)
    if found:
        year, month, day, hour, minute, second = found.groups()
        iso = f"{year}-{month}-{day}T{hour}:{minute}:{second}{dates.ZONE}"
    else:
        found = _FOLDERS.search(url)
        if not found:
            return None
        iso = f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}"
    try:
        dates.to_utc(iso)
    except ValueError:
        return None
    return iso
