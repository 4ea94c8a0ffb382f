"""SharePoint: labels by id, Word's paragraphs, tables around photos, breaks with indentation."""

from __future__ import annotations

from collections.abc import Mapping

from archive.types import Item
from crawler.demo import dates
from crawler.demo.content import Box, DemoArticle, Para, Photo
from crawler.demo.markup import BASE, INDENT, Pen, day_of, escape, items, table
from crawler.demo.plan import Plan
from crawler.demo.sharepoint_pages import SharePointPages, breadcrumbs, listing_date, summary

_ID = "ctl00_PlaceHolderMain_"
_WORD = (
    '<p class="MsoNormal" style="text-align:justify;margin:6pt 0in;line-height:150%">'
    '<span lang="VI" '
    'style="font-size:14pt;line-height:150%;font-family:&quot;times new roman&quot;,serif">'
)


class SharePoint(SharePointPages):
    """``/Pages/chi-tiet-tin-tuc.aspx?ItemID=N``, listings by ``__doPostBack``."""

    def article(self, plan: Plan, article: DemoArticle) -> str:
        pen = Pen(article)
        section = plan.section_of(article)
        path = plan.paths[article.slug]
        lead = ""
        if article.lead:
            lead = f'<div id="divArticleDescription1"><p><b>{pen(article.lead)}</b></p></div>\n'
        main = (
            f"{breadcrumbs(self, section)}"
            '<div class="news-detail-page">\n'
            f'<h1 class="title"><span id="{_ID}lblTitle">{pen(article.title)}</span></h1>\n'
            f'<div class="date"><span id="{_ID}lblCreatedDate">'
            f"{escape(self.date_line(article))}</span>"
            f' <a class="in-bai" href="{escape(self.print_path(article, section))}">Bản '
            "in</a></div>\n"
            f'{lead}<div id="divArticleDescription2" class="ExternalClass5E1F">\n'
            + "\n".join(self._body(plan, article, pen))
            + f"\n</div>\n{self._below(plan, article, pen)}</div>\n"
            + "\n".join(self._box(plan, box) for box in article.boxes)
        )
        head = ""
        if "twin" in article.traits:
            head = f'<link rel="canonical" href="{BASE}{escape(path)}" />'
        return self.shell(plan, article.title, main, path, section, head)

    def printed(self, plan: Plan, article: DemoArticle) -> str:
        pen = Pen(article)
        return (
            '<html lang="vi-VN"><head><meta charset="utf-8"><title>Bản in</title></head><body>'
            f"<h1>{pen(article.title)}</h1><div>{escape(self.date_line(article))}</div>"
            f"<div>{''.join(self._body(plan, article, pen))}</div></body></html>"
        )

    def truth(self, plan: Plan, article: DemoArticle) -> Mapping[str, object]:
        canonical = BASE + plan.paths[article.slug] if "twin" in article.traits else None
        return {"canonical": canonical}

    def item(self, plan: Plan, article: DemoArticle) -> Item:
        return Item(
            article.title, plan.paths[article.slug], listing_date(article), summary(article)
        )

    def date_line(self, article: DemoArticle) -> str:
        return article.date_text or dates.printed(article.date_form, article.published)

    def _body(self, plan: Plan, article: DemoArticle, pen: Pen) -> list[str]:
        """Word's paragraphs, or one division with breaks and indentation by no-break spaces."""
        soup = article.number % 3 != 2 or "captions-below" in article.traits
        out = []
        for group in article.groups():
            if isinstance(group, Photo):
                out.append(self._photo(article, group, pen))
            elif group[0].kind != "paragraph":
                out.append(_special(group, pen, plan.paths))
            elif soup:
                out.append(_word(group, pen, plan.paths))
            else:
                words = "<br>\n".join(f"{INDENT} {pen.para(p, plan.paths)}" for p in group)
                out.append(f"<div>{words}<br>\n</div>")
        if article.byline and "label" not in article.traits:
            out.append(
                '<p class="MsoNormal" align="right" style="text-align:right"><b><span lang="VI" '
                f'style="font-size:14pt">{pen(article.byline)}</span></b><o:p></o:p></p>'
            )
        return out

    def _photo(self, article: DemoArticle, photo: Photo, pen: Pen) -> str:
        src = escape(self.photo_path(photo, article))
        image = f'<img src="{src}" alt="" style="margin:5px;width:320px" />'
        caption = pen.lines(photo.lines)
        if article.number % 2 and "captions-below" not in article.traits:
            below = f'<p class="comment" align="center"><i>{caption}</i></p>' if caption else ""
            centred = '<p class="MsoNormal" align="center" style="text-align:center">'
            return f"{centred}{image}</p>\n{below}"
        cell = f'<tr><td class="comment" style="text-align:center"><em>{caption}</em></td></tr>'
        return (
            '<table align="center" border="0" cellpadding="3" cellspacing="0" '
            'class="ms-rteTable-0">'
            f'<tbody><tr><td style="text-align:center">{image}</td></tr>\n{cell if caption else ""}'
            "</tbody></table>"
        )

    def _below(self, plan: Plan, article: DemoArticle, pen: Pen) -> str:
        author = pen(article.byline or "") if "label" in article.traits else ""
        source = f"Nguồn tin: {pen(article.source)}" if article.source else ""
        files = "".join(
            f'<li><a href="{escape(a.url)}">{escape(a.title)}</a></li>'
            for a in plan.attachments(article)
        )
        attached = (
            f'<div class="tep-dinh-kem"><b>Tệp đính kèm</b><ul>{files}</ul></div>' if files else ""
        )
        return (
            f'{attached}<div class="tac-gia"><span id="{_ID}lblAuthor">{author}</span></div>\n'
            f'<div class="nguon"><span id="{_ID}lblSource">{source}</span></div>\n'
        )

    def _box(self, plan: Plan, box: Box) -> str:
        entries = "\n".join(
            f'<li><a href="{escape(plan.paths[a.slug])}">{escape(a.title)}</a> '
            f'<span class="time_update">(Ngày {day_of(a.published)})</span></li>'
            for a in plan.linked(box.slugs)
        )
        return f'<div class="other_News"><h4>{box.head}</h4><ul>{entries}</ul></div>'


def _special(group: tuple[Para, ...], pen: Pen, paths: Mapping[str, str]) -> str:
    kind = group[0].kind
    if kind == "item":
        return items(group, pen, paths)
    if kind == "row":
        return table(group, pen)
    words = pen.para(group[0], paths)
    return f"<h3>{words}</h3>" if kind == "heading" else f"<blockquote>{words}</blockquote>"


def _word(group: tuple[Para, ...], pen: Pen, paths: Mapping[str, str]) -> str:
    words = f"<br />\n{INDENT} ".join(pen.para(para, paths) for para in group)
    indent = f"{INDENT} " if len(group) > 1 else ""
    return f"{_WORD}{indent}{words}</span><o:p></o:p></p>"
