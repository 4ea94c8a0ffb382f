"""Photos and attachments of an article that is withdrawn: which are its own, and which stay."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.content import address

if TYPE_CHECKING:
    from archive.db import Archive

_OF_ARTICLES = """
SELECT version.article_id, version.images, version.attachments,
       (SELECT json_group_array(image) FROM caption WHERE version_id = version.id) AS captioned
FROM version JOIN article ON article.id = version.article_id
WHERE article.site_id IN (SELECT site_id FROM page WHERE id IN (SELECT value FROM json_each(?)))"""

_PAGES = """
SELECT id, url FROM page
WHERE method = 'GET' AND kind IN ('photo', 'document', 'asset') AND last_capture_id IS NOT NULL
  AND url IN (SELECT value FROM json_each(?))"""

_PAYLOADS = """
SELECT DISTINCT payload_id FROM capture
WHERE page_id IN (SELECT value FROM json_each(?)) AND payload_id IS NOT NULL"""

_SHARED = """
SELECT 1 FROM capture WHERE payload_id = ? AND page_id NOT IN (SELECT value FROM json_each(?))"""


@dataclass(frozen=True, slots=True)
class Photos:
    """Pages, row number -> URL, that go and that stay; and the payloads that go."""

    going: dict[int, str]
    staying: dict[int, str]
    payloads: set[int]


def photos_of(archive: Archive, article_ids: set[int], pages: dict[int, str]) -> Photos:
    """The captured photos and documents that only these articles of their sites name.

    *pages* are the articles' own. One that another article names too, or whose bytes stand at
    another address as well, stays.
    """
    own: set[str] = set()
    others: set[str] = set()
    for row in archive.conn.execute(_OF_ARTICLES, (json.dumps(sorted(pages)),)):
        named = [*json.loads(row["images"]), *json.loads(row["captioned"])]
        named += [one["url"] for one in json.loads(row["attachments"])]
        (own if row["article_id"] in article_ids else others).update(_addresses(named))
    going = _captured(archive, own - others)
    staying = _captured(archive, own & others)
    payloads = {row[0] for row in archive.conn.execute(_PAYLOADS, (_json(going),))}
    shared = {
        one for one in payloads if archive.conn.execute(_SHARED, (one, _json(going))).fetchone()
    }
    for page_id in list(going):
        brought = {row[0] for row in archive.conn.execute(_PAYLOADS, (_json([page_id]),))}
        if brought & shared:
            staying[page_id] = going.pop(page_id)
            payloads -= brought
    return Photos(going, staying, payloads)


def _addresses(urls: Iterable[str | None]) -> set[str]:
    return {address(url) for url in urls if url}


def _captured(archive: Archive, urls: set[str]) -> dict[int, str]:
    rows = archive.conn.execute(_PAGES, (json.dumps(sorted(urls)),))
    return {row[0]: row[1] for row in rows}


def _json(page_ids: Iterable[int]) -> str:
    return json.dumps(sorted(page_ids))
