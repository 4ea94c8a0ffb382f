"""Page numbers in addresses: which page of what a URL is, in path or query, page or offset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

PATH_NUMBER = re.compile(
    r"(?i)(?P<before>/|-)(?P<name>page|trang|currentpage|paging|p)(?P<sign>[-/]?)(?P<n>\d{1,5})(?=[/.]|$)"
)
QUERY_NAME = re.compile(
    r"(?i)^(?:page|paged|pg|p|trang|pagenum|pageindex|page_?no|page_?number|currentpage|cur|_\w+_cur"
    r"|start|limitstart|offset)$"
)
_MAY_HAVE_NUMBER = re.compile(r"=\d|/(?:[^/?]*-)?[a-zA-Z]+[-/]?\d")
VOLATILE = re.compile(r"(?i)^(?:_\w+_)?(?:delta|resetcur|keywords|advancedsearch|andoperator)$|^p_")


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Which page of what: *base* is the URL without the number, *value* page or offset."""

    path: str
    params: frozenset[tuple[str, str]]
    name: str
    value: int


def is_page_link(url: str, other: str) -> bool:
    """Whether *other* is another page of what stands at *url*."""
    mine, theirs = page_number(url), page_number(other)
    if theirs is None:
        return False
    return same_series(url, mine, theirs)


@lru_cache(maxsize=50_000)
def page_number(url: str) -> PageNumber | None:
    """The page's number in path or query, None if the URL has none."""
    if not _MAY_HAVE_NUMBER.search(url):
        return None
    parts = urlsplit(url)
    params = parse_qsl(parts.query, keep_blank_values=True) if parts.query else []
    for name, value in params:
        if QUERY_NAME.match(name) and value.isdigit() and len(value) < 7:
            rest = frozenset(pair for pair in params if pair[0] != name)
            return PageNumber(_plain(parts.path), rest, name.lower(), int(value))
    numbers = list(PATH_NUMBER.finditer(parts.path))
    if not numbers:
        return None
    found = numbers[-1]
    path = parts.path[: found.start()] + parts.path[found.end() :]
    return PageNumber(_plain(path), frozenset(params), found["name"].lower(), int(found["n"]))


def _plain(path: str) -> str:
    return path.partition(";")[0].rstrip("/")


def same_series(url: str, here: PageNumber | None, there: PageNumber) -> bool:
    """Whether *there* is a page of what *url*, whose number is *here*, is a page of."""
    parts = urlsplit(url)
    if here is not None and here.name == there.name:
        path, params = here.path, here.params
    else:
        path = _plain(parts.path)
        params = frozenset(parse_qsl(parts.query, keep_blank_values=True))
    if path != there.path:
        return False
    mine, theirs = dict(params), dict(there.params)
    shared = (name for name in mine.keys() & theirs.keys() if not VOLATILE.match(name))
    if any(mine[name] != theirs[name] for name in shared):
        return False
    lost = (name for name in mine.keys() - theirs.keys() if not VOLATILE.match(name))
    return not any(True for _ in lost)
