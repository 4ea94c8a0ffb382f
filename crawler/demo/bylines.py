"""The forms in which Vietnamese sites sign an article."""

from __future__ import annotations

from dataclasses import dataclass

from archive.types import Author
from crawler.demo.wording import Dice, person, wording

FORMS = 11


@dataclass(frozen=True, slots=True)
class Signed:
    """``labelled``: the line begins with a label and stands where the family's template puts it."""

    byline: str | None = None
    authors: tuple[Author, ...] = ()
    source: str | None = None
    labelled: bool = False


def signed(dice: Dice, form: int) -> Signed:
    """The signature of one form (``form`` modulo ``FORMS``)."""
    words = wording()
    first, second = person(dice, "author"), person(dice, "co-author")
    place = dice.pick("department", words["departments"])
    paper = dice.pick("paper", words["papers"])
    capitals = _pen_name(first).upper(), _pen_name(second).upper()
    short = _initial(first), _initial(second)
    forms = (
        Signed(source=paper),
        Signed(capitals[0], (_one(capitals[0]),)),
        Signed(" - ".join(capitals), _each(*capitals)),
        Signed("-".join(short), _each(*short)),
        Signed("BAN BIÊN TẬP", (_one("BAN BIÊN TẬP"),)),
        Signed(f"Tin, ảnh: {first} - {second}", _each(first, second)),
        Signed(f"Theo {first}, {place}", (_one(first, place),)),
        Signed(f"Tác giả: {first}", (_one(first),), labelled=True),
        Signed(f"{first}, {place}", (_one(first, place),)),
        Signed(f"Tác giả bài viết: {first}", (_one(first),), paper, labelled=True),
        Signed(),
    )
    return forms[form % FORMS]


def _each(*names: str) -> tuple[Author, ...]:
    return tuple(_one(name) for name in names)


def _one(name: str, affiliation: str | None = None) -> Author:
    return Author(name, affiliation, "author")


def _pen_name(name: str) -> str:
    """The last two words: a middle and a given name."""
    return " ".join(name.split()[-2:])


def _initial(name: str) -> str:
    """``Q.Như``: the middle name's letter and the given name."""
    *_, middle, given = name.split()
    return f"{middle[0]}.{given}"
