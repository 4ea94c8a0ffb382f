"""Scores of a corpus: marks summed up, the worst pages, and the floor they must not fall under."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.errors import InputError
from crawler.evaluation.marks import Mark, f1

LOW_IS_GOOD = frozenset({"leak"})
ORDER = (
    "body", "body exact", "must", "must not", "title", "section", "lead", "published", "authors",
    "captions", "leak", "related", "items",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """The mean of *n* marks; of `body` the F1 of mean precision and mean recall."""

    value: float
    n: int


def scores(all_marks: Iterable[Mark]) -> dict[str, Score]:
    """Field -> score, in the order in which an article is written down."""
    by_field: dict[str, list[float]] = defaultdict(list)
    for mark in all_marks:
        by_field[mark.field].append(mark.value)
    means = {field: Score(sum(all_) / len(all_), len(all_)) for field, all_ in by_field.items()}
    precision, recall = means.pop("body precision", None), means.pop("body recall", None)
    if precision is not None and recall is not None:
        means["body"] = Score(f1(precision.value, recall.value), recall.n)
    return {field: means[field] for field in ORDER if field in means}


@dataclass(frozen=True, slots=True)
class Loss:
    """One field of one page that is not right; *lost* is what it costs the field's score."""

    id: str
    field: str
    lost: float
    why: str


def worst(all_marks: Iterable[Mark], limit: int) -> list[Loss]:
    """The dearest losses, the greatest first."""
    found = []
    for mark in all_marks:
        lost = mark.value if mark.field in LOW_IS_GOOD else 1 - mark.value
        if lost > 0 and mark.field != "body exact":
            found.append(Loss(mark.id, mark.field, round(lost, 4), _why(mark)))
    found.sort(key=lambda loss: (-loss.lost, loss.id, loss.field))
    return found[:limit]


def _why(mark: Mark) -> str:
    """The difference in words: what stands in one and not in the other."""
    if mark.field in ("body precision", "body recall"):
        true, found = _lines(mark.true), _lines(mark.found)
        extra = [line for line in found if line not in true]
        missing = [line for line in true if line not in found]
        lines, word = (extra, "too much") if mark.field == "body precision" else (missing, "lost")
        return f"{word}: {_short(' / '.join(lines))}"
    if mark.field in ("must", "must not"):
        return _short(str(mark.true))
    return f"wanted {_short(mark.true)}, found {_short(mark.found)}"


def _lines(value: object) -> list[str]:
    lines = value if isinstance(value, list) else str(value).splitlines()
    return [" ".join(str(line).split()) for line in lines]


def _short(value: object, most: int = 120) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def floors(path: Path, corpus: str) -> Mapping[str, float]:
    """The lowest scores *corpus* may have, by field, from a TOML file; none if unnamed there."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} cannot be read as TOML ({error}).", "Mend it.") from error
    wanted = table.get(corpus, {}).get("floor", {})
    unknown = sorted(set(wanted) - set(ORDER))
    if unknown:
        raise InputError(
            f"{path}: no field is called {unknown[0]!r}.", f"One of: {', '.join(ORDER)}."
        )
    return {field: float(value) for field, value in wanted.items()}


def fallen(found: Mapping[str, Score], lowest: Mapping[str, float]) -> list[str]:
    """Which fields are worse than their floor, in words."""
    told = []
    for field, floor in lowest.items():
        score = found.get(field)
        value = score.value if score is not None else None
        if value is None:
            told.append(f"{field}: has a floor of {floor}, and no page of the corpus has its truth")
        elif (value > floor) if field in LOW_IS_GOOD else (value < floor):
            told.append(f"{field}: {value:.4f}, the floor is {floor}")
    return told
