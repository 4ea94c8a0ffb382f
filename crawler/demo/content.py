"""What the sample committees published: the truth that a perfect reader would find.

A piece of an article is a paragraph or a photo; the order of the pieces is the order of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from archive.types import Author, Block, BlockKind

Fate = Literal["stays", "moved", "404", "410", "soft"]
"""What becomes of an article on day 2; ``soft`` is a page that answers 200 and says it is gone."""


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph, heading, list item, table row (cells divided by tabs) or quotation.

    ``joined``: stands in one element with the piece before it, divided by indentation alone.
    ``link``: (words of it, slug of another article) that are a link.
    """

    text: str
    kind: BlockKind = "paragraph"
    joined: bool = False
    link: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo under which its caption stands, broken into ``lines`` as printed (none: no caption).

    ``credit`` is who stands behind "Ảnh:" in the caption.
    """

    key: str  # the stem of its file's name
    lines: tuple[str, ...] = ()
    credit: str | None = None

    @property
    def caption(self) -> str | None:
        return " ".join(self.lines) or None


@dataclass(frozen=True, slots=True)
class Box:
    """Links under an article: the head as printed, the kind of link, slugs of the targets."""

    head: str
    kind: Literal["related", "newer", "older"]
    slugs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One article as a page shows it, and what becomes of it on day 2.

    ``published`` and ``edited`` are ISO 8601 with offset, or a day alone. ``date_form`` names the
    form in which the page prints the date (``crawler.demo.dates``), ``date_text`` overrides it.
    ``traits`` are peculiarities of its markup (``catalogue.TRAITS``).
    """

    slug: str
    title: str
    published: str
    section: tuple[str, ...] = ()
    lead: str | None = None
    edited: str | None = None
    authors: tuple[Author, ...] = ()
    byline: str | None = None
    source: str | None = None
    pieces: tuple[Para | Photo, ...] = ()
    boxes: tuple[Box, ...] = ()
    attachments: tuple[tuple[str, str], ...] = ()  # title, file name
    tags: tuple[str, ...] = ()
    number: int = 0
    date_form: str = "plain"
    date_text: str | None = None
    traits: frozenset[str] = frozenset()
    since: int = 1
    later: DemoArticle | None = None  # as edited on day 2
    fate: Fate = "stays"

    @property
    def body(self) -> tuple[Block, ...]:
        return tuple(Block(piece.kind, piece.text) for piece in self.paras)

    @property
    def paras(self) -> tuple[Para, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Para))

    @property
    def photos(self) -> tuple[Photo, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Photo))

    def at(self, day: int) -> DemoArticle | None:
        """The article as it stands on *day* (wherever it stands), or ``None`` if it does not."""
        if day < self.since or (day > 1 and self.fate in ("404", "410", "soft")):
            return None
        return self.later if day > 1 and self.later is not None else self

    def groups(self) -> Iterator[tuple[Para, ...] | Photo]:
        """The pieces with joined paragraphs, list items and table rows gathered: one an element."""
        run: list[Para] = []
        for piece in self.pieces:
            follows = isinstance(piece, Para) and bool(run) and _gathers(run[-1], piece)
            if run and not follows:
                yield tuple(run)
                run = []
            if isinstance(piece, Para):
                run.append(piece)
            else:
                yield piece
        if run:
            yield tuple(run)


def _gathers(before: Para, piece: Para) -> bool:
    return piece.joined or (piece.kind == before.kind and piece.kind in ("item", "row"))
