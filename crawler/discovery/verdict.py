"""An article or a list: what the page's text, its links and its address say, weighed together."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress

from archive.types import Article, PageKind, ReadKind
from crawler.discovery.classify import classifier
from crawler.discovery.listing import Listing, listing
from crawler.pages.document import Document
from crawler.pages.extract import extract, kind_of_page, signs_of_article
from crawler.pages.text import text_of
from crawler.profile import SiteProfile

LISTS: frozenset[ReadKind] = frozenset({"listing", "home"})
ARTICLES: frozenset[ReadKind] = frozenset({"article", "gallery", "document"})
DOUBTFUL: frozenset[ReadKind] = ARTICLES | {"other"}
"""Kinds that a page has by its text; where its address promises a list, the list is looked for."""
KINDS: Mapping[str, ReadKind] = {
    "only photos": "gallery", "only a video": "article", "only an attached document": "document",
}  # fmt: skip
SCRAP = 600  # characters of a text that may be a page's foot or a box
LONG = 1_500  # letters of prose that are seldom a list's leads
Verdict = tuple[ReadKind, Article | None, Listing]


def decide(doc: Document, profile: SiteProfile, expected: PageKind) -> Verdict:
    """The kind of *doc*, with its article or its list: never both.

    *expected* is what the page was asked for as.
    """
    kind = kind_of_page(doc, profile)
    listed = Listing()
    if kind in LISTS or (kind in DOUBTFUL and _may_list(doc.url, profile, expected)):
        listed = listing(doc, profile)
    if kind in DOUBTFUL:
        return _of_text(kind, doc, profile, listed)
    pinned = expected == "listing" and listed.items
    if kind in LISTS and not pinned and _may_be_article(kind, doc, profile, listed):
        article = extract(doc, profile)
        if article is not None and _holds(article, kind, doc, profile, listed):
            return "article", article, Listing()
    return kind, None, listed


def _of_text(kind: ReadKind, doc: Document, profile: SiteProfile, listed: Listing) -> Verdict:
    """Of a page that its text makes an article."""
    article = None
    if kind in ARTICLES or classifier(profile).kind(doc.url) == "article":
        article = extract(doc, profile)
    if listed.items and (article is None or _is_list(article, listed, doc.url, profile)):
        return "listing", None, listed
    if article is None:
        return "other", None, Listing()
    only = article.evidence.get("kind", "")
    return KINDS.get(only, "article" if kind == "other" else kind), article, Listing()


def _may_list(url: str, profile: SiteProfile, expected: PageKind) -> bool:
    """Whether the address leaves it open that the page lists articles."""
    judge = classifier(profile)
    return expected == "listing" or judge.kind(url) != "article" or not judge.sure(url)


def _may_be_article(kind: ReadKind, doc: Document, profile: SiteProfile, listed: Listing) -> bool:
    """Whether a page that looks like a list may be an article with many links."""
    if not listed.items:
        return True
    if kind == "home":
        return False
    said, prose = signs_of_article(doc, profile)
    if said or classifier(profile).kind(doc.url) == "article":
        return True
    return prose >= LONG and not listed.rich


def _holds(
    article: Article, kind: ReadKind, doc: Document, profile: SiteProfile, listed: Listing
) -> bool:
    """Whether the text of a page that looks like a list is an article's all the same."""
    size = sum(len(block.text) for block in article.body)
    named = classifier(profile).kind(doc.url) == "article" or signs_of_article(doc, profile)[0]
    if size < SCRAP and (kind == "home" or not named):
        return False
    whole, inside, _ = _in_items(article, listed)
    return inside * 2 < whole


def _is_list(article: Article, listed: Listing, url: str, profile: SiteProfile) -> bool:
    """Whether what was read as an article is a list: its text stands in the items, or it is a
    scrap beside rich items, under the address of a list."""
    judge = classifier(profile)
    promised = judge.kind(url) == "listing" and listed.rich
    if len(listed.items) < 2 and not promised:
        return False  # the place of one link may be the whole article
    size, inside, most = _in_items(article, listed)
    if not (promised and judge.sure(url)) and size >= SCRAP and most * 2 >= size:
        return False  # one place holds most of it: it is the article itself, among others
    return inside * 2 >= size or (size < SCRAP and promised)


def _in_items(article: Article, listed: Listing) -> tuple[int, int, int]:
    """Letters of the text; of it in the places of items; and in the place that holds most."""
    sizes = [len(block.text) for block in article.body]
    counted, most = [False] * len(sizes), 0
    for place in listed.places:
        text = text_of(place)
        held = [block.text in text for block in article.body]
        counted = [one or other for one, other in zip(counted, held, strict=True)]
        most = max(most, sum(compress(sizes, held)))
    return sum(sizes), sum(compress(sizes, counted)), most
