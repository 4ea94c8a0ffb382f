"""A query's characters into tokens: operators, parentheses, words and phrases with a field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NoReturn

from archive.errors import QueryError
from archive.vietnamese import fold, syllables

SITE_FIELD = "site"
PROVINCE_FIELD = "province"
DAYS = ("from", "to", "date")
VALUES = (SITE_FIELD, PROVINCE_FIELD, *DAYS)
"""Fields whose value is no word of a text."""

FIELDS = {
    "title": "title", "tieu-de": "title",
    "lead": "lead", "sapo": "lead",
    "body": "body", "noi-dung": "body",
    "caption": "caption", "chu-thich": "caption",
    "author": "author", "tac-gia": "author",
    "section": "section", "chuyen-muc": "section",
    "site": SITE_FIELD, "trang": SITE_FIELD,
    "province": PROVINCE_FIELD, "tinh": PROVINCE_FIELD,
    "from": "from", "tu": "from", "to": "to", "den": "to", "date": "date", "ngay": "date",
}  # fmt: skip
"""What may stand before a colon, folded, and the column that it means."""

_QUOTES = '"“”„«»'
_CHUNK = re.compile(rf"[^\s(){_QUOTES}]+")
_FIELD = re.compile(r"([^\W\d_][\w-]*):")
_NEGATED = re.compile(rf"[^\W_]|[(=~{_QUOTES}]")
_NEAR = re.compile(r"NEAR(?:/(\d{1,9}))?")
_KINDS = Literal["(", ")", "AND", "OR", "NOT", "NEAR", "atom"]

NEAR_BY = 10
"""Words that may stand between those that NEAR ties, if no number says it."""
MOST_BETWEEN = 1_000


@dataclass(frozen=True, slots=True)
class Token:
    """*sign* is `=`, `~` or empty; *field* of a word, phrase or opening parenthesis; *distance* of
    NEAR."""

    kind: _KINDS
    position: int
    text: str = ""
    quoted: bool = False
    prefix: bool = False
    sign: str = ""
    field: str | None = None
    distance: int = 0


def tokens(text: str) -> Iterator[Token]:
    """The tokens of settled *text*; QueryError for an open quote or a field that is not there."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == ")":
            yield Token(")", at)
            at += 1
        elif text[at] == "-":
            # A dash between spaces divides, as in a pasted title; before a word it takes away.
            end = at
            while text[end : end + 1] == "-":
                end += 1
            if end == at + 1 and _NEGATED.match(text, end):
                yield Token("NOT", at)
            at = end
        else:
            token, at = _operand(text, at)
            if token is not None:
                yield token


def _operand(text: str, start: int) -> tuple[Token | None, int]:
    """A group's opening, word, phrase or operator from *start*, and where the next token begins."""
    field, at = _field(text, start)
    sign = ""
    if text[at : at + 1] in ("=", "~"):
        sign, at = text[at], at + 1
    head = text[at : at + 1]
    if head == "(" and not sign:
        return Token("(", start, field=field), at + 1
    if head and head in _QUOTES:
        return _phrase(text, start, at, sign, field)
    match = _CHUNK.match(text, at)
    if match is None:
        if field is not None:
            _fail("This field has nothing to look for.", "Put a word after the colon.", text, start)
        return None, at
    chunk = match[0]
    if field is None and not sign and chunk in ("AND", "OR", "NOT"):
        return Token(chunk, start), match.end()  # type: ignore[arg-type]  # the three are kinds
    near = _NEAR.fullmatch(chunk) if field is None and not sign else None
    if near is not None:
        distance = min(int(near[1]), MOST_BETWEEN) if near[1] else NEAR_BY
        return Token("NEAR", start, distance=distance), match.end()
    if field in VALUES:
        return Token("atom", start, chunk, field=field), match.end()
    if not syllables(chunk):
        return None, match.end()
    prefix = chunk.endswith("*")
    return Token("atom", start, chunk, prefix=prefix, sign=sign, field=field), match.end()


def _phrase(
    text: str, start: int, at: int, sign: str, field: str | None
) -> tuple[Token | None, int]:
    end = next((i for i in range(at + 1, len(text)) if text[i] in _QUOTES), None)
    if end is None:
        _fail("The phrase that begins here has no end.", 'Add `"` after its last word.', text, at)
    inner, end = text[at + 1 : end], end + 1
    prefix = text[end : end + 1] == "*" or inner.endswith("*")
    if text[end : end + 1] == "*":
        end += 1
    if not syllables(inner) and field not in VALUES:
        return None, end
    return Token("atom", start, inner, True, prefix, sign, field), end


def _field(text: str, start: int) -> tuple[str | None, int]:
    """The column that a name with its colon at *start* means, and where the rest begins."""
    match = _FIELD.match(text, start)
    if match is None:
        return None, start
    column = FIELDS.get(fold(match[1]))
    if column is not None:
        at = match.end()
        while text[at : at + 1] == " ":
            at += 1
        return column, at
    if match.end() == len(text) or text[match.end()].isspace():
        return None, start  # a colon of the sentence
    if fold(match[1]) in ("http", "https"):
        _fail("A search takes words, not an address.", "Try `luutru show URL`.", text, start)
    if not match[1].isascii():
        return None, start
    names = ", ".join(f"{name}:" for name in dict.fromkeys(FIELDS.values()))
    return _fail(f"There is no field `{match[1]}`.", f"The fields are {names}.", text, start)


def _fail(what: str, next_step: str, text: str, position: int) -> NoReturn:
    raise QueryError(what, next_step, query=text, position=position)
