"""NukeViet's addresses, its shell of menus and boxes, listings, home page and messages."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from crawler.demo.content import DemoArticle, Photo
from crawler.demo.markup import BASE, SESSION, VIEWS, escape, fill
from crawler.demo.messages import DemoRequest, DemoResponse, Resource, redirect
from crawler.demo.nukeviet_parts import STANDING, breadcrumbs, listing_date
from crawler.demo.plan import Plan, Section
from crawler.demo.traps import OTHER_HOST


class NukeVietPages:
    """All of the family but the article."""

    name = "nukeviet"
    per_page = 10
    clock = "{weekday}, %d/%m/%Y, %H:%M"
    rotating = '<li class="clearfix"><a title="{title}" href="{path}">{title}</a></li>'
    login_paths = ("/users/login/", "/users/register/")
    validators = "none"
    standing = STANDING

    def article_path(self, article: DemoArticle, section: Section) -> str:
        return f"/news/{section.slug}/{article.slug}-{article.number}.html"

    def twin_path(self, article: DemoArticle, section: Section) -> str | None:
        return f"/vi/news/{section.slug}/{article.slug}-{article.number}.html"

    def print_path(self, article: DemoArticle, section: Section) -> str:
        return f"/news/print/{section.slug}/{article.slug}-{article.number}.html"

    def listing_path(self, section: Section, page: int = 1) -> str:
        return f"/news/{section.slug}/" + (f"page-{page}/" if page > 1 else "")

    def feed_path(self) -> str:
        return "/news/rss/"

    def sitemap_paths(self) -> tuple[str, ...]:
        return ("/sitemap-vi.news.xml", "/sitemap-vi.page.xml")

    def photo_path(self, photo: Photo, article: DemoArticle) -> str:
        return f"/uploads/news/{article.published[:4]}_{article.published[5:7]}/{photo.key}.jpg"

    def document_path(self, file: str) -> str:
        return f"/uploads/news/tai-lieu/{file}"

    def lastmod(self, article: DemoArticle) -> str:
        """The time of publication: an edit does not move it."""
        return article.published

    def other(self, plan: Plan, request: DemoRequest) -> Resource | DemoResponse | None:
        """What NukeViet does with odd addresses (seen where it really runs): `page-1` goes to the
        section, a page beyond the end is an empty list, a wrong slug goes to the right one, an
        unknown section goes home."""
        path = request.path.split("?")[0]
        known = {section.slug: section for section in plan.sections}
        page = re.fullmatch(r"/news/([a-z0-9-]+)/page-(\d{1,6})/", path)
        if page is not None and page[1] in known:
            section, number = known[page[1]], int(page[2])
            if number == 1:
                return redirect(301, request.base + self.listing_path(section))
            return Resource(lambda: self.listing(plan, section, number))
        article = re.fullmatch(r"/(?:vi/)?news/(?:savefile/)?[^/]+/[^/]*-(\d+)\.html", path)
        if article is not None:
            target = next((a for a in plan.articles if a.number == int(article[1])), None)
            if target is None:
                return None
            return redirect(301, request.base + plan.paths[target.slug])
        if path == "/banners/click/":
            return redirect(302, OTHER_HOST)
        tag = re.fullmatch(r"/news/tag/([^/]+)/", path)
        if tag is not None:
            word = unquote(tag[1]).replace("-", " ")
            return Resource(lambda: self._tagged(plan, word))
        if re.fullmatch(r"/news/[^/]+/", path):
            return redirect(301, request.base + "/")
        return None

    def _tagged(self, plan: Plan, word: str) -> str:
        shown = [article for article in plan.articles if word in article.tags]
        entries = "\n".join(self._entry(plan, article) for article in shown)
        main = f'<h1>Từ khóa: {escape(word)}</h1><div class="news_column listpage">{entries}</div>'
        return self.shell(plan, word, main, f"/news/tag/{quote(word)}/")

    def shell(
        self, plan: Plan, title: str, main: str, here: str, section: Section | None = None,
        head: str = "",
    ) -> str:  # fmt: skip
        menu = "\n".join(
            f'<li><a title="{escape(s.name)}" href="{self.listing_path(s)}">'
            f"{escape(s.name)}</a></li>"
            for s in plan.sections
        )
        inner = "\n".join(
            f'<li><a href="{path}">Tài liệu nội bộ {path.rsplit("-", 1)[-1].split(".")[0]}</a></li>'
            for path in plan.inner_for(here)
        )
        return fill(
            "nukeviet.html",
            {
                "title": escape(title),
                "charset": '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">',
                "site": escape(plan.site_name),
                "head": head,
                "menu": menu,
                "menu_side": menu,
                "here": escape(here),
                "breadcrumbs": breadcrumbs(section),
                "main": main,
                "inner": inner,
            },
        )

    def listing(self, plan: Plan, section: Section, page: int) -> str:
        shown = plan.page(section, page)
        entries = "\n".join(self._entry(plan, article) for article in shown)
        main = (
            f'<div class="box-icon-title"><h2>{escape(section.name)}</h2></div>\n'
            f'<div class="news_column listpage">\n{entries}\n</div>\n'
            f'<div class="text-right genpage_cute">{self._pager(plan, section, page)}</div>\n'
            f'<p class="viewmore"><a href="/news/{section.slug}/?PHPSESSID={SESSION}">Xem '
            "theo ngày</a></p>"
        )
        path = self.listing_path(section, page)
        head = f'<link rel="canonical" href="{BASE}{path}">'
        title = section.name if page == 1 else f"{section.name} - Trang {page}"
        return self.shell(plan, title, main, path, section, head)

    def home(self, plan: Plan) -> str:
        blocks = []
        for section in plan.sections:
            first, *others = plan.page(section, 1)[:6] or (None,)
            if first is None:
                continue
            rest = "\n".join(
                f'<li><a href="{plan.paths[a.slug]}" title="{escape(a.title)}">'
                f"{escape(a.title)}</a></li>"
                for a in others
                if a is not None
            )
            path = self.listing_path(section)
            blocks.append(
                f'<div class="news_column panel panel-default"><div class="panel-heading">'
                f'<a href="{path}">{escape(section.name)}</a></div>\n{self._entry(plan, first)}\n'
                f'<ul class="related list-inline">{rest}</ul></div>'
            )
        traps = "\n".join(
            f'<li><a href="{escape(path)}">{escape(title)}</a></li>' for title, path in plan.traps
        )
        blocks.append(
            '<div class="news_column panel panel-default"><div class="panel-heading">Tư liệu</div>'
            f'<ul class="list-inline">{traps}</ul></div>'
        )
        head = f'<link rel="canonical" href="{BASE}/">'
        return self.shell(plan, plan.site_name, "\n".join(blocks), "/", None, head)

    def message(self, plan: Plan, title: str, body: str) -> str:
        main = (
            '<div class="nv-info panel panel-default"><div class="panel-body text-center">'
            f"<h2>{escape(title)}</h2><p>{escape(body)}</p>"
            '<p><a href="/">Về trang nhất</a></p></div></div>'
        )
        head = '<meta name="robots" content="noindex">'
        return self.shell(plan, title, main, "/", None, head)

    def _entry(self, plan: Plan, article: DemoArticle) -> str:
        path = escape(plan.paths[article.slug])
        title = escape(article.title)
        image = ""
        if article.photos:
            src = escape(self.photo_path(article.photos[0], article))
            image = (
                f'<a href="{path}" title="{title}"><img alt="{title}" src="{src}" width="170" '
                'class="img-thumbnail pull-left imghome" /></a>\n'
            )
        return (
            '<div class="panel panel-default"><div class="panel-body">\n'
            f'{image}<h3><a href="{path}" title="{title}">{title}</a></h3>\n'
            '<div class="text-muted"><ul class="list-unstyled list-inline">'
            f'<li><em class="fa fa-clock-o">&nbsp;</em> {listing_date(article)[0]}</li>'
            f'<li><em class="fa fa-eye">&nbsp;</em> Đã xem: {VIEWS}</li>'
            '<li><em class="fa fa-comment-o">&nbsp;</em> Phản hồi: 0</li></ul></div>\n'
            f"{escape(article.lead or '')}\n"
            f'<div class="viewmore text-right"><a href="{path}" class="more">Xem '
            "tiếp&nbsp;</a></div>"
            "\n</div></div>"
        )

    def _pager(self, plan: Plan, section: Section, page: int) -> str:
        """Every later number is ``rel=next``. Beyond the end the pages go on without end, and the
        largest section leads there: its count still holds articles that were hidden."""
        last = plan.pages(section)
        if section == max(plan.sections, key=lambda s: len(plan.of(s))) or page > last:
            last = max(last, page) + 1
        if last == 1:
            return ""
        name = escape(section.name)

        def number(n: int) -> str:
            if n == page:
                return f'<li class="active"><a href="#">{n}</a></li>'
            rel = "next" if n > page else "prev"
            href = self.listing_path(section, n)
            return f'<li><a rel="{rel}" title="{name} - Trang {n}" href="{href}">{n}</a></li>'

        near = range(max(1, page - 5), min(last, page + 4) + 1)
        numbers = "".join(map(number, near))
        more = (
            f'<li><a rel="next" href="{self.listing_path(section, page + 1)}">&raquo;</a></li>'
            if page < last
            else '<li class="disabled"><a href="#">&raquo;</a></li>'
        )
        return f'<ul class="pagination">{numbers}{more}</ul>'
