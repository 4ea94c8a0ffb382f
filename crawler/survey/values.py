"""What a look at a site brings: the pages that were read, and the survey made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from archive.types import Exchange, Reading
from crawler.provinces import Province
from crawler.survey.signs import Recognised

Role = Literal["home", "listing", "article", "sitemap", "feed"]
FIELDS = ("title", "section", "lead", "published", "authors", "source", "body", "captions",
          "related", "attachments", "tags")  # fmt: skip
"""Fields of an article that a preview shows, in this order."""
NEEDED = ("title", "published", "body")  # an article without one of them is not read


@dataclass(frozen=True, slots=True)
class Looked:
    """A page that was asked for as *role*, and what the drafted profile reads in it."""

    role: Role
    exchange: Exchange
    reading: Reading

    @property
    def fields(self) -> Mapping[str, Any]:
        """Field -> value of the article, those that came out; of other pages what they list."""
        from archive.article_json import article_to_dict

        if self.reading.article is not None:
            values = article_to_dict(self.reading.article)
            return {name: values[name] for name in FIELDS if values[name]}
        listed = {"items": len(self.reading.items), "next": self.reading.next is not None}
        return {name: value for name, value in listed.items() if value}


@dataclass(frozen=True, slots=True)
class Survey:
    """A site as it was found. ``delay``: seconds between two requests, robots.txt's if it asks
    for more; ``notes``: what must be looked at by hand, a sentence each."""

    slug: str
    name: str
    hosts: tuple[str, ...]
    home: str
    province: Province | None
    language: str | None
    recognised: Recognised
    delay: float
    delay_asked: bool
    listings: tuple[str, ...]
    sitemaps: tuple[str, ...]
    feeds: tuple[str, ...]
    looked: tuple[Looked, ...] = ()
    notes: tuple[str, ...] = ()

    def of(self, role: Role) -> tuple[Looked, ...]:
        return tuple(one for one in self.looked if one.role == role)

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields that came out of none of the articles."""
        pages = self.of("article")
        return tuple(f for f in FIELDS if pages and not any(f in one.fields for one in pages))
