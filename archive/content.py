"""What of an article is content: a difference in it makes a new version, anything else does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from archive.digest import content_digest, sha256
from archive.types import Article, Attachment, Author, Block, Caption, Link
from archive.urls import canonical
from archive.vietnamese import fold, settle

STORY_FROM = 8  # syllables of body: shorter texts ("see the attached file") are alike by chance
TEXT_FORMAT = b"\x01"

# A photo's address often carries the moment of its delivery or a cache's number.
_PHOTO_QUERY = re.compile(r"(\.(?:jpe?g|png|gif|webp|bmp|svg)(?:/[^?]*)?)\?.*\Z", re.I)

_NO_WORD = dict.fromkeys(
    [code for code in range(128) if not chr(code).isalnum()] + list(map(ord, "“”‘’«»–—…•·−×")), " "
)

T = TypeVar("T")


@dataclass(frozen=True)
class Content:
    """The fields that make versions, by name, as JSON can hold them; and their digests.

    The digests are made when they are asked for: an unchanged page needs only the first.
    """

    article: Article
    fields: dict[str, object]

    @cached_property
    def digest(self) -> str:
        """Of the fields: equal digests, no new version."""
        return content_digest(self.fields)

    @cached_property
    def text_digest(self) -> str:
        """Of the words of title and body without marks and case: equal digests, one story.

        Empty where the body is too short to tell one text from another.
        """
        return text_digest(self.article)


def content_of(article: Article) -> Content:
    """The content of a settled article. Link boxes, tags, evidence and language are none."""
    fields: dict[str, object] = {
        "title": article.title,
        "section": list(article.section),
        "lead": article.lead,
        "published": article.published,
        "updated": article.updated,
        "body": [[block.kind, block.text] for block in article.body],
        "captions": [[one.text, one.credit, _photo(one.image)] for one in article.captions],
        # The byline as printed; who has none may still be named, by markup alone.
        "byline": article.byline or "; ".join(one.name for one in article.authors),
        "attachments": [[one.title, address(one.url)] for one in article.attachments],
        "links": unique(address(one.url) for one in article.related if one.kind == "text"),
    }
    return Content(article, fields)


def changed_fields(old: Content, new: Content) -> list[str]:
    """Names of the fields that differ, in the order of :func:`content_of`."""
    return [name for name, value in new.fields.items() if old.fields[name] != value]


def text_digest(article: Article) -> str:
    """Digest of the words of title and body without marks, case and punctuation; may be empty."""
    body = words("\n".join(block.text for block in article.body))
    if len(body) < STORY_FROM:
        return ""
    text = " ".join((*words(article.title), "\n", *body))
    return sha256(TEXT_FORMAT + text.encode("utf-8", "surrogatepass"))


def words(text: str) -> list[str]:
    """The words of a text without marks and case, to tell whether two texts are the same."""
    # A fifth of the time of a regular expression for words, on each page that is new.
    return fold(text).translate(_NO_WORD).split()


def address(url: str) -> str:
    """A link's target in canonical form; as it is where there is none (mailto:, broken)."""
    try:
        return canonical(url)
    except ValueError:
        return url


def _photo(url: str | None) -> str | None:
    return _PHOTO_QUERY.sub(r"\1", address(url)) if url else None


def unique(items: Iterable[T]) -> list[T]:
    """The items, each once, in the order of their first coming."""
    return list(dict.fromkeys(items))


# -- settling -------------------------------------------------------------------------------------


def settled(article: Article) -> Article:
    """The article with all its text in NFC and white space settled; nothing else is touched."""
    return replace(
        article,
        title=settle(article.title),
        section=_each(article.section),
        lead=_maybe(article.lead),
        byline=_maybe(article.byline),
        source=_maybe(article.source),
        tags=_each(article.tags),
        body=tuple(_block(block) for block in article.body),
        authors=tuple(
            Author(settle(one.name), _maybe(one.affiliation), one.role) for one in article.authors
        ),
        captions=tuple(
            Caption(settle(one.text), _maybe(one.credit), one.image) for one in article.captions
        ),
        related=tuple(
            Link(one.kind, settle(one.title), one.url, one.published) for one in article.related
        ),
        attachments=tuple(Attachment(settle(one.title), one.url) for one in article.attachments),
    )


def _block(block: Block) -> Block:
    if block.kind != "row":
        return Block(block.kind, settle(block.text))
    return Block("row", "\t".join(map(settle, block.text.split("\t"))))


def _maybe(text: str | None) -> str | None:
    return (settle(text) or None) if text else None


def _each(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(settle, texts))
