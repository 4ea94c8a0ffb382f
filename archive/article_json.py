"""Articles as JSON, and as rows of the archive; both ways."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from archive.types import (
    Article,
    Attachment,
    Author,
    Block,
    Caption,
    Item,
    Link,
)


def article_to_dict(
    article: Article,
    *,
    url: str | None = None,
    site: str | None = None,
    full: bool = False,
    payloads: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The JSON of one article, its keys in the order that the command line documents.

    ``body`` is a list of strings; with *full* a list of objects of ``kind`` and ``text``. With
    *payloads* (address -> digest, as `enclosures.digests` gives them) captions and attachments have
    a ``payload``, None where nothing was captured.
    """

    def shown(url: str | None) -> dict[str, str | None]:
        return {} if payloads is None else {"payload": payloads.get(url or "")}

    body: list[Any] = [block.text for block in article.body]
    if full:
        body = [{"kind": block.kind, "text": block.text} for block in article.body]
    return {
        "url": url or article.url,
        "site": site,
        "title": article.title,
        "section": list(article.section),
        "lead": article.lead,
        "published": article.published,
        "updated": article.updated,
        "authors": [
            {"name": one.name, "affiliation": one.affiliation, "role": one.role}
            for one in article.authors
        ],
        "byline": article.byline,
        "source": article.source,
        "body": body,
        "captions": [
            {"text": one.text, "credit": one.credit, "image": one.image, **shown(one.image)}
            for one in article.captions
        ],
        "related": [
            {"kind": one.kind, "title": one.title, "url": one.url, "published": one.published}
            for one in article.related
        ],
        "attachments": [
            {"title": one.title, "url": one.url, **shown(one.url)} for one in article.attachments
        ],
        "tags": list(article.tags),
        "language": article.language,
        "evidence": dict(article.evidence),
    }


def item_to_dict(item: Item) -> dict[str, Any]:
    """The JSON of one article in a listing."""
    return {"title": item.title, "url": item.url, "published": item.published, "lead": item.lead}


def article_from_dict(value: Mapping[str, Any]) -> Article:
    """The article of :func:`article_to_dict`, in either form; plain strings are paragraphs."""
    return Article(
        url=value["url"],
        title=value["title"],
        section=tuple(value.get("section") or ()),
        lead=value.get("lead"),
        published=value.get("published"),
        updated=value.get("updated"),
        authors=tuple(
            Author(one["name"], one.get("affiliation"), one.get("role"))
            for one in value.get("authors") or ()
        ),
        byline=value.get("byline"),
        source=value.get("source"),
        body=tuple(
            Block("paragraph", one) if isinstance(one, str) else Block(one["kind"], one["text"])
            for one in value.get("body") or ()
        ),
        captions=tuple(
            Caption(one["text"], one.get("credit"), one.get("image"))
            for one in value.get("captions") or ()
        ),
        related=tuple(
            Link(one["kind"], one["title"], one["url"], one.get("published"))
            for one in value.get("related") or ()
        ),
        attachments=tuple(
            Attachment(one["title"], one["url"]) for one in value.get("attachments") or ()
        ),
        tags=tuple(value.get("tags") or ()),
        language=value.get("language"),
        evidence=dict(value.get("evidence") or {}),
    )


def article_from_row(
    row: sqlite3.Row,
    *,
    url: str,
    bylines: Iterable[sqlite3.Row],
    captions: Iterable[sqlite3.Row],
    links: Iterable[sqlite3.Row],
) -> Article:
    """The article of a row of `version` and its rows of `byline`, `caption` and `link`."""
    return Article(
        url=url,
        title=row["title"],
        section=tuple(json.loads(row["section"])),
        lead=row["lead"],
        published=row["published"],
        updated=row["updated"],
        authors=tuple(Author(one["name"], one["affiliation"], one["role"]) for one in bylines),
        byline=row["byline"],
        source=row["source"],
        body=tuple(Block(kind, text) for kind, text in json.loads(row["body"])),
        captions=tuple(Caption(one["text"], one["credit"], one["image"]) for one in captions),
        related=tuple(
            Link(one["kind"], one["title"], one["target"], one["published"]) for one in links
        ),
        attachments=tuple(
            Attachment(one["title"], one["url"]) for one in json.loads(row["attachments"])
        ),
        tags=tuple(json.loads(row["tags"])),
        language=row["language"],
        canonical=row["canonical"],
        images=tuple(json.loads(row["images"])),
        evidence=json.loads(row["evidence"]),
    )
