"""One sample site on one day: which articles stand where. Families render it, nothing else."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from archive.types import Attachment, Item
from crawler.demo.content import DemoArticle, Photo
from crawler.demo.messages import DemoRequest, DemoResponse, Resource


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the site: its names, outermost first, and the word for it in addresses."""

    slug: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[-1]


class Family(Protocol):
    """The markup and the addresses of one CMS. Paths are absolute, with their query."""

    @property
    def name(self) -> str: ...
    @property
    def per_page(self) -> int: ...
    @property
    def clock(self) -> str:
        """The page clock: strftime, with {weekday}."""

    @property
    def rotating(self) -> str:
        """One entry of the rotating link box, with {path} and {title}."""

    @property
    def login_paths(self) -> tuple[str, ...]: ...
    @property
    def standing(self) -> tuple[tuple[str, str], ...]:
        """Path and title of the pages that are no articles and never change."""

    @property
    def validators(self) -> str:
        """Of pages that vary by visit: "none", "weak" (ETag and Last-Modified) or "date"."""

    def article_path(self, article: DemoArticle, section: Section) -> str: ...
    def twin_path(self, article: DemoArticle, section: Section) -> str | None:
        """A second address of the same article, which names the first as canonical."""

    def print_path(self, article: DemoArticle, section: Section) -> str: ...
    def listing_path(self, section: Section, page: int = 1) -> str: ...
    def feed_path(self) -> str: ...
    def sitemap_paths(self) -> tuple[str, ...]:
        """What the index ``/sitemap.xml`` names: articles first, then the sections' pages."""

    def photo_path(self, photo: Photo, article: DemoArticle) -> str: ...
    def document_path(self, file: str) -> str: ...

    def article(self, plan: Plan, article: DemoArticle) -> str: ...
    def listing(self, plan: Plan, section: Section, page: int) -> str: ...
    def home(self, plan: Plan) -> str: ...
    def message(self, plan: Plan, title: str, body: str) -> str: ...
    def printed(self, plan: Plan, article: DemoArticle) -> str: ...
    def truth(self, plan: Plan, article: DemoArticle) -> Mapping[str, object]:
        """Fields of the truth that only this family's pages show, or show otherwise."""

    def lastmod(self, article: DemoArticle) -> str:
        """What the sitemap says; only one family moves it when an article is edited."""

    def other(self, plan: Plan, request: DemoRequest) -> Resource | DemoResponse | None:
        """The family's own answer to what stands in no table: odd page numbers, POST, …"""

    def item(self, plan: Plan, article: DemoArticle) -> Item:
        """The article as a listing shows it; its URL is the path alone."""


@dataclass(frozen=True)
class Plan:
    """``articles``: those that stand, as they stand, newest first; ``paths``: slug -> address."""

    family: Family
    site_name: str
    day: int
    today: date
    articles: tuple[DemoArticle, ...]
    sections: tuple[Section, ...]
    traps: tuple[tuple[str, str], ...] = ()  # title, path: linked from the home page
    inner: tuple[str, ...] = ()  # disallowed paths, linked from everywhere
    paths: Mapping[str, str] = field(default_factory=dict)
    by_slug: Mapping[str, DemoArticle] = field(default_factory=dict)

    @property
    def date(self) -> date:
        return self.today + timedelta(days=self.day - 1)

    def section_of(self, article: DemoArticle) -> Section:
        return next(s for s in self.sections if s.names == article.section)

    def of(self, section: Section) -> tuple[DemoArticle, ...]:
        return tuple(a for a in self.articles if a.section == section.names)

    def page(self, section: Section, number: int) -> tuple[DemoArticle, ...]:
        """The articles of one page of a listing, newest first; empty beyond the end."""
        size = self.family.per_page
        return self.of(section)[(number - 1) * size : number * size]

    def pages(self, section: Section) -> int:
        return max(1, -(-len(self.of(section)) // self.family.per_page))

    def shown(self, section: Section) -> str:
        """A digest of what the listing of a section holds, title and address of each entry."""
        entries = "\n".join(f"{self.paths[a.slug]} {a.title}" for a in self.of(section))
        return hashlib.sha256(entries.encode()).hexdigest()[:16]

    def linked(self, slugs: Sequence[str]) -> tuple[DemoArticle, ...]:
        return tuple(self.by_slug[slug] for slug in slugs if slug in self.by_slug)

    def inner_for(self, here: str, count: int = 3) -> tuple[str, ...]:
        """Disallowed paths that the page at *here* links to: the home page to all."""
        if here in ("/", "/Pages/default.aspx") or not self.inner:
            return self.inner
        start = zlib.crc32(here.encode())
        return tuple(self.inner[(start + n) % len(self.inner)] for n in range(count))

    def attachments(self, article: DemoArticle) -> tuple[Attachment, ...]:
        """With paths, not yet absolute."""
        return tuple(
            Attachment(title, self.family.document_path(file))
            for title, file in article.attachments
        )
