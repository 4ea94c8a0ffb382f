"""Which articles an article links to: the boxes below it, and words inside of its text.

Only articles that no day changes are linked to, so that no other page changes with one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from crawler.demo.content import Box, DemoArticle, Para
from crawler.demo.wording import wording

_Head = tuple[str, Literal["related", "newer", "older"], int]
_HEADS: Mapping[str, tuple[tuple[_Head, ...], ...]] = {
    "demo-nukeviet": (
        (("Những tin mới hơn", "newer", 3), ("Những tin cũ hơn", "older", 4)),
        (("Những tin cũ hơn", "older", 5),),
        (("Theo dòng sự kiện", "related", 2), ("Những tin cũ hơn", "older", 3)),
        (),
    ),
    "demo-liferay": (
        (("Tin liên quan", "related", 4),),
        (("Bài viết liên quan", "related", 3),),
        (("Tin cùng chuyên mục", "related", 5),),
        (("Tin liên quan", "related", 0),),
    ),
    "demo-sharepoint": (
        (("Các tin khác", "related", 4),),
        (("Những tin mới hơn", "newer", 2), ("Những tin cũ hơn", "older", 3)),
        (("Tin cùng chuyên mục", "related", 3),),
        (),
    ),
}
"""Site -> by place: the link boxes, each with head, kind and size."""


def link(site: str, n: int, article: DemoArticle, every: Sequence[DemoArticle]) -> DemoArticle:
    """*article*, the *n*-th of the site, with its boxes; every seventh has a link in its text."""
    if "captions-below" in article.traits:
        return article
    near = [a for a in every if a.section == article.section and a.slug != article.slug]
    boxes = _boxes(article, list(filter(_steady, near)), _HEADS[site][n % 4])
    changed = article.later and replace(article.later, boxes=boxes)
    linked = replace(article, boxes=boxes, later=changed)
    far = [a.slug for a in every if a.section != article.section and _steady(a)]
    return _inside(linked, far[n % len(far)]) if n % 7 == 3 and far and not changed else linked


def _boxes(
    article: DemoArticle, near: Sequence[DemoArticle], heads: Sequence[_Head]
) -> tuple[Box, ...]:
    """A box without entries is left out, but for the empty head that stands on every page."""
    newer = sorted((a for a in near if a.published > article.published), key=_by_date)
    older = sorted((a for a in near if a.published < article.published), key=_by_date, reverse=True)
    ways = {"newer": newer, "older": older, "related": older[5:] + older[:5] + newer}
    boxes = []
    for head, kind, size in heads:
        slugs = tuple(a.slug for a in ways[kind][:size])
        if slugs or size == 0:
            boxes.append(Box(head, kind, slugs))
    return tuple(boxes)


def _by_date(article: DemoArticle) -> str:
    return article.published


def _steady(article: DemoArticle) -> bool:
    return article.since == 1 and article.later is None and article.fate == "stays"


def _inside(article: DemoArticle, target: str) -> DemoArticle:
    """The first committee or commune that a paragraph names is a link."""
    names = [*wording()["units"], *wording()["places"]]
    for n, piece in enumerate(article.pieces):
        if not isinstance(piece, Para) or piece.kind != "paragraph":
            continue
        name = next((name for name in names if name in piece.text), None)
        if name is not None:
            pieces = list(article.pieces)
            pieces[n] = replace(piece, link=(name, target))
            return replace(article, pieces=tuple(pieces))
    return article
