"""The order of the steps: a parsed page and a profile in, one article out.

Generic rules read every page; a profile's selectors correct them, field by field, and where they
match nothing the generic rules decide. Each field has the rule that found it in `evidence`.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml.etree import _Element

from archive.types import Article, ReadKind
from crawler.pages import (
    alike,
    asides,
    authors,
    bare,
    body,
    captions,
    extras,
    kind,
    lead,
    metadata,
    notices,
    published,
    selected,
    stream,
    title,
    told_text,
)
from crawler.pages.composing import Steps, article_of
from crawler.pages.document import Document
from crawler.pages.metadata import Metadata
from crawler.pages.region import Ground, weigh
from crawler.pages.walk import blocks
from crawler.pages.work import Profile, Work

AHEAD = 40  # lines that title and text may lie apart
BEHIND = 6  # lines behind the text that may still sign or caption it
LEAST = 80  # letters of prose that make an article
"""Photo pages have less: their captions count too."""


def extract(doc: Document, profile: Profile) -> Article | None:
    """The article of *doc*, None if the page holds none. Never raises for what a page may hold."""
    work = _prepare(doc, profile)
    if work is None or work.told or work.head is None:
        return None
    start = work.head.line if 0 <= work.head.line < work.first else work.first
    article = extras.add(
        article_of(work, _steps(work)),
        work.ground,
        doc,
        (start, work.first, work.last),
        bare=work.bare,
    )
    if bare.is_poll(work.ground, work.outer, article):
        return None
    shows = article.body or article.captions or (work.bare and "kind" in article.evidence)
    return article if shows else None


def kind_of_page(doc: Document, profile: Profile) -> ReadKind:
    """What kind of page *doc* is."""
    work = _prepare(doc, profile)
    if work is None:
        return "error" if doc.status and doc.status >= 400 else "other"
    if work.told:
        return work.told
    if work.bare and kind.is_dated(work.ground, work.meta, work.head):
        return "article"
    chosen = "body" in work.evidence and work.evidence["body"].startswith("profile")
    if chosen and work.head is not None:
        return "article"
    prose = work.ground.worth(work.outer)
    return kind.by_structure(doc, work.ground, work.meta, work.head is not None and prose >= LEAST)


def signs_of_article(doc: Document, profile: Profile) -> tuple[bool, float]:
    """Whether the metadata of *doc* calls it an article, and what its prose is worth in letters."""
    work = _prepare(doc, profile)
    if work is None:
        return False, 0.0
    return kind.calls_itself_article(work.meta), work.ground.worth(work.outer)


def title_of_page(doc: Document, profile: Profile) -> str | None:
    """The title of *doc*, whatever it is: of a listing, its heading."""
    work = _prepare(doc, profile)
    return work.head.text if work is not None and work.head is not None else None


def _prepare(doc: Document, profile: Profile) -> Work | None:
    """Walks and weighs the page, finds title and text. None for a page without lines."""
    fields = profile.fields_at(doc.time.date())
    known: tuple[Profile, Work | None] | None = doc.cache.get("work")
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
        if head and first <= head.line < last and ground.behind(head.line, first, last):
            first = head.line + 1  # the title stands in the box of the text
        said = kind.told(doc, ground, meta, head)
        found = None
        if head and not rule.startswith("profile"):
            found = bare.stage(ground, doc, head.line, (first, last))
        if found is not None:
            outer, first, last = found.outer, found.first, found.last
            rule = "no prose: what stands behind the title"
        work = Work(doc, fields, meta, ground, outer, first, last, head, said, found is not None)
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


def steps_of(doc: Document, profile: Profile) -> tuple[Work, Steps] | None:
    """How the article of *doc* is found, for those who ask why; None without title or lines."""
    work = _prepare(doc, profile)
    return None if work is None or work.head is None else (work, _steps(work))


def _steps(work: Work) -> Steps:
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
    beside = asides.beside(parts)
    asides.mark(beside, scraps=True)
    body.trim(parts)
    alike.adopt(parts)
    rule = lead.mark(parts, work.meta, head.text)
    asides.mark(beside)
    alike.mark(parts)
    notices.mark(parts)
    told_text.mark(parts, work.meta)
    body.trim(parts)
    body.sign(parts)
    signed = authors.find(parts, ground, work.meta, head.line, work.last)
    return Steps(parts, dated, signed, rule)
