"""Who wrote it: signed lines first, then elements named for authors, then metadata."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from archive.types import Author
from crawler.pages import bylines, hints
from crawler.pages.metadata import Metadata, strings
from crawler.pages.region import Ground
from crawler.pages.stream import Stream
from crawler.pages.text import settle
from crawler.pages.title import key

_NOT = re.compile(
    r"admin|editor|webmaster|quản trị|root|super|user|biên tập viên$|https?://|@|www\.", re.I
)
BEHIND = 14  # lines behind the text in which labels are looked for


@dataclass(slots=True)
class Signed:
    """Authors, the byline as printed and the source, each with its rule."""

    authors: tuple[Author, ...] = ()
    byline: str | None = None
    source: str | None = None
    rules: dict[str, str] = field(default_factory=dict)


def find(stream: Stream, ground: Ground, meta: Metadata, last: int) -> Signed:
    """What the page says of its authors; *last* is the line behind the text."""
    result = Signed()
    lines = [(part.text, f"line: {part.rule}") for part in stream.parts if part.role == "byline"]
    lines += _behind(ground, last)
    texts: list[str] = []
    for text, rule in lines:
        read = bylines.read(text)
        if read is None or any(key(text) in key(other) for other in texts):
            continue
        if read.source and not result.source:
            result.source, result.rules["source"] = read.source, rule
        if read.authors:
            result.authors = _merged(result.authors, read.authors)
            result.rules.setdefault("authors", rule)
            texts.append(text)
            result.rules.setdefault("byline", rule)
    result.byline = "\n".join(texts) or None
    if not result.authors:
        _from_metadata(result, meta)
    return result


def _merged(one: tuple[Author, ...], other: tuple[Author, ...]) -> tuple[Author, ...]:
    known = {key(author.name) for author in one}
    return (*one, *(author for author in other if key(author.name) not in known))


def _behind(ground: Ground, last: int) -> list[tuple[str, str]]:
    """Labelled lines behind the text: "Tác giả bài viết: …", "Nguồn tin: …"."""
    page = ground.page
    found = []
    for number in range(last, min(len(page.lines), last + BEHIND)):
        line = page.lines[number]
        if line.size > 160 or ground.sides[line.box] & (hints.COMMENT | hints.RELATED | hints.AD):
            continue
        text = line.shown
        if bylines.is_labelled(text):
            found.append((text, "label behind the text"))
    return found


def _from_metadata(result: Signed, meta: Metadata) -> None:
    site = key(meta.first("og:site_name") or "")
    node = meta.article.get("author")
    for rule, names in (
        ("JSON-LD author", strings(node, "name")),
        (
            "metadata",
            [
                v
                for name in (
                    "author",
                    "article:author",
                    "dc.creator",
                    "byl",
                    "sailthru.author",
                    "parsely-author",
                )
                for v in meta.meta.get(name, ())
            ],
        ),
    ):
        people: list[Author] = []
        for name in names:
            if not name or _NOT.search(name) or key(name) == site or len(name) > 80:
                continue
            if bylines.is_office(name):
                continue
            read = bylines.read(settle(name))
            people += (
                list(read.authors)
                if read and read.authors
                else [Author(settle(name), None, "author")]
            )
        if people:
            result.authors = _merged((), tuple(people))
            result.rules["authors"] = rule
            return
