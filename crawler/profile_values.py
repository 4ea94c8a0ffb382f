"""What a profile says of one site, frozen: no file is read here, and nothing is fetched."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlsplit

from archive.bodies import UNKNOWN, Body
from archive.types import PageKind
from archive.urls import canonical, is_loopback_host

Fields = Mapping[str, tuple[str, ...]]
"""Field -> selectors, CSS or XPath (``crawler.selectors``); the first that finds something wins."""

FIELD_NAMES = frozenset(
    {
        # of an article, named as in the JSON of one
        "title", "section", "lead", "published", "updated", "authors", "byline", "source", "body",
        "captions", "related", "attachments", "tags", "images",
        "drop",  # taken out of the page before anything is read
        # of a listing; all but `item` and `next` are looked for inside of one item
        "item", "item_title", "item_date", "item_lead", "next",
    }
)  # fmt: skip

FORMAT = 2  # of what the digest covers; raise it when the meaning of a key changes


def on_loopback(host: str) -> bool:
    """Whether a host key (``example.vn``, ``127.0.0.1:8080``) is this machine's."""
    return is_loopback_host(urlsplit(f"//{host}").hostname or "")


@dataclass(frozen=True, slots=True)
class Start:
    """Where a crawl begins: absolute URLs, looked at in every crawl."""

    home: str | None = None
    listings: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every start point once, the home page first."""
        home = (self.home,) if self.home else ()
        return tuple(dict.fromkeys((*home, *self.sitemaps, *self.feeds, *self.listings)))


@dataclass(frozen=True, slots=True)
class UrlRules:
    """What the URLs of a site tell; patterns are searched in path and query (``/a/b?c=d``)."""

    article: tuple[re.Pattern[str], ...] = ()
    listing: tuple[re.Pattern[str], ...] = ()
    document: tuple[re.Pattern[str], ...] = ()
    skip: tuple[re.Pattern[str], ...] = ()
    drop_params: tuple[str, ...] = ()
    strip_slash: bool = False
    any_slug: bool = False  # an article's number leads to it, whatever words stand beside it

    def canonical(self, url: str) -> str:
        """*url* in the one spelling that it has on the site. ValueError if it has none."""
        return canonical(url, strip_slash=self.strip_slash, drop_params=self.drop_params)


@dataclass(frozen=True, slots=True)
class Pace:
    """How gently and how far a site is crawled.

    ``delay`` is seconds between two requests to a host; ``max_bytes`` holds for one answer,
    ``max_photo_bytes`` and ``max_document_bytes`` for one photo and one document; ``photos`` and
    ``documents`` say whether the crawl asks for those of articles at all;
    ``max_pages`` and ``max_minutes`` for one crawl; ``revisit`` stretches (2 = half as often) or
    shortens the steps of ``crawler.revisit``.
    """

    delay: float = 1.0
    concurrency: int = 1
    max_bytes: int = 20_000_000
    max_photo_bytes: int = 10_000_000
    max_document_bytes: int = 50_000_000
    photos: bool = True
    documents: bool = True
    max_depth: int = 60
    max_pages: int = 20_000
    max_minutes: float = 360.0
    revisit: float = 1.0

    def most_bytes(self, kind: PageKind) -> int:
        """How large an answer to a request for a page of that kind may be."""
        return {"photo": self.max_photo_bytes, "document": self.max_document_bytes}.get(
            kind, self.max_bytes
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """Selectors of a former (or coming) layout: for captures with since <= day < until.

    A family's hold for all of its sites; what a site says of a field stands over them.
    """

    since: date | None = None
    until: date | None = None
    fields: Fields = field(default_factory=dict)

    def covers(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )


@dataclass(frozen=True)
class SiteProfile:
    """A site: its committee, province, addresses, start points, limits and reading rules.

    ``province_then`` and ``province_now`` are slugs of ``provinces.toml`` (``None`` for bodies of
    the whole country). Equal profiles pickle to equal ones.
    """

    slug: str
    name: str
    family: str
    hosts: tuple[str, ...]  # host keys: hostname, on loopback hostname:port
    province_then: str | None = None
    province_now: str | None = None
    body: Body = UNKNOWN  # the committee then and now, and the sites around it
    verified: bool = False  # true once `luutru sites check` has run against the live site
    start: Start = Start()
    urls: UrlRules = UrlRules()
    crawl: Pace = Pace()
    fields: Fields = field(default_factory=dict)
    layouts: tuple[Layout, ...] = ()

    def __hash__(self) -> int:
        return hash((self.slug, self.hosts, self.digest))

    def fields_at(self, moment: date | None) -> Fields:
        """The selectors for a page captured then: the layouts that cover the day, the first one
        uppermost, over those of today; ``None`` is today."""
        if moment is None or not self.layouts:
            return self.fields
        day = moment.date() if isinstance(moment, datetime) else moment
        fields = dict(self.fields)
        for layout in reversed(self.layouts):
            if layout.covers(day):
                fields.update(layout.fields)
        return fields

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of what affects reading: fields, layouts and URL rules, not politeness."""
        rules = {
            name: [p.pattern for p in getattr(self.urls, name)]
            for name in ("article", "listing", "document", "skip")
        }
        covered = {
            "format": FORMAT,
            "fields": dict(self.fields),
            "layouts": [asdict(layout) for layout in self.layouts],
            "urls": {
                **rules,
                "drop_params": self.urls.drop_params,
                "strip_slash": self.urls.strip_slash,
            },
        }
        text = json.dumps(covered, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def loopback(self) -> bool:
        """Whether every host of it is this machine: only then may a crawl go faster."""
        return bool(self.hosts) and all(map(on_loopback, self.hosts))
