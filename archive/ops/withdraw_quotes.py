"""Other captured pages that quote what is withdrawn: listings, link boxes, feeds.

A withdrawal does not reach them, for they are other pages' text. They are found by the address of
the article or its title in their bytes, and named, so that each can be withdrawn too.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive import payloads
from archive.content import words
from archive.encoding import decode
from archive.errors import ArchiveError, WithdrawnError

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.ops.withdraw_plan import Plan

_LEAST = 3  # words of a title that is looked for: "Thông báo" stands on every page

# The text of other pages of the same sites: one capture stands for all that brought these bytes.
_TEXTS = """
SELECT capture.payload_id, min(capture.id) AS capture_id, page.id AS page_id, page.url, page.kind,
       (SELECT article.key FROM article_page
        JOIN article ON article.id = article_page.article_id
        WHERE article_page.page_id = page.id) AS key
FROM page JOIN capture ON capture.page_id = page.id
WHERE page.site_id IN (SELECT site_id FROM page WHERE id IN (SELECT value FROM json_each(?1)))
  AND page.kind IN ('listing', 'article', 'other')
  AND page.id NOT IN (SELECT page_id FROM withdrawn_page)
  AND page.id NOT IN (SELECT value FROM json_each(?1))
  AND capture.payload_id NOT IN (SELECT payload_id FROM withdrawn_payload)
  AND capture.payload_id NOT IN (SELECT value FROM json_each(?2))
GROUP BY capture.payload_id, page.id ORDER BY page.id, capture_id"""


@dataclass(frozen=True, slots=True)
class Quote:
    """A page that quotes a title; ``captures``: one of each of its payloads that do. ``key``: of
    the article that it shows."""

    page_id: int
    url: str
    kind: str
    key: str | None
    captures: tuple[int, ...]

    def command(self) -> str:
        """What withdraws it too."""
        if self.key is not None:
            return f"luutru withdraw {self.key}"
        return " ".join(["luutru withdraw", *(f"--capture {one}" for one in self.captures)])


def titles_of(archive: Archive, plan: Plan) -> list[str]:
    """The titles of the versions that go; ask before they are gone."""
    rows = archive.conn.execute(
        """SELECT DISTINCT title FROM version
           WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY title""",
        (json.dumps(sorted(plan.articles)),),
    )
    return [row[0] for row in rows]


def quotes(
    archive: Archive, plan: Plan, progress: Callable[[int, int], None] = lambda _d, _t: None
) -> list[Quote]:
    """The other pages of the same sites that quote a title of the articles in *plan*."""
    titles = [one for one in map(words, titles_of(archive, plan)) if len(one) >= _LEAST]
    if not titles:
        return []
    signs = _signs(titles_of(archive, plan), plan.pages.values())
    pages, going = json.dumps(sorted(plan.pages)), json.dumps([one.id for one in plan.payloads])
    rows = archive.conn.execute(_TEXTS, (pages, going)).fetchall()
    found: dict[int, Quote] = {}
    for done, row in enumerate(rows, 1):
        progress(done, len(rows))
        if not _quoted(archive, row["payload_id"], signs, titles):
            continue
        before = found[row["page_id"]].captures if row["page_id"] in found else ()
        found[row["page_id"]] = Quote(
            row["page_id"], row["url"], row["kind"], row["key"], (*before, row["capture_id"])
        )
    return list(found.values())


def _signs(titles: Collection[str], urls: Collection[str]) -> list[bytes]:
    """Bytes without which a page is not worth reading: a page that quotes a title links to it."""
    names = [urlsplit(url).path.rpartition("/")[2] or urlsplit(url).path for url in urls]
    plain = [*titles, *map(html.escape, titles), *names, *(urlsplit(url).query for url in urls)]
    return [one.encode("utf-8", "surrogatepass") for one in plain if len(one) > 3]


def _quoted(archive: Archive, payload_id: int, signs: list[bytes], titles: list[list[str]]) -> bool:
    try:
        data = payloads.read(archive, payload_id)
    except (ArchiveError, WithdrawnError):  # damaged: `luutru verify` tells
        return False
    if not any(sign in data for sign in signs):
        return False
    text = f" {' '.join(_words(data))} "
    return any(f" {' '.join(title)} " in text for title in titles)


def _words(data: bytes) -> Iterator[str]:
    text, _, _ = decode(data, None)
    yield from words(html.unescape(text))
