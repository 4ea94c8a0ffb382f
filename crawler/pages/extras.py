"""What an article has beside its text: other parts, videos, documents that it opens in the page."""

from __future__ import annotations

from dataclasses import replace

from archive.types import Article, Attachment, Link
from crawler.pages import attachments, media, parts
from crawler.pages.bare import FEW
from crawler.pages.document import Document
from crawler.pages.region import Ground


def add(
    article: Article, ground: Ground, doc: Document, span: tuple[int, int, int], *, bare: bool
) -> Article:
    """*article* with its extras, and in `evidence` under `kind` what it is if it has no text.

    *span*: the lines of the title, of the text's beginning and end. A video is kept as a link in
    the text: the player's address is another site's page, and is not fetched as a file would be.
    """
    start, first, last = span
    shown = media.find(ground, doc, start, last)
    if bare and not any(one.video for one in shown):
        shown += media.scripted(ground, doc, start, last)
    videos = tuple(Link("text", one.title or article.title, one.url) for one in shown if one.video)
    known = {one.url for one in article.attachments}
    opened = tuple(
        Attachment(one.title or attachments.name_of(one.url), one.url)
        for one in shown
        if not one.video and one.url not in known
    )
    others = parts.find(ground, doc, first, last)
    told = (
        ("videos", videos, "players in the text"),
        ("parts", others, "numbered addresses of this one"),
        ("attachments", opened, "links to files, viewers in the text"),
    )
    evidence = {**article.evidence, **{name: why for name, found, why in told if found}}
    only = _only(article, opened, videos)
    if only is not None:
        evidence["kind"] = only
    apart = {link.url for link in (*videos, *others)}
    return replace(
        article,
        related=(*(link for link in article.related if link.url not in apart), *videos, *others),
        attachments=article.attachments + opened,
        canonical=None if parts.is_first(doc.url, article.canonical) else article.canonical,
        evidence=evidence,
    )


def _only(article: Article, opened: tuple[Attachment, ...], videos: tuple[Link, ...]) -> str | None:
    """What an article holds that has next to no text, None if it has one."""
    if sum(len(block.text) for block in article.body) >= FEW:
        return None
    if videos:
        return "only a video"
    if article.attachments or opened:
        return "only an attached document"
    return "only photos" if article.images or article.captions else None
