"""Who used a phrase first, and who took it up: by site, from the dates of publication and from what
captures prove of edits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from archive import articles, index, sites, story_members
from archive.candidates import earliest
from archive.clock import from_iso, iso
from archive.errors import QueryError
from archive.filters import Filters
from archive.index_text import entry_of
from archive.matching import Unit, forms_of, units
from archive.query import parse
from archive.query_tree import Atom
from archive.scopes import Scope, require_known, scope_of
from archive.snapshot import snapshot
from archive.times import sortable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.db import Archive
    from archive.sites import Site
    from archive.types import Version

LOOKS = 200
"""Articles of a site, the first published in front, whose history is looked at."""

By = Literal["published", "edited", "captured"]


@dataclass(frozen=True, slots=True)
class FirstUse:
    """A site's first article with a phrase.

    ``since``: in UTC, when the phrase stood there first, so far as it is known. ``by`` says what
    that is: `published`, the article's own date, as its earliest version has the phrase already;
    `edited`, the first look that shows it, because an earlier version has it not; `captured`, the
    first look, because the article has no date. ``days``: after the first of all. ``copy_of``: key
    of the article above it with the same text. ``source``: the line that names another as source.
    """

    site: str
    province: str | None
    key: str
    title: str
    url: str
    published: str | None
    since: str
    by: By
    days: float = 0.0
    copy_of: str | None = None
    source: str | None = None


def first_uses(archive: Archive, phrase: str, filters: Filters | None = None) -> list[FirstUse]:
    """The first article of each site whose current version has *phrase*, the earliest in front.

    *phrase* is a word or words side by side, with or without accents as in a search. QueryError for
    anything else; other errors as in `archive.search.search`.
    """
    query = parse(phrase if '"' in phrase else f'"{phrase}"')
    if not isinstance(query.root, Atom) or query.days:
        raise QueryError(
            "The first use is asked of one phrase.", 'Give it as `"sáp nhập"`.', query=query.text
        )
    filters = filters or Filters()
    with snapshot(archive):
        index.require(archive)
        (unit,) = units(query)
        found: list[tuple[FirstUse, int | None]] = []
        for site in sites.all(archive):
            if filters.sites and site.slug not in filters.sites:
                continue
            scope = scope_of(archive, query, replace(filters, sites=(site.slug,)))
            one = _of_site(archive, scope, unit, site)
            if one is not None:
                found.append(one)
        require_known(archive, filters)
    return _in_order(found)


def _of_site(
    archive: Archive, scope: Scope, unit: Unit, site: Site
) -> tuple[FirstUse, int | None] | None:
    """The first of one site, and the story that it is in."""
    best: tuple[FirstUse, int | None] | None = None
    for candidate in islice(earliest(archive, scope), LOOKS):
        versions = articles.versions(archive, candidate.article_id)
        published = sortable(versions[-1].article.published)[0]
        if best is not None and published is not None and published > best[0].since:
            break  # nothing that was published later can have it earlier
        use = _use(archive, versions, unit, site)
        if best is None or use.since < best[0].since:
            best = use, candidate.story_id
    return best


def _use(archive: Archive, versions: Sequence[Version], unit: Unit, site: Site) -> FirstUse:
    """Since when an article has the phrase; *versions*: all of it, the oldest first."""
    there = [place for place, one in enumerate(versions) if _has(archive, one, unit)]
    first = there[0] if there else len(versions) - 1  # only in an attachment: as it is now
    shown, now = versions[first], versions[-1]
    published = sortable(shown.article.published)[0]
    by: By = "edited" if first else "published" if published is not None else "captured"
    since = published if by == "published" and published else iso(shown.first_seen)
    return FirstUse(
        site.slug, site.province_then or site.province_now, now.key, shown.article.title, now.url,
        shown.article.published, since, by, source=story_members.source_line(shown.article),
    )  # fmt: skip


def _has(archive: Archive, version: Version, unit: Unit) -> bool:
    forms = forms_of(entry_of(archive, version.id, ()).text)
    return any(
        unit.whole.search(text.of(unit.mode)) for name, text in forms.items() if unit.applies(name)
    )


def _in_order(found: Sequence[tuple[FirstUse, int | None]]) -> list[FirstUse]:
    ordered = sorted(found, key=lambda one: (one[0].since, one[0].site))
    result: list[FirstUse] = []
    stories: dict[int, str] = {}
    for use, story in ordered:
        days = (from_iso(use.since) - from_iso(ordered[0][0].since)).total_seconds() / 86_400
        original = stories.setdefault(story, use.key) if story is not None else use.key
        copy_of = original if original != use.key else None
        result.append(replace(use, days=round(days, 1), copy_of=copy_of))
    return result
