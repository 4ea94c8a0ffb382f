"""Liferay 6: one block of the editor's own markup, with the byline as its last line."""

from __future__ import annotations

from collections.abc import Mapping

from archive.types import Item
from crawler.demo import dates
from crawler.demo.content import Box, DemoArticle, Para, Photo
from crawler.demo.liferay_pages import LiferayPages, listing_date, summary
from crawler.demo.markup import (
    BASE,
    INDENT,
    VIEWS,
    Pen,
    day_of,
    escape,
    items,
    shorten,
    table,
)  # fmt: skip
from crawler.demo.plan import Plan


class Liferay(LiferayPages):
    """``/<section>/-/view_content/<id>-<slug>``, ``/<section>?…_cur=N``."""

    def article(self, plan: Plan, article: DemoArticle) -> str:
        pen = Pen(article)
        section = plan.section_of(article)
        path = plan.paths[article.slug]
        body = "\n".join(self._body(plan, article, pen))
        lead = f'<div class="asset-summary"> {pen(article.lead)} </div>\n' if article.lead else ""
        main = (
            '<div class="asset-full-content default-asset-publisher">\n'
            f'<h3 class="asset-title"> {pen(article.title)} </h3>\n'
            f'<div class="assetPublishDate block_timer"> {escape(self.date_line(article))} </div>\n'
            '<div class="asset-print"><a '
            f'href="{escape(self.print_path(article, section))}">In trang</a>'
            f'</div>\n{lead}<div class="asset-content">\n<div class="journal-content-article">\n'
            f"{body}\n</div>\n</div>\n{self._attachments(plan, article)}\n"
            f'<div class="view-count">Số lần xem: {VIEWS}</div>\n</div>\n'
            + "\n".join(self._box(plan, box) for box in article.boxes)
        )
        return self.shell(plan, article.title, main, path, section, self._head(plan, article))

    def printed(self, plan: Plan, article: DemoArticle) -> str:
        pen = Pen(article)
        body = "\n".join(self._body(plan, article, pen))
        return (
            '<!DOCTYPE html>\n<html lang="vi-VN"><head><meta charset="utf-8">'
            f"<title>{pen(article.title)}</title>"
            f'<link href="{BASE}{escape(plan.paths[article.slug])}" rel="canonical" /></head>'
            f'<body class="portal-popup"><h3 class="asset-title">{pen(article.title)}</h3>'
            f'<div class="journal-content-article">{body}</div></body></html>\n'
        )

    def truth(self, plan: Plan, article: DemoArticle) -> Mapping[str, object]:
        return {"canonical": BASE + plan.paths[article.slug]}

    def item(self, plan: Plan, article: DemoArticle) -> Item:
        published = listing_date(article)[1]
        return Item(article.title, plan.paths[article.slug], published, summary(article))

    def date_line(self, article: DemoArticle) -> str:
        return article.date_text or dates.printed(article.date_form, article.published)

    def _head(self, plan: Plan, article: DemoArticle) -> str:
        path = escape(plan.paths[article.slug])
        teaser = escape(shorten(article.lead or article.paras[0].text, 30))
        return (
            f'<meta content="{teaser}" lang="vi-VN" name="description" />\n'
            f'<link href="{BASE}{path}" rel="canonical" />\n'
            f'<link href="{BASE}{path}" hreflang="vi-VN" rel="alternate" />'
        )

    def _body(self, plan: Plan, article: DemoArticle, pen: Pen) -> list[str]:
        out = []
        for group in article.groups():
            if isinstance(group, Photo):
                out.append(self._photo(article, group, pen))
            else:
                out.append(_paras(group, pen, plan.paths))
        right = '<p style="text-align:right">'
        if article.byline:
            out.append("<p>&nbsp;</p>")
            out.append(f"{right}<strong>{pen(article.byline)}</strong></p>")
        if article.source:
            out.append(f"{right}<em>Nguồn tin: {pen(article.source)}</em></p>")
        return out

    def _photo(self, article: DemoArticle, photo: Photo, pen: Pen) -> str:
        src = escape(self.photo_path(photo, article))
        way = 0 if "captions-below" in article.traits else article.number % 2
        alt = escape(photo.caption or "") if way else ""
        image = (
            f'<p style="text-align:center"><img alt="{alt}" src="{src}" '
            'style="width:320px;height:200px;" /></p>'
        )
        caption = pen.lines(photo.lines)
        if not caption:
            return image
        words = (
            f"<em>{caption}</em>"
            if way == 0
            else f'<span style="font-size:12px;"><em>{caption}</em></span>'
        )
        return f'<p>&nbsp;</p>\n{image}\n<p style="text-align:center">{words}</p>'

    def _attachments(self, plan: Plan, article: DemoArticle) -> str:
        if not article.attachments:
            return ""
        links = "".join(
            f'<li><a href="{escape(a.url)}">{escape(a.title)}</a></li>'
            for a in plan.attachments(article)
        )
        return (
            f'<div class="asset-attachments"><strong>Tệp đính kèm:</strong><ul>{links}</ul></div>'
        )

    def _box(self, plan: Plan, box: Box) -> str:
        entries = "\n".join(
            f'<li><a href="{escape(plan.paths[a.slug])}">{escape(a.title)}</a> '
            f'<span class="date">({day_of(a.published)})</span></li>'
            for a in plan.linked(box.slugs)
        )
        return (
            f'<div class="asset-links tin-lien-quan"><h4 class="related-title">{box.head}</h4>'
            f'<ul class="asset-links-list">{entries}</ul></div>'
        )


def _paras(group: tuple[Para, ...], pen: Pen, paths: Mapping[str, str]) -> str:
    kind = group[0].kind
    if kind == "item":
        return items(group, pen, paths)
    if kind == "row":
        return table(group, pen)
    if kind == "heading":
        return f"<h4>{pen.para(group[0], paths)}</h4>"
    words = f"<br />\n{INDENT} ".join(pen.para(para, paths) for para in group)
    if kind == "quote":
        return f"<blockquote>{words}</blockquote>"
    return (
        f'<p style="text-align:justify"><span style="font-size:14px;">{INDENT} {words}</span></p>'
    )
