"""Sentences of ``wording.toml`` with persons, places and figures in them, drawn by a seed."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

WORDING_FILE = Path(__file__).with_name("wording.toml")


T = TypeVar("T")


@cache
def wording() -> Mapping[str, Any]:
    return tomllib.loads(WORDING_FILE.read_text(encoding="utf-8"))


class Dice:
    """Draws that depend on the seed and on what is drawn, and on no release of Python."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def number(self, what: str, low: int, high: int) -> int:
        """From *low* to *high*, both included."""
        digest = hashlib.sha256(f"{self._seed}|{what}".encode()).digest()
        return low + int.from_bytes(digest[:6], "big") % (high - low + 1)

    def pick(self, what: str, options: Sequence[T]) -> T:
        return options[self.number(what, 0, len(options) - 1)]

    def some(self, what: str, options: Sequence[T], count: int) -> list[T]:
        """*count* of the options (or all), in their order."""
        ranked = sorted(range(len(options)), key=lambda n: self.number(f"{what} {n}", 0, 10**9))
        return [options[n] for n in sorted(ranked[:count])]


@dataclass(frozen=True, slots=True)
class Draft:
    """The words of one article before they become one."""

    title: str
    lead: str
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]
    section: tuple[str, ...]
    tags: tuple[str, ...]


def draft(seed: str, topic: Mapping[str, Any], moment: datetime, length: int) -> Draft:
    """An article of *length* paragraphs on a topic, about an event on the day of *moment*."""
    dice = Dice(seed)
    slots = _slots(dice, moment)

    def said(what: str) -> str:
        return _sentence(dice.pick(what, topic[what]), slots)

    middles = dice.some("middles", topic["middles"], length - 2)
    paragraphs = (said("openings"), *(_sentence(m, slots) for m in middles), said("closings"))
    return Draft(
        title=_sentence(dice.pick("titles", topic["titles"]), slots),
        lead=said("leads"),
        paragraphs=paragraphs,
        captions=tuple(_sentence(c, slots) for c in topic["captions"]),
        section=tuple(wording()["sections"][topic["section"]]),
        tags=tuple(topic["tags"]),
    )


def extra_slots(seed: str, moment: datetime) -> Mapping[str, str]:
    return _slots(Dice(seed), moment)


def person(dice: Dice, which: str) -> str:
    words = wording()
    return " ".join(
        dice.pick(f"{which} {part}", words[part])
        for part in ("family_names", "middle_names", "given_names")
    )


def _slots(dice: Dice, moment: datetime) -> Mapping[str, str]:
    words = wording()
    photographer = person(dice, "photographer")
    separator = "-" if dice.number("separator", 0, 3) == 0 else "/"
    numbers = {"n1": (24, 96), "n2": (4, 9), "n3": (10, 22), "n4": (120, 860), "n5": (1100, 9800)}
    slots = {
        name: f"{dice.number(name, *limits):,}".replace(",", ".")
        for name, limits in numbers.items()
    }
    slots |= {name: person(dice, name) for name in ("p1", "p2", "p3")}
    slots |= {name: dice.pick(name, words["roles"]) for name in ("r1", "r2")}
    return {
        **slots,
        "unit": dice.pick("unit", words["units"]),
        "place": dice.pick("place", words["places"]),
        "photographer": photographer,
        "initials": f"{photographer[0]}.{photographer.split()[-1][0]}",
        "pc": f"{dice.number('pc', 61, 99)},{dice.number('tenth', 1, 9)}%",
        "money": _money(dice),
        "session": "Sáng" if moment.hour < 13 else "Chiều",
        "day": f"{moment.day}/{moment.month}/{moment.year}",
        "daymonth": f"{moment.day}{separator}{moment.month}",
        "month": f"{moment.month:02}",
        "quarter": ("I", "II", "III", "IV")[(moment.month - 1) // 3],
        "year": str(moment.year),
        "lastyear": str(moment.year - 1),
    }


def _money(dice: Dice) -> str:
    thousands, rest, tenth = (dice.number(f"money {limits}", *limits)
                              for limits in ((1, 9), (100, 899), (0, 9)))  # fmt: skip
    return f"{thousands}.{rest},{tenth} tỷ đồng"


def _sentence(template: str, slots: Mapping[str, str]) -> str:
    """Filled, with a capital at its beginning."""
    text = template.format(**slots)
    return text[0].upper() + text[1:]
