"""The pages that a reader of certain articles needs: theirs, what led there, and what they show."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from archive import payloads
from archive.captures import headers
from archive.types import REDIRECTS
from archive.urls import canonical

if TYPE_CHECKING:
    from archive.db import Archive

_BATCH = 500
_REMEMBERED = 100_000  # addresses that were asked for
_HEAD = 100_000  # bytes in which a page names its base

_ADD_URL = """
INSERT OR IGNORE INTO temp.wanted SELECT id FROM page
WHERE method = 'GET' AND url = ? AND body_digest = ''"""

_SHOWN = f"{_ADD_URL} AND kind IN ('photo', 'asset', 'document')"

# What a page of a site with rules of its own for addresses led to: its canonical form need not be
# ours. Also fonts and pictures of style sheets.
_FOUND = """
INSERT OR IGNORE INTO temp.wanted
SELECT id FROM page WHERE kind IN ('photo', 'asset', 'document')
  AND site_id IN (SELECT site_id FROM page JOIN temp.wanted ON wanted.id = page.id)
  AND found_on IN (SELECT id FROM temp.wanted)"""

# Backwards along redirects; forwards too, but not to a home page that stands in for what is gone.
_REDIRECTS = (
    """INSERT OR IGNORE INTO temp.wanted SELECT source FROM temp.redirect
       WHERE target IN (SELECT id FROM temp.wanted)""",
    """INSERT OR IGNORE INTO temp.wanted SELECT target FROM temp.redirect
       JOIN page ON page.id = redirect.target AND page.kind != 'listing'
       WHERE source IN (SELECT id FROM temp.wanted)""",
)

# Bounded, so that no page makes a search take longer than its length.
_VALUE = rb"""(?:"([^"]{0,4000})"|'([^']{0,4000})'|([^"'\s>)]{1,4000}))"""
_REFERENCE = re.compile(
    rb"(?:\b(?:src|href|background|poster)\s*=\s*|\burl\(\s*)" + _VALUE, re.IGNORECASE
)
_BASE = re.compile(rb"<base\s[^>]{0,500}?\bhref\s*=\s*" + _VALUE, re.IGNORECASE)


def want(archive: Archive, article_ids: Sequence[int]) -> None:
    """Add to the table `wanted` the pages of these articles and all that belongs to them."""
    conn = archive.conn
    for start in range(0, len(article_ids), _BATCH):
        part = json.dumps(article_ids[start : start + _BATCH])
        conn.execute(
            """INSERT OR IGNORE INTO temp.wanted SELECT page_id FROM article_page
               WHERE article_id IN (SELECT value FROM json_each(?))""",
            (part,),
        )
        urls = _named(archive, part)
        conn.executemany(_ADD_URL, ((url,) for url in urls))
    conn.executemany(_SHOWN, ((url,) for url in _references(archive)))
    _grow(archive, [_FOUND])
    _learn_redirects(archive)
    _grow(archive, _REDIRECTS)


def _named(archive: Archive, article_ids: str) -> list[str]:
    """The photos and attachments of all versions of these articles."""
    rows = archive.conn.execute(
        """SELECT images, attachments, NULL AS image FROM version
           WHERE article_id IN (SELECT value FROM json_each(?1))
           UNION ALL SELECT '[]', '[]', image FROM caption
           JOIN version ON version.id = caption.version_id
           WHERE article_id IN (SELECT value FROM json_each(?1))""",
        (article_ids,),
    )
    urls: set[str] = set()
    for row in rows:
        found = [*json.loads(row[0]), *(one["url"] for one in json.loads(row[1])), row[2]]
        urls.update(_canonical(filter(None, found)))
    return sorted(urls)


def _references(archive: Archive) -> Iterator[str]:
    """What the wanted pages themselves refer to, by their bytes: cheap, and no link is followed."""
    conn = archive.conn
    conn.execute("DROP TABLE IF EXISTS temp.shown")
    # A copy, since `wanted` grows while this is read.
    conn.execute(
        """CREATE TEMP TABLE shown AS SELECT min(capture.url) AS url, capture.payload_id
           FROM capture JOIN temp.wanted ON wanted.id = capture.page_id
                        JOIN page ON page.id = capture.page_id
           WHERE capture.payload_id IS NOT NULL AND page.kind IN ('article', 'listing', 'other')
             AND capture.payload_id NOT IN (SELECT payload_id FROM withdrawn_payload)
           GROUP BY capture.payload_id"""
    )
    seen: set[str] = set()
    for url, payload_id in conn.execute("SELECT url, payload_id FROM temp.shown"):
        if len(seen) > _REMEMBERED:
            seen.clear()
        data = payloads.read(archive, payload_id)
        base = _BASE.search(data, 0, _HEAD)
        start = (_joined(url, _text(base)) if base else "") or url
        found = {_joined(start, _text(one)) for one in _REFERENCE.finditer(data)} - seen
        seen |= found
        yield from _canonical(sorted(found))


def _text(match: re.Match[bytes]) -> str:
    value = next((one for one in match.groups() if one), b"")
    return html.unescape(value.decode("utf-8", "replace")).strip()


def _joined(base: str, found: str) -> str:
    try:
        return urljoin(base, found)
    except ValueError:
        return ""


def _canonical(urls: Iterable[str], *, strip_slash: bool = False) -> Iterator[str]:
    for url in urls:
        try:
            yield canonical(url, strip_slash=strip_slash)
        except ValueError:
            continue


def _learn_redirects(archive: Archive) -> None:
    conn = archive.conn
    conn.execute("DROP TABLE IF EXISTS temp.redirect")
    conn.execute(
        """CREATE TEMP TABLE redirect (source INTEGER NOT NULL, target INTEGER NOT NULL,
           PRIMARY KEY (source, target)) WITHOUT ROWID"""
    )
    conn.execute(
        """INSERT OR IGNORE INTO temp.redirect
           SELECT found_on, id FROM page WHERE how = 'redirect' AND found_on IS NOT NULL"""
    )
    rows = conn.execute(f"SELECT id, page_id, url FROM capture WHERE status IN {REDIRECTS}")
    for row in rows:
        where = next((v for n, v in headers(archive, row["id"]) if n.lower() == "location"), "")
        if not where:
            continue
        target = _joined(row["url"], _as_utf8(where))
        for spelling in {*_canonical([target]), *_canonical([target], strip_slash=True)}:
            conn.execute(
                """INSERT OR IGNORE INTO temp.redirect SELECT ?1, id FROM page
                   WHERE method = 'GET' AND url = ?2 AND body_digest = '' AND id != ?1""",
                (row["page_id"], spelling),
            )


def _as_utf8(location: str) -> str:
    """Headers are kept byte by byte as Latin-1; an address in them may be raw UTF-8."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _grow(archive: Archive, statements: Sequence[str]) -> None:
    """Until nothing is added any more."""
    while sum(archive.conn.execute(statement).rowcount for statement in statements):
        pass
