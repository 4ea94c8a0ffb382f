"""One line of the table of `luutru bench search`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from statistics import median
from typing import Any

from crawler.bench.search.times import Times


@dataclass(frozen=True)
class Row:
    """The times of a kind of queries in ms, or one figure in ``value``; None: not measured."""

    articles: int
    what: str
    queries: int | None = None
    found: int | None = None  # the median
    search_p50: float | None = None
    search_p95: float | None = None
    facets_p50: float | None = None
    facets_p95: float | None = None
    both_p50: float | None = None
    both_p95: float | None = None
    cold_p50: float | None = None
    cold_p95: float | None = None
    value: float | str | None = None

    def row(self) -> dict[str, Any]:
        return asdict(self)


def of_times(size: int, what: str, times: Sequence[Times], cold: Sequence[Times] = ()) -> Row:
    """The line of some queries."""
    return Row(
        size, what, len(times), round(median(one.found for one in times)),
        p([one.search for one in times], 50), p([one.search for one in times], 95),
        p([one.facets for one in times], 50), p([one.facets for one in times], 95),
        p([one.both for one in times], 50), p([one.both for one in times], 95),
        p([one.both for one in cold], 50), p([one.both for one in cold], 95),
    )  # fmt: skip


def p(values: Sequence[float], percent: int) -> float | None:
    """The smallest value that so many percent of them do not exceed; None if there are none."""
    if not values:
        return None
    return round(sorted(values)[max(0, ceil(len(values) * percent / 100) - 1)], 1)
