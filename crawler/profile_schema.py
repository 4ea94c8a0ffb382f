"""What may stand in a profile's TOML, and each part of it made into its frozen value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urljoin

from archive.errors import ProfileError
from archive.urls import canonical
from crawler import profile_body
from crawler.profile_values import (
    FIELD_NAMES,
    Fields,
    Layout,
    Pace,
    SiteProfile,
    Start,
    UrlRules,
)
from crawler.selectors import compiled

Table = Mapping[str, Any]
Check = Callable[[Any], str | None]
"""Gives what a good value looks like, None if this is one."""


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else 'a text, as in "abc"'


def _yes_no(value: Any) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def _number(value: Any) -> str | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e12
    return None if good else "a number above 0"


def _not_negative(value: Any) -> str | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
    return None if good else "a number, 0 or more"


def _whole(value: Any) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**12
    return None if good else "a whole number above 0"


def _texts(value: Any) -> str | None:
    good = isinstance(value, list) and all(_text(part) is None for part in value)
    return None if good else 'a list of texts, as in ["a", "b"]'


def _day(value: Any) -> str | None:
    good = isinstance(value, date) and not isinstance(value, datetime)
    return None if good else "a day, as in 2021-06-30, without quotes"


_FIELDS: Table = dict.fromkeys(sorted(FIELD_NAMES), _texts)
_START: Table = {"home": _text, "listings": _texts, "sitemaps": _texts, "feeds": _texts}
_PATTERNS = ("article", "listing", "document", "skip")
_COMMON: Table = {
    "name": _text,
    "start": _START,
    "urls": dict.fromkeys((*_PATTERNS, "drop_params"), _texts)
    | dict.fromkeys(("strip_slash", "any_slug"), _yes_no),
    "crawl": {
        "delay": _not_negative,
        "concurrency": _whole,
        "max_bytes": _whole,
        "max_photo_bytes": _whole,
        "max_document_bytes": _whole,
        "photos": _yes_no,
        "documents": _yes_no,
        "max_depth": _whole,
        "max_pages": _whole,
        "max_minutes": _number,
        "revisit": _number,
    },
    "fields": _FIELDS,
    "layouts": [{"since": _day, "until": _day, "fields": _FIELDS}],
}
SIGN_PLACES = ("generator", "header", "address", "markup")


def _sign_place(value: Any) -> str | None:
    return None if value in SIGN_PLACES else f"one of {', '.join(SIGN_PLACES)}"


FAMILY: Table = {
    **_COMMON,
    "seen": _text,
    "built_on": _text,
    "signs": [{"where": _sign_place, "pattern": _text, "weight": _whole, "told": _text}],
}
"""A family's file: what its sites share, and the signs by which it is recognised."""
SITE: Table = {
    **_COMMON,
    **dict.fromkeys(("family", "province_then", "province_now"), _text),
    "hosts": _texts,
    **profile_body.keys(_text, _texts),
    "verified": _yes_no,
}


def check(table: Table, spec: Table, path: Path, at: str = "") -> None:
    """Refuses unknown keys and wrong types, with file, key and remedy."""
    if not at and "name" not in table:
        _wrong(path, "name", "this key is missing.", 'Write name = "…" at the top.')
    for key, value in table.items():
        where = f"{at}.{key}" if at else key
        if key not in spec:
            near = get_close_matches(key, spec, 1, 0.5)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(spec)}."
            _wrong(path, where, "this key is unknown.", hint)
        _check_value(value, spec[key], path, where)


def _check_value(value: Any, wanted: Any, path: Path, where: str) -> None:
    if isinstance(wanted, Mapping):
        if where == "start" and isinstance(value, list):  # `start = [URL, …]`: listings alone
            wanted = _texts
        elif not isinstance(value, dict):
            _wrong(path, where, "a table is expected.", f"Write it under [{where}].")
        else:
            check(value, wanted, path, where)
            return
    if isinstance(wanted, list):
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            _wrong(path, where, "a list of tables is expected.", f"Write each under [[{where}]].")
        for number, row in enumerate(value, 1):
            check(row, wanted[0], path, f"{where}[{number}]")
        return
    expected = wanted(value)
    if expected:
        _wrong(path, where, f"{value!r} does not fit.", f"Write {expected}.")


def twin(host: str) -> str:
    """The other of ``www.example.vn`` and ``example.vn``."""
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def start(own: Any, merged: Any, hosts: Sequence[str], path: Path) -> Start:
    """Start points, absolute; relative ones (of a family) stand on the home page, else on the
    first host. ``start = []`` in a site's file means: none, whatever the family says."""
    if isinstance(own, list):
        own = merged = {"listings": own}
        if not own["listings"]:
            return Start()
    home = merged.get("home") or (f"https://{hosts[0]}/" if hosts else None)
    if home is None:
        return Start()

    def absolute(key: str) -> tuple[str, ...]:
        urls = tuple(urljoin(home, url) for url in merged.get(key, ()))
        for url in urls:
            _check_url(url, path, f"start.{key}")
        return urls

    _check_url(home, path, "start.home")
    made = Start(home, absolute("listings"), absolute("sitemaps"), absolute("feeds"))
    every = (*made.listings, *made.sitemaps, *made.feeds)
    twice = next((url for url in every if every.count(url) > 1), None)
    if twice:
        _wrong(path, "start", f"{twice} stands there twice.", "Remove one.")
    return made


def _check_url(url: str, path: Path, where: str) -> None:
    try:
        canonical(url)
    except ValueError:
        _wrong(path, where, f"{url!r} is no http or https address.", "Write it with https://.")


def url_rules(table: Table, path: Path) -> UrlRules:
    """The patterns, compiled."""

    def patterns(key: str) -> tuple[re.Pattern[str], ...]:
        return tuple(_pattern(text, path, f"urls.{key}") for text in table.get(key, ()))

    return UrlRules(
        article=patterns("article"),
        listing=patterns("listing"),
        document=patterns("document"),
        skip=patterns("skip"),
        drop_params=tuple(table.get("drop_params", ())),
        strip_slash=table.get("strip_slash", False),
        any_slug=table.get("any_slug", False),
    )


def _pattern(text: str, path: Path, where: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as problem:
        _wrong(path, where, f"{text!r} is no regular expression: {problem}.",
               "Mend it; literal TOML strings, in single quotes, keep backslashes.")  # fmt: skip


def pace(table: Table, path: Path) -> Pace:
    """Limits; that they are gentle enough is :func:`check_pace`."""
    return Pace(**table)


def check_pace(profile: SiteProfile, path: Path) -> None:
    """Off this machine: one request at a time and at least a second apart."""
    if not profile.hosts or profile.loopback:
        return
    if profile.crawl.delay < 1:
        _wrong(path, "crawl.delay", "less than 1 s is for loopback only.", "Write 1 or more.")
    if profile.crawl.concurrency > 1:
        _wrong(path, "crawl.concurrency", "more than 1 is for loopback only.", "Write 1.")


def fields(table: Table, path: Path, where: str) -> Fields:
    """Selectors by field, each compiled once to see that it can be."""
    for name, selectors in table.items():
        for selector in selectors:
            try:
                compiled(selector)
            except ValueError as problem:
                _wrong(path, f"{where}.{name}", f"{problem}.", "Mend the selector.")
    return {name: tuple(selectors) for name, selectors in table.items()}


def layouts(rows: Sequence[Table], path: Path) -> tuple[Layout, ...]:
    """Dated layouts in the file's order; each needs a date, and since before until."""
    made = []
    for number, row in enumerate(rows, 1):
        where = f"layouts[{number}]"
        since, until = row.get("since"), row.get("until")
        if since is None and until is None:
            _wrong(path, where, "a layout needs a date.", "Write since, until or both.")
        if since and until and since >= until:
            _wrong(path, where, f"since {since} is not before until {until}.", "Mend one.")
        made.append(Layout(since, until, fields(row.get("fields", {}), path, f"{where}.fields")))
    return tuple(made)


def _wrong(path: Path, key: str, what: str, next_step: str) -> NoReturn:
    raise ProfileError(what, next_step, file=str(path), key=key)
