"""Texts and copies of them, as sites make them; and look-alikes, labelled by hand.

`lookalikes.txt` holds pairs of articles with one template each: `[a|b]` is where the two differ.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.resources import files

from archive.types import Article, Block, Caption

_CHOICE = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")
_FRAME = (
    "Cổng thông tin điện tử Đảng bộ tỉnh giữ bản quyền nội dung trên trang thông tin này.",
    "Ghi rõ nguồn khi phát hành lại thông tin từ trang thông tin điện tử của Đảng bộ tỉnh.",
    "Trụ sở tại số 1 đường Hùng Vương, điện thoại liên hệ ban biên tập trong giờ hành chính.",
)
# Where the older spelling has the mark on the first vowel.
_OLDER = (("oà", "òa"), ("oá", "óa"), ("oả", "ỏa"), ("uỷ", "ủy"), ("uý", "úy"), ("oẻ", "ỏe"))
_ONSETS = ("b", "ch", "d", "đ", "g", "h", "kh", "l", "m", "n", "ng", "nh", "ph", "t", "th", "tr")
_RIMES = ("an", "ang", "inh", "iên", "ôi", "ong", "ươi", "ât", "anh", "ai", "ơn", "uyên", "ông")


@dataclass(frozen=True, slots=True)
class Text:
    """A title and paragraphs; ``captions`` stand apart."""

    title: str
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...] = ()

    def article(self, url: str) -> Article:
        return Article(
            url=url,
            title=self.title,
            body=tuple(Block("paragraph", text) for text in self.paragraphs),
            captions=tuple(Caption(text, None, None) for text in self.captions),
        )


def lookalikes() -> list[tuple[Text, Text]]:
    """Pairs that one template made: other place, date, people and figures. None is a copy."""
    text = (files("crawler.bench") / "lookalikes.txt").read_text(encoding="utf-8")
    return [(_side(block, 1), _side(block, 2)) for block in text.strip().split("\n\n")]


def _side(block: str, side: int) -> Text:
    title, *paragraphs = _CHOICE.sub(lambda choice: choice[side], block).splitlines()
    return Text(title, tuple(paragraphs), ("Quang cảnh hội nghị",))


def written(seed: int, sentences: int) -> Text:
    """A text of that many sentences whose words are drawn, two or three of them to a paragraph."""
    dice = random.Random(seed)  # noqa: S311  # the same texts each time, no secret
    drawn = [_sentence(dice) for _ in range(sentences)]
    paragraphs = []
    while drawn:
        size = dice.choice((2, 3))
        paragraphs.append(" ".join(drawn[:size]))
        drawn = drawn[size:]
    return Text(_sentence(dice)[:-1], tuple(paragraphs))


def _sentence(dice: random.Random) -> str:
    words = [dice.choice(_ONSETS) + dice.choice(_RIMES) for _ in range(dice.randint(12, 40))]
    return " ".join(words).capitalize() + "."


# -- how copies are made --------------------------------------------------------------------------


def retitled(text: Text) -> Text:
    return replace(text, title=f"Bài đăng lại: {text.title[::-1]}")


def shortened(text: Text) -> Text:
    """Its first two thirds."""
    keep = max(2, len(text.paragraphs) * 2 // 3)
    return replace(text, paragraphs=text.paragraphs[:keep])


def respelled(text: Text) -> Text:
    """Tone marks in the other place, headings in capitals."""
    paragraphs = []
    for paragraph in text.paragraphs:
        for new, old in _OLDER:
            paragraph = paragraph.replace(old, "\0").replace(new, old).replace("\0", new)
        paragraphs.append(paragraph)
    return replace(text, title=text.title.upper(), paragraphs=tuple(paragraphs))


def recaptioned(text: Text) -> Text:
    return replace(text, captions=("Các đại biểu dự hội nghị chụp ảnh lưu niệm cùng nhau",))


def framed(text: Text) -> Text:
    """With a site's words around it, and another title."""
    return replace(retitled(text), paragraphs=(_FRAME[0], *text.paragraphs, *_FRAME[1:]))


def datelined(text: Text) -> Text:
    """As agencies begin."""
    first, *rest = text.paragraphs
    return replace(text, paragraphs=(f"(TTXVN) - {first}", *rest))


def laid_out_anew(text: Text) -> Text:
    """All sentences in one paragraph, another title."""
    return replace(retitled(text), paragraphs=(" ".join(text.paragraphs),))


MAKERS: tuple[Callable[[Text], Text], ...] = (
    retitled, shortened, respelled, recaptioned, framed, datelined, laid_out_anew,
)  # fmt: skip


def labelled(count: int = 60) -> Iterator[tuple[str, Text]]:
    """Texts with the name of their story: equal names are copies, all others are none.

    All look-alikes, *count* written texts, and a copy of each of them by each of :data:`MAKERS`.
    """
    bases = {f"pair {n} {s}": text for n, pair in enumerate(lookalikes())
             for s, text in zip("ab", pair, strict=True)}  # fmt: skip
    bases |= {f"written {seed}": written(seed, 4 + seed % 22) for seed in range(count)}
    for name, text in bases.items():
        yield name, text
        if len(text.paragraphs) > 1:  # a line that points to a file is nobody's story
            for make in MAKERS:
                yield name, make(text)
