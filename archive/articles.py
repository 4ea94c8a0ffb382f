"""Articles as they are read out of the archive: by reference, by version, or all in turn."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from archive import citations, filters, timeline, version_rows, withdrawals
from archive.article_json import article_to_dict
from archive.clock import from_iso
from archive.db import Archive
from archive.digest import KEY_LENGTH
from archive.errors import UnknownReferenceError
from archive.filters import Filters
from archive.places import page_key
from archive.types import Article, Version
from archive.urls import canonical

_KEY = re.compile(rf"[0-9a-f]{{{KEY_LENGTH}}}\Z")
_KEY_PART = re.compile(r"[0-9a-f]{4,64}\Z")
_MOST_HOPS = 10

_VERSION = f"""
SELECT version.*, article.key, {withdrawals.STATE} AS state, site.slug, page.url AS page_url,
       first.time AS first_time, last.time AS last_time
FROM version JOIN article ON article.id = version.article_id
             JOIN site ON site.id = article.site_id
             JOIN article_page own ON own.key = article.key
             JOIN page ON page.id = own.page_id
             JOIN capture first ON first.id = version.first_capture_id
             JOIN capture last ON last.id = version.last_capture_id"""


def resolve(archive: Archive, ref: str) -> int:
    """The row number of the article that *ref* names: a key or alias, a URL as found or canonical,
    or a citation of one of its captures, alone or in the words around it.

    UnknownReferenceError names the nearest keys and the next step.
    """
    cited = citations.parse(ref)
    if cited is not None:
        return citations.article_of(archive, cited)
    ref = ref.strip()
    found = _by_key(archive, ref.lower()) if _KEY.match(ref.lower()) else _by_url(archive, ref)
    if found is None:
        raise _unknown(archive, ref)
    return found


def key_of(archive: Archive, article_id: int) -> str:
    """The article's own key; KeyError if there is none in that row."""
    row = archive.conn.execute("SELECT key FROM article WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        raise KeyError(article_id)
    return str(row["key"])


def page_of(archive: Archive, url: str) -> sqlite3.Row | None:
    """The row of the page at that address, as found or canonical, whatever it shows."""
    return next(_pages(archive, url.strip()), None)


def _by_key(archive: Archive, key: str) -> int | None:
    row = archive.conn.execute(
        "SELECT article_id FROM article_page WHERE key = ?", (key,)
    ).fetchone()
    return row[0] if row is not None else None


def _by_url(archive: Archive, ref: str) -> int | None:
    for page in _pages(archive, ref):
        for _ in range(_MOST_HOPS):
            found = archive.conn.execute(
                "SELECT article_id FROM article_page WHERE page_id = ?", (page["id"],)
            ).fetchone()
            if found is not None:
                return int(found[0])
            there = _redirected(archive, page)
            if there is None:
                break
            page = there
    return None


def _pages(archive: Archive, ref: str) -> Iterator[sqlite3.Row]:
    """Pages with that address, the surest way to find them first."""
    conn = archive.conn
    spellings = [ref] if "://" in ref else [f"https://{ref}", f"http://{ref}"]
    for spelling in spellings if "." in ref or ":" in ref else []:
        for strip_slash in (False, True):
            try:
                url = canonical(spelling, strip_slash=strip_slash)
            except ValueError:
                continue
            yield from conn.execute("SELECT * FROM page WHERE url = ?", (url,)).fetchall()
    # A site may drop parameters of its own, so its canonical form need not be ours.
    yield from conn.execute("SELECT * FROM page WHERE found_url = ?", (ref,)).fetchall()


def _redirected(archive: Archive, page: sqlite3.Row) -> sqlite3.Row | None:
    """Where the page's last capture sends the reader, if that is a page that is known."""
    if page["last_capture_id"] is None:
        return None
    target = timeline.target(archive, page["last_capture_id"])
    if target is None:
        return None
    there: sqlite3.Row | None = archive.conn.execute(
        "SELECT * FROM page WHERE url = ? AND id != ?", (canonical(target), page["id"])
    ).fetchone()
    return there


def _unknown(archive: Archive, ref: str) -> UnknownReferenceError:
    page = next(_pages(archive, ref), None)
    if page is not None and page["last_capture_id"] is None:
        return UnknownReferenceError(
            f"{ref} is known, but it was never captured.",
            "`luutru crawl SITE --missing` fetches such pages.",
        )
    if page is not None:
        return UnknownReferenceError(
            f"{ref} was captured, but no article was read there (it is a {page['kind']} page).",
            "`luutru search` finds articles and prints their keys.",
        )
    near = _nearest(archive, ref.lower()) if _KEY_PART.match(ref.lower()) else []
    told = f" Near it: {', '.join(near)}." if near else ""
    return UnknownReferenceError(
        f"No article of this archive is named {ref!r}.{told}",
        "`luutru search` finds articles and prints their keys; a URL names one too.",
    )


def _nearest(archive: Archive, key: str) -> list[str]:
    start = key[:4]
    rows = archive.conn.execute(
        "SELECT key FROM article_page WHERE key >= ? AND key < ? ORDER BY key LIMIT 3",
        (start, f"{start}g"),
    )
    return [row[0] for row in rows]


def current(archive: Archive, article_id: int) -> Version:
    """The article's last version; KeyError if there is no such article."""
    row = archive.conn.execute(
        f"{_VERSION} WHERE version.id = (SELECT version_id FROM article WHERE id = ?)",
        (article_id,),
    ).fetchone()
    if row is None:
        raise KeyError(article_id)
    return _version(archive, row)


def versions(archive: Archive, article_id: int) -> list[Version]:
    """All versions of an article, the oldest first."""
    rows = archive.conn.execute(
        f"{_VERSION} WHERE version.article_id = ? ORDER BY first.time, first.id", (article_id,)
    ).fetchall()
    return [_version(archive, row) for row in rows]


def version(archive: Archive, version_id: int) -> Version:
    """One version; KeyError if there is none in that row."""
    row = archive.conn.execute(f"{_VERSION} WHERE version.id = ?", (version_id,)).fetchone()
    if row is None:
        raise KeyError(version_id)
    return _version(archive, row)


def iterate(archive: Archive, narrowed: Filters | None = None) -> Iterator[Version]:
    """The current versions of all articles that the filters let through, in the order of keys.

    Rows are read as they are asked for, so a million articles need no more memory than one.
    """
    filters.prepare(archive)
    condition, values = filters.where(narrowed or Filters())
    rows = archive.conn.execute(
        f"{_VERSION} WHERE article.version_id = version.id AND {condition} ORDER BY article.key",
        values,
    )
    for row in rows:
        yield _version(archive, row)


def to_json(
    one: Version, *, full: bool = False, payloads: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON of a version's article; *payloads* as in `article_json.article_to_dict`."""
    return article_to_dict(one.article, url=one.url, site=one.site, full=full, payloads=payloads)


def _version(archive: Archive, row: sqlite3.Row) -> Version:
    return version_of(row, version_rows.article_of(archive, row, row["page_url"]))


def version_of(row: sqlite3.Row, article: Article) -> Version:
    """The version in *row*, which has the article's key and state, the site's slug, `page_url`, and
    the times of the first and last capture beside the version's own columns."""
    return Version(
        id=row["id"],
        key=row["key"],
        site=row["slug"],
        url=row["page_url"],
        digest=row["digest"],
        first_seen=from_iso(row["first_time"]),
        last_seen=from_iso(row["last_time"]),
        first_capture_id=row["first_capture_id"],
        last_capture_id=row["last_capture_id"],
        reader=row["reader"],
        state=row["state"],
        article=article,
    )


def key_of_url(url: str) -> str:
    """The key that an article first captured at *url* has."""
    return page_key(canonical(url))
