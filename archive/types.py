"""The values that pass between the rooms, frozen, each named for its stage.

    Found -> Page -> Exchange -> Capture -> Reading (Article) -> Version -> Event -> Hit

Times are aware ``datetime`` in UTC; dates that a site printed are ISO 8601 strings as in the JSON
of an article: with their offset, or a day alone where the page names no time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Headers = tuple[tuple[str, str], ...]

PageKind = Literal["article", "listing", "photo", "document", "asset", "robots", "other"]
"""What a URL is expected to hold. `listing`: also home pages, sitemaps and feeds."""

How = Literal[
    "seed", "sitemap", "feed", "listing", "pagination", "related", "link", "redirect",
    "photo", "attachment", "asset", "robots", "canonical", "import", "gap",
]  # fmt: skip
"""How a URL became known; `gap`: its number stands between those of known articles."""


REDIRECTS = (301, 302, 303, 307, 308)
"""Status codes that lead elsewhere (RFC 9110, section 15.4); 300 and 304 do not."""


# -- discovery and fetching ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A request that somebody could make, as discovery finds it: absolute URL, as found.

    ``title`` and ``lastmod`` (ISO 8601) are what the place that links says of the target: a page
    whose ``lastmod`` is newer than its last answer is looked at again at once. ``told`` is the
    date that it gives an article: that only says how old the article is.
    """

    url: str
    kind: PageKind
    how: How
    method: str = "GET"
    body: bytes = b""
    title: str | None = None
    lastmod: str | None = None
    told: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A row of the table `page`: what can be asked for, and the state of the frontier there."""

    id: int
    site_id: int
    method: str
    url: str  # canonical
    found_url: str  # as first found; this is what is asked for
    body: bytes
    kind: PageKind
    how: How
    depth: int
    found_at: datetime
    due: datetime | None  # None: not to be asked for until something new is learned
    failures: int = 0  # in a row
    pinned: bool = False  # a start point: looked at in every crawl
    root_id: int | None = None  # the start of the listing that this page continues
    backfilled: bool = False  # of a listing's start: one walk to its end is done
    last_answer_id: int | None = None  # the last capture with outcome `answer`
    lastmod: str | None = None
    state: Literal["open", "disallowed", "gone", "moved", "refused"] = "open"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One look at a page: the request and what came back, as it goes into the archive.

    ``body`` is the payload after Content-Encoding was undone; ``wire_digest`` is that of the
    bytes as transferred. ``failure`` is ``dns``, ``connection``, ``tls``, ``timeout``,
    ``too-large``, ``wrong-type`` (no photo at a photo's address), ``encoding``, ``refused`` or
    ``protocol``, with words after a colon. ``withheld`` is the digest of a payload that was
    withdrawn: then ``body`` is empty.
    """

    url: str  # as asked
    time: datetime
    outcome: Literal["answer", "unchanged", "failure"] = "answer"
    method: str = "GET"
    request_headers: Headers = ()
    request_body: bytes = b""
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    wire_digest: str | None = None
    wire_size: int | None = None
    truncated: bool = False
    failure: str | None = None
    address: str | None = None
    source: str = "crawl"  # or `import:<record id>`
    clock_shift: float = 0.0  # seconds that the clock passed in was ahead of the machine's
    withheld: str | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        low = name.lower()
        return next((value for key, value in self.headers if key.lower() == low), None)


@dataclass(frozen=True, slots=True)
class Capture:
    """A row of the table `capture`, without its payload's bytes."""

    id: int
    page_id: int
    crawl_id: int
    url: str
    time: datetime
    outcome: Literal["answer", "unchanged", "failure"]
    status: int | None
    payload_digest: str | None
    earlier_id: int | None  # of a 304: the capture whose payload still stands
    identity: str


# -- reading --------------------------------------------------------------------------------------

BlockKind = Literal["paragraph", "heading", "item", "row", "quote"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a body in reading order; a table's row has its cells divided by tabs."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    affiliation: str | None = None
    role: str | None = None  # `author`, `photo`, `editor`, … as far as the byline tells


@dataclass(frozen=True, slots=True)
class Caption:
    text: str
    credit: str | None = None
    image: str | None = None  # absolute URL


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an article: `related`, `newer`, `older`, `text` (inside the body), `part`."""

    kind: Literal["related", "newer", "older", "text", "part"]
    title: str
    url: str
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One article in a listing."""

    title: str
    url: str
    published: str | None = None
    lead: str | None = None


ReadKind = Literal[
    "article", "listing", "home", "document", "gallery", "search", "error", "login", "closed",
    "parked", "foreign", "sitemap", "feed", "other",
]  # fmt: skip
"""`closed`: a notice of the whole site; `parked`: a domain for sale, a host without a site;
`foreign`: what somebody else put there, as gamblers do on a lapsed domain."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as a page shows it; the JSON of `luutru extract` is made of this."""

    url: str
    title: str
    section: tuple[str, ...] = ()
    lead: str | None = None
    published: str | None = None
    updated: str | None = None
    authors: tuple[Author, ...] = ()
    byline: str | None = None
    source: str | None = None
    body: tuple[Block, ...] = ()
    captions: tuple[Caption, ...] = ()
    related: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    canonical: str | None = None  # rel=canonical, absolute, if the page names one
    images: tuple[str, ...] = ()  # absolute URLs of the article's photos, captioned or not
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one exchange teaches: the kind of page, its article or items, and URLs to know."""

    kind: ReadKind
    reader: str  # reader identity: extractor number, profile digest, lxml and libxml2
    article: Article | None = None
    items: tuple[Item, ...] = ()
    next: Found | None = None  # the next page of this listing
    found: tuple[Found, ...] = ()
    title: str | None = None  # of a page that is no article: its heading
    evidence: Mapping[str, str] = field(default_factory=dict)
    pages: int | None = None  # how many pages the pager of a listing says there are
    total: int | None = None  # how many articles a listing says there are


# -- documents ------------------------------------------------------------------------------------

DocumentState = Literal["text", "empty", "encrypted", "broken", "limits", "unsupported"]
"""`empty`: it was read and holds no text, as scans do; `limits`: it asked for too much time, memory
or room; `unsupported`: no document, or of a kind that is not read."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was read out of one document. ``kind`` is told by its bytes: `pdf`, `docx`, `doc`, …

    ``cut``: it is longer than what is kept; ``problem`` says in words why there is no text, or not
    all of it.
    """

    kind: str
    state: DocumentState
    text: str = ""
    title: str | None = None
    pages: int | None = None
    cut: bool = False
    problem: str | None = None


# -- keeping and finding --------------------------------------------------------------------------

EventKind = Literal[
    "new", "changed", "reread", "gone", "back", "moved", "story", "withdrawn", "site"
]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an article or a site, in commit order."""

    number: int
    time: datetime
    kind: EventKind
    site_id: int | None
    article_id: int | None
    version_id: int | None
    capture_id: int | None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """One state of an article's content, and the captures that prove it."""

    id: int
    key: str  # the article's
    site: str  # slug
    url: str  # canonical URL of the article's earliest captured page
    digest: str
    first_seen: datetime
    last_seen: datetime
    first_capture_id: int
    last_capture_id: int
    reader: str
    state: str  # the article's: live, gone, moved, withdrawn
    article: Article


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that a query found; snippets mark matches with `start` and `end` offsets."""

    key: str
    site: str
    url: str
    title: str
    section: tuple[str, ...]
    published: str | None
    snippet: str
    marks: tuple[tuple[int, int], ...]  # spans in `snippet`
    title_marks: tuple[tuple[int, int], ...]  # spans in `title`
    state: str
    score: float
    attachment: str | None = None  # title of the attachment that the snippet is of
    version: int = 1  # the number of the version that was found, from 1 on
    current: bool = True  # whether that is the article's current one
    state_then: str | None = None  # live or gone, in a search as of a day; `state` is that of now
