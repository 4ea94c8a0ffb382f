"""How each site stands: what is known, captured and read, how the last crawl went, what is due.

Whole tables are counted in one pass each, for all sites together: with half a million pages that
takes a seventh of the time of queries for each site, which looks each row up by way of an index.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive import health, pages, schedules, sites
from archive.clock import iso
from archive.lacking import STANDING

if TYPE_CHECKING:
    from archive.db import Archive

# Pages that hold content; a listing is a way to them, an asset is dress.
_CONTENT = "('article', 'photo', 'document')"

# {one} is `site_id = <number> AND` where one site is asked for: then an index leads to its rows.
_STANDING = f"""
SELECT site_id, {STANDING} AS standing, count(*) FROM page {{scan}}
WHERE {{one}} kind IN {_CONTENT} GROUP BY site_id, standing"""
_ARTICLES = "SELECT site_id, count(*) FROM article WHERE {one} 1 GROUP BY site_id"
_GONE = "SELECT site_id, count(*) FROM article {scan} WHERE {one} state = 'gone' GROUP BY site_id"
_ABSENT = """
SELECT site_id, count(*) FROM article WHERE {one} state = 'live' AND EXISTS
    (SELECT 1 FROM page WHERE page.id = article.page_id AND page.state = 'gone')
GROUP BY site_id"""
_VERSIONS = """
SELECT site_id, count(*) FROM article JOIN version ON version.article_id = article.id
WHERE {one} 1 GROUP BY site_id"""
# A page whose last look is its last answer is in no trouble: its capture need not be looked up.
_LOOKS = """
SELECT site_id, CASE WHEN capture.outcome = 'failure'
                     THEN substr(failure, 1, instr(failure || ':', ':') - 1)
                     ELSE 'HTTP ' || status END AS what, count(*) AS pages
FROM page {scan} CROSS JOIN capture ON capture.id = last_capture_id
WHERE {one} last_capture_id IS NOT last_answer_id
  AND (capture.outcome = 'failure' OR status >= 400)
GROUP BY site_id, what ORDER BY site_id, pages DESC, what"""
_DISALLOWED = """
SELECT site_id, count(*) FROM page WHERE {one} state = 'disallowed' GROUP BY site_id"""
_UNREAD = """
SELECT site_id, count(*) FROM reading CROSS JOIN capture ON capture.id = capture_id
CROSS JOIN page ON page.id = page_id WHERE {one} reading.state = 'failed' GROUP BY site_id"""


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """Counts of one site. Pages are its articles, photos and documents; times are ISO 8601, UTC.

    ``known`` is the sum of ``captured``, ``missing`` (may be asked for) and ``unavailable``
    (refused, or not there in several looks); a page that only redirects is none of it.
    ``absent``: articles whose pages say that they are no more, which is not sure yet; ``gone``:
    those of which it is. ``next_due``: when the next page is, or was, due. ``schedule``: its cron
    expression; ``next_crawl``: its next run, which waits for a scheduler if that is past.
    ``problems``: what the last look at a page gave (HTTP status or kind of failure) -> number of
    pages of any kind; besides `unread`, captures that could not be read. ``run_problem``: what
    went wrong with the last scheduled run, in words.
    """

    site: str
    name: str
    state: str
    holder: str | None
    known: int
    captured: int
    missing: int
    unavailable: int
    articles: int
    absent: int
    gone: int
    versions: int
    last_crawl: str | None
    outcome: str | None
    next_due: str | None
    schedule: str | None
    next_crawl: str | None
    problems: dict[str, int]
    run_problem: str | None
    health: dict[str, Any] | None = None  # of one site that was asked for, as `health.Health`


def statuses(archive: Archive, slug: str | None = None) -> list[SiteStatus]:
    """Every site, by slug, or one; UnknownReferenceError if there is no such site here."""
    if slug is not None:
        sites.require(archive, slug)
    rows = archive.conn.execute(
        "SELECT * FROM site WHERE ? IS NULL OR slug = ? ORDER BY slug", (slug, slug)
    ).fetchall()
    counts = _Counts(archive, rows[0]["id"] if slug is not None else None)
    planned, now = schedules.by_site(archive), archive.clock.now()
    found = []
    for row in rows:
        site_id = row["id"]
        last, outcome = _crawl(archive, site_id)
        schedule = planned.get(site_id)
        found.append(
            SiteStatus(
                site=row["slug"],
                name=row["name"],
                state=row["state"],
                holder=row["holder"],
                known=sum(counts.standing[site_id].values()),
                captured=counts.standing[site_id]["captured"],
                missing=counts.standing[site_id]["missing"],
                unavailable=counts.standing[site_id]["unavailable"],
                articles=counts.articles.get(site_id, 0),
                absent=counts.absent.get(site_id, 0),
                gone=counts.gone.get(site_id, 0),
                versions=counts.versions.get(site_id, 0),
                last_crawl=last,
                outcome=outcome,
                next_due=_next_due(archive, site_id),
                schedule=schedule.cron if schedule else None,
                next_crawl=iso(schedules.next_run(schedule, now)) if schedule else None,
                problems=counts.problems.get(site_id, {}),
                run_problem=schedule.problem if schedule else None,
                health=health.of_site(archive, site_id).row() if slug is not None else None,
            )
        )
    return found


class _Counts:
    """Row number of a site -> a count, of all sites or of *one*; those without are left out."""

    def __init__(self, archive: Archive, one: int | None) -> None:
        self._archive = archive
        self._one = "" if one is None else f"site_id = {one:d} AND"
        self.standing: dict[int, Counter[str]] = defaultdict(Counter)
        for site_id, name, count in self._rows(_STANDING):
            standing = str(name)
            if standing != "elsewhere":
                self.standing[site_id][standing] = count
        self.articles = self._by_site(_ARTICLES)
        self.absent = self._by_site(_ABSENT)
        self.gone = self._by_site(_GONE)
        self.versions = self._by_site(_VERSIONS)
        self.problems = self._problems()

    def _rows(self, sql: str) -> Iterator[tuple[int, ...]]:
        scan = "" if self._one else "NOT INDEXED"
        yield from self._archive.conn.execute(sql.format(one=self._one, scan=scan))

    def _by_site(self, sql: str) -> dict[int, int]:
        return {row[0]: row[1] for row in self._rows(sql)}

    def _problems(self) -> dict[int, dict[str, int]]:
        """By site, kinds of trouble with the number of pages, the most frequent first."""
        found: dict[int, dict[str, int]] = {}
        for site_id, what, count in self._rows(_LOOKS):
            found.setdefault(site_id, {})[str(what)] = count
        for name, sql in (("disallowed", _DISALLOWED), ("unread", _UNREAD)):
            for site_id, count in self._rows(sql):
                found.setdefault(site_id, {})[name] = count
        return found


def _crawl(archive: Archive, site_id: int) -> tuple[str | None, str | None]:
    row = archive.conn.execute(
        "SELECT started, outcome FROM crawl WHERE site_id = ? ORDER BY started DESC, id DESC",
        (site_id,),
    ).fetchone()
    return (row["started"], row["outcome"] or "running") if row else (None, None)


def _next_due(archive: Archive, site_id: int) -> str | None:
    due = pages.next_due(archive, site_id)
    return iso(due) if due else None
