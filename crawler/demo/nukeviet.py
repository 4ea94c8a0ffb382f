"""NukeViet 4: hidden edit times, a malformed meta date, tooltips with other articles' leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from archive.types import Item
from crawler.demo import dates
from crawler.demo.content import Box, DemoArticle, Para, Photo
from crawler.demo.markup import (
    BASE,
    INDENT,
    Pen,
    day_of,
    escape,
    fill,
    items,
    shorten,
    table,
)  # fmt: skip
from crawler.demo.nukeviet_pages import NukeVietPages
from crawler.demo.nukeviet_parts import listing_date
from crawler.demo.plan import Plan

ADMIN = "quantri.vanson"


class NukeViet(NukeVietPages):
    """``/news/<section>/<slug>-<id>.html``, ``/news/<section>/page-N/``."""

    def article(self, plan: Plan, article: DemoArticle) -> str:
        pen = Pen(article)
        section = plan.section_of(article)
        path = plan.paths[article.slug]
        main = fill(
            "nukeviet-article.html",
            {
                "title": pen(article.title),
                "author": escape(article.authors[0].name if article.authors else ADMIN),
                "edited": escape(article.edited or article.published),
                "url": BASE + path,
                "date": escape(self.date_line(article)),
                "print": escape(self.print_path(article, section)),
                "save": f"/news/savefile/{section.slug}/{article.slug}-{article.number}.html",
                "lead": self._lead(plan, article, pen),
                "body": "\n".join(self._body(plan, article, pen)),
                "below": "\n".join(self._below(plan, article, pen)),
                "related": "\n".join(self._box(plan, box) for box in article.boxes),
            },
        )
        return self.shell(plan, article.title, main, path, section, self._head(plan, article))

    def printed(self, plan: Plan, article: DemoArticle) -> str:
        pen = Pen(article)
        body = "\n".join(self._body(plan, article, pen))
        return (
            '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8">'
            f"<title>{pen(article.title)}</title>"
            '<meta name="robots" content="noindex, follow">'
            f'<link rel="canonical" href="{BASE}{plan.paths[article.slug]}"></head>\n'
            f'<body><div id="print"><h1>{pen(article.title)}</h1>'
            f'<ul class="list-inline"><li>{escape(self.date_line(article))}</li></ul>\n'
            f'<div id="news-bodyhtml">{body}</div></div></body></html>\n'
        )

    def truth(self, plan: Plan, article: DemoArticle) -> Mapping[str, object]:
        return {
            "updated": article.edited,
            "tags": article.tags,
            "canonical": BASE + plan.paths[article.slug],
        }

    def item(self, plan: Plan, article: DemoArticle) -> Item:
        return Item(article.title, plan.paths[article.slug], listing_date(article)[1], article.lead)

    def date_line(self, article: DemoArticle) -> str:
        if article.date_text and "T" not in article.published:
            return article.date_text
        form = "weekday" if article.date_form == "plain" else article.date_form
        return dates.printed(form, article.published)

    def _head(self, plan: Plan, article: DemoArticle) -> str:
        """``article:published_time`` as PHP's ``date('Y-m-dTH:i:s')`` makes it: T is the zone."""
        published = _malformed(article.published)
        edited = _malformed(article.edited or article.published)
        path = plan.paths[article.slug]
        summary = escape(shorten(article.lead or article.paras[0].text, 30))
        return (
            f'<meta name="description" content="{summary}">\n'
            f'<meta property="og:title" content="{escape(article.title)}">\n'
            '<meta property="og:type" content="article">\n'
            f'<meta property="og:url" content="{BASE}{path}">\n'
            f'<meta property="article:published_time" content="{published}">\n'
            f'<meta property="article:modified_time" content="{edited}">\n'
            f'<meta property="article:section" content="{escape(article.section[-1])}">\n'
            f'<link rel="canonical" href="{BASE}{path}">'
        )

    def _lead(self, plan: Plan, article: DemoArticle, pen: Pen) -> str:
        lead = ""
        if article.lead is not None:
            lead = (
                f'<div class="hometext m-bottom" itemprop="description">{pen(article.lead)}</div>'
            )
        photo = _lead_photo(article)
        if photo is None:
            return lead
        src = escape(self.photo_path(photo, article))
        return (
            f'{lead}\n<figure class="article center">'
            f'<img alt="{escape(photo.caption or "")}" src="{src}" width="460" '
            'class="img-thumbnail"/>'
            f"<figcaption>{pen.lines(photo.lines)}</figcaption></figure>"
        )

    def _body(self, plan: Plan, article: DemoArticle, pen: Pen) -> list[str]:
        out = []
        first = _lead_photo(article)
        for group in article.groups():
            if isinstance(group, Photo):
                if group is not first:
                    out.append(self._photo(article, group, pen))
            elif "bare" in article.traits and group[0].kind == "paragraph":
                out.append("<br /><br />\n".join(pen.para(p, plan.paths) for p in group))
                out.append("<br /><br />")
            else:
                out.append(_paras(group, pen, plan.paths))
        if article.byline and "label" not in article.traits:
            out.append("<p>&nbsp;</p>")
            out.append(f'<p class="text-right"><strong>{pen(article.byline)}</strong></p>')
        return out

    def _photo(self, article: DemoArticle, photo: Photo, pen: Pen) -> str:
        """Three ways: paragraphs of their own, a figure, centred divs (the caption in the next)."""
        src = escape(self.photo_path(photo, article))
        caption = pen.lines(photo.lines)
        way = 0 if "captions-below" in article.traits else article.number % 3
        if way == 1:
            return (
                f'<figure class="image"><img alt="{escape(photo.caption or "")}" src="{src}" />'
                f"<figcaption>{caption}</figcaption></figure>"
            )
        tag = "p" if way == 0 else "div"
        centred = f'<{tag} style="text-align: center;">'
        below = f"{centred}<em>{caption}</em></{tag}>" if caption else ""
        gap = "<p>&nbsp;</p>\n" if way == 0 else ""
        return f'{gap}{centred}<img alt="" src="{src}" /></{tag}>\n{below}'

    def _below(self, plan: Plan, article: DemoArticle, pen: Pen) -> list[str]:
        out = []
        if article.byline and "label" in article.traits:
            label, _, rest = article.byline.partition(": ")
            words = f"<strong>{pen(label)}: </strong>{pen(rest)}"
            out.append(f'<div class="margin-bottom-lg"><p class="h5 text-right">{words}</p></div>')
        if article.source:
            out.append(
                '<div class="margin-bottom-lg"><p class="h5 text-right">'
                f"<strong>Nguồn tin: </strong>{pen(article.source)}</p></div>"
            )
        if article.attachments:
            links = "".join(
                f'<div class="news-download-file"><a href="{escape(a.url)}" '
                f'title="{escape(a.title)}">'
                f"{escape(a.title)}</a></div>"
                for a in plan.attachments(article)
            )
            out.append(f'<div class="m-bottom"><strong>File đính kèm: </strong>{links}</div>')
        if article.tags:
            tags = ", ".join(
                f'<a title="{escape(t)}" href="/news/tag/{quote(t.replace(" ", "-"))}/">'
                f"<em>{escape(t)}</em></a>"
                for t in article.tags
            )
            out.append(f'<div class="h5 keywords"><strong>Từ khóa: </strong>{tags}</div>')
        return out

    def _box(self, plan: Plan, box: Box) -> str:
        entries = "\n".join(
            '<li><em class="fa fa-angle-right">&nbsp;</em> '
            f'<a href="{escape(plan.paths[a.slug])}" data-placement="bottom" '
            f'data-content="{escape(shorten(a.lead or a.paras[0].text, 24))}" data-img="" '
            f'data-rel="tooltip" title="{escape(a.title)}"><h4>{escape(a.title)}</h4></a> '
            f"<em>({day_of(a.published)})</em></li>"
            for a in plan.linked(box.slugs)
        )
        return (
            '<div class="news_column panel panel-default"><p class="h3"><strong>'
            f"{box.head}</strong></p>"
            f'<ul class="related list-inline">{entries}</ul></div>'
        )


def _lead_photo(article: DemoArticle) -> Photo | None:
    """The photo that the template puts above the body."""
    first = article.pieces[0]
    return first if isinstance(first, Photo) and "captions-below" not in article.traits else None


def _paras(group: tuple[Para, ...], pen: Pen, paths: Mapping[str, str]) -> str:
    kind = group[0].kind
    if kind == "item":
        return items(group, pen, paths)
    if kind == "row":
        return table(group, pen)
    if kind == "heading":
        return f"<h3>{pen.para(group[0], paths)}</h3>"
    words = f"<br />\n{INDENT} ".join(pen.para(para, paths) for para in group)
    if kind == "quote":
        return f"<blockquote><p>{words}</p></blockquote>"
    indent = f"{INDENT} " if len(group) > 1 else ""
    return f'<p style="text-align: justify;">{indent}{words}</p>'


def _malformed(published: str) -> str:
    moment = datetime.fromisoformat(published)
    return f"{moment:%Y-%m-%d}+07{moment:%H:%M:%S}"
