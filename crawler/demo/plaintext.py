"""An article given as plain text, as a reader sees it on the page -> a DemoArticle.

    section line, title, date (blocks divided by blank lines), then paragraphs, captions, byline
    and perhaps the head of an empty list ("Tin liên quan")

A paragraph that is indented begins anew even without a blank line before it. A caption is not
indented, has no end stop, and opens as captions do or has two blank lines, where the photo
stood, before it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from archive.errors import InputError
from archive.types import Author
from crawler.demo import dates
from crawler.demo.content import Box, DemoArticle, Para, Photo

RELATED_HEADS = (
    "Tin liên quan", "Các tin khác", "Những tin mới hơn", "Những tin cũ hơn",
    "Tin cùng chuyên mục", "Theo dòng sự kiện", "Bài viết liên quan",
)  # fmt: skip
_OPENING = re.compile(r"(Đ/c|Đồng chí|Ảnh:|Toàn cảnh|Quang cảnh)\b", re.IGNORECASE)
_CREDIT = re.compile(r"\bẢnh:\s*(?P<name>[^.]+(?:\.[^.\s]+)*)$")
_LABEL = re.compile(r"(?:Tác giả(?: bài viết)?|Tin, ảnh|Bài, ảnh|Tin|Bài)\s*:\s*|Theo\s+")
_END = (".", "!", "?", "…", ";", ":", "”", '"')
_LONGEST_CAPTION = 400
_LONGEST_BYLINE = 160


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    indented: bool


@dataclass(frozen=True, slots=True)
class _Block:
    lines: tuple[_Line, ...]
    blanks_before: int

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


def read(text: str, slug: str | None = None) -> DemoArticle:
    """The article of *text*; ``InputError`` says what is missing and how to write it."""
    blocks = _blocks(unicodedata.normalize("NFC", text))
    at = next((n for n, block in enumerate(blocks[:5]) if _is_date(block)), None)
    if at is None:
        raise InputError(
            "The article has no date line.",
            "Write section, title and date as blocks of their own, the date like 26-06-2023 16:23.",
        )
    if not 1 <= at <= 2:
        raise InputError(
            f"{at} blocks of text stand before the date.",
            "Write the section (or nothing), a blank line, the title, a blank line, the date.",
        )
    box, blocks_of_body = _related(blocks[at + 1 :])
    byline, blocks_of_body = _byline(blocks_of_body)
    slug = slug or slugify(blocks[at - 1].text)
    pieces = _pieces(blocks_of_body, slug)
    if not any(isinstance(piece, Para) for piece in pieces):
        raise InputError("The article has no paragraph.", "Write its text below the date line.")
    return DemoArticle(
        slug=slug,
        title=blocks[at - 1].text,
        section=(blocks[0].text,) if at == 2 else (),
        published=dates.read(blocks[at].text) or "",
        date_text=blocks[at].text,
        byline=byline,
        authors=authors_of(byline) if byline else (),
        pieces=pieces,
        boxes=box,
    )


def authors_of(byline: str) -> tuple[Author, ...]:
    """ "A - B" are two authors, "A, Ban Tuyên giáo" is one and where he works."""
    line = _LABEL.sub("", byline, count=1) if _LABEL.match(byline) else byline
    name, _, affiliation = line.partition(", ")
    names = re.split(r"\s+-\s+", name)
    return tuple(Author(one, affiliation or None, "author") for one in names)


def credit_of(caption: str) -> str | None:
    """Who took the photo, if the caption ends by saying it."""
    found = _CREDIT.search(caption)
    return found["name"].strip() if found else None


def slugify(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, as the CMSs make them; at most 12 words."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    ascii_only = plain.encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_only)[:12])


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    run: list[_Line] = []
    blanks = blanks_before = 0
    for raw in [*text.splitlines(), ""]:
        settled = " ".join(raw.split())
        if settled:
            if not run:
                blanks_before, blanks = blanks, 0
            run.append(_Line(settled, raw[:2].isspace() and len(raw) > 2))
            continue
        if run:
            blocks.append(_Block(tuple(run), blanks_before))
            run = []
        blanks += 1
    return blocks


def _is_date(block: _Block) -> bool:
    return len(block.text) < 60 and dates.read(block.text) is not None


def _related(blocks: list[_Block]) -> tuple[tuple[Box, ...], list[_Block]]:
    """The head of the link list, and the blocks before it. What follows a head has no address in
    plain text, so it cannot become a link."""
    for n, block in enumerate(blocks):
        if block.text.rstrip(":") in RELATED_HEADS:
            return (Box(block.text.rstrip(":"), "related"),), blocks[:n]
    return (), blocks


def _byline(blocks: list[_Block]) -> tuple[str | None, list[_Block]]:
    if not blocks:
        return None, blocks
    last = blocks[-1]
    short = len(last.text) < _LONGEST_BYLINE and len(last.lines) == 1
    if short and not last.text.endswith(_END) and not _OPENING.match(last.text):
        return last.text, blocks[:-1]
    return None, blocks


def _pieces(blocks: list[_Block], slug: str) -> tuple[Para | Photo, ...]:
    pieces: list[Para | Photo] = []
    photos = 0
    for block in blocks:
        if _is_caption(block):
            photos += 1
            lines = tuple(line.text for line in block.lines)
            pieces.append(Photo(f"{slug}-{photos}", lines, credit_of(block.text)))
        else:
            pieces.extend(_paragraphs(block))
    return tuple(pieces)


def _is_caption(block: _Block) -> bool:
    text = block.text
    if block.lines[0].indented or len(text) > _LONGEST_CAPTION:
        return False
    if "Ảnh:" in text:
        return True
    if text.endswith(_END):
        return False
    return bool(_OPENING.match(text)) or block.blanks_before >= 2


def _paragraphs(block: _Block) -> list[Para]:
    """The block's lines; one that is not indented goes on with the sentence before it."""
    texts: list[str] = []
    for line in block.lines:
        if texts and not line.indented and not texts[-1].endswith(_END):
            texts[-1] += " " + line.text
        else:
            texts.append(line.text)
    return [Para(text, joined=n > 0) for n, text in enumerate(texts)]
