"""What the name of an element, its class, id and style say of the text in it.

Flags are bits; hints only weigh, they never decide alone (see `body.py`): a wrapper around the
whole page may be called anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

NAV = 1  # menus, breadcrumbs, page heads and feet, side columns
COMMENT = 2
RELATED = 4  # boxes of links to other articles
SHARE = 8  # share bars, ratings, tools
AD = 16  # advertisements, subscriptions, pop-ups
HIDDEN = 32
FORM = 64
CAPTION = 128
AUTHOR = 256
DATE = 512
TAGS = 1024
LEAD = 2048
BODY = 4096
CENTER = 8192
RIGHT = 16384
BOLD = 32768
ITALIC = 65536
CRUMBS = 131072
TITLE = 262144
FIGURE = 524288
BLOCK = 1048576  # an inline element displayed as a block
SOURCE = 2097152
PRE = 4194304  # line ends are kept
CREDIT = 8388608  # who made a photo

OUTSIDE = NAV | COMMENT | RELATED | SHARE | AD | HIDDEN | FORM | TAGS | CRUMBS
NAMED = TITLE | DATE | AUTHOR | SOURCE | LEAD | CAPTION | BODY  # fields named by their elements
LOOKS = CENTER | RIGHT | BOLD | ITALIC
LIMIT = 200  # characters of a class or style that are looked at

TAG_FLAGS = {
    "nav": NAV,
    "footer": NAV,
    "aside": NAV,
    "menu": NAV,
    "form": FORM,
    "figure": FIGURE,
    "figcaption": CAPTION | FIGURE,
    "center": CENTER,
    "b": BOLD,
    "strong": BOLD,
    "i": ITALIC,
    "em": ITALIC,
    "cite": ITALIC,
    "pre": PRE,
    "dialog": AD,
}

# Words as they stand in class and id attributes, cut at case changes and punctuation, one or
# two in a row.
WORDS: dict[int, str] = {
    NAV: "nav navbar navigation menu menus submenu topbar footer sidebar skip toolbar pager "
    "pagination paging masthead colophon offcanvas sitemap langbar",
    CRUMBS: "breadcrumb breadcrumbs bread-crumbs crumbs duongdan duong-dan",
    COMMENT: "comment comments commenting disqus respond binhluan binh-luan replies ykien y-kien",
    RELATED: "related relate recommended recommendation recommendations recirculation readmore "
    "read-more read-also readalso see-also more-news other-news othernews tinlienquan "
    "lienquan lien-quan tinkhac tin-khac tincungchuyenmuc cung-chuyen teaser teasers "
    "outbrain taboola trending popular most-read mostread topstories related-box xem-them "
    "doc-them docthem xemthem next-prev prev-next post-navigation",
    SHARE: "share shares sharing social socials socialicon addthis sharethis rating ratings vote "
    "like print tools actions follow chia-se chiase stringrating reaction reactions "
    "twitter-tweet instagram-media tiktok-embed bluesky-embed fb-post",
    AD: "ad ads adsense adslot advert advertising advertisement banner banners sponsore "
    "sponsored promo promotion newsletter subscribe subscription popup modal "
    "cookie cookies consent gdpr overlay quangcao quang-cao signup sign-up donate "
    "donation cta toast tooltip dfp mpu",
    CAPTION: "caption captions figcaption imgalt img-alt wp-caption chuthich chu-thich motaanh "
    "mo-ta chuthichanh imagecaption img-caption photo-caption "
    "image-caption mediacaption legend legende bildunterschrift imgnote",
    CREDIT: "credit credits copyright photographer fotograf photographe rights bildquelle "
    "photocredit imagecredit imgcredit",
    AUTHOR: "author authors byline bylines tacgia tac-gia writer writtenby written-by butdanh "
    "actor createdby reporter journalist",
    SOURCE: "nguon nguontin nguon-tin source",
    DATE: "date dates datetime pubdate published publish-date publishdate time timestamp ngay "
    "ngaydang ngay-dang posted thoigian thoi-gian ngaycapnhat createddate datepublished",
    TAGS: "tag tags tag-list taglist tu-khoa tukhoa keyword keywords topics hashtag hashtags "
    "news-tags",
    LEAD: "sapo lead leadtext lede hometext home-text standfirst chapo chapeau dek deck summary "
    "abstract teaser-text intro introtext introduction kicker-text excerpt subtitle "
    "subtitulo sub-title subheadline sub-headline subhead subheading tomtat tom-tat "
    "mota-tin hot-line trichyeu trich-yeu vorspann article-description bajada occhiello "
    "sommario ingress manchet einleitung lead-text vorspann-text",
    BODY: "article-body articlebody article-content articlecontent article-text articletext "
    "post-content post-body postcontent entry-content entry story-body storybody "
    "story-content news-body newsbody bodyhtml bodytext body-text detail-content "
    "content-detail contentdetail detailcontent noidung noi-dung noidungtin news-content "
    "newscontent news-detail newsdetail full-content fck cms-body main-detail docs doctin "
    "journal-content asset-full field-body richtext rich-text",
    TITLE: "title headline heading tieude tieu-de entry-title post-title article-title hed",
}
_FLAGS: dict[str, int] = {}
for _bit, _words in WORDS.items():
    for _word in _words.split():
        _FLAGS[_word] = _FLAGS.get(_word, 0) | _bit
_CUT = re.compile(r"[\s_.:/-]+")
_EDGE = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\d)(?=[A-Za-z])")
_HIDDEN_CLASSES = (
    "hidden hide d-none visually-hidden visuallyhidden sr-only screen-reader-text screen-reader "
    "is-hidden u-hidden visible-print visible-print-block print-only element-invisible "
    "a11y-hidden invisible hidden-accessible"
)
_CLASSES: dict[str, int] = {
    **dict.fromkeys(_HIDDEN_CLASSES.split(), HIDDEN),
    **dict.fromkeys(("text-center", "center", "aligncenter", "rtecenter"), CENTER),
    **dict.fromkeys(("text-right", "text-end", "rteright"), RIGHT),
}
_NAMES_OF_PLACES = {
    "contentinfo": NAV,
    "navigation": NAV,
    "banner": NAV,
    "complementary": NAV,
    "search": FORM,
    "dialog": AD,
    "alertdialog": AD,
    "menu": NAV,
    "menubar": NAV,
    "tooltip": AD,
}
_ITEMPROPS = {
    "articlebody": BODY,
    "description": LEAD,
    "author": AUTHOR,
    "headline": TITLE,
    "datepublished": DATE,
    "caption": CAPTION,
    "keywords": TAGS,
}


def of_class(value: str) -> int:
    """The flags of a class attribute."""
    flags = 0
    names = value.split()
    filed = "hentry" in names or "type-post" in names  # WordPress names what a post is filed under
    for name in names:
        # `print:hidden`, `md:flex`: how it looks in a case, not what it is
        if ":" not in name and not (filed and name.startswith(("tag-", "category-"))):
            flags |= of_name(name) | _CLASSES.get(name, 0)
    return flags


@lru_cache(32768)
def of_name(name: str) -> int:
    """The flags of the words in an id, or in one class."""
    if not name.islower():
        name = _EDGE.sub("-", name).lower()
    flags, last = 0, ""
    for word in _CUT.split(name):
        flags |= _FLAGS.get(word, 0)
        if last:
            flags |= _FLAGS.get(f"{last}-{word}", 0)
        last = word
    return flags


def of_style(value: str) -> int:
    """What an inline style says of display, alignment and weight."""
    style = value.lower().replace(" ", "")
    flags = 0
    if "display:none" in style or "visibility:hidden" in style:
        flags |= HIDDEN
    if "text-align:center" in style:
        flags |= CENTER
    elif "text-align:right" in style or "text-align:end" in style:
        flags |= RIGHT
    if "font-weight:bold" in style or re.search(r"font-weight:[6-9]00", style):
        flags |= BOLD
    if "font-style:italic" in style:
        flags |= ITALIC
    if "display:block" in style:
        flags |= BLOCK
    if "white-space:pre" in style:
        flags |= PRE
    return flags


def _of_align(value: str) -> int:
    low = value.strip().lower()
    return CENTER if low == "center" else RIGHT if low == "right" else 0


# Most attributes tell nothing: one look-up passes them over.
_READERS: dict[str, Callable[[str], int]] = {
    "class": of_class,
    "id": of_name,
    "style": of_style,
    "align": _of_align,
    "itemprop": lambda value: _ITEMPROPS.get(value.strip().lower(), 0),
    "role": lambda value: _NAMES_OF_PLACES.get(value, 0),
    "hidden": lambda value: HIDDEN,
    "itemtype": lambda value: CRUMBS if value.endswith("BreadcrumbList") else 0,
}


_KNOWN: dict[tuple[str, str], int] = {}
_MOST_KNOWN = 30_000


def of_attributes(tag: str, items: list[tuple[str, str]]) -> int:
    """The flags of an element by its name and attributes."""
    flags = TAG_FLAGS.get(tag, 0)
    for item in items:
        if item[0] in _READERS:
            known = _KNOWN.get(item)
            flags |= _of_attribute(item) if known is None else known
    return flags


def _of_attribute(item: tuple[str, str]) -> int:
    name, value = item
    flags = _READERS[name](value[:LIMIT])
    if len(value) <= LIMIT:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[item] = flags
    return flags
