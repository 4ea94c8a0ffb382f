"""Which pages must be read again together: those whose captures can be taken for one article.

Where a page's article is found depends on others: on pages that redirect to it, that name it as
their canonical address, or that show a text which was gone elsewhere (see `archive.places`). A pair
is seen from either side, so it is enough to look when a page has its new reading: the later one of
the two finds the earlier one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection

from archive import lineage, withdrawals
from archive.captures import without_body
from archive.content import words
from archive.db import Archive
from archive.derived import Derived, VersionState
from archive.pages import by_url, get
from archive.reading_kinds import NO_MORE, listed
from archive.types import Page
from archive.urls import host_key
from crawler.keeping import target_of
from crawler.outcomes import judge
from crawler.profile import SiteProfile

MOST = 100
"""More articles with one text or one canonical address are a notice, or a slip of the template:
none of them has moved to another."""

# An article that moved may rest on captures of a page that has shown another since.
_SEEN_AT = """
SELECT DISTINCT capture.page_id FROM article_page one
JOIN version ON version.article_id = one.article_id
JOIN capture ON capture.id IN (version.first_capture_id, version.last_capture_id)
WHERE one.page_id IN (SELECT value FROM json_each(?))"""

_SAME_ARTICLE = """
SELECT DISTINCT other.page_id FROM article_page one
JOIN article_page other ON other.article_id = one.article_id
WHERE one.page_id IN (SELECT value FROM json_each(?))"""

_LEAVES = f"capture.status IN (301, 308, 404, 410) OR reading.kind IN {listed(NO_MORE)}"

_BY = """
SELECT version.article_id, version.title, version.text_digest
FROM version JOIN article ON article.id = version.article_id
WHERE version.{column} IN (SELECT value FROM json_each(?))
  AND +article.site_id IN (SELECT value FROM json_each(?)) LIMIT ?"""


class Kinship:
    """The redirects of an archive, and what else joins its pages."""

    def __init__(self, archive: Archive, profiles: Callable[[Page], SiteProfile]) -> None:
        self._archive, self._profiles = archive, profiles
        self._redirects: defaultdict[int, set[int]] = defaultdict(set)
        self._upto = 0
        self.look()

    def look(self) -> None:
        """Learn the permanent redirects that were captured since the last look."""
        rows = self._archive.conn.execute(
            """SELECT capture.*, page.kind FROM capture JOIN page ON page.id = capture.page_id
               WHERE capture.status IN (301, 308) AND capture.id > ? ORDER BY capture.id""",
            (self._upto,),
        ).fetchall()
        for row in rows:
            self._upto = row["id"]
            if row["kind"] not in ("article", "other"):
                continue
            page = get(self._archive, row["page_id"])
            exchange = without_body(self._archive, row)
            target = target_of(exchange, judge(page, exchange))
            there = self._page(page, target) if target else None
            if there is not None and there.id != page.id and not there.pinned:
                self._redirects[there.id].add(page.id)
                self._redirects[page.id].add(there.id)

    def _page(self, page: Page, url: str) -> Page | None:
        try:
            own = self._profiles(page).urls.canonical(url)
        except ValueError:
            return None
        goes_on = lineage.page_at(self._archive, page.site_id, url)
        return by_url(self._archive, goes_on[1] if goes_on is not None else own)

    def before(self, page_ids: Collection[int]) -> set[int]:
        """*page_ids* and what is joined to them whatever a reader makes of them.

        Pages that were withdrawn are never read again: what is told of them stays as it is.
        """
        found, fresh = set(page_ids), set(page_ids)
        while fresh:
            near = {one for page_id in fresh for one in self._redirects.get(page_id, ())}
            for sql in (_SAME_ARTICLE, _SEEN_AT):
                rows = self._archive.conn.execute(sql, (json.dumps(sorted(fresh)),))
                near |= {row[0] for row in rows}
            fresh = near - found
            found |= fresh
        return found - withdrawals.closed_pages(self._archive)

    def left(self, new: Derived) -> bool:
        """Whether one of its pages ever was gone, or said so to its new reader."""
        said = any(kind in NO_MORE for _, kind, *_ in new.readings.values())
        return said or self._leave(new.pages)

    def may_leave(self, new: Derived) -> bool:
        """Whether a text of its pages may stand elsewhere later: they left, or their host may."""
        if self.left(new):
            return True
        pages = [get(self._archive, page_id) for page_id in new.pages]
        return any(
            len(self._profiles(one).hosts) > 1 or len(lineage.of(self._archive, one.site_id)) > 1
            for one in pages
        )

    def after(self, new: Derived) -> set[int]:
        """Pages that their new readings join to those of *new*, itself among them."""
        found = set(new.pages)
        leave = self.left(new)
        for article in new.articles.values():
            own = {get(self._archive, page_id).url for page_id, _ in article.pages}
            named = {str(one.row["canonical"]) for one in article.versions if one.row["canonical"]}
            found |= self._by_canonical(article.site_id, article.versions, own, named)
            found |= self._by_text(article.site_id, article.versions, leave)
        return found - withdrawals.closed_pages(self._archive)

    def _by_canonical(
        self, site_id: int, versions: Collection[VersionState], own: set[str], named: set[str]
    ) -> set[int]:
        if not named - own and not self._is_named(own):
            return set()
        titles = [words(str(one.row["title"])) for one in versions]
        texts = {one.row["text_digest"] for one in versions} - {""}
        conn, sites = self._archive.conn, self._sites(site_id)
        rows = conn.execute(
            _BY.format(column="canonical"), (json.dumps(sorted(own | named)), sites, MOST + 1)
        ).fetchall()
        # the order of the tables is held: SQLite would walk through all pages of the site
        shown = conn.execute(
            """SELECT version.article_id, version.title, version.text_digest FROM page
                CROSS JOIN article_page ON article_page.page_id = page.id
                CROSS JOIN version ON version.article_id = article_page.article_id
                WHERE page.method = 'GET'
                  AND +page.site_id IN (SELECT value FROM json_each(?))
                  AND page.url IN (SELECT value FROM json_each(?))""",
            (sites, json.dumps(sorted(named | {one.rstrip("/") for one in named}))),
        ).fetchall()
        if len(rows) > MOST:
            rows = []
        alike = {
            row["article_id"]
            for row in (*rows, *shown)
            if row["text_digest"] in texts or words(row["title"]) in titles
        }
        return self._pages_of(alike)

    def _is_named(self, urls: set[str]) -> bool:
        row = self._archive.conn.execute(
            "SELECT 1 FROM version WHERE canonical IN (SELECT value FROM json_each(?)) LIMIT 1",
            (json.dumps(sorted(urls)),),
        ).fetchone()
        return row is not None

    def _by_text(self, site_id: int, versions: Collection[VersionState], leave: bool) -> set[int]:
        texts = sorted({one.row["text_digest"] for one in versions} - {""})
        rows = self._archive.conn.execute(
            _BY.format(column="text_digest"),
            (json.dumps(texts), self._sites(site_id), MOST + 1),
        ).fetchall()
        if len(rows) > MOST:
            return set()
        pages = [self._pages_of({row["article_id"]}) for row in rows]
        every = {one for same in pages for one in same}
        # a host may have lapsed, which none of its pages says
        leave = leave or (len(every) > 1 and len(self._hosts(every)) > 1)
        return {one for same in pages if leave or self._leave(same) for one in same}

    def _hosts(self, page_ids: Collection[int]) -> set[str]:
        return {host_key(get(self._archive, one).url) for one in page_ids}

    def _sites(self, site_id: int) -> str:
        """The sites that an article may move between, as a JSON list."""
        return json.dumps(sorted(lineage.of(self._archive, site_id)))

    def _pages_of(self, article_ids: Collection[int]) -> set[int]:
        rows = self._archive.conn.execute(
            "SELECT page_id FROM article_page WHERE article_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(article_ids)),),
        )
        return {row[0] for row in rows}

    def _leave(self, page_ids: Collection[int]) -> bool:
        """Whether one of these pages ever was gone, or said so."""
        row = self._archive.conn.execute(
            f"""SELECT 1 FROM capture LEFT JOIN reading ON reading.capture_id = capture.id
                WHERE capture.page_id IN (SELECT value FROM json_each(?)) AND ({_LEAVES})
                LIMIT 1""",
            (json.dumps(sorted(page_ids)),),
        ).fetchone()
        return row is not None
