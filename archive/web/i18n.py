"""The reader's two languages: which one a request wants, and the texts in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from archive.web import texts, texts_article, texts_errors

Lang = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = ("vi", "en")
COOKIE = "luutru_lang"

TEXTS: Mapping[str, tuple[str, str]] = {**texts.TEXTS, **texts_article.TEXTS}
"""Key -> text in each of :data:`LANGS`."""

_ACCEPTED = re.compile(r"\s*([A-Za-z]+)[\w-]*\s*(?:;\s*q=([\d.]+)\s*)?(?:,|$)")


def language(asked: str | None, cookie: str | None, accepted: str | None) -> Lang:
    """What `?lang=` asks for, else the cookie, else the best of Accept-Language (RFC 9110 12.5.4).

    Vietnamese, the language of what is read here, where nothing names either of the two.
    """
    for named in (asked, cookie):
        if named in LANGS:
            return named
    best, weight = LANGS[0], 0.0
    for match in _ACCEPTED.finditer(accepted or ""):
        name = match[1].lower()
        try:
            value = float(match[2] or 1)
        except ValueError:
            continue
        if name in LANGS and value > weight:
            best, weight = name, value
    return best


def text(key: str, lang: Lang, **values: object) -> str:
    """The text of *key* with its *values* put in; KeyError if there is none."""
    found = TEXTS[key][LANGS.index(lang)]
    return found.format(**values) if values else found


def of_error(message: str, lang: Lang) -> str:
    """A message of ours in that language, where it is known in it; English otherwise."""
    return texts_errors.in_vietnamese(message) if lang == "vi" else message
