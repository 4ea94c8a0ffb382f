"""Where a crawl of a site may begin: the sections of its menu, its sitemaps, its feeds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from archive.types import Exchange, Reading
from archive.urls import canonical
from archive.vietnamese import fold
from crawler.discovery.anchors import anchors
from crawler.discovery.classify import classifier, is_home
from crawler.pages.document import Document
from crawler.profile import SiteProfile
from crawler.reading import read

MOST = 24  # start points are asked for in every crawl; the rest is found from the home page
SECTIONS = 3  # of that many listings a menu is made; what else it names are pages of their own
_NO_SECTION = re.compile(
    r"^(?:trang (?:chu|nhat)|home|lien he|gop y|gioi thieu.*|so do.*|site ?map|tim kiem|rss.*"
    r"|video.*|dang (?:nhap|ky|xuat)|log ?in|english|vietnamese|tieng .*|hoi dap|facebook|youtube"
    r"|thu vien (?:anh|video)|lich (?:lam viec|cong tac)|zalo|in|quay lai|xem (?:tiep|them).*"
    r"|chi tiet|thanh vien|email|thu dien tu)$"
)
_NEWS = re.compile(r"\btin\b|tin tuc|hoat dong|su kien|thoi su|xay dung dang|cong tac dang|hoc tap")


def sections(home: Exchange, profile: SiteProfile) -> tuple[str, ...]:
    """The listings that the home page's menu names; those that sound like news first.

    Where no menu is known as one, every link of the page that may be a listing.
    """
    doc = Document.parse(home)
    judge = classifier(profile)
    in_menu: dict[str, tuple[str, str, bool]] = {}
    elsewhere: dict[str, tuple[str, str, bool]] = {}
    for anchor in anchors(doc):
        url = judge.wanted(anchor.url, home.time)
        label = fold(anchor.label).strip(" .:»›>-")
        if url is None or not label or _NO_SECTION.match(label) or is_home(url, profile):
            continue
        kind = judge.kind(url)
        if kind not in ("listing", "other") or (kind == "other" and not anchor.menu):
            continue
        into = in_menu if anchor.menu else elsewhere
        into.setdefault(canonical(url), (url, label, kind == "listing"))
    found = list((in_menu if len(in_menu) >= 2 else {**in_menu, **elsewhere}).values())
    sure = [one for one in found if one[2]]
    found = sure if len(sure) >= SECTIONS else found
    found.sort(key=lambda one: _NEWS.search(one[1]) is None)
    return tuple(url for url, _, _ in found[:MOST])


def sitemaps(robots: Iterable[Exchange], profile: SiteProfile) -> tuple[str, ...]:
    """Those that robots.txt names on the site's own hosts, else where its CMS keeps one."""
    told = [found.url for one in robots for found in read(one, profile, "robots").found]
    return tuple(dict.fromkeys(told)) or profile.start.sitemaps


def feeds(home: Reading, profile: SiteProfile) -> tuple[str, ...]:
    """Those that the home page names, else where its CMS has one."""
    named = tuple(dict.fromkeys(one.url for one in home.found if one.how == "feed"))
    return named[:5] or profile.start.feeds


def articles(readings: Sequence[Reading], profile: SiteProfile, most: int = 3) -> tuple[str, ...]:
    """Addresses of articles that the pages name, a listing's items before other links."""
    judge = classifier(profile)
    urls = [item.url for reading in readings for item in reading.items]
    urls += [one.url for reading in readings for one in reading.found if one.kind == "article"]
    own = {canonical(url): url for url in reversed(urls) if judge.own(url)}
    return tuple(reversed(own.values()))[:most]
