"""Numbers in the addresses of articles, and what the gaps between them may hide. Pure.

Systems number their articles: `…-4711.html`, `?ItemID=4711`, `-post4711.html`. The numbers are
shared with other content, so that most gaps hide no article; how many do is only known as far as
gaps were probed, and the bounds say so (Wilson's score interval, 95 %: E. B. Wilson, JASA 1927).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import ceil, floor, sqrt
from urllib.parse import urlsplit

from archive.urls import host_key

MOST_DIGITS = 9  # longer ones are times and keys, not counts: their gaps are no articles
LEAST_SHARED = 3  # articles that differ in nothing but the number, for it to lead there alone
SPARSE = 200  # numbers for each article of a series; more are no series at all
FAR = 62  # days between two neighbours; their month tells nothing of what stands between

_QUERY = re.compile(
    r"(?i)[?&]((?:\w*(?:news|article|item|post|content|tin|bai|bv)_?id|id_?(?:tin|bai|bv|news)|aid|nid|id))"
    r"=(\d+)(?=&|$)"
)
_NAMED = re.compile(
    r"(?i)(?:[-_]((?:post|c|d|a|n)?))(\d{2,})(?:\.tpo)?\.(?:s?html?|aspx|php|epi|vnp)(?=[?;]|$)"
)
_LEADING = re.compile(r"/()(\d{2,})-[^/?]+(?:[?]|$)")


@dataclass(frozen=True, slots=True)
class Numbered:
    """An address by its number: ``series`` it counts in, and all else of it, as a `template`."""

    series: str
    number: int
    template: str  # the address with `{}` in the number's place


def numbered(url: str) -> Numbered | None:
    """The article's number in an absolute URL, None if it has none that counts."""
    for kind, pattern in (("query", _QUERY), ("end", _NAMED), ("begin", _LEADING)):
        found = pattern.search(url)
        if found is None:
            continue
        digits = found[2]
        if len(digits) > MOST_DIGITS or digits.startswith("0"):
            return None
        path = urlsplit(url).path.lower() if kind == "query" else ""
        series = f"{_host(*url.split('/', 3)[:3])} {kind} {found[1].lower()} {path}".rstrip()
        template = _braced(url[: found.start(2)]) + "{}" + _braced(url[found.end(2) :])
        return Numbered(series, int(digits), template)
    return None


@lru_cache(1_000)
def _host(scheme: str, _: str, host: str) -> str:
    """A site has few hosts, and 200,000 addresses."""
    return host_key(f"{scheme}//{host}/")


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one series of addresses, and how its gaps were filled so far.

    ``articles``: captured; ``known``: of every page known; ``probed``: gaps that were asked for,
    with whether an article stood there. ``template``: leads to an article by its number alone.
    """

    name: str
    articles: frozenset[int]
    known: frozenset[int]
    probed: Mapping[int, bool]
    template: str | None

    @property
    def low(self) -> int:
        return min(self.articles)

    @property
    def high(self) -> int:
        return max(self.articles)

    def unknown(self) -> Iterator[int]:
        """Numbers between the first and the last article that nothing is known of."""
        for number in range(self.low, self.high + 1):
            if number not in self.known and number not in self.probed:
                yield number


@dataclass(frozen=True, slots=True)
class Gap:
    """What the gaps of a series may hide. ``unknown``: numbers; ``found`` articles of ``probed``.

    ``least`` and ``most`` articles are missing behind the unknown numbers with 95 % certainty, if
    the probes are a fair sample; without a probe anything from none to all.
    """

    series: str
    low: int
    high: int
    articles: int
    unknown: int
    probed: int
    found: int
    least: int
    most: int


def series_of(
    pages: Iterable[tuple[str, bool]], probes: Iterable[tuple[str, bool]] = (), *, any_slug: bool
) -> list[Series]:
    """The series of a site's *pages* (URL, an article was captured) and *probes* (URL, hit).

    *any_slug*: the site leads to an article by its number whatever words stand beside it. Series
    too sparse to be counts, and of fewer than five articles, are left out.
    """
    articles: dict[str, set[int]] = defaultdict(set)
    known: dict[str, set[int]] = defaultdict(set)
    templates: dict[str, Counter[str]] = defaultdict(Counter)
    for url, captured in pages:
        one = numbered(url)
        if one is None:
            continue
        known[one.series].add(one.number)
        if captured:
            articles[one.series].add(one.number)
            templates[one.series][one.template] += 1
    probed: dict[str, dict[int, bool]] = defaultdict(dict)
    for url, hit in probes:
        one = numbered(url)
        if one is not None:
            probed[one.series][one.number] = hit
    found = []
    for name, numbers in sorted(articles.items()):
        if len(numbers) < 5 or max(numbers) - min(numbers) > SPARSE * len(numbers):
            continue
        found.append(
            Series(
                name, frozenset(numbers), frozenset(known[name] - probed[name].keys()),
                probed[name], _template(templates[name], any_slug),
            )
        )  # fmt: skip
    return found


def _template(templates: Counter[str], any_slug: bool) -> str | None:
    template, count = max(templates.items(), key=lambda one: (one[1], one[0]))
    return template if any_slug or count >= LEAST_SHARED else None


def gap(series: Series) -> Gap:
    """How many articles the gaps of *series* may hide."""
    unknown = sum(1 for _ in series.unknown())
    found, probed = sum(series.probed.values()), len(series.probed)
    low, high = wilson(found, probed)
    return Gap(
        series.name, series.low, series.high, len(series.articles), unknown, probed, found,
        floor(low * unknown), ceil(high * unknown),
    )  # fmt: skip


def wilson(hits: int, tries: int, z: float = 1.96) -> tuple[float, float]:
    """The interval that holds the true share with 95 % certainty; 0 to 1 without a try."""
    if not tries:
        return 0.0, 1.0
    share, square = hits / tries, z * z
    middle = (share + square / (2 * tries)) / (1 + square / tries)
    half = z * sqrt(share * (1 - share) / tries + square / (4 * tries * tries))
    half /= 1 + square / tries
    return max(0.0, middle - half), min(1.0, middle + half)


class Neighbours:
    """The days of dated articles by their numbers: about when another number was given."""

    def __init__(self, dated: Iterable[tuple[str, date]]) -> None:
        by_series: dict[str, dict[int, date]] = defaultdict(dict)
        for url, day in dated:
            one = numbered(url)
            if one is not None:
                by_series[one.series][one.number] = day
        self._days = {name: sorted(found.items()) for name, found in by_series.items()}

    def day(self, url: str) -> date | None:
        """Between the days of the numbers before and after, in proportion; None if they are far
        apart, out of order, or there is but one."""
        one = numbered(url)
        days = self._days.get(one.series) if one is not None else None
        if one is None or not days:
            return None
        place = bisect_left(days, (one.number, date.min))
        if place in (0, len(days)):
            return None
        (before, first), (after, last) = days[place - 1], days[place]
        if first > last or (last - first).days > FAR:
            return None
        return first + (last - first) * ((one.number - before) / (after - before))
