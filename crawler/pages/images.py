"""Which file an `img` element shows, and whether it is a photo at all."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping

LAZY = ("data-src", "data-original", "data-lazy-src", "data-srcset", "srcset", "src")
WIDEST = 2_560  # pixels of a photo that is asked for; beyond is for print and posters
USUAL = 1_000  # pixels that a photo without a told width may have
LONGEST = 20_000  # characters of a `srcset` that are looked at
_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)([wx])")
SMALL = 60  # pixels: what is narrower or lower is an icon


def photo_source(given: Mapping[str, str]) -> str | None:
    """The address as in the page, by the attributes *given*; None for icons and placeholders."""
    source = next((given[name] for name in LAZY if given.get(name)), "") or _any_lazy(given)
    if not source or source.startswith("data:") or _is_small(given):
        return None
    if source.count(" ") and ("srcset" in given or "data-srcset" in given):
        return largest(source)
    return source


def largest(srcset: str) -> str | None:
    """The address for the widest photo of a `srcset`, up to :data:`WIDEST`; beyond that the least.

    Candidates without a width count as one, or so many, times :data:`USUAL` pixels.
    """
    best: tuple[bool, float] | None = None
    chosen = None
    for url, told in _candidates(srcset[:LONGEST]):
        if url.startswith("data:"):
            continue
        width = _width(told)
        rank = (True, width) if width <= WIDEST else (False, -width)
        if best is None or rank > best:
            best, chosen = rank, url
    return chosen


def _candidates(srcset: str) -> Iterator[tuple[str, str]]:
    """Each address with what is told of its size; an address may hold commas, and end in none
    (HTML, 4.8.4.2.1)."""
    words = deque(srcset.split())
    while words:
        url = words.popleft()
        if url.endswith(",") or not words:
            if url.rstrip(","):
                yield url.rstrip(","), ""
            continue
        told, _, rest = words.popleft().partition(",")
        if rest:
            words.appendleft(rest)
        yield url.lstrip(","), told


def _width(told: str) -> float:
    """Pixels, by `1024w` or `2x`."""
    found = _SIZE.fullmatch(told)
    if found is None:
        return USUAL
    return float(found[1]) * (1 if found[2] == "w" else USUAL)


def _any_lazy(given: Mapping[str, str]) -> str:
    """What some script of the page's own would put into `src`."""
    for name, value in given.items():
        if name.startswith("data-") and "src" in name and ("/" in value):
            return value.split(",")[0].split()[0] if name.endswith("srcset") else value.strip()
    return ""


def _is_small(given: Mapping[str, str]) -> bool:
    """Whether an image is an icon, by its own sizes (in pixels)."""
    for name in ("width", "height"):
        value = given.get(name, "").strip().removesuffix("px")
        if value.isdecimal() and int(value[:6]) < SMALL:
            return True
    return False
