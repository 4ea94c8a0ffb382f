"""Which address of a site holds what: the table of one day."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from functools import partial

from crawler.demo import documents, feeds, photos, traps
from crawler.demo.content import DemoArticle
from crawler.demo.dates import HANOI
from crawler.demo.markup import marks_apart, template
from crawler.demo.messages import DemoResponse, Resource, redirect
from crawler.demo.plan import Family, Plan, Section

STYLE = "/themes/mau/css/style.css"
LAYOUT_IMAGES: Mapping[str, tuple[int, int]] = {
    "logo.png": (96, 96),
    "favicon.png": (32, 32),
    "bg.png": (8, 8),
}
BANNERS: Mapping[str, tuple[int, int]] = {"banner.jpg": (960, 120), "qc1.jpg": (230, 90)}
_SESSION = re.compile(r";(?:jsessionid=|@@)[^?/]*|(?<=[?&])(?:PHPSESSID|sid)=[^&]*&?")
_SLOW_SECONDS = 2.0
_STANDING = "Nội dung của mục này đang được cập nhật."
_FAILS = {"fails-once": 1, "fails-twice": 2}


def without_session(path: str) -> str:
    """The path without session ids, which every page accepts and ignores."""
    return _SESSION.sub("", path).rstrip("?&")


def trap_paths(family: Family, plan: Plan) -> Mapping[str, str]:
    """Name -> path; traps have numbers of their own in the largest section."""

    def article_path(slug: str, number: int) -> str:
        article = DemoArticle(slug=slug, title="", published="", number=number)
        return family.article_path(article, plan.sections[0])

    return traps.paths(article_path)


def twins(plan: Plan) -> Mapping[str, str]:
    """Second address -> main address, of the articles that have two."""
    found = {}
    for article in plan.articles:
        if "twin" in article.traits:
            twin = plan.family.twin_path(article, plan.section_of(article))
            if twin is not None:
                found[twin] = plan.paths[article.slug]
    return found


def listings(plan: Plan) -> Mapping[str, tuple[Section, int]]:
    """Path -> section and page number, of every listing page that has an address of its own."""
    found: dict[str, tuple[Section, int]] = {}
    for section in plan.sections:
        for page in range(1, plan.pages(section) + 1):
            found.setdefault(plan.family.listing_path(section, page), (section, page))
    return found


def table(
    plan: Plan, days: Sequence[Plan], crawl_delay: float | None
) -> Mapping[str, Resource | DemoResponse]:
    """Everything that has an address on the last of *days*; earlier days tell what is gone."""
    found: dict[str, Resource | DemoResponse] = {}
    found.update(_files(days))
    found.update(_machine(plan, crawl_delay))
    family = plan.family
    today = datetime.combine(plan.date, time(6), tzinfo=HANOI)
    found["/"] = Resource(lambda: family.home(plan), modified=today)
    before = days[-2] if len(days) > 1 else plan
    for path, (section, page) in listings(plan).items():
        changed = before.shown(section) != plan.shown(section)
        since = today if changed else max(map(feeds.modified, plan.of(section)), default=today)
        found[path] = Resource(partial(family.listing, plan, section, page), modified=since)
    for article in plan.articles:
        resource = _article(plan, article)
        section = plan.section_of(article)
        found[plan.paths[article.slug]] = resource
        found[family.print_path(article, section)] = Resource(
            partial(family.printed, plan, article), modified=resource.modified
        )
    for twin, main in twins(plan).items():
        found[twin] = found[main]
    for path, title in family.standing:
        found[path] = Resource(partial(family.message, plan, title, _STANDING))
    if len(days) > 1:
        found.update(_left(plan, days[-2]))
    return found


def missing(plan: Plan) -> Resource:
    return Resource(
        lambda: plan.family.message(plan, "Lỗi 404", "Trang đồng chí tìm không có ở đây."),
        status=404,
    )


def _article(plan: Plan, article: DemoArticle) -> Resource:
    resource = Resource(
        partial(plan.family.article, plan, article),
        modified=feeds.modified(article),
        delay=_SLOW_SECONDS if "slow" in article.traits else 0.0,
        fails=max(_FAILS.get(trait, 0) for trait in article.traits | {""}),
    )
    if "malformed" in article.traits:
        return replace(resource, make=partial(_malformed, plan, article))
    if "windows-1258" in article.traits:
        return Resource(
            partial(_undeclared, plan, article), "text/html", modified=resource.modified,
            charset="cp1258",
        )  # fmt: skip
    return resource


def _malformed(plan: Plan, article: DemoArticle) -> str:
    """The page with tags that nothing closes, tags that nothing opened, and no end."""
    page = plan.family.article(plan, article)
    page = page.replace("</p>", "").replace("</li>", "</font></i>").replace("</em>", "</em></b>")
    return page.replace("</body>", "</div></div>").replace("</html>", "")


def _undeclared(plan: Plan, article: DemoArticle) -> str:
    """The page with its tone marks as letters of their own, as windows-1258 has them, and without
    a word on its encoding."""
    page = plan.family.article(plan, article)
    page = re.sub(r"<meta[^>]*charset[^>]*>\n?", "", page, flags=re.IGNORECASE)
    return marks_apart(page)


def _left(plan: Plan, before: Plan) -> Mapping[str, Resource | DemoResponse]:
    """What stands today where an article stood yesterday."""
    found: dict[str, Resource | DemoResponse] = {}
    message = plan.family.message
    for article in before.articles:
        path = before.paths[article.slug]
        if article.fate == "moved":
            found[path] = redirect(301, plan.paths[article.slug])
        elif article.fate == "soft":
            found[path] = Resource(
                lambda: message(plan, "Không tìm thấy", "Không tìm thấy bài viết đồng chí yêu cầu.")
            )
        elif article.fate in ("404", "410"):
            words = "Bài viết không tồn tại hoặc đã bị xóa."
            found[path] = Resource(
                partial(message, plan, f"Lỗi {article.fate}", words), status=int(article.fate)
            )
    return found


def _machine(plan: Plan, crawl_delay: float | None) -> Mapping[str, Resource]:
    xml = "application/xml; charset=utf-8"
    today = datetime.combine(plan.date, time(6), tzinfo=HANOI)
    articles, pages = plan.family.sitemap_paths()
    return {
        "/robots.txt": Resource(
            lambda: feeds.robots(plan, crawl_delay), "text/plain; charset=utf-8", fixed=True
        ),
        "/sitemap.xml": Resource(
            lambda: feeds.sitemap_index(plan), xml, modified=today, fixed=True
        ),
        articles: Resource(lambda: feeds.article_sitemap(plan), xml, modified=today, fixed=True),
        pages: Resource(lambda: feeds.page_sitemap(plan), xml, fixed=True),
        plan.family.feed_path(): Resource(
            lambda: feeds.rss(plan),
            "application/rss+xml; charset=utf-8",
            modified=today,
            fixed=True,
        ),
    }


def _files(days: Sequence[Plan]) -> Mapping[str, Resource]:
    """Style, layout images, photos and documents; what was once uploaded stays."""
    first = datetime.combine(days[0].today, time(0), tzinfo=HANOI).replace(month=1, day=5)
    found: dict[str, Resource] = {}

    def file(path: str, media: str, make: Callable[[], str | bytes]) -> None:
        found.setdefault(path, Resource(make, media, modified=first, fixed=True))

    file(STYLE, "text/css; charset=utf-8", partial(template, "style.css"))
    file("/themes/mau/js/main.js", "application/javascript", partial(template, "script.txt"))
    for name, size in LAYOUT_IMAGES.items():
        file(f"/themes/mau/images/{name}", "image/png", partial(photos.png, name, size))
    for name, size in BANNERS.items():
        file(f"/themes/mau/images/{name}", "image/jpeg", partial(photos.jpeg, name, size))
    for name in documents.DOCUMENTS:
        media = documents.MEDIA[name.rsplit(".", 1)[1]]
        file(days[0].family.document_path(name), media, partial(documents.document, name))
    for plan in days:
        for article in plan.articles:
            for photo in article.photos:
                path = plan.family.photo_path(photo, article)
                file(path, "image/jpeg", partial(photos.jpeg, photo.key))
    for path in days[-1].inner:
        page = f"<html><body><h1>Nội bộ</h1><p>{path}</p></body></html>"
        found[path] = Resource(partial(str, page))
    return found
