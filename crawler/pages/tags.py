"""Tags, and the language of the text."""

from __future__ import annotations

import re

from archive.types import Block
from crawler.pages import hints
from crawler.pages.metadata import Metadata
from crawler.pages.region import Ground
from crawler.pages.text import VIETNAMESE, settle

_LABEL = re.compile(r"^\W*(?:tags?|từ kh[oó][aá]|chủ đề)\s*:?\s*", re.I)
REACH = 30  # lines behind the text
LONGEST = 60  # characters of a tag


def find(ground: Ground, meta: Metadata, last: int) -> tuple[str, ...]:
    """The tags linked in a box of tags, or behind a label, else those of metadata."""
    page = ground.page
    found: list[str] = []
    labelled = 0
    for number in range(max(0, last - 3), min(len(page.lines), last + REACH)):
        line = page.lines[number]
        text = line.shown
        if _LABEL.match(text) and line.size < 300:
            labelled = 6
        boxed = (page.boxes[line.box].around & hints.TAGS) and line.links
        if not (labelled or boxed) or ground.sides[line.box] & (hints.RELATED | hints.COMMENT):
            labelled = max(0, labelled - 1)
            continue
        labelled = max(0, labelled - 1)
        names = [settle(line.text[start:end]).strip("#, ") for _, start, end in line.anchors]
        found += [name for name in names if 1 < len(name) <= LONGEST]
        if labelled and not names and not _LABEL.fullmatch(text):
            labelled = 0
    if not found:
        found = [settle(name) for name in meta.meta.get("article:tag", ())]
    return tuple(dict.fromkeys(name for name in found if name))


def language(meta: Metadata, body: tuple[Block, ...]) -> str | None:
    """`vi` where the text is, whatever the page declares; else what it declares."""
    sample = " ".join(block.text for block in body)[:4000]
    marks = len(VIETNAMESE.findall(sample))
    if sample and marks > len(sample) * 0.03:
        return "vi"
    declared = (meta.language or "").strip().lower().replace("_", "-")
    if re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]+)*", declared):
        return declared if not (declared == "vi" and len(sample) > 500) else None
    return None
