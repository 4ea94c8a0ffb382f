"""Marks: how near one prediction comes to the truth, field by field.

`body` is measured as in the article-extraction-benchmark: precision and recall of shingles of four
words, the F1 of their means over all pages; beside it the share of pages that agree word by word.
Sets (authors, captions, links) are measured by their own F1 a page.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urldefrag, urljoin

HANOI = timezone(timedelta(hours=7))
NEAR = 0.9  # F1 of words from which two captions count as one
TELLING = 20  # letters from which a caption in the body is no chance
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Mark:
    """*value* from 0 (wrong) to 1 (right); `leak` alone is better when it is low."""

    id: str
    field: str
    value: float
    true: Any
    found: Any


def marks(name: str, truth: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Mark]:
    """The marks of one page, for the fields whose truth is known."""
    body = _plain(found.get("body"))
    if truth.get("body"):
        precision, recall = overlap(truth["body"], body, 4)
        same = float(words(truth["body"]) == words(body))
        for field, value in (
            ("body precision", precision),
            ("body recall", recall),
            ("body exact", same),
        ):
            yield Mark(name, field, value, truth["body"], body)
    folded = _folded(body)
    for field, wanted in (("must", True), ("must_not", False)):
        for snippet in truth.get(field) or ():
            value = float((_folded(snippet) in folded) is wanted)
            yield Mark(name, field.replace("_", " "), value, snippet, None)
    for field, measure in _MEASURES.items():
        if truth.get(field):
            got = found.get(field)
            yield Mark(name, field, measure(truth[field], got), truth[field], got)
    if truth.get("captions"):
        leaked = [one for one in truth["captions"] if len(_folded(one)) > TELLING]
        inside = sum(_folded(one) in folded for one in leaked)
        yield Mark(name, "leak", inside / len(truth["captions"]), leaked, body)
    base = truth.get("url")
    for field in ("related", "items"):
        if truth.get(field):
            true, got = _addresses(truth[field], base), _addresses(found.get(field), base)
            value = set_f1(sorted(true), sorted(got), str.__eq__)
            yield Mark(name, field, value, sorted(true - got), sorted(got - true))


def words(value: Any) -> list[str]:
    """The words of a text, in NFC."""
    return _WORD.findall(_plain(value))


def overlap(true: Any, found: Any, size: int) -> tuple[float, float]:
    """Precision and recall of the shingles of *size* words."""
    one, other = _shingles(true, size), _shingles(found, size)
    if not one and not other:
        return 1.0, 1.0
    common = (one & other).total()
    return common / (other.total() or 1), common / (one.total() or 1)


def f1(precision: float, recall: float) -> float:
    """The harmonic mean; 0 if both are 0."""
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0


def set_f1(true: Sequence[Any], found: Iterable[Any], same: Callable[[Any, Any], bool]) -> float:
    """F1 of two sets whose members pair up where *same* holds, each at most once."""
    rest = list(found)
    size, hits = len(rest), 0
    for one in true:
        place = next((n for n, other in enumerate(rest) if same(one, other)), None)
        if place is not None:
            del rest[place]
            hits += 1
    return f1(hits / size if size else 0.0, hits / len(true) if true else 0.0)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return _plain(value.get("text") or value.get("name"))
    if isinstance(value, list | tuple):
        return "\n".join(map(_plain, value))
    return unicodedata.normalize("NFC", str(value)) if value is not None else ""


def _folded(value: Any) -> str:
    return " ".join(_plain(value).casefold().split())


def _shingles(value: Any, size: int) -> Counter[tuple[str, ...]]:
    found = words(value)
    if not found:
        return Counter()
    ends = range(max(1, len(found) - size + 1))
    return Counter(tuple(found[start : start + size]) for start in ends)


def _equal(true: Any, found: Any) -> float:
    return float(_folded(true) == _folded(found))


def _in_path(true: Any, found: Any) -> float:
    path = found if isinstance(found, list | tuple) else [found or ""]
    return float(_folded(true) in map(_folded, path))


def _words(true: Any, found: Any) -> float:
    return f1(*overlap(true, found, 1))


def _moment(true: Any, found: Any) -> float:
    """Equal to the minute where the truth has a time, else to the day, as in Viet Nam."""
    if not found:
        return 0.0
    try:
        one, other = _parsed(str(true)), _parsed(str(found))
    except ValueError:
        return 0.0
    if len(str(true).strip()) <= 10:
        return float(one.date() == other.date())
    if one.tzinfo is None or other.tzinfo is None:
        one, other = one.replace(tzinfo=None), other.replace(tzinfo=None)
    return float(one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0))


def _parsed(value: str) -> datetime:
    moment = datetime.fromisoformat(value.strip())
    return moment.astimezone(HANOI) if moment.tzinfo else moment


def _people(true: Any, found: Any) -> float:
    return set_f1([_folded(one) for one in true], [_folded(one) for one in found or ()], str.__eq__)


def _pictures(true: Any, found: Any) -> float:
    return set_f1(list(true), list(found or ()), lambda one, other: _words(one, other) >= NEAR)


def _addresses(rows: Any, base: str | None) -> set[str]:
    found = set()
    for row in rows or ():
        href = (row.get("url") or row.get("href")) if isinstance(row, Mapping) else row
        if href:
            whole = urldefrag(urljoin(base or "", href))[0]
            found.add(whole.split("://", 1)[-1].rstrip("/"))
    return found


_MEASURES: Mapping[str, Callable[[Any, Any], float]] = {
    "title": _equal,
    "section": _in_path,
    "lead": _words,
    "published": _moment,
    "authors": _people,
    "captions": _pictures,
}
