"""SharePoint's addresses, its shell of one great form, listings by `__doPostBack`, messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs, quote

from crawler.demo import viewstate
from crawler.demo.content import DemoArticle, Photo
from crawler.demo.markup import day_of, escape, fill, shorten
from crawler.demo.messages import DemoRequest, DemoResponse, Resource
from crawler.demo.plan import Plan, Section

PAGER = "ctl00$PlaceHolderMain$dpTinTuc"
NEXT = "ctl00$PlaceHolderMain$lnkXemTiep"


class SharePointPages:
    """All of the family but the article."""

    name = "sharepoint"
    per_page = 8
    clock = "{weekday}, %d/%m/%Y - %H:%M"
    rotating = '<li class="top_News"><a href="{path}">{title}</a></li>'
    login_paths = ("/_layouts/15/Authenticate.aspx",)
    validators = "date"
    standing = (("/Pages/gioi-thieu.aspx", "Giới thiệu"), ("/Pages/lien-he.aspx", "Liên hệ"))

    def article_path(self, article: DemoArticle, section: Section) -> str:
        return f"/Pages/chi-tiet-tin-tuc.aspx?ItemID={article.number}&CategoryId={section.slug}"

    def twin_path(self, article: DemoArticle, section: Section) -> str | None:
        return f"/tin-noi-bat/Pages/chi-tiet-tin-tuc.aspx?ItemID={article.number}"

    def print_path(self, article: DemoArticle, section: Section) -> str:
        return f"/Pages/InBaiViet.aspx?ItemID={article.number}"

    def listing_path(self, section: Section, page: int = 1) -> str:
        """One address for all the pages of a listing: the others are asked for by POST."""
        return f"/Pages/{section.slug}.aspx"

    def feed_path(self) -> str:
        return "/_layouts/15/listfeed.aspx?List=tin-tuc"

    def sitemap_paths(self) -> tuple[str, ...]:
        return ("/sitemap-tin-tuc.xml", "/sitemap-trang.xml")

    def photo_path(self, photo: Photo, article: DemoArticle) -> str:
        year, month = article.published[:4], int(article.published[5:7])
        return f"/PublishingImages/{year}-{month}/{photo.key}.jpg"

    def document_path(self, file: str) -> str:
        return f"/Documents/{file}"

    def lastmod(self, article: DemoArticle) -> str:
        """The day of publication alone: an edit does not move it."""
        return article.published[:10]

    def other(self, plan: Plan, request: DemoRequest) -> Resource | DemoResponse | None:
        path = request.path.split("?")[0]
        if path.lower() == "/pages/default.aspx":
            return Resource(lambda: self.home(plan))
        section = next((s for s in plan.sections if self.listing_path(s) == path), None)
        if request.method != "POST" or section is None:
            return None
        form = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        page = self._posted(plan, section, {name: values[0] for name, values in form.items()})
        if page is None:
            body = "<h1>Lỗi máy chủ</h1><p>Trạng thái của trang không hợp lệ.</p>"
            headers = (("Content-Type", "text/html; charset=utf-8"),)
            return DemoResponse(500, headers, body.encode())
        return Resource(lambda: self.listing(plan, section, page))

    def _posted(self, plan: Plan, section: Section, form: Mapping[str, str]) -> int | None:
        """The page that a post asks for; ``None`` if its state is not one of the list as it is."""
        state = form.get("__VIEWSTATE", "")
        known = viewstate.read(state)
        if known is None or known[0] != section.slug or known[2] != plan.shown(section):
            return None
        if form.get("__EVENTVALIDATION") != viewstate.validation(state):
            return None
        target, last = form.get("__EVENTTARGET", ""), plan.pages(section)
        if target == NEXT:
            return min(known[1] + 1, last)
        number = re.fullmatch(re.escape(PAGER) + r"\$ctl01\$ctl(\d\d)", target)
        if number is not None and int(number[1]) < last:
            return int(number[1]) + 1
        return None

    def shell(
        self, plan: Plan, title: str, main: str, here: str, section: Section | None = None,
        head: str = "", page: int = 1,
    ) -> str:  # fmt: skip
        menu = "\n".join(
            f'<li class="static"><a class="static menu-item" href="{self.listing_path(s)}">'
            f'<span class="menu-item-text">{escape(s.name)}</span></a></li>'
            for s in plan.sections
        )
        inner = " ".join(f'<a href="{path}">Tài liệu</a>' for path in plan.inner_for(here))
        state = viewstate.make("", 1, "")
        if section is not None and here == self.listing_path(section):
            state = viewstate.make(section.slug, page, plan.shown(section))
        return fill(
            "sharepoint.html",
            {
                "title": escape(title),
                "charset": '<meta http-equiv="Content-type" content="text/html; charset=utf-8" />',
                "site": escape(plan.site_name),
                "head": head,
                "here": escape(here),
                "here_quoted": quote(here, safe=""),
                "state": state,
                "validation": viewstate.validation(state),
                "menu": menu,
                "menu_side": menu,
                "main": main,
                "inner": inner,
            },
        )

    def listing(self, plan: Plan, section: Section, page: int) -> str:
        entries = "\n".join(self._entry(plan, article) for article in plan.page(section, page))
        crumbs = breadcrumbs(self, section)
        main = (
            f'{crumbs}<div class="ds-tin" id="ctl00_PlaceHolderMain_pnDanhSach">'
            f"\n{entries}\n</div>\n"
            f"{_pager(page, plan.pages(section))}"
        )
        return self.shell(plan, section.name, main, self.listing_path(section), section, page=page)

    def home(self, plan: Plan) -> str:
        blocks = []
        for section in plan.sections:
            entries = "\n".join(self._entry(plan, a) for a in plan.page(section, 1)[:3])
            blocks.append(
                '<div class="ms-webpart-zone"><div class="ms-webpart-chrome-title">'
                f'<h2 class="ms-webpart-titleText"><a href="{self.listing_path(section)}">'
                f"<span>{escape(section.name)}</span></a></h2></div>\n{entries}</div>"
            )
        traps = "\n".join(
            f'<li><a href="{escape(path)}">{escape(title)}</a></li>' for title, path in plan.traps
        )
        blocks.append(f'<div class="ms-webpart-zone"><h2>Tư liệu</h2><ul>{traps}</ul></div>')
        return self.shell(plan, plan.site_name, "\n".join(blocks), "/Pages/default.aspx")

    def message(self, plan: Plan, title: str, body: str) -> str:
        main = (
            f'<div class="ms-error"><h2>{escape(title)}</h2><span '
            'id="ctl00_PlaceHolderMain_lblThongBao">'
            f'{escape(body)}</span><p><a href="/">Về trang chủ</a></p></div>'
        )
        return self.shell(plan, title, main, "/")

    def _entry(self, plan: Plan, article: DemoArticle) -> str:
        path = escape(plan.paths[article.slug])
        image = ""
        if article.photos:
            src = escape(self.photo_path(article.photos[0], article))
            image = (
                f'<td width="120"><a href="{path}"><img src="{src}" alt="" width="110" /></a></td>'
            )
        return (
            '<table class="tin-item" width="100%"><tr>'
            f'{image}<td valign="top"><h3 class="tieu-de"><a href="{path}">'
            f"{escape(article.title)}</a></h3>"
            f'<span class="time_update">(Ngày {day_of(article.published)})</span>'
            f'<div class="tom-tat">{escape(summary(article))}</div></td></tr></table>'
        )


def summary(article: DemoArticle) -> str:
    """The teaser of a listing: the lead, or the beginning of the text, cut."""
    return article.lead or shorten(article.paras[0].text, 34)


def listing_date(article: DemoArticle) -> str:
    return datetime.fromisoformat(article.published).date().isoformat()


def breadcrumbs(pages: SharePointPages, section: Section) -> str:
    names = "".join(
        f' <span class="sep">&gt;</span> <a href="{pages.listing_path(section)}">{escape(name)}</a>'
        for name in section.names
    )
    return (
        '<div class="breadcrumb" id="ctl00_PlaceHolderMain_siteMapPath">'
        f'<a href="/Pages/default.aspx">Trang chủ</a>{names}</div>\n'
    )


def _pager(page: int, last: int) -> str:
    if last == 1:
        return ""

    def post(target: str, words: str, name: str = "") -> str:
        call = escape(f"javascript:__doPostBack('{target}','')")
        return f'<a{name} href="{call}">{words}</a>'

    numbers = "&nbsp;".join(
        f'<span class="current">{n}</span>'
        if n == page
        else post(f"{PAGER}$ctl01$ctl{n - 1:02}", str(n))
        for n in range(1, last + 1)
    )
    more = ""
    if page < last:
        more = post(NEXT, "Xem tin tiếp theo", ' id="ctl00_PlaceHolderMain_lnkXemTiep"')
    pager = f'<span id="ctl00_PlaceHolderMain_dpTinTuc">{numbers}</span>'
    return f'<div class="phan-trang">{pager} {more}</div>'
