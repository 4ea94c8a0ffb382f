"""What a URL is expected to hold: the profile's rules first, then what addresses commonly tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from archive.types import PageKind
from archive.urls import host_key
from crawler.discovery.traps import has_session, trap
from crawler.profile import SiteProfile


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


DOCUMENT_NAMES = _names(
    "pdf doc docx docm dot dotx xls xlsx xlsm ppt pptx pps ppsx rtf odt ods odp txt csv epub djvu "
    "zip rar 7z tar gz mp3 mp4 m4a m4v avi flv wmv wav mov webm mpg mpeg"
)
PHOTO_NAMES = _names("jpg jpeg jpe png gif webp bmp tif tiff svg avif heic")
ASSET_NAMES = _names("css js mjs json map woff woff2 ttf otf eot ico cur swf xsl")
FEED_NAMES = _names("rss atom xml rdf")

_EXTENSION = re.compile(r"\.([a-z0-9]{1,5})$", re.I)
_PAGED = re.compile(
    r"(?i)/(?:page|trang|currentpage|pages)[-/]\d+(?:[/.]|$)|[?&](?:page|paged|trang|start|limitstart|pagenum"
    r"|pageindex|pageno|currentpage|(?:_\w+_)?cur|pg)=\d+"
)
_SECTION_NAME = re.compile(r"(?i)/(?:chuyen-?muc|danh-?muc)-[^/]*$")  # …-<id>-<page>.html
_ARTICLE = re.compile(
    r"""(?xi)
    (?:[-_][a-z]{0,4}\d{2,}|-[a-z]+[-_]?\d+)(?:\.tpo)?   # slug-123.html
      \.(?:s?html?|aspx|php|jsp|epi|vnp|bbg)(?:[?;]|$)
  | /(?:item/)?\d{2,}-[^/?.-]+-[^/?]+        # /123-a-slug
  | /-/(?:view[_-]content|asset_publisher)/  # Liferay
  | /(?:19|20)\d\d/\d\d?(?:/\d\d?)?/[^/?]{6,}  # /2023/06/slug
  | /(?:bai-viet|chi-tiet(?:-tin)?|chitiet|details?|articles?|posts?|tin-chi-tiet|noi-dung|node
       |view-?news|xem-tin)[/-](?!page)[^/?]{2,}
  | [?&](?:\w*(?:news|article|item|post|content|tin|bai|bv)_?id|id_?(?:tin|bai|bv|news)|aid|nid)=\d+
  | /[^/?]*(?:detail|chi-?tiet|view|tin)[^/?]*\.(?:aspx|php|html?|jsp)\?(?:[^#]*&)?(?:\w*id|p|n)=\d+
  | [?&](?:action|act|view|do|op)=(?:view|details?|chi-?tiet|show|article|news)\b[^#]*[?&]?\bid=\d+
    """
)
_LISTING = re.compile(
    r"""(?xi)
    /(?:chuyen-?muc|danh-?muc|category|categories|cat|tags?|topics?|chu-de|section|the-loai
       |linh-vuc|loai-tin|nhom-tin)(?:[-/]|\.aspx|$)
  | [?&](?:cat|cat_?id|category_?id|cid|chuyenmuc\w*|idcm|id_?cat|zone_?id|menu_?id)=[\w-]+(?:&|$)
    """
)


class Classifier:
    """Knows the URLs of one profile; each is judged once, the links of a site's frame return on
    every page."""

    LARGEST_MEMORY = 100_000

    def __init__(self, profile: SiteProfile) -> None:
        self._rules = profile.urls
        self._hosts = frozenset(profile.hosts)
        self._kinds: dict[str, tuple[PageKind, bool]] = {}
        self._wanted: dict[tuple[str, int], str | None] = {}
        self._host_of: dict[str, bool] = {}

    def wanted(self, url: str | None, now: datetime) -> str | None:
        """*url* as it may be asked for, None if it must not be followed.

        Its own hosts alone, no trap, nothing the profile skips. A URL with a session's id comes
        back in canonical form, which has none.
        """
        if url is None:
            return None
        key = (url, now.year)
        if key not in self._wanted:
            if len(self._wanted) > self.LARGEST_MEMORY:
                self._wanted.clear()
            self._wanted[key] = self._judge(url, now)
        return self._wanted[key]

    def _judge(self, url: str, now: datetime) -> str | None:
        if not self.own(url) or trap(url, now) is not None:
            return None
        if any(rule.search(target(url)) for rule in self._rules.skip):
            return None
        if has_session(url):
            url = self._rules.canonical(url)
            return None if has_session(url) else url
        return url

    def own(self, url: str) -> bool:
        """Whether *url* is on one of the profile's hosts."""
        start = "/".join(url.split("/", 3)[:3])
        known = self._host_of.get(start)
        if known is None:
            try:
                known = host_key(start) in self._hosts
            except ValueError:
                known = False
            self._host_of[start] = known
        return known

    def kind(self, url: str) -> PageKind:
        """`article`, `listing`, `document`, `photo`, `asset`, or `other` if nothing tells."""
        return self._judged(url)[0]

    def sure(self, url: str) -> bool:
        """Whether the kind stands on more than the shape of the address."""
        return self._judged(url)[1]

    def _judged(self, url: str) -> tuple[PageKind, bool]:
        known = self._kinds.get(url)
        if known is None:
            if len(self._kinds) > self.LARGEST_MEMORY:
                self._kinds.clear()
            known = self._kinds[url] = self._kind(target(url))
        return known

    def _kind(self, where: str) -> tuple[PageKind, bool]:
        rules = self._rules
        by_profile: Iterable[tuple[tuple[re.Pattern[str], ...], PageKind]] = (
            (rules.document, "document"),
            (rules.article, "article"),
            (rules.listing, "listing"),
        )
        for patterns, kind in by_profile:
            if any(pattern.search(where) for pattern in patterns):
                return kind, True
        return common_kind(where)


def common_kind(where: str) -> tuple[PageKind, bool]:
    """The kind that path and query suggest on any site, and whether that is sure."""
    path, _, query = where.partition("?")
    extension = _EXTENSION.search(path)
    name = extension.group(1).lower() if extension else ""
    for names, kind in _BY_NAME:
        if name in names:
            return kind, True
    if path in {"", "/"} or _PAGED.search(where) or _SECTION_NAME.search(path):
        return "listing", True
    if _ARTICLE.search(where):
        return "article", True
    if _LISTING.search(where):
        return "listing", True
    return _by_shape(path, query), False


_BY_NAME: tuple[tuple[frozenset[str], PageKind], ...] = (
    (DOCUMENT_NAMES, "document"),
    (PHOTO_NAMES, "photo"),
    (ASSET_NAMES, "asset"),
    (FEED_NAMES, "listing"),
)


def _by_shape(path: str, query: str) -> PageKind:
    """A last segment of five words or more is a headline; of fewer, the name of a section."""
    last = path.rstrip("/").rpartition("/")[2]
    if max(last.count(sign) for sign in ("-", "_", "+", "%20")) >= 4:
        return "article"
    segments = path.strip("/").count("/") + 1
    if not query and segments <= 3 and not any(char.isdigit() for char in last):
        return "listing"
    return "other"


def target(url: str) -> str:
    """Path and query of an absolute URL."""
    rest = url.split("/", 3)
    return f"/{rest[3]}" if len(rest) > 3 else "/"


@lru_cache(maxsize=64)
def classifier(profile: SiteProfile) -> Classifier:
    """The profile's classifier, which remembers what it judged in this process."""
    return Classifier(profile)


def is_home(url: str, profile: SiteProfile) -> bool:
    """Whether *url* is the site's front page."""
    parts = urlsplit(url)
    if profile.start.home and url.rstrip("/") == profile.start.home.rstrip("/"):
        return True
    return parts.path in {"", "/"} and not parts.query
