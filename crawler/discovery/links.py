"""All the URLs that a page makes known, each with what it is expected to hold and how it was found.

In this order, the first word on a URL standing: a listing's items, an article's photos,
attachments, related and linked articles, what the page says of itself, other links, the layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.types import Article, Found, How, Item, PageKind
from crawler.discovery.anchors import absolute, anchors
from crawler.discovery.classify import Classifier, classifier
from crawler.discovery.css import css_urls
from crawler.pages.document import Document
from crawler.pages.numbering import is_page_link
from crawler.profile import SiteProfile
from crawler.selectors import select

_REFRESH = re.compile(r"(?i)url\s*=\s*['\"]?([^'\"\s>]+)")
_LOCATION = re.compile(
    r"""\blocation(?:\.href)?\s*(?:=|\.(?:replace|assign)\()\s*(['"])([^'"\s]{1,2000})\1"""
)
CUT_SHORT = ("…", "...", "[…]")
SHEETS = frozenset({"stylesheet", "icon", "shortcut", "apple-touch-icon", "mask-icon"})
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})


def links(
    doc: Document,
    profile: SiteProfile,
    *,
    article: Article | None = None,
    items: Sequence[Item] = (),
) -> tuple[Found, ...]:
    """The page's URLs, each once; not its own, nor other pages of the same listing.

    On the profile's hosts alone, photos and documents of the article aside. Pages of a listing
    are reached through its `next`, so that a crawl can stop at known ground.
    """
    judge = classifier(profile)
    made: dict[str, Found] = {}
    here = doc.url.rstrip("/")
    for found in _all(doc, judge, article, items):
        if found.url.rstrip("/") != here:
            made.setdefault(found.url, found)
    return tuple(made.values())


def _all(
    doc: Document, judge: Classifier, article: Article | None, items: Sequence[Item]
) -> Iterator[Found]:
    yield from item_links(items)
    if article is not None:
        yield from _of_article(article, doc, judge)
    yield from _of_head(doc, judge)
    yield from _of_refresh(doc, judge)
    yield from _of_anchors(doc, judge)
    yield from _of_layout(doc, judge)


def item_links(items: Sequence[Item]) -> Iterator[Found]:
    """A listing's items as URLs; a title that is cut short is not the article's."""
    for item in items:
        whole = item.title and not item.title.endswith(CUT_SHORT)
        title = item.title if whole else None
        yield Found(item.url, "article", "listing", title=title, told=item.published)


def _of_article(article: Article, doc: Document, judge: Classifier) -> Iterator[Found]:
    for image in article.images:
        if _fetchable(image):
            yield Found(image, "photo", "photo")
    for attachment in article.attachments:
        if _fetchable(attachment.url):
            yield Found(attachment.url, "document", "attachment")
    for link in article.related:
        url = judge.wanted(link.url, doc.time)
        if url is None:
            continue
        how: How = "link" if link.kind in {"text", "part"} else "related"
        kind = judge.kind(url)
        sure = link.kind == "part" or how == "related"  # a part's number would make it a listing
        yield Found(url, "article" if kind == "other" or sure else kind, how, told=link.published)


def _fetchable(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url) < 2_000


def _of_head(doc: Document, judge: Classifier) -> Iterator[Found]:
    for element in doc.tree.iter("link"):
        rel = (element.get("rel") or "").lower().split()
        url = absolute(doc.base, element.get("href") or "")
        if url is None or not rel:
            continue
        if "canonical" in rel:
            own = judge.wanted(url, doc.time)
            if own is not None:
                yield Found(own, judge.kind(own), "canonical")
        elif "alternate" in rel and element.get("type") in FEED_TYPES and judge.own(url):
            yield Found(url, "listing", "feed")
        elif SHEETS.intersection(rel) and judge.own(url):
            yield Found(url, "asset", "asset")


def _of_refresh(doc: Document, judge: Classifier) -> Iterator[Found]:
    """Where a page sends its reader on: `meta refresh`, or a script that is all there is."""
    told = [
        element.get("content") or ""
        for element in doc.tree.iter("meta")
        if (element.get("http-equiv") or "").lower() == "refresh"
    ]
    targets = [found[1] for text in told if (found := _REFRESH.search(text))]
    if not targets and next(doc.body.iter("a", "p", "h1"), None) is None:
        scripts = (element.text or "" for element in doc.tree.iter("script"))
        targets = [found[2] for text in scripts if (found := _LOCATION.search(text))]
    for target in targets:
        url = judge.wanted(absolute(doc.base, target.strip()), doc.time)
        if url is not None:
            yield Found(url, judge.kind(url), "redirect")


def _of_anchors(doc: Document, judge: Classifier) -> Iterator[Found]:
    for anchor in anchors(doc):
        url = judge.wanted(anchor.url, doc.time)
        if url is None or is_page_link(doc.url, url):
            continue
        kind: PageKind = judge.kind(url)
        if anchor.menu and kind in {"article", "other"} and not judge.sure(url):
            kind = "listing"
        yield Found(url, kind, "photo" if kind == "photo" else "link")


def _of_layout(doc: Document, judge: Classifier) -> Iterator[Found]:
    """Images and backgrounds of the site's own: without them a replay is bare."""
    for element in doc.tree.iter("img", "input", "source"):
        if element.tag == "input" and (element.get("type") or "").lower() != "image":
            continue
        url = absolute(doc.base, element.get("src") or "")
        # with a query and no image's name it counts visits or runs jobs, as NukeViet's does
        if url is not None and judge.own(url) and ("?" not in url or judge.kind(url) == "photo"):
            yield Found(url, "asset", "asset")
    for element in doc.tree.iter("style"):
        yield from css_links(element.text or "", doc.base, judge)
    styles, _ = select(doc.tree, ("//@style[contains(., 'url(')]",))
    for style in styles:
        yield from css_links(str(style), doc.base, judge)
    backgrounds, _ = select(doc.tree, ("//@background",))
    for background in backgrounds:
        url = absolute(doc.base, str(background))
        if url is not None and judge.own(url):
            yield Found(url, "asset", "asset")


def css_links(sheet: str, base: str, judge: Classifier) -> Iterator[Found]:
    """What a style sheet of the site needs, on the site's own hosts."""
    for url in css_urls(sheet, base):
        if judge.own(url):
            yield Found(url, "asset", "asset")
