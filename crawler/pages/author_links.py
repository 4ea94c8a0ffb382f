"""Names of authors by the page's markup: links to an author's page, elements called an author's."""

from __future__ import annotations

import re

from lxml.etree import _Element

from archive.types import Author
from crawler.pages import bylines, hints
from crawler.pages.region import Ground
from crawler.pages.text import text_of
from crawler.pages.title import key

NOT = re.compile(
    r"admin|editor|webmaster|quản trị|root|super|user|biên tập viên$|https?://|@|\[at\]|www\.|"
    r"^(?:by|von|por|par|facebook|twitter|instagram|email|e-mail|website|x|rss(?:-feed)?|no author|"
    r"more posts|read more|edit|about|website|share|print|uncategorized|all posts|view all.*)$",
    re.I,
)
_LABEL = re.compile(
    r"(?:by|von|par|por|"
    r"(?:(?:zu)?letzte?\s|ultim[oa]\s|last\s)?(?:aktualisi\w+|actualiza\w+|updated?|"
    r"veröffentlich\w+|publish\w*|publi(?:é|cado|cación)\w*|posted|erstellt|stand|cập nhật)"
    r"(?:\s(?:am|on|le|el|um|at))?)$",
    re.I,
)  # a label whose names stand in another line, or a date's
# What a name is linked under or headed by, and no part of it.
_ABOUT = re.compile(
    r"^(?:über|about|autor(?:in)?|author|auteur|posts by|by|von|par)\s+(?=\S)", re.I
)
_PAGES = re.compile(
    r"/(?:authors?|autor(?:en|es|i)?|auteurs?|redacteur|tac-?gia|people|staff)/", re.I
)
_FILED = re.compile(r"/(?:tags?|categor\w+|kategori\w+|topics?|themen?|label|search|rubrik)/", re.I)
_ELSEWHERE = hints.COMMENT | hints.RELATED | hints.AD | hints.HIDDEN
AROUND = 10  # lines before the title and behind the text in which an author's box may stand
MOST = 6  # links of one box that may be its authors


def plain(name: str) -> str:
    """A name without the word that leads to it ("Über …", "About …")."""
    return _ABOUT.sub("", name.strip()).strip()


def is_label(name: str) -> bool:
    """Whether a supposed name is only the label of one, or of a date."""
    return bool(_LABEL.match(name))


def by_links(ground: Ground, head: int, last: int) -> tuple[Author, ...]:
    """Whom links of `rel=author` name, or links to an author's page where the page has such.

    A pen name will do here, whatever its form: the markup says what it is.
    """
    page = ground.page
    found: dict[str, Author] = {}
    for number in range(max(0, head - AROUND), min(len(page.lines), last + AROUND)):
        line = page.lines[number]
        if not line.anchors or ground.sides[line.box] & _ELSEWHERE:
            continue
        for anchor, _, _ in line.anchors:
            if "author" in (anchor.get("rel") or "").lower().split():
                name = plain(text_of(anchor))
                short = bylines.is_name(name) or len(name.split()) <= 3
                if 1 < len(name) <= 45 and short and not NOT.search(name):
                    found.setdefault(key(name), Author(name, None, "author"))
        if found and number >= head:
            break
    return tuple(found.values())


def in_boxes(ground: Ground, head: int, last: int) -> tuple[Author, ...]:
    """Names in boxes that are called an author's, between a little before the title and the end."""
    page, found = ground.page, []
    for number, box in enumerate(page.boxes):
        if not box.flags & hints.AUTHOR or not head - AROUND <= box.first <= last + AROUND:
            continue
        size = box.last - box.first
        if not 0 < size <= 4 or ground.sides[number] & _ELSEWHERE:
            continue
        links = [a for line in page.lines[box.first : box.last] for a, _, _ in line.anchors]
        names = _names(links)
        if not names and size == 1:
            read = bylines.read(bylines.undated(page.lines[box.first].shown))
            found += (
                [one for one in read.authors if not (NOT.search(one.name) or is_label(one.name))]
                if read
                else []
            )
        found += [Author(name, None, "author") for name in names]
    return tuple({key(one.name): one for one in reversed(found)}.values())[::-1]


def _names(links: list[_Element]) -> list[str]:
    """The names among the links of an author's box: those to authors' pages, if there are such."""
    links = [a for a in links if "tag" not in (a.get("rel") or "").split()]
    links = [a for a in links if not _FILED.search((a.get("href") or "")[:500])]
    if len(links) > MOST:
        return []
    sure = [a for a in links if _PAGES.search((a.get("href") or "")[:500])]
    texts = [plain(text_of(a)) for a in sure or links]
    return [text for text in texts if bylines.is_name(text) and not NOT.search(text)]
