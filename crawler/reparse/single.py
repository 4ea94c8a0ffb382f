"""The commonest page, looked at once: what a replay makes of it is plain, without one.

It says the same as `crawler.reparse.replay` in a sixth of the time, or nothing; a test compares the
two over random histories.
"""

from __future__ import annotations

import sqlite3

from archive import version_rows
from archive.content import content_of, settled
from archive.derived import ArticleState, Derived, VersionState
from archive.places import page_key
from archive.types import Article, Page
from crawler.reparse.replay import Readings, Unreadable
from crawler.storing import ARTICLE_KINDS

CAPTURES = """
SELECT id, page_id, time, outcome, status, truncated FROM capture WHERE page_id = ? LIMIT 2"""
_KINDS = ("article", "other", "listing")  # of pages whose answers are read


def single(page: Page, looks: list[sqlite3.Row], old: Derived, read: Readings) -> Derived | None:
    """What is derived of a page that no other is joined to; None if only a replay can tell.

    *looks*: rows of :data:`CAPTURES`. *old*: what the archive holds. *read*: its new reading.
    """
    if len(looks) != 1 or page.kind not in _KINDS or page.method != "GET":
        return None
    look = looks[0]
    capture_id = look["id"]
    reading, was = read.get(capture_id), old.readings.get(capture_id)
    plain = look["outcome"] == "answer" and 200 <= look["status"] < 300 and not look["truncated"]
    if not plain or reading is None or isinstance(reading, Unreadable):
        return None
    # of another kind now, the page itself becomes another
    if was is None or was[:2] != ("read", reading.kind):
        return None
    articles: dict[str, ArticleState] = {}
    if reading.article is not None and reading.kind in ARTICLE_KINDS:
        one = _article(page, look, reading.article, reading.reader)
        articles[one.key] = one
    row = ("read", reading.kind, reading.reader, 0, None)
    return Derived(articles, old.captures, {capture_id: row}, old.pages)


def _article(page: Page, look: sqlite3.Row, shown: Article, reader: str) -> ArticleState:
    article, capture_id = settled(shown), look["id"]
    key = page_key(page.url)
    links = version_rows.links_of(article, capture_id)
    version = VersionState(
        0,
        {
            "first_capture_id": capture_id, "last_capture_id": capture_id,
            **version_rows.columns_of(article, content_of(article), reader),
        },
        version_rows.bylines_of(article),
        version_rows.captions_of(article),
        tuple(one for one in links if one["kind"] != "attachment"),
    )  # fmt: skip
    return ArticleState(
        0, key, page.site_id, page.id, "live", look["time"], capture_id, ((page.id, key),),
        (version,), links,
    )  # fmt: skip
