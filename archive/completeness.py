"""The completeness meter: how many of a site's articles are known, captured, missing, out of reach.

By month, section, and the way they became known. Articles alone: photos and documents are counted
in :mod:`archive.status`. A page that only redirects is not counted, but the one that it leads to;
nor is a probe of a gap (:mod:`archive.numbered`) that found no article.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from archive.lacking import STANDING
from archive.numbered import Gap, Neighbours, Series, gap, series_of
from archive.times import VIETNAM, sortable

if TYPE_CHECKING:
    import sqlite3

    from archive.db import Archive

By = Literal["month", "section", "how"]
Standing = Literal["captured", "missing", "unavailable"]

UNKNOWN = "unknown"
SURE = 0.6  # share of the articles of one place that must stand in a section for it to be theirs

_PAGES = f"""
SELECT page.id, page.url, page.told, page.lastmod, version.published, version.section,
       CASE page.how WHEN 'redirect' THEN coalesce(
           (SELECT hop.how FROM page hop WHERE hop.id = page.found_on), page.how)
         ELSE page.how END AS how,
       {STANDING} AS standing,
       (SELECT coalesce(place.root_id, place.id) FROM page place
        WHERE place.id = page.found_on AND place.kind = 'listing') AS root
FROM page
LEFT JOIN article_page ON article_page.page_id = page.id
LEFT JOIN article ON article.id = article_page.article_id
LEFT JOIN version ON version.id = article.version_id
WHERE page.site_id = ? AND page.kind = 'article'"""
# What a box of related articles says of one that was never captured.
_LINKED = """
SELECT link.target, min(link.published) FROM page JOIN link ON link.target = page.url
WHERE page.site_id = ? AND page.kind = 'article' AND page.last_answer_id IS NULL
  AND page.told IS NULL AND link.published IS NOT NULL GROUP BY link.target"""
_PROBES = """
SELECT url, EXISTS (SELECT 1 FROM article_page WHERE page_id = page.id)
         OR EXISTS (SELECT 1 FROM page there JOIN article_page ON page_id = there.id
                    WHERE there.found_on = page.id AND there.how = 'redirect') AS hit
FROM page WHERE site_id = ? AND how = 'gap' AND last_capture_id IS NOT NULL"""
_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)(?:[/-](\d\d?))?(?=[/-])")


@dataclass(frozen=True, slots=True)
class Known:
    """One article that is known of. ``month``: `2023-06`, None if nothing tells; ``estimated`` if
    only its number does."""

    url: str
    how: str
    standing: Standing
    month: str | None
    estimated: bool
    section: str | None


@dataclass(slots=True)
class Coverage:
    """Counts of the articles in one group; ``known`` = captured + missing + unavailable.

    ``estimated``: of them those whose month is told by their numbers alone. ``missing_by``: how
    those that are missing became known -> their number.
    """

    group: str
    known: int = 0
    captured: int = 0
    missing: int = 0
    unavailable: int = 0
    estimated: int = 0
    missing_by: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float | None:
        """Captured of known, from 0 to 1; None where nothing is known."""
        return self.captured / self.known if self.known else None

    def add(self, one: Known) -> None:
        self.known += 1
        if one.standing == "captured":
            self.captured += 1
        elif one.standing == "missing":
            self.missing += 1
            self.missing_by[one.how] += 1
        else:
            self.unavailable += 1
        self.estimated += one.estimated


def coverage(articles: Iterable[Known], by: By) -> list[Coverage]:
    """Counts by group: months newest first, others by name, what is unknown last."""
    name: Callable[[Known], str | None] = {
        "month": lambda one: one.month, "section": lambda one: one.section,
        "how": lambda one: one.how,
    }[by]  # fmt: skip
    found: dict[str, Coverage] = {}
    for one in articles:
        group = name(one) or UNKNOWN
        found.setdefault(group, Coverage(group)).add(one)
    rest = found.pop(UNKNOWN, None)
    rows = sorted(found.values(), key=lambda row: row.group, reverse=by == "month")
    return [*rows, rest] if rest else rows


def articles(archive: Archive, site_id: int) -> list[Known]:
    """All articles of a site that are known of."""
    rows = archive.conn.execute(_PAGES, (site_id,)).fetchall()
    linked: dict[str, str] = dict(archive.conn.execute(_LINKED, (site_id,)).fetchall())
    dated = {row["id"]: _dated(row, linked) for row in rows}
    near = Neighbours(
        (row["url"], day) for row in rows if row["standing"] == "captured"
        and (day := dated[row["id"]]) is not None
    )  # fmt: skip
    sections = _Sections(rows)
    found = []
    for row in rows:
        if row["standing"] == "elsewhere":
            continue
        day, estimated = dated[row["id"]], False
        if day is None:
            day = near.day(row["url"])
            estimated = day is not None
        month = day.isoformat()[:7] if day is not None else None
        found.append(
            Known(row["url"], row["how"], row["standing"], month, estimated, sections.of(row))
        )
    return found


def series(archive: Archive, site_id: int, *, any_slug: bool = False) -> list[Series]:
    """The series of numbers in a site's addresses; *any_slug* as in `numbered.series_of`."""
    pages = archive.conn.execute(
        """SELECT url, kind = 'article' AND EXISTS (
               SELECT 1 FROM article_page WHERE page_id = page.id) FROM page
           WHERE site_id = ? AND how != 'gap' AND method = 'GET'
             AND kind IN ('article', 'document', 'other')""",
        (site_id,),
    )
    probes = archive.conn.execute(_PROBES, (site_id,))
    return series_of(
        ((row[0], bool(row[1])) for row in pages), ((row[0], bool(row[1])) for row in probes),
        any_slug=any_slug,
    )  # fmt: skip


def gaps(archive: Archive, site_id: int) -> list[Gap]:
    """What the gaps in a site's numbered addresses may hide, by series."""
    return [gap(one) for one in series(archive, site_id)]


def _dated(row: sqlite3.Row, linked: Mapping[str, str]) -> date | None:
    """The article's own date, else what the places that link to it tell, else its address."""
    for told in (row["published"], row["told"], linked.get(row["url"]), row["lastmod"]):
        moment, precision = sortable(told)
        if told is None or moment is None:
            continue
        if precision == "day":
            return date.fromisoformat(told[:10])
        return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(VIETNAM).date()
    found = _IN_PATH.search(urlsplit(row["url"]).path)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None


class _Sections:
    """The section of each article: its own, else that of most others of its folder or listing."""

    def __init__(self, rows: Iterable[sqlite3.Row]) -> None:
        by_place: dict[object, Counter[str]] = defaultdict(Counter)
        self._names: dict[str, str | None] = {}
        for row in rows:
            name = self._own(row["section"])
            if name is not None:
                for place in self._places(row):
                    by_place[place][name] += 1
        self._by_place: dict[object, str] = {}
        for place, names in by_place.items():
            name, count = names.most_common(1)[0]
            if count >= SURE * names.total():
                self._by_place[place] = name

    def of(self, row: sqlite3.Row) -> str | None:
        own = self._own(row["section"])
        if own is not None:
            return own
        found = (self._by_place.get(place) for place in self._places(row))
        return next((name for name in found if name), None)

    def _own(self, section: str | None) -> str | None:
        if not section:
            return None
        if section not in self._names:
            self._names[section] = " / ".join(json.loads(section)) or None
        return self._names[section]

    @staticmethod
    def _places(row: sqlite3.Row) -> tuple[object, ...]:
        """The folder of its address, which says more than a site's root, and its listing."""
        folder = row["url"].partition("?")[0].rpartition("/")[0]
        deep = folder.count("/") > 2 and "?" not in row["url"]
        return ((folder,) if deep else ()) + ((row["root"],) if row["root"] is not None else ())
