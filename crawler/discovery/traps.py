"""URLs that a crawl must not follow, by principle: they are endless, copies, or actions."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from urllib.parse import unquote, urlsplit

LONGEST_URL = 2_000
SAME_SEGMENT = 3
LANGUAGES = frozenset({"vi", "vn", "vi-vn", "vie", "en", "en-us", "en-gb", "eng", "fr", "zh", "ru"})

_ACTION = re.compile(
    r"""(?xi)
    (?:^|/)(?: log[-_]?(?:in|out|on|off)|sign[-_]?(?:in|out|up|on)|register|dang-?nhap
        |dang-?xuat|dang-?ky|quen-mat-khau|lost-?password|auth(?:enticate|orize)?|oauth2?|sso|openid
      | admin(?:istrator|cp)?|quan-tri|wp-admin|cp-admin|cms-admin
      | users?/(?:login|register|password)
      | cgi-bin | cart|gio-hang|checkout )
    (?:\.(?:aspx?|php|html?|jsp))?(?:/|$|\?)
    """
)
_COPY = re.compile(
    r"""(?xi)
    (?:^|/)(?:print(?:able|view|er|page)?|in-?(?:bai(?:-?viet)?|trang|tin)|ban-in|savefile|save-?as|sendmail|send-?mail
       |send-?to-?(?:a-)?friend|mailto|email-?(?:this|friend)|gui-(?:mail|email|ban-be|bai)|amp
       |pdf-?(?:print|view)|share|chia-se|bookmark|trackback|sharer)
       (?:\.(?:aspx?|php|html?))?(?:/|$|\?)
    | [?&](?:printable|in|isprint|printview)=(?:1|true|yes|y)\b | [?&](?:print|amp|preview)(?:=|&|$)
    | [?&]tmpl=component\b
    | [?&](?:task|action|act|op|do|mode|view|layout|type)=(?:print\w*|mail\w*|send\w*|savefile
       |login|logout|register|share|rate|vote|reply|edit|delete|add|subscribe)\b
    | [?&](?:replytocom|share|add-to-cart|rating|vote|redirect_to|return_?url|nv_redirect)=
    """
)
_SEARCH = re.compile(
    r"""(?xi)
    (?:^|/)(?:search|tim-?kiem|tim-tin|seek|find|ket-qua-tim-kiem|advanced-search)(?:[-\w]*\.(?:aspx?|php|html?))?
       (?:/|$|\?)
    | [?&](?:q|s|k|query|search\w*|keywords?|kw|tu-?khoa|key|text_search|txtsearch|searchword)=[^&]
    """
)
_FACET = re.compile(
    r"""(?xi)
    [?&](?:sort(?:[-_]?(?:by|order|dir|col|field))?|order(?:[-_]?(?:by|dir|type))?|orderby\w*|dir|filter\w*
        |per_?page|limit|display|view_?mode|view_?as|theme|skin|font_?size|nvvithemever|lang_?switch)=[^&]
    """
)
_SESSION = re.compile(
    r"(?i)[;?&](?:jsessionid|phpsessid|aspsessionid\w*|cfid|cftoken|sessionid|session_id|sess|sid)="
)
_COOKIELESS = re.compile(r"(?i)/\((?:[A-Z]\([\w-]+\))+\)/")
_DATE_PATH = re.compile(
    r"(?:/(?:19|20|21)\d\d)(?:/\d{1,2}){1,2}/?$|/(?:19|20|21)\d\d-\d\d?(?:-\d\d?)?/?$"
)
# A year as calendars write them: VCCorp's /timelinelist/1021/3.htm is page 3 of zone 1021.
_ANY_DATE = re.compile(r"/((?:1[89]|2[0-2])\d\d)[/-]\d{1,2}(?:[/-]\d{1,2})?(?=[/?.]|$)")
_CALENDAR = re.compile(
    r"(?i)(?:^|[/_-])(?:calendar|lich(?:-(?:cong-tac|lam-viec|tuan|thang))?|ical|events?)(?=[/?._-]|$)"
)
_DATE_QUERY = re.compile(
    r"(?i)[?&](?:date|day|month|year|week|ngay|thang|nam|tuan|(?:from|to|start|end)[-_]?date|tu-?ngay|den-?ngay)="
    r"[\d/.%-]+"
)
_ARTICLE_ID = re.compile(r"(?i)[?&]\w*(?:id|newsid|itemid|p)=\d+")


def trap(url: str, now: datetime) -> str | None:
    """Why *url* must not be followed, None if nothing speaks against it.

    *now* is when the page was seen that links there: a calendar reaches past it without end.
    """
    if len(url) > LONGEST_URL:
        return "too long"
    try:
        parts = urlsplit(url)
    except ValueError:
        return "not a URL"
    if parts.username is not None:
        return "names a user"
    path = parts.path
    target = f"{path}?{parts.query}" if parts.query else path
    for pattern, why in (
        (_ACTION, "login or administration"),
        (_COPY, "copy of a page, or an action"),
        (_SEARCH, "search results"),
        (_FACET, "sorted or filtered copy"),
        (_COOKIELESS, "session in the path"),
    ):
        if pattern.search(target):
            return why
    return _endless(path, target, now)


def has_session(url: str) -> bool:
    """Whether the URL carries a session's id: its canonical form is asked for in its stead."""
    return ("=" in url) and _SESSION.search(url) is not None


def _endless(path: str, target: str, now: datetime) -> str | None:
    segments = [part for part in unquote(path).lower().split("/") if part]
    if len(segments) > 1:
        if max(Counter(segments).values()) >= SAME_SEGMENT:
            return "a part of the path comes again and again"
        if sum(part in LANGUAGES for part in segments) > 1:
            return "language within language"
        if _doubled(segments):
            return "a stretch of the path comes twice"
    if _calendar(path, target, now):
        return "calendar"
    return None


def _doubled(segments: list[str]) -> bool:
    """Whether two or more segments come twice in a row: `/a/b/a/b`."""
    for size in range(2, len(segments) // 2 + 1):
        for at in range(len(segments) - 2 * size + 1):
            if segments[at : at + size] == segments[at + size : at + 2 * size]:
                return True
    return False


def _calendar(path: str, target: str, now: datetime) -> bool:
    if _DATE_PATH.search(path):
        return True
    dated = _ANY_DATE.search(path)
    if dated and not 1990 <= int(dated.group(1)) <= now.year + 1:
        return True
    if _DATE_QUERY.search(target) and not _ARTICLE_ID.search(target):
        return True
    return bool(dated and _CALENDAR.search(path))
