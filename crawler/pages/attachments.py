"""Files that an article hands out: links to documents in it and right behind it."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from lxml.etree import _Element

from archive.types import Attachment
from crawler.pages import hints
from crawler.pages.document import Document
from crawler.pages.region import Ground
from crawler.pages.text import settle

# Liferay names a document and then its version: `/cong-van.pdf/5f0c-…`.
FILES = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|odp|rtf|zip|rar|7z)(?:$|[?&;#]|/[\w-]{8,}(?:$|\?))", re.I
)
HANDED = re.compile(
    r"[?&]download=|/(?:download|taive|tai-ve|downloadfile|download_?handler)(?:[/.?]|\.ash?x|$)|"
    r"/(?:getfile|viewfile|fileview|filedownload)\b",
    re.I,
)
"""Addresses that hand out a file without its name; believed where words or a label say so too."""
HANDS = ("download", "tai", "file")  # one of them is in all of these
LABEL = re.compile(
    r"(?:tệp|tập|file|tài liệu|văn bản)(?: tin)? (?:đính )?kèm|"
    r"tải (?:về|xuống|file|tệp|văn bản)|toàn văn|attach|download",
    re.I,
)
REACH = 25  # lines behind the text


def find(
    ground: Ground, doc: Document, first: int, last: int, *, reach: int = REACH
) -> tuple[Attachment, ...]:
    """The documents linked in the lines *first* to *reach* behind *last*, each once."""
    page = ground.page
    found: dict[str, Attachment] = {}
    for number in range(max(first, 0), min(len(page.lines), last + reach)):
        line = page.lines[number]
        if ground.sides[line.box] & (hints.NAV | hints.COMMENT | hints.RELATED | hints.AD):
            continue
        for anchor, start, end in line.anchors:
            href = anchor.get("href") or ""
            if not _is_file(anchor, href, line.shown):
                continue
            url = doc.resolve(href)
            if url and url not in found:
                title = settle(line.text[start:end]).strip("\ufffc ")
                found[url] = Attachment(title or name_of(url), url)
    return tuple(found.values())


def name_of(url: str) -> str:
    """The file's name in an address, percent signs undone."""
    return settle(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])) or url


def _is_file(anchor: _Element, href: str, line: str) -> bool:
    if FILES.search(href[-200:]) or FILES.search(href[:2000]):
        return True
    if not href or href.startswith(("#", "javascript:", "mailto:")):
        return False
    if anchor.get("download") is not None:
        return True
    low = href[:2000].lower()
    return any(word in low for word in HANDS) and bool(HANDED.search(low) and LABEL.search(line))
