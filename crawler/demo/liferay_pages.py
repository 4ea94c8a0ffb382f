"""Liferay's addresses, its shell of portlets, listings, home page and messages."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import parse_qsl, quote

from crawler.demo import dates
from crawler.demo.content import DemoArticle, Photo
from crawler.demo.markup import BASE, SESSION, escape, fill, shorten
from crawler.demo.messages import DemoRequest, DemoResponse, Resource
from crawler.demo.plan import Plan, Section

PORTLET = "101_INSTANCE_mauTinTuc"


class LiferayPages:
    """All of the family but the article."""

    name = "liferay"
    per_page = 10
    clock = "{weekday}, ngày %d tháng %m năm %Y - %I:%M:%S %p"
    rotating = '<li><a href="{path}" title="{title}">{title}</a></li>'
    login_paths = ("/c/portal/login",)
    validators = "weak"
    standing = (("/gioi-thieu", "Giới thiệu"), ("/van-ban", "Văn bản"), ("/lien-he", "Liên hệ"))

    def article_path(self, article: DemoArticle, section: Section) -> str:
        return f"/{section.slug}/-/view_content/{article.number}-{article.slug}"

    def twin_path(self, article: DemoArticle, section: Section) -> str | None:
        return f"/{section.slug}/-/asset_publisher/mauTinTuc/content/id/{article.number}"

    def print_path(self, article: DemoArticle, section: Section) -> str:
        path = self.article_path(article, section)
        return f"{path}?p_p_state=pop_up&_{PORTLET}_viewMode=print"

    def listing_path(self, section: Section, page: int = 1) -> str:
        if page == 1:
            return f"/{section.slug}"
        return (
            f"/{section.slug}?p_p_id={PORTLET}&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view"
            f"&_{PORTLET}_delta={self.per_page}&_{PORTLET}_cur={page}"
        )

    def feed_path(self) -> str:
        return "/trang-chu/-/journal/rss/20182/40501"

    def sitemap_paths(self) -> tuple[str, ...]:
        return (
            "/sitemap.xml?groupId=20182&privateLayout=false",
            "/sitemap.xml?groupId=20182&layouts=true",
        )

    def photo_path(self, photo: Photo, article: DemoArticle) -> str:
        stamp = int(datetime.fromisoformat(article.published[:10] + "T00:00+07:00").timestamp())
        return f"/documents/20182/{article.number}/{photo.key}.jpg?t={stamp}000"

    def document_path(self, file: str) -> str:
        return f"/documents/20182/0/{file}"

    def lastmod(self, article: DemoArticle) -> str:
        """The time of the last edit: here the sitemap tells of an edited article."""
        return article.edited or article.published

    def other(self, plan: Plan, request: DemoRequest) -> Resource | DemoResponse | None:
        """A page of a listing whatever the order of its parameters; beyond the end, no entries."""
        path, _, query = request.path.partition("?")
        section = next((s for s in plan.sections if f"/{s.slug}" == path), None)
        number = dict(parse_qsl(query)).get(f"_{PORTLET}_cur", "1")
        if section is None or not re.fullmatch(r"[1-9]\d{0,5}", number):
            return None
        return Resource(lambda: self.listing(plan, section, int(number)))

    def shell(
        self, plan: Plan, title: str, main: str, here: str, section: Section | None = None,
        head: str = "",
    ) -> str:  # fmt: skip
        menu = "\n".join(
            f'<li class="lfr-nav-item"><a href="{self.listing_path(s)}" role="menuitem">'
            f"<span>{escape(s.name)}</span></a></li>"
            for s in plan.sections
        )
        inner = "\n".join(
            f'<li><a href="{path}">Tài liệu nội bộ</a></li>' for path in plan.inner_for(here)
        )
        return fill(
            "liferay.html",
            {
                "title": escape(title),
                "charset": '<meta content="text/html; charset=UTF-8" http-equiv="content-type" />',
                "site": escape(plan.site_name),
                "head": head,
                "menu": menu,
                "menu_side": menu.replace(' role="menuitem"', ""),
                "here": quote(here, safe=""),
                "breadcrumbs": _breadcrumbs(self, section),
                "main": main,
                "inner": inner,
            },
        )

    def listing(self, plan: Plan, section: Section, page: int) -> str:
        entries = "\n".join(self._entry(plan, article) for article in plan.page(section, page))
        main = f"{entries}\n{self._pager(plan, section, page)}"
        path = self.listing_path(section, page)
        head = f'<link href="{BASE}{escape(path)}" rel="canonical" />'
        return self.shell(plan, section.name, main, path, section, head)

    def home(self, plan: Plan) -> str:
        blocks = []
        for section in plan.sections:
            entries = "\n".join(self._entry(plan, a) for a in plan.page(section, 1)[:3])
            path = self.listing_path(section)
            blocks.append(
                '<section class="portlet"><header class="portlet-topper"><h2 class="portlet-title">'
                f'<a href="{path};jsessionid={SESSION}">{escape(section.name)}</a></h2></header>'
                f'\n<div class="portlet-content">{entries}</div></section>'
            )
        traps = "\n".join(
            f'<li><a href="{escape(path)}">{escape(title)}</a></li>' for title, path in plan.traps
        )
        blocks.append(f'<section class="portlet"><h2>Tư liệu</h2><ul>{traps}</ul></section>')
        head = f'<link href="{BASE}/" rel="canonical" />'
        return self.shell(plan, "Trang chủ", "\n".join(blocks), "/", None, head)

    def message(self, plan: Plan, title: str, body: str) -> str:
        main = (
            f'<h3 class="alert alert-error">{escape(title)}</h3>\n<p>{escape(body)}</p>\n'
            '<p><a href="javascript:history.back();">&laquo; Quay lại</a></p>'
        )
        return self.shell(plan, title, main, "/")

    def _entry(self, plan: Plan, article: DemoArticle) -> str:
        path = escape(plan.paths[article.slug])
        image = ""
        if article.photos:
            src = escape(self.photo_path(article.photos[0], article))
            image = (
                f'<div class="asset-image"><a href="{path}"><img src="{src}" alt=""/></a></div>\n'
            )
        return (
            '<div class="asset-bounddary">\n<div class="asset-abstract ">\n'
            f'<div class="asset-content normal-news">\n{image}<div class="asset-content-custom">\n'
            f'<h3 class="asset-title"> <a href="{path}">{escape(article.title)}</a> </h3>\n'
            f'<div class="assetPublishDate block_timer"> {listing_date(article)[0]} </div>\n'
            f'<div class="asset-summary"> {escape(summary(article))} </div>\n'
            '</div>\n</div>\n<div class="asset-metadata"> </div>\n</div>\n</div>'
        )

    def _pager(self, plan: Plan, section: Section, page: int) -> str:
        last = plan.pages(section)
        if last == 1 and page == 1:
            return ""

        def step(words: str, to: int, stands: bool) -> str:
            if not stands:
                return f'<li class="disabled"><a href="javascript:;">{words}</a></li>'
            href = escape(self.listing_path(section, to) if to > 1 else f"/{section.slug}")
            return f'<li><a href="{href}">{words}</a></li>'

        steps = [
            step("&larr; Đầu tiên", 1, page > 1),
            step("Trước", page - 1, page > 1),
            step("Tiếp", page + 1, page < last),
            step("Cuối cùng &rarr;", last, page < last),
        ]
        return (
            '<div class="clearfix lfr-pagination"><div class="lfr-pagination-config">'
            f'<span class="lfr-pagination-page-selector">Trang {page} trên {last}</span></div>'
            f'<ul class="pager lfr-pagination-buttons">{"".join(steps)}</ul></div>'
        )


def summary(article: DemoArticle) -> str:
    """The teaser of a listing: the lead, or the beginning of the text, cut."""
    return article.lead or shorten(article.paras[0].text, 34)


def listing_date(article: DemoArticle) -> tuple[str, str]:
    """As printed, and as it can be known from that."""
    moment = datetime.fromisoformat(article.published)
    if "T" not in article.published:
        return f"{moment:%d/%m/%Y}", article.published
    return dates.FORMS["bar-12h"](moment), dates.as_shown("bar-12h", moment)


def _breadcrumbs(pages: LiferayPages, section: Section | None) -> str:
    entries = ['<li class="first breadcrumb-truncate"><a href="/">Trang chủ</a></li>']
    names = section.names if section else ()
    for place, name in enumerate(names, 1):
        last = ' class="active last breadcrumb-truncate"' if place == len(names) else ""
        href = pages.listing_path(section) if section else "/"
        entries.append(f'<li{last}><a href="{href}">{escape(name)}</a></li>')
    return f'<ul class="breadcrumb breadcrumb-horizontal">{"".join(entries)}</ul>'
