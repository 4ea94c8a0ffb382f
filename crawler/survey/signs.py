"""Which CMS made these pages: signs, each with its weight, summed over the site.

A sign counts once a site, however often it shows. Below ENOUGH the site is of no known family and
the generic rules read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lxml.etree import _Element

from archive.encoding import decode
from archive.errors import ProfileError
from archive.types import Exchange
from crawler.pages.document import Document
from crawler.profile_loader import families

Where = Literal["generator", "header", "address", "markup"]
ENOUGH = 5
MOST_MARKUP = 1_000_000  # characters of a page that are searched


@dataclass(frozen=True, slots=True)
class Sign:
    """*pattern* is searched in the meta `generator`, in header lines `Name: value`, in the
    addresses that a page links to, or in its markup."""

    family: str
    where: Where
    pattern: re.Pattern[str]
    weight: int
    told: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """*family* (`generic` if nothing is sure enough), its *signs* in words, all *scores*."""

    family: str
    signs: tuple[str, ...]
    scores: Mapping[str, int]


def signs_of(sites_dirs: tuple[Path, ...] = ()) -> tuple[Sign, ...]:
    """The signs that the families' files declare; ``ProfileError`` for a pattern that is none."""
    return tuple(
        Sign(family, row["where"], _pattern(family, row["pattern"]), row["weight"], row["told"])
        for family, table in families(sites_dirs).items()
        for row in table.get("signs", ())
    )


def _pattern(family: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as problem:
        raise ProfileError(
            f"{text!r} is no regular expression: {problem}.", "Mend it.",
            file=f"{family}/_family.toml", key="signs.pattern",
        ) from None  # fmt: skip


def recognise(pages: Iterable[Exchange], sites_dirs: tuple[Path, ...] = ()) -> Recognised:
    """The family of the site that sent *pages*.

    A family that is `built_on` another shows that one's signs too, and goes before it.
    """
    looked = [_texts(page) for page in pages]
    found = [sign for sign in signs_of(sites_dirs) if any(_shows(sign, texts) for texts in looked)]
    scores: dict[str, int] = {}
    for sign in found:
        scores[sign.family] = scores.get(sign.family, 0) + sign.weight
    strong = {family: score for family, score in scores.items() if score >= ENOUGH}
    for family, table in families(sites_dirs).items():
        if family in strong:
            strong.pop(table.get("built_on", ""), None)
    family = max(strong, key=lambda name: strong[name], default="generic")
    told = tuple(sign.told for sign in found if sign.family == family)
    return Recognised(family, told, scores)


def _texts(page: Exchange) -> Mapping[Where, list[str]]:
    headers = [f"{name}: {value}" for name, value in page.headers]
    if not page.body or b"<" not in page.body[:2_000]:
        return {"header": headers}
    doc = Document.parse(page)
    return {
        "header": headers,
        "generator": [
            meta.get("content") or ""
            for meta in doc.tree.iter("meta")
            if (meta.get("name") or "").lower() == "generator"
        ],
        "address": [page.url, *_addresses(doc.tree)],
        "markup": [decode(page.body, page.header("content-type"))[0][:MOST_MARKUP]],
    }


def _addresses(tree: _Element) -> Iterable[str]:
    return {address for link in tree.iter("a", "link") if (address := link.get("href"))}


def _shows(sign: Sign, texts: Mapping[Where, list[str]]) -> bool:
    return any(sign.pattern.search(text) for text in texts.get(sign.where, ()))
