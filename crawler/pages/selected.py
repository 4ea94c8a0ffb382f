"""What a profile's selectors point at: they correct the generic rules, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree
from lxml.etree import _Element

from archive.types import Attachment, Author, Link
from crawler.pages import bylines, dates, hints, matching
from crawler.pages.blocks import Blocks
from crawler.pages.document import Document
from crawler.pages.sections import only_sections
from crawler.pages.stream import Stream
from crawler.pages.text import settle, text_of
from crawler.pages.title import key
from crawler.selectors import select

Fields = Mapping[str, tuple[str, ...]]


def found(doc: Document, fields: Fields, name: str) -> tuple[list[Any], str | None]:
    """Elements and strings that the first matching selector of a field finds."""
    try:
        for selector in fields.get(name, ()):
            values = _all(doc, selector)
            if values:
                return values, selector
    except etree.XPathError:
        pass
    return [], None


def _all(doc: Document, selector: str) -> list[Any]:
    """What one selector finds, looked for once a page: several fields and steps ask for it."""
    known: list[Any] | None = doc.cache.get(("selector", selector))
    if known is None:
        known = matching.find(doc.elements, selector)
        if known is None:
            known = select(doc.tree, (selector,))[0]
        doc.cache["selector", selector] = known
    return known


def elements(doc: Document, fields: Fields, name: str) -> tuple[list[_Element], str | None]:
    """As `found`, elements only."""
    values, selector = found(doc, fields, name)
    return [value for value in values if isinstance(value, _Element)], selector


def each(doc: Document, fields: Fields, name: str) -> Iterator[tuple[Any, str]]:
    """All finds of all selectors of a field, with the selector."""
    for selector in fields.get(name, ()):
        values, _ = found(doc, {name: (selector,)}, name)
        for value in values:
            yield value, selector


def text(value: Any) -> str:
    """The settled text of a find."""
    return text_of(value) if isinstance(value, _Element) else settle(str(value))


def keys(doc: Document, fields: Fields, name: str) -> frozenset[str]:
    """The texts that a field's selectors find, as keys."""
    return frozenset(key(text(value)) for value, _ in each(doc, fields, name)) - {""}


def line_of(page: Blocks, element: _Element) -> int:
    """The line in which *element* begins, -1 if it holds none."""
    inner: _Element | None = element
    while inner is not None and inner not in page.of:
        inner = inner.getparent()
    if inner is None:
        return -1
    box = page.boxes[page.of[inner]]
    if inner is element or box.last - box.first <= 1:
        return box.first if box.last > box.first else -1
    words = text_of(element)
    for number in range(box.first, box.last):
        if words and words in page.lines[number].shown:
            return number
    return box.first


def mark(doc: Document, fields: Fields, stream: Stream) -> None:
    """Flags the parts that the selectors for lead and byline point at."""
    for name, flag in (("lead", hints.LEAD), ("byline", hints.AUTHOR), ("authors", hints.AUTHOR)):
        texts = keys(doc, fields, name)
        if not texts:
            continue
        for part in stream.parts:
            if part.role == "body" and key(part.text) in texts:
                part.flags |= flag


def override(
    doc: Document, fields: Fields, values: dict[str, Any], evidence: dict[str, str], title: str
) -> None:
    """Puts what selectors find in the place of what generic rules found."""
    for selector in fields.get("section", ()):
        names = [text(value) for value in found(doc, {"section": (selector,)}, "section")[0]]
        path = only_sections(names, title)
        if path:
            values["section"], evidence["section"] = path, f"profile: {selector}"
            break
    files = links(doc, fields, "attachments")
    if files:
        known = {file.url for file in values["attachments"]}
        added = tuple(Attachment(words, url) for words, url in files if url not in known and words)
        values["attachments"] += added
    if not any(link.kind != "text" for link in values["related"]):
        boxed = (Link("related", words, url) for words, url in links(doc, fields, "related"))
        values["related"] = (*(link for link in boxed if link.title), *values["related"])
    for name, read in (
        ("lead", _joined), ("published", _date), ("updated", _date),
        ("byline", _joined), ("authors", _authors), ("source", _source), ("tags", _tags),
    ):  # fmt: skip
        for selector in fields.get(name, ()):
            values_found, _ = found(doc, {name: (selector,)}, name)
            value = read(values_found, doc)
            if value:
                values[name] = value
                evidence[name] = f"profile: {selector}"
                break
    _agree(values, evidence)


def _agree(values: dict[str, Any], evidence: dict[str, str]) -> None:
    """What follows from a corrected field: who signs in a byline, no edit before publication."""
    byline, rule = values["byline"], evidence.get("byline", "")
    if rule.startswith("profile") and not evidence.get("authors", "").startswith("profile"):
        read = bylines.read(byline)
        if read is not None and read.authors:
            values["authors"], evidence["authors"] = read.authors, rule
    published, updated = values["published"], values["updated"]
    if not evidence.get("published", "").startswith("profile") or not published or not updated:
        return
    if evidence.get("updated", "").startswith("profile"):
        return
    if dates.to_utc(updated) <= dates.to_utc(published):
        values["updated"] = None
        evidence.pop("updated", None)


def links(doc: Document, fields: Fields, name: str) -> list[tuple[str, str]]:
    """(text, absolute URL) of the links that a field's selectors find or find inside."""
    pairs: dict[str, str] = {}
    for element in elements(doc, fields, name)[0]:
        for anchor in element.iter("a"):
            url = doc.resolve(anchor.get("href"))
            if url:
                pairs.setdefault(url, text_of(anchor))
    return [(words, url) for url, words in pairs.items()]


def _joined(values: list[Any], doc: Document) -> str | None:
    return " ".join(words for value in values if (words := text(value))) or None


def _date(values: list[Any], doc: Document) -> str | None:
    for value in values:
        iso = dates.first(text(value)[:200])
        told = value.get("datetime") if isinstance(value, _Element) else None
        exact = dates.of_metadata(told) if told else None
        if exact and (not iso or (len(iso) <= 10 < len(exact) and dates.same_day(iso, exact))):
            iso = exact  # the page shows less than it knows
        if iso and not dates.refusal(iso, doc.time):
            return iso
    return None


def _authors(values: list[Any], doc: Document) -> tuple[Author, ...]:
    people: list[Author] = []
    for value in values:
        read = bylines.read(text(value))
        if read:
            people += [author for author in read.authors if author not in people]
    return tuple(people)


def _source(values: list[Any], doc: Document) -> str | None:
    for value in values:
        words = text(value)
        read = bylines.read(words)
        if words:
            return (read.source if read and read.source else None) or words
    return None


def _tags(values: list[Any], doc: Document) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip("#, ") for value in values if (name := text(value))))
