"""What the second day does to the recent articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from crawler.demo.content import DemoArticle, Fate, Para, Photo
from crawler.demo.dates import HANOI

BODY, TITLE, TONE, MOVED, LOST, GONE, SOFT = range(1, 8)
"""Places in the catalogue of the articles that change."""

FATES: Mapping[int, Fate] = {MOVED: "moved", LOST: "404", GONE: "410", SOFT: "soft"}
_WITH_TONES = Para(
    "Đảng ủy giao Ủy ban Kiểm tra theo dõi việc thực hiện, báo cáo kết quả trước ngày 30 "
    "hằng tháng."
)


def change(place: int, article: DemoArticle, today: date) -> DemoArticle:
    """The article with its fate, or with its state on day 2."""
    if place in FATES:
        return replace(article, fate=FATES[place])
    if place not in _EDITS:
        return article
    if place == TONE:
        article = replace(article, pieces=(*article.pieces, _WITH_TONES))
    edited = datetime.combine(today + timedelta(days=1), time(7, 5 + place), tzinfo=HANOI)
    later = replace(_EDITS[place](article), edited=edited.isoformat(timespec="seconds"))
    return replace(article, later=later)


def _body(article: DemoArticle) -> DemoArticle:
    """A figure corrected, a paragraph left out, a paragraph added."""
    paras = article.paras
    first = replace(paras[0], text=_count_up(paras[0].text))
    added = Para("Số đại biểu nêu trong bài đã được đính chính theo danh sách của Ban Tổ chức.")
    kept: list[Para | Photo] = []
    for piece in article.pieces:
        if piece is paras[0]:
            kept.append(first)
        elif piece is not paras[2]:
            kept.append(piece)
    return replace(article, pieces=(*kept, added))


def _count_up(text: str) -> str:
    """The last number of the text is two greater; one that has none gets a remark."""
    numbers = list(re.finditer(r"(?<![\d/.,-])\d+(?![\d/.,-])", text))
    if not numbers:
        return text.rstrip(".") + ", theo số liệu mới cập nhật."
    last = numbers[-1]
    return text[: last.start()] + str(int(last[0]) + 2) + text[last.end() :]


def _title(article: DemoArticle) -> DemoArticle:
    return replace(article, title=article.title + " (cập nhật)")


def _tone(article: DemoArticle) -> DemoArticle:
    """The other spelling of the same words: the tone mark on the last vowel."""
    return replace(article, pieces=tuple(map(_other_spelling, article.pieces)))


def _other_spelling(piece: Para | Photo) -> Para | Photo:
    if isinstance(piece, Photo):
        return piece
    return replace(piece, text=piece.text.replace("ủy", "uỷ").replace("Ủy", "Uỷ"))


_EDITS: Mapping[int, Callable[[DemoArticle], DemoArticle]] = {
    BODY: _body,
    TITLE: _title,
    TONE: _tone,
}
