"""How each site stands: what is known, captured and read, how the last crawl went, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import pages
from archive.clock import iso
from archive.errors import UnknownReferenceError

if TYPE_CHECKING:
    from archive.db import Archive

# Pages that hold content; a listing is a way to them, an asset is dress.
_CONTENT = "('article', 'photo', 'document')"


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """Counts of one site. Pages are its articles, photos and documents; times are ISO 8601, UTC.

    ``missing``: known, may be asked for, and never answered. ``problems``: what the last look at a
    page gave (HTTP status or kind of failure) -> number of pages of any kind; besides `unread`,
    captures that could not be read.
    """

    site: str
    name: str
    state: str
    holder: str | None
    known: int
    captured: int
    missing: int
    articles: int
    gone: int
    versions: int
    last_crawl: str | None
    outcome: str | None
    next_due: str | None
    problems: dict[str, int]


def statuses(archive: Archive, slug: str | None = None) -> list[SiteStatus]:
    """Every site, by slug, or one; UnknownReferenceError if there is no such site here."""
    rows = archive.conn.execute(
        "SELECT * FROM site WHERE ? IS NULL OR slug = ? ORDER BY slug", (slug, slug)
    ).fetchall()
    if slug is not None and not rows:
        raise UnknownReferenceError(
            f"There is no site `{slug}` in this archive.",
            "`luutru status` lists its sites; `luutru crawl SITE` adds one.",
        )
    return [
        SiteStatus(
            row["slug"],
            row["name"],
            row["state"],
            row["holder"],
            *_pages(archive, row["id"]),
            *_articles(archive, row["id"]),
            *_crawl(archive, row["id"]),
            _next_due(archive, row["id"]),
            _problems(archive, row["id"]),
        )
        for row in rows
    ]


def _pages(archive: Archive, site_id: int) -> tuple[int, int, int]:
    row = archive.conn.execute(
        f"""SELECT count(*), count(last_answer_id),
                   coalesce(sum(last_answer_id IS NULL AND state = 'open'), 0)
            FROM page WHERE site_id = ? AND kind IN {_CONTENT}""",
        (site_id,),
    ).fetchone()
    return row[0], row[1], row[2]


def _articles(archive: Archive, site_id: int) -> tuple[int, int, int]:
    articles, gone = archive.conn.execute(
        "SELECT count(*), coalesce(sum(state = 'gone'), 0) FROM article WHERE site_id = ?",
        (site_id,),
    ).fetchone()
    (versions,) = archive.conn.execute(
        "SELECT count(*) FROM version v JOIN article a ON a.id = v.article_id WHERE a.site_id = ?",
        (site_id,),
    ).fetchone()
    return articles, gone, versions


def _crawl(archive: Archive, site_id: int) -> tuple[str | None, str | None]:
    row = archive.conn.execute(
        "SELECT started, outcome FROM crawl WHERE site_id = ? ORDER BY started DESC, id DESC",
        (site_id,),
    ).fetchone()
    return (row["started"], row["outcome"] or "running") if row else (None, None)


def _next_due(archive: Archive, site_id: int) -> str | None:
    due = pages.next_due(archive, site_id)
    return iso(due) if due else None


def _problems(archive: Archive, site_id: int) -> dict[str, int]:
    """Kinds of trouble with the number of pages, the most frequent first."""
    looks = archive.conn.execute(
        """SELECT CASE WHEN c.outcome = 'failure'
                       THEN substr(c.failure, 1, instr(c.failure || ':', ':') - 1)
                       ELSE 'HTTP ' || c.status END AS what, count(*) AS pages
           FROM page p JOIN capture c ON c.id = p.last_capture_id
           WHERE p.site_id = ? AND (c.outcome = 'failure' OR c.status >= 400)
           GROUP BY what ORDER BY pages DESC, what""",
        (site_id,),
    ).fetchall()
    found = {row["what"]: row["pages"] for row in looks}
    (refused,) = archive.conn.execute(
        "SELECT count(*) FROM page WHERE site_id = ? AND state = 'disallowed'", (site_id,)
    ).fetchone()
    (unread,) = archive.conn.execute(
        """SELECT count(*) FROM reading r JOIN capture c ON c.id = r.capture_id
           JOIN page p ON p.id = c.page_id WHERE p.site_id = ? AND r.state = 'failed'""",
        (site_id,),
    ).fetchone()
    if refused:
        found["disallowed"] = refused
    if unread:
        found["unread"] = unread
    return found
