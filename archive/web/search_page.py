"""The search, also the first page: a query and filters to hits, facets and pages of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from archive import sites
from archive.errors import ArchiveError, LuutruError, QueryError
from archive.facets import Facets, facets
from archive.search import Results, browse, search
from archive.vietnamese import fold, has_marks, settle
from archive.web import narrowing
from archive.web.i18n import of_error
from archive.web.narrowing import FILTERS, LAST, Asked
from archive.web.shell import language_of, page, read

if TYPE_CHECKING:
    from archive.db import Archive

SIZE = 20
"""Hits on a page."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How large the archive is, and when it was last added to (ISO 8601, UTC)."""

    articles: int
    sites: int
    crawled: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a page of the search shows. ``copies``: key -> name of the site that it stands on."""

    results: Results
    facets: Facets
    names: Mapping[str, str]
    provinces: tuple[str, ...]
    copies: Mapping[str, str]
    figures: Figures


async def view(request: Request, datasette: Any) -> Response:
    """The page for a query, for the newest articles, or for why there is none."""
    asked = narrowing.asked_of(request)
    home = not (asked.text or asked.is_narrowed or asked.page > 1)
    context: dict[str, Any] = {
        "asked": asked,
        "wrong": None,
        "last_page": LAST,
        "first": (asked.page - 1) * SIZE + 1,
        "cleared": narrowing.changed(request, **dict.fromkeys(FILTERS)),
        "changed": partial(narrowing.changed, request),
        "unmarked": without_marks(asked.text),
    }
    try:
        found = await read(datasette, find, asked)
    except LuutruError as error:
        if request.args.get("format") == "json":
            raise
        status, context["wrong"] = _wrong(error, request)
        context["provinces"] = await read(datasette, provinces)
        return await page(request, "search.html", context, status)
    if request.args.get("format") == "json":
        return Response.json(_plain(found))
    context |= {
        "found": found,
        "provinces": found.provinces,
        "chips": narrowing.chips(request, asked, found.names),
        "groups": narrowing.groups(request, asked, found.facets, found.results.total),
    }
    return await page(request, "home.html" if home else "search.html", context)


def find(archive: Archive, asked: Asked) -> Found:
    """Hits, facets and what the form offers. Errors as in `archive.search.search`."""
    filters, offset = asked.filters(), (asked.page - 1) * SIZE
    versions = asked.versions(archive.clock.now())
    if asked.text:
        results = search(archive, asked.text, filters, SIZE, asked.sort, offset, versions=versions)
    else:
        results = browse(archive, filters, SIZE, offset, versions=versions)
    keys = [key for copies in results.copies.values() for key in copies]
    return Found(
        results,
        facets(archive, asked.text, filters, versions=versions),
        {site.slug: site.name for site in sites.all(archive)},
        provinces(archive),
        _sites_of(archive, keys),
        _figures(archive),
    )


def provinces(archive: Archive) -> tuple[str, ...]:
    """The provinces of the archive's sites, by their names then and now."""
    names = {
        name
        for site in sites.all(archive)
        for name in (site.province_then, site.province_now)
        if name
    }
    return tuple(sorted(names, key=fold))


def without_marks(text: str) -> str | None:
    """*text* without accents but in its case, so that operators stay; None if it has no accent."""
    text = settle(text)
    if not has_marks(text):
        return None
    pairs = zip(text, fold(text), strict=True)
    return "".join(bare.upper() if char.isupper() else bare for char, bare in pairs)


def _sites_of(archive: Archive, keys: list[str]) -> dict[str, str]:
    rows = archive.conn.execute(
        "SELECT a.key, s.name FROM article a JOIN site s ON s.id = a.site_id"
        f" WHERE a.key IN ({', '.join('?' * len(keys))})",
        keys,
    )
    return dict(rows.fetchall())


def _figures(archive: Archive) -> Figures:
    row = archive.conn.execute(
        "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM site),"
        " (SELECT max(coalesce(ended, started)) FROM crawl)"
    ).fetchone()
    return Figures(*row)


def _wrong(error: LuutruError, request: Request) -> tuple[int, dict[str, Any]]:
    """The status and what the page says of an error that the reader can mend."""
    kind, status = "filter", 400
    query, position = "", 0
    if isinstance(error, QueryError):
        kind, query, position = "query", error.query, error.position
    elif isinstance(error, ArchiveError):
        kind, status = "index", 503
    lang = language_of(request)
    return status, {
        "kind": kind,
        "what": of_error(error.what, lang),
        "next_step": of_error(error.next_step, lang),
        "query": query,
        "position": position,
    }


def _plain(found: Found) -> dict[str, Any]:
    """The hits as `luutru search --format json` prints them, with the total and the facets."""
    results = found.results
    return {
        "total": results.total,
        "total_is_exact": results.total_is_exact,
        "more": results.more,
        "hits": [
            {**asdict(hit), "copies": results.copies.get(hit.key, ())} for hit in results.hits
        ],
        "facets": asdict(found.facets),
    }
