"""What the three families' markup has in common: a pen, templates, and marks that vary a visit.

A rendered page holds marks like ``[[views]]``; ``site.py`` fills them in for each request.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from crawler.demo.content import DemoArticle, Para

TEMPLATES = Path(__file__).with_name("templates")
INDENT = "&nbsp; &nbsp; &nbsp;"
BASE = "[[base]]"
CLOCK = "[[clock]]"
VIEWS = "[[views]]"
ROTATING = "[[rotating]]"
SESSION = "[[session]]"


@cache
def template(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def fill(name: str, parts: Mapping[str, str]) -> str:
    """The template of that name with ``{{part}}`` replaced; a part that it lacks is an error."""
    page = template(name)
    for part, value in parts.items():
        mark = "{{" + part + "}}"
        if mark not in page:
            raise KeyError(f"{name} has no {mark}")
        page = page.replace(mark, value)
    return page


def escape(text: str) -> str:
    return html.escape(text, quote=True)


class Pen:
    """Writes the words of one article as its page writes them: with entities inside of words,
    or with decomposed letters."""

    def __init__(self, article: DemoArticle) -> None:
        self._entities = "entities" in article.traits
        self._nfd = "nfd" in article.traits

    def __call__(self, text: str) -> str:
        if self._nfd:
            return escape(unicodedata.normalize("NFD", text))
        if self._entities:
            return "".join(map(_entity, escape(text), range(len(text) * 6)))
        return escape(text)

    def para(self, para: Para, paths: Mapping[str, str]) -> str:
        """The paragraph's words, with its link if the target stands."""
        if para.link is None or para.link[1] not in paths:
            return self(para.text)
        words, slug = para.link
        before, _, after = para.text.partition(words)
        return f'{self(before)}<a href="{escape(paths[slug])}">{self(words)}</a>{self(after)}'

    def lines(self, lines: tuple[str, ...]) -> str:
        return "<br />\n".join(map(self, lines))


def _entity(char: str, at: int) -> str:
    """Every third letter that is not ASCII, in the two ways that editors write them."""
    if char < "\x80" or at % 3:
        return char
    return f"&#x{ord(char):04X};" if at % 2 else f"&#{ord(char)};"


def table(rows: tuple[Para, ...], pen: Pen) -> str:
    """Rows of cells divided by tabs."""
    lines = (
        "<tr>" + "".join(f"<td>{pen(cell)}</td>" for cell in row.text.split("\t")) + "</tr>"
        for row in rows
    )
    return '<table border="1" cellspacing="0"><tbody>\n' + "\n".join(lines) + "\n</tbody></table>"


def items(paras: tuple[Para, ...], pen: Pen, paths: Mapping[str, str]) -> str:
    return "<ul>\n" + "\n".join(f"<li>{pen.para(p, paths)}</li>" for p in paras) + "\n</ul>"


TONES = "\u0300\u0301\u0303\u0309\u0323"


def marks_apart(text: str) -> str:
    """The tone marks behind their letters, and nothing else decomposed: as windows-1258 writes."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        tones = "".join(mark for mark in parts if mark in TONES)
        if char < "\x80" or not tones:
            out.append(char)
        else:
            letter = "".join(mark for mark in parts if mark not in TONES)
            out.append(unicodedata.normalize("NFC", letter) + tones)
    return "".join(out)


def day_of(published: str) -> str:
    """``(d/m/Y)`` as link lists print it."""
    return f"{datetime.fromisoformat(published):%d/%m/%Y}"


def shorten(text: str, words: int) -> str:
    """A teaser: the first *words* words, with three stops if some are left out."""
    parts = text.split()
    return text if len(parts) <= words else " ".join(parts[:words]) + "..."
