"""Small parts of NukeViet's pages."""

from __future__ import annotations

from datetime import datetime

from crawler.demo import dates
from crawler.demo.content import DemoArticle
from crawler.demo.markup import escape
from crawler.demo.plan import Section

STANDING = (
    ("/about/", "Giới thiệu"),
    ("/about/chuc-nang-nhiem-vu.html", "Chức năng, nhiệm vụ"),
    ("/about/co-cau-to-chuc.html", "Cơ cấu tổ chức"),
    ("/about/lich-su-dang-bo.html", "Lịch sử Đảng bộ"),
    ("/laws/", "Văn bản"),
    ("/contact/", "Liên hệ"),
    ("/feeds/", "RSS"),
)
"""Path and title of the pages that are no articles."""


def listing_date(article: DemoArticle) -> tuple[str, str]:
    """A listing's date as printed (12-hour, with seconds) and as it can be known from that."""
    moment = datetime.fromisoformat(article.published)
    if "T" not in article.published:
        return f"{moment:%d/%m/%Y}", article.published
    return dates.FORMS["seconds-12h"](moment), dates.as_shown("seconds-12h", moment)


def breadcrumbs(section: Section | None) -> str:
    """Hidden, as the theme leaves them when JavaScript does not move them."""
    names = ("Trang nhất", *(section.names if section else ()))
    entries = []
    for place, name in enumerate(names, 1):
        href = "/" if place == 1 or section is None else f"/news/{section.slug}/"
        entries.append(
            '<li itemprop="itemListElement" itemscope itemtype="https://schema.org/ListItem">'
            f'<a href="{href}" itemprop="item" title="{escape(name)}"><span class="txt" '
            'itemprop="name">'
            f'{escape(name)}</span></a><i class="hidden" itemprop="position" '
            f'content="{place}"></i></li>'
        )
    return (
        '<ul class="temp-breadcrumbs hidden" itemscope itemtype="https://schema.org/BreadcrumbList">'
        + "".join(entries) + "</ul>"
    )  # fmt: skip
