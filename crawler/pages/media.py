"""Players and viewers in an article: videos that it shows, documents that it opens in the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qs, unquote, urlsplit

from lxml.etree import _Element

from crawler.pages import hints
from crawler.pages.document import Document
from crawler.pages.region import Ground
from crawler.pages.text import settle

_VIDEO = re.compile(
    r"(?i)youtube(?:-nocookie)?\.com/(?:embed|v|watch|live)|youtu\.be/|player\.vimeo\.com|dailymotion\.com"
    r"|facebook\.com/plugins/video|tiktok\.com/(?:embed|player)|\.(?:mp4|m3u8|flv|webm|mov|m4v)(?:[?#]|$)"
    r"|[/._-](?:videos?|player|phat-?video|truyen-?hinh)[/._?-]"
)
_FILE = re.compile(r"(?i)\.(?:pdf|docx?|xlsx?|pptx?|odt|rtf)(?:$|[?&#])")
_SCRIPTED = re.compile(r"""["']((?:https?:)?/[^"'\s<>]{1,500}\.(?:mp4|m3u8|flv))["'?]""", re.I)
_NAMED = re.compile(r"(?i)^(?:youtube )?video player$|^iframe|^embed")
_TAGS = ("iframe", "video", "embed", "object")
_SOURCES = ("src", "data-src", "data", "data-lazy-src", "data-video-src", "data-url")
_OTHERS = hints.NAV | hints.COMMENT | hints.RELATED | hints.AD | hints.HIDDEN | hints.SHARE
MOST = 200  # frames or scripts of one page
HEAD = 20_000  # characters of a script that are looked through


@dataclass(frozen=True, slots=True)
class Media:
    """``line`` is where on the page it stands; ``video`` or, in a viewer, a document."""

    url: str
    title: str
    line: int
    video: bool


def find(ground: Ground, doc: Document, first: int, last: int) -> list[Media]:
    """The videos and opened documents in the lines *first* to *last*, each once."""
    found: dict[str, Media] = {}
    for element in islice(doc.body.iter(*_TAGS), MOST):
        place = _place(ground, element)
        if place is None or not first <= place <= last:
            continue
        for source in _sources(element):
            url = doc.resolve(source)
            if url is None or len(url) > 2_000:
                continue
            file = _opened(url)
            file = doc.resolve(file) if file else None
            if file is not None:
                found.setdefault(file, Media(file, _title(element), place, video=False))
                break
            if element.tag == "video" or _VIDEO.search(url):
                found.setdefault(url, Media(url, _title(element), place, video=True))
                break
    return list(found.values())


def scripted(ground: Ground, doc: Document, first: int, last: int) -> list[Media]:
    """Videos that scripts in the lines *first* to *last* hand to a player."""
    found: dict[str, Media] = {}
    for element in islice(doc.body.iter("script"), MOST):
        text = element.text
        if not text or len(text) > HEAD:
            continue
        place = _place(ground, element)
        if place is None or not first <= place <= last:
            continue
        for source in _SCRIPTED.findall(text):
            url = doc.resolve(source.replace("\\/", "/"))
            if url is not None:
                found.setdefault(url, Media(url, "", place, video=True))
    return list(found.values())


def _place(ground: Ground, element: _Element) -> int | None:
    """The line at which *element* stands, None in a side box or outside of the page."""
    number = None
    for above in element.iterancestors():
        number = ground.page.of.get(above)
        if number is not None:
            break
    if number is None or ground.sides[number] & _OTHERS:
        return None
    return ground.page.boxes[number].first


def _sources(element: _Element) -> Iterator[str]:
    for name in _SOURCES:
        value = element.get(name)
        if value:
            yield value
    for inner in element.iterchildren("source", "param", "embed"):
        value = inner.get("src") or (
            inner.get("value") if (inner.get("name") or "").lower() in ("movie", "src") else None
        )
        if value:
            yield value


def _opened(url: str) -> str | None:
    """The document that a viewer opens: itself, or what its address names."""
    parts = urlsplit(url)
    if _FILE.search(parts.path):
        return url
    if "=" not in parts.query and "=" not in parts.fragment:
        return None
    for values in parse_qs(parts.query).values():
        for value in values:
            if _FILE.search(unquote(value)):
                return value
    return None


def _title(element: _Element) -> str:
    title = settle(element.get("title") or element.get("aria-label"))
    return "" if _NAMED.search(title) else title
