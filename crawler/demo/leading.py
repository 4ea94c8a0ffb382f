"""The leading article: written for the sample sites, with the structure of a real one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from crawler.demo import plaintext
from crawler.demo.content import DemoArticle

LEADING_FILE = Path(__file__).with_name("leading.txt")


@cache
def leading() -> DemoArticle:
    """Section, title that returns as the first sentence, date, six paragraphs (two in one
    element), three captions (one over two lines), a byline, and an empty "Tin liên quan"."""
    return plaintext.read(LEADING_FILE.read_text(encoding="utf-8"), slug="toa-dam-sinh-hoat-chi-bo")
