"""Who used a phrase first, and who took it up: by site, from the dates of publication and from what
captures prove."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive import index, sites
from archive.candidates import bounds, bounds_of_story
from archive.clock import from_iso
from archive.errors import QueryError
from archive.filters import Filters
from archive.matching import units
from archive.query_tree import Atom
from archive.scopes import Scope, require_known, scope_of
from archive.snapshot import snapshot
from archive.standing_phrase import By, Standing, standing
from archive.story_members import source_line
from archive.synonyms import parsed
from archive.times import VIETNAM, Precision

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.matching import Unit
    from archive.sites import Site

LOOKS = 200
"""Articles of a site, or of a story, whose versions are read; those that can be first in front."""


@dataclass(frozen=True, slots=True)
class FirstUse:
    """A site's first article with a phrase, by its earliest version that has it.

    ``since``, ``by``, ``precision``, ``seen`` and ``after``: as in `archive.standing_phrase`.
    ``days``: of Vietnam's calendar, after the first of all. ``copy_of``: key of the article of the
    same story that had the phrase before, as far as that is known. ``source``: the line that names
    another as source. ``cut``: more than :data:`LOOKS` articles can be first, and one of the others
    may be.
    """

    site: str
    province: str | None
    key: str
    title: str
    url: str
    published: str | None
    since: str
    by: By
    precision: Precision | None
    seen: str
    after: str | None
    days: int = 0
    copy_of: str | None = None
    source: str | None = None
    cut: bool = False


def first_uses(
    archive: Archive, phrase: str, filters: Filters | None = None, *, by_looks: bool = False
) -> list[FirstUse]:
    """The first article of each site whose current version has *phrase*, the earliest in front.

    *phrase* is a word or words side by side, with or without accents as in a search. *by_looks*:
    what counts is not ``since`` but ``seen``, as if no site ever printed a date. QueryError for
    anything else; other errors as in `archive.search.search`. Costs some 4 µs a match, for its
    captures; few texts are read.
    """
    filters = filters or Filters()
    with snapshot(archive):
        index.require(archive)
        query = parsed(archive, phrase if '"' in phrase else f'"{phrase}"', filters)
        if not isinstance(query.root, Atom) or query.days:
            raise QueryError(
                "The first use is asked of one phrase.",
                'Give it as `"sáp nhập"`.',
                query=query.text,
            )
        require_known(archive, filters)
        (unit,) = units(query)
        found = [
            _of_site(archive, scope_of(archive, query, replace(filters, sites=(site.slug,))), asked)
            for site in sites.all(archive)
            if not filters.sites or site.slug in filters.sites
            for asked in (_Asked(site, unit, by_looks),)
        ]
    uses = sorted((one for one in found if one), key=lambda one: (_moment(one, by_looks), one.site))
    return [
        replace(one, days=_days(_moment(uses[0], by_looks), _moment(one, by_looks))) for one in uses
    ]


@dataclass(frozen=True, slots=True)
class _Asked:
    site: Site
    unit: Unit
    by_looks: bool


def _of_site(archive: Archive, scope: Scope, asked: _Asked) -> FirstUse | None:
    best: tuple[int, Standing] | None = None
    cut = False
    for number, (article_id, bound) in enumerate(bounds(archive, scope, asked.by_looks, LOOKS + 1)):
        if best is not None and bound > _moment(best[1], asked.by_looks):
            break
        if number == LOOKS:
            cut = True
            break
        one = standing(archive, article_id, asked.unit)
        if one is None:
            continue
        if best is None or _place(one, asked) < _place(best[1], asked):
            best = article_id, one
    return _told(archive, *best, asked, cut) if best is not None else None


def _told(archive: Archive, article_id: int, one: Standing, asked: _Asked, cut: bool) -> FirstUse:
    article = one.version.article
    return FirstUse(
        asked.site.slug,
        asked.site.province_then or asked.site.province_now,
        one.version.key,
        article.title,
        one.version.url,
        article.published,
        one.since,
        one.by,
        one.precision,
        one.seen,
        one.after,
        copy_of=_original(archive, article_id, one, asked),
        source=source_line(article),
        cut=cut,
    )


def _original(archive: Archive, article_id: int, copy: Standing, asked: _Asked) -> str | None:
    """The key of the copy of the same text that had the phrase first, if it stands before this."""
    best = copy
    for other_id, bound in bounds_of_story(archive, article_id, asked.by_looks, LOOKS):
        if bound > _moment(best, asked.by_looks):
            break
        other = standing(archive, other_id, asked.unit) if other_id != article_id else None
        if other and _place(other, asked) < _place(best, asked):
            best = other
    return best.version.key if best is not copy else None


def _moment(one: Standing | FirstUse, by_looks: bool) -> str:
    return one.seen if by_looks else one.since


def _place(one: Standing, asked: _Asked) -> tuple[str, str, str]:
    """By what they are put in order: of those of one moment, the first is the first by name."""
    return _moment(one, asked.by_looks), one.version.site, one.version.key


def _days(first: str, later: str) -> int:
    one, other = (from_iso(moment).astimezone(VIETNAM).date() for moment in (first, later))
    return (other - one).days
