"""Files that an article hands out: links to documents in it and right behind it."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from archive.types import Attachment
from crawler.pages import hints
from crawler.pages.document import Document
from crawler.pages.region import Ground
from crawler.pages.text import settle

FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|odp|rtf|zip|rar|7z)(?:$|[?&;#])", re.I)
REACH = 25  # lines behind the text


def find(ground: Ground, doc: Document, first: int, last: int) -> tuple[Attachment, ...]:
    """The documents linked in the lines *first* to some behind *last*, each once."""
    page = ground.page
    found: dict[str, Attachment] = {}
    for number in range(max(first, 0), min(len(page.lines), last + REACH)):
        line = page.lines[number]
        if ground.sides[line.box] & (hints.NAV | hints.COMMENT | hints.RELATED | hints.AD):
            continue
        for anchor, start, end in line.anchors:
            href = anchor.get("href") or ""
            if not FILES.search(href[-200:]) and not FILES.search(href[:2000]):
                continue
            url = doc.resolve(href)
            if url and url not in found:
                title = settle(line.text[start:end]) or unquote(
                    urlsplit(url).path.rpartition("/")[2]
                )
                found[url] = Attachment(title, url)
    return tuple(found.values())
