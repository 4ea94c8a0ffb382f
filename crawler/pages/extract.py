"""The order of the steps: a parsed page and a profile in, one article out.

Generic rules read every page; a profile's selectors correct them, field by field, and where they
match nothing the generic rules decide. Each field has the rule that found it in `evidence`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from lxml.etree import _Element

from archive.types import Article, ReadKind
from crawler.pages import (
    asides,
    attachments,
    authors,
    body,
    captions,
    kind,
    lead,
    metadata,
    notices,
    published,
    related,
    sections,
    selected,
    stream,
    tags,
    title,
    told_text,
)
from crawler.pages.document import Document
from crawler.pages.metadata import Metadata
from crawler.pages.region import Ground, weigh
from crawler.pages.walk import blocks

AHEAD = 40  # lines that title and text may lie apart
BEHIND = 6  # lines behind the text that may still sign or caption it
LEAST = 80  # letters of prose that make an article
"""Photo pages have less: their captions count too."""


class Profile(Protocol):
    """What of a `SiteProfile` matters here: selectors by field, as of a day."""

    def fields_at(self, day: date | None) -> Mapping[str, tuple[str, ...]]: ...


@dataclass(slots=True)
class _Work:
    """What the steps hand on."""

    doc: Document
    fields: Mapping[str, tuple[str, ...]]
    meta: Metadata
    ground: Ground
    outer: int
    first: int
    last: int
    head: title.Title | None
    told: ReadKind | None  # the kind, by what the page says of itself
    evidence: dict[str, str] = field(default_factory=dict)


def extract(doc: Document, profile: Profile) -> Article | None:
    """The article of *doc*, None if the page holds none. Never raises for what a page may hold."""
    work = _prepare(doc, profile)
    if work is None or work.told or work.head is None:
        return None
    article = _assemble(work)
    return article if article.body or article.captions else None


def kind_of_page(doc: Document, profile: Profile) -> ReadKind:
    """What kind of page *doc* is."""
    work = _prepare(doc, profile)
    if work is None:
        return "error" if doc.status and doc.status >= 400 else "other"
    if work.told:
        return work.told
    chosen = "body" in work.evidence and work.evidence["body"].startswith("profile")
    if chosen and work.head is not None:
        return "article"
    prose = work.ground.worth(work.outer)
    return kind.by_structure(doc, work.ground, work.meta, work.head is not None and prose >= LEAST)


def title_of_page(doc: Document, profile: Profile) -> str | None:
    """The title of *doc*, whatever it is: of a listing, its heading."""
    work = _prepare(doc, profile)
    return work.head.text if work is not None and work.head is not None else None


def _prepare(doc: Document, profile: Profile) -> _Work | None:
    """Walks and weighs the page, finds title and text. None for a page without lines."""
    fields = profile.fields_at(doc.time.date())
    known: tuple[Profile, _Work | None] | None = doc.cache.get("work")
    if known is not None and known[0] is profile:
        return known[1]
    drop = frozenset(selected.elements(doc, fields, "drop")[0])
    page = blocks(doc, drop)
    work = None
    if page.lines:
        ground = weigh(page)
        meta = metadata.read(doc)
        outer, first, last, rule = _text(doc, fields, ground)
        head = _title(doc, fields, ground, meta, first)
        if head and first <= head.line < last:
            first = head.line + 1  # the title stands in the box of the text
        said = kind.told(doc, ground, meta)
        work = _Work(doc, fields, meta, ground, outer, first, last, head, said)
        work.evidence["body"] = rule
        if head:
            work.evidence["title"] = head.rule
    doc.cache["work"] = profile, work
    return work


def _text(
    doc: Document, fields: Mapping[str, tuple[str, ...]], ground: Ground
) -> tuple[int, int, int, str]:
    """The box of the text, its lines, and the rule."""
    page = ground.page
    chosen, selector = selected.elements(doc, fields, "body")
    numbers = [page.of[element] for element in chosen if element in page.of]
    numbers = [n for n in numbers if page.boxes[n].last > page.boxes[n].first]
    if numbers:
        most = max(ground.worth(n) for n in numbers)
        # Of Liferay's web contents on a page only one is the article, others are foot lines.
        numbers = [n for n in numbers if ground.worth(n) >= most * 0.15] or numbers
        if len(numbers) == 1 and ground.worth(ground.core(numbers[0])) > ground.worth(numbers[0]):
            numbers = [ground.core(numbers[0])]  # the selector took menus along
        first = min(page.boxes[n].first for n in numbers)
        last = max(page.boxes[n].last for n in numbers)
        outer = numbers[0]
        while page.boxes[outer].last < last or page.boxes[outer].first > first:
            outer = page.boxes[outer].parent
        return outer, first, last, f"profile: {selector}"
    if ground.box is not None:
        core = ground.core(ground.box)
        box = page.boxes[core]
        return core, box.first, box.last, "most prose"
    return 0, len(page.lines), len(page.lines), "no prose"


def _title(
    doc: Document,
    fields: Mapping[str, tuple[str, ...]],
    ground: Ground,
    meta: Metadata,
    first: int,
) -> title.Title | None:
    for element_or_text, selector in selected.each(doc, fields, "title"):
        text = selected.text(element_or_text)
        if text:
            line = -1
            if isinstance(element_or_text, _Element):
                line = selected.line_of(ground.page, element_or_text)
            return title.Title(text, f"profile: {selector}", line)
    return title.find(ground, meta, first)


def _assemble(work: _Work) -> Article:
    doc, ground, head = work.doc, work.ground, work.head
    assert head is not None
    near = 0 <= head.line < work.first <= head.line + AHEAD
    span = stream.Span(
        head.line + 1 if near else work.first,
        work.first,
        work.last,
        min(len(ground.page.lines), work.last + BEHIND),
    )
    parts = stream.read(ground, work.outer, span)
    dated = published.find(doc, ground, work.meta, head.line, (work.first, work.last))
    selected.mark(doc, work.fields, parts)
    captions.mark(parts, selected.keys(doc, work.fields, "captions"))
    body.mark(parts, head.text)
    body.trim(parts)
    rule = lead.mark(parts, work.meta, head.text)
    asides.mark(parts)
    notices.mark(parts)
    told_text.mark(parts, work.meta)
    body.trim(parts)
    body.sign(parts)
    signed = authors.find(parts, ground, work.meta, head.line, work.last)
    return _made(work, parts, dated, signed, rule)


def _made(
    work: _Work,
    parts: stream.Stream,
    dated: published.Dating,
    signed: authors.Signed,
    lead_rule: str | None,
) -> Article:
    doc, ground, head, evidence = work.doc, work.ground, work.head, work.evidence
    assert head is not None
    path, rule = sections.find(doc, ground, work.meta, head.text, head.line)
    pictures = captions.read(parts, doc)
    links = (
        related.in_stream(parts, doc)
        + related.find(ground, doc, work.first)
        + related.in_text(parts, doc)
    )
    words = [part.text for part in parts.parts if part.role == "lead"]
    values: dict[str, Any] = {
        "section": path,
        "lead": " ".join(words) or None,
        "published": dated.published,
        "updated": dated.updated,
        "authors": signed.authors,
        "byline": signed.byline,
        "source": signed.source,
        "body": body.blocks_of(parts),
        "captions": pictures,
        "related": related.once(links, doc.url),
        "attachments": attachments.find(ground, doc, work.first, work.last),
        "tags": tags.find(ground, work.meta, work.last),
        "images": captions.photos(parts, doc, pictures),
    }
    told = {
        "section": rule,
        "lead": lead_rule or "",
        "published": dated.rule,
        "updated": "later than published",
        "captions": "; ".join(dict.fromkeys(part.rule for part in parts.of("caption"))),
        "related": "heads of links, links in the text",
        "attachments": "links to files",
        "tags": "box or label of tags, metadata",
        "images": "photos between title and end of text",
        **signed.rules,
    }
    for name, why in told.items():
        if values.get(name):
            evidence[name] = why
    if dated.refused:
        evidence["dates refused"] = "; ".join(dict.fromkeys(dated.refused))
    if doc.problems:
        evidence["page"] = "; ".join(doc.problems)
    selected.override(doc, work.fields, values, evidence, head.text)
    return Article(
        url=doc.url,
        title=head.text,
        language=tags.language(work.meta, values["body"]),
        canonical=work.meta.canonical,
        evidence=evidence,
        **values,
    )
