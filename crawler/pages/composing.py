"""The last step: of what the others found, the article, with the evidence of each field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.types import Article
from crawler.pages import (
    attachments,
    authors,
    body,
    caption_texts,
    mending,
    published,
    related,
    sections,
    selected,
    stream,
    tags,
)
from crawler.pages.work import Work


@dataclass(frozen=True, slots=True)
class Steps:
    """What the steps found: the parts with their roles, the dates, the authors."""

    parts: stream.Stream
    dated: published.Dating
    signed: authors.Signed
    lead_rule: str | None


def article_of(work: Work, steps: Steps) -> Article:
    """The article: each field with the rule that found it under `evidence`."""
    doc, ground, head, evidence = work.doc, work.ground, work.head, work.evidence
    parts, dated, signed = steps.parts, steps.dated, steps.signed
    assert head is not None
    path, rule = sections.find(doc, ground, work.meta, head.text, head.line)
    pictures = caption_texts.read(parts, doc)
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
        "images": caption_texts.photos(parts, doc, pictures),
    }
    told = {
        "section": rule,
        "lead": steps.lead_rule or "",
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
    settled = mending.settled("".join(line.text for line in ground.page.lines[: work.last]))
    if doc.repairs or settled:
        evidence["text"] = "; ".join((*doc.repairs, *settled))
    selected.override(doc, work.fields, values, evidence, head.text)
    return Article(
        url=doc.url,
        title=head.text,
        language=tags.language(work.meta, values["body"]),
        canonical=work.meta.canonical,
        evidence=evidence,
        **values,
    )
