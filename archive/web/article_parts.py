"""The parts of an article as a page shows them: paragraphs grouped, photos and links resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from archive import around, enclosures, timeline
from archive.around import Standing
from archive.db import Archive
from archive.enclosures import Enclosure
from archive.types import Attachment, Block, BlockKind, Version
from archive.urls import canonical
from archive.web.photos import captured


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks of one kind that stand together: a list, a table. ``rows`` have their cells."""

    kind: BlockKind
    texts: tuple[str, ...]

    @property
    def rows(self) -> list[list[str]]:
        return [text.split("\t") for text in self.texts]


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo with its words; ``capture_id`` is None where it was never captured."""

    text: str
    credit: str | None  # None also where the text names it
    address: str | None
    capture_id: int | None
    why: str | None = None  # it was not captured


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link of the article leads: an article kept here, a capture, or outside."""

    title: str
    url: str
    published: str | None
    key: str | None
    capture_id: int | None
    is_web: bool  # whether a browser may be sent there: http and https alone
    words: int | None = None  # of a document that was read
    why: str | None = None  # it was not captured, or has no text


@dataclass(frozen=True, slots=True)
class Targets:
    """The links of an article, by kind."""

    attachments: tuple[Target, ...]
    parts: tuple[Target, ...]
    related: tuple[Target, ...]
    newer: tuple[Target, ...]
    older: tuple[Target, ...]
    text: tuple[Target, ...]


def parts_of(body: Sequence[Block]) -> list[Part]:
    """The body with lists, tables and quotes put together; all else stays one by one."""
    found: list[Part] = []
    for kind, blocks in groupby(body, key=lambda block: block.kind):
        texts = tuple(block.text for block in blocks)
        if kind in ("item", "row", "quote"):
            found.append(Part(kind, texts))
        else:
            found += [Part(kind, (text,)) for text in texts]
    return found


def photos_of(archive: Archive, version: Version, standing: Standing) -> list[Photo]:
    """The photos of a version: those with a caption, then those without."""
    article = version.article
    named = {one.image for one in article.captions}
    bare = [url for url in dict.fromkeys(article.images) if url not in named]
    wanted = [*(url for url in named if url), *bare]
    found = captured(archive, wanted, version.last_seen, standing.site_id)
    kept = enclosures.of_version(archive, version)

    def photo(text: str, credit: str | None, url: str | None) -> Photo:
        why = kept[url].why if url is not None and url in kept else None
        return Photo(text, credit, url, found.get(url or ""), why)

    return [
        *(photo(one.text, _credit(one.text, one.credit), one.image) for one in article.captions),
        *(photo("", None, url) for url in bare),
    ]


def _credit(text: str, credit: str | None) -> str | None:
    return credit if credit and credit.casefold() not in text.casefold() else None


def targets_of(archive: Archive, version: Version, standing: Standing) -> Targets:
    """Where the links of a version lead, in captures nearest to when it was seen."""
    article, at = version.article, version.last_seen
    links = [one.url for one in article.related]
    keys = around.articles_at(archive, links)
    pages = timeline.nearest(archive, links, at, want="page", site_id=standing.site_id)
    kept = enclosures.of_version(archive, version)

    def of_kind(kind: str) -> tuple[Target, ...]:
        return tuple(
            Target(
                one.title or one.url, one.url, one.published, keys.get(one.url),
                pages.get(one.url), _is_web(one.url),
            )
            for one in article.related
            if one.kind == kind
        )  # fmt: skip

    return Targets(
        attachments=tuple(_attachment(one, kept[one.url]) for one in article.attachments),
        parts=of_kind("part"),
        related=of_kind("related"),
        newer=of_kind("newer"),
        older=of_kind("older"),
        text=of_kind("text"),
    )


def _attachment(one: Attachment, kept: Enclosure) -> Target:
    text = kept.document
    words = len(text.text.split()) if text is not None and text.state == "text" else None
    return Target(
        one.title or one.url, one.url, None, None, kept.capture_id, _is_web(one.url), words,
        text.problem if text is not None and not words else kept.why,
    )  # fmt: skip


def _is_web(url: str) -> bool:
    try:
        canonical(url)
    except ValueError:
        return False
    return True
