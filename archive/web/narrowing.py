"""A search's address, and the links from it that narrow the search or take a filter off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datasette.utils.asgi import Request

from archive.as_of import moment
from archive.dates import days
from archive.errors import InputError
from archive.facets import Facet, Facets
from archive.filters import Filters
from archive.scopes import Versions
from archive.search import Sort
from archive.vietnamese import settle
from archive.web.shell import address

LAST = 50
"""The last page that can be leafed to: beyond, a search is narrowed rather than read."""

FILTERS = ("site", "section", "author", "province", "collection", "from", "to", "in", "as-of")
"""What an address calls the filters."""

# Values of a facet; the others are folded away, and what is behind them left out.
_SHOWN = {"site": 8, "province": 8, "year": 10, "section": 8, "author": 5}
_MOST = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for; ``since``, ``until`` and ``as_of`` as typed. ``among``: `all` for
    every version; that and ``as_of`` exclude each other."""

    text: str
    sites: tuple[str, ...]
    section: str
    author: str
    province: str
    collection: str
    since: str
    until: str
    among: str
    as_of: str
    sort: Sort
    page: int

    def filters(self) -> Filters:
        """The filters; InputError for a date that cannot be."""
        first = days(self.since)[0] if self.since else None
        last = days(self.until)[1] if self.until else None
        if first and last and first > last:
            raise InputError(
                f"{self.since} is after {self.until}.", "Exchange the two dates, or leave one out."
            )
        return Filters(
            sites=self.sites,
            section=self.section or None,
            author=self.author or None,
            province=self.province or None,
            collection=self.collection or None,
            since=first.isoformat() if first else None,
            until=last.isoformat() if last else None,
        )

    def versions(self, now: datetime) -> Versions:
        """Which versions are searched; InputError for a date that cannot be, or both."""
        if self.among and self.as_of:
            raise InputError("All versions and a day do not go together.", "Leave one of them out.")
        if self.as_of:
            return moment(self.as_of, now)
        return "all" if self.among else "current"

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return self.filters_typed != ((),) + ("",) * 8

    @property
    def filters_typed(self) -> tuple[Any, ...]:
        """The filters as typed."""
        return (
            self.sites, self.section, self.author, self.province, self.collection, self.since,
            self.until, self.among, self.as_of,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: the key of its label, its value, and the address without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Group:
    """A facet: the key of its label, and value, number and address of what it can be narrowed to.

    ``rest`` are those that are folded away; ``lang`` is that of the values, if they are a site's.
    """

    label: str
    lang: str | None
    first: Sequence[tuple[str, int, str]]
    rest: Sequence[tuple[str, int, str]]


def asked_of(request: Request) -> Asked:
    """What the address asks for; what it cannot mean counts as not said."""

    def value(name: str) -> str:
        return settle(request.args.get(name) or "")

    number = value("page")
    return Asked(
        text=value("q"),
        sites=tuple(dict.fromkeys(filter(None, map(settle, request.args.getlist("site"))))),
        section=value("section"),
        author=value("author"),
        province=value("province"),
        collection=value("collection"),
        since=value("from"),
        until=value("to"),
        among="all" if value("in") == "all" else "",
        as_of=value("as-of"),
        sort="newest" if value("sort") == "newest" else "best",
        page=min(LAST, max(1, int(number))) if number.isdecimal() and len(number) < 5 else 1,
    )


def changed(request: Request, **changes: Any) -> str:
    """The search of *request* with other values, from its first page on unless `page` is given."""
    return address("/search", request, {"page": None, **changes})


def chips(request: Request, asked: Asked, names: Mapping[str, str]) -> list[Chip]:
    """The filters that are set; *names*: of the sites, by slug."""
    found = [
        Chip(
            "filter.site",
            names.get(slug, slug),
            changed(request, site=[one for one in asked.sites if one != slug]),
        )
        for slug in asked.sites
    ]
    found += [
        Chip(f"filter.{name}", value, changed(request, **{name: None}))
        for name in ("section", "author", "province", "collection")
        if (value := getattr(asked, name))
    ]
    if asked.among:
        found.append(Chip("filter.in", "", changed(request, **{"in": None})))
    if asked.as_of:
        found.append(Chip("filter.as-of", asked.as_of, changed(request, **{"as-of": None})))
    if asked.since and asked.since == asked.until:
        label = "filter.year" if asked.since.isdecimal() else "filter.on"
        return [*found, Chip(label, asked.since, changed(request, **{"from": None, "to": None}))]
    for name, value in (("from", asked.since), ("to", asked.until)):
        if value:
            found.append(Chip(f"filter.{name}", value, changed(request, **{name: None})))
    return found


def groups(request: Request, asked: Asked, found: Facets, total: int) -> list[Group]:
    """The facets that still can narrow the search, which finds *total* articles."""

    def group(name: str, lang: str | None, values: Sequence[Facet], *fields: str) -> Group:
        links = [
            (one.label, one.count, changed(request, **dict.fromkeys(fields, one.value)))
            for one in values[:_MOST]
        ]
        return Group(f"filter.{name}", lang, links[: _SHOWN[name]], links[_SHOWN[name] :])

    def narrows(values: Sequence[Facet], is_set: object) -> bool:
        return not is_set and any(one.count < total for one in values)

    made = []
    if narrows(found.sites, asked.sites):
        made.append(group("site", "vi", found.sites, "site"))
    if narrows(found.provinces, asked.province):
        made.append(group("province", "vi", found.provinces, "province"))
    if narrows(found.years, asked.since or asked.until):
        made.append(group("year", None, found.years, "from", "to"))
    if narrows(found.sections, asked.section):
        made.append(group("section", "vi", found.sections, "section"))
    if narrows(found.authors, asked.author):
        made.append(group("author", "vi", found.authors, "author"))
    return made
