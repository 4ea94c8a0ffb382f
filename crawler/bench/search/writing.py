"""An archive of made articles: rows written in bulk, then indexed as `luutru reindex` does it.

Nothing was captured: of each page there is one look without a payload. So these archives serve
searching alone.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from archive import index
from archive.clock import FixedClock, iso
from archive.db import Archive
from archive.digest import article_key
from crawler.bench.search.corpus import GENERATOR, LAST, SITES, Made, articles, province

_BATCH = 2_000
UPKEEP = 300
"""Articles that are put in one by one when the rest is there."""

_ROWS = {
    "page": "id, site_id, url, found_url, kind, how, found_at",
    "capture": "id, page_id, crawl_id, time, method, url, request_headers, outcome, status,"
    " identity",
    "story": "id, key, first_seen",
    "article": "id, key, site_id, page_id, state_since, story_id",
    "article_page": "page_id, article_id, key",
    "version": "id, article_id, digest, text_digest, first_capture_id, last_capture_id, reader,"
    " title, section, lead, published, published_utc, published_precision, byline, body,"
    " attachments, tags, images, evidence",
    "caption": "version_id, position, text",
    "byline": "version_id, position, name",
}


@dataclass(frozen=True, slots=True)
class Written:
    """``seconds`` of indexing all but the last, ``upkeep`` of each of the last, put in one by one.
    ``text``: bytes of what is indexed, in UTF-8. ``tables``: bytes of each table of the index."""

    generator: int
    articles: int
    seconds: float
    upkeep: tuple[float, ...]
    text: int
    tables: dict[str, int]


def write(path: Path, count: int, progress: Callable[[int, int], None]) -> Written:
    """An archive of *count* articles at *path*, or the one that is there if it is just that."""
    told = path.with_suffix(".json")
    if path.exists() and told.exists():
        known = json.loads(told.read_text(encoding="utf-8"))
        if (known["generator"], known["articles"]) == (GENERATOR, count):
            return Written(**known)
    for old in path.parent.glob(f"{path.stem}.*"):
        old.unlink()
    with Archive.create(path, FixedClock(LAST)) as archive:
        archive.conn.execute("PRAGMA synchronous = OFF")  # made anew if it is cut off
        text = _fill(archive, articles(count), lambda done: progress(done, 2 * count))
        last = _last(archive, UPKEEP)
        with archive.transaction() as conn:
            conn.execute("UPDATE index_state SET complete = 0")
            conn.execute("UPDATE article SET version_id = NULL WHERE id > ?", (count - UPKEEP,))
        began = time.perf_counter()
        index.rebuild(archive, lambda done, _total: progress(count + done, 2 * count))
        seconds = time.perf_counter() - began
        archive.conn.execute("PRAGMA synchronous = NORMAL")
        written = Written(
            GENERATOR, count, seconds, tuple(_put(archive, *one) for one in last), text,
            _tables(archive.conn),
        )  # fmt: skip
    told.write_text(json.dumps(asdict(written)), encoding="utf-8")
    return written


def _fill(archive: Archive, made: Iterable[Made], progress: Callable[[int], None]) -> int:
    now = iso(LAST)
    with archive.transaction() as conn:
        for number in range(SITES):
            then, since = province(number)
            conn.execute(
                "INSERT INTO site (id, slug, name, province_then, province_now, state_since)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (number + 1, f"site-{number}", f"Đảng ủy số {number}", then, since, now),
            )
            conn.execute(
                "INSERT INTO crawl (id, site_id, why, started, ended, agent, settings, outcome)"
                " VALUES (?, ?, 'asked', ?, ?, 'bench', '{}', 'finished')",
                (number + 1, number + 1, now, now),
            )
    text, stories, rest = 0, set[int](), iter(made)
    while batch := list(islice(rest, _BATCH)):
        rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in _ROWS}
        for one in batch:
            text += _add(rows, one, stories, now)
        with archive.transaction() as conn:
            for table, found in rows.items():
                places = ", ".join("?" * (_ROWS[table].count(",") + 1))
                sql = f"INSERT INTO {table} ({_ROWS[table]}) VALUES ({places})"
                conn.executemany(sql, found)
            conn.executemany(
                "UPDATE article SET version_id = ? WHERE id = ?",
                [(one.number + 1, one.number + 1) for one in batch],
            )
            conn.executemany(
                "UPDATE article SET story_id = ? WHERE id = ?",
                [(one.copy_of + 1, one.copy_of + 1) for one in batch if one.copy_of is not None],
            )
        progress(batch[-1].number + 1)
    return text


def _add(rows: dict[str, list[tuple[object, ...]]], one: Made, stories: set[int], now: str) -> int:
    """The rows of one article; how many bytes of text it has."""
    own, site = one.number + 1, one.site + 1
    url = f"https://site-{one.site}.example/tin-{own}.html"
    key, story = article_key(url), None
    if one.copy_of is not None:
        story = one.copy_of + 1
        if story not in stories:
            stories.add(story)
            rows["story"].append((story, f"story-{story:012}", now))
    rows["page"].append((own, site, url, url, "article", "seed", now))
    rows["capture"].append((own, own, site, now, "GET", url, "[]", "answer", 200, f"sha256:{own}"))
    rows["article"].append((own, key, site, own, now, story))
    rows["article_page"].append((own, own, key))
    local = one.published + timedelta(hours=7) if one.published else None
    rows["version"].append((
        own, own, f"sha256:v{own}", f"sha256:t{story or -own}", own, own, "bench", one.title,
        json.dumps(one.section, ensure_ascii=False), one.lead,
        local.strftime("%Y-%m-%dT%H:%M+07:00") if local else None,
        iso(one.published) if one.published else None, "minute" if local else None, one.author,
        json.dumps([["paragraph", text] for text in one.body], ensure_ascii=False),
        "[]", "[]", "[]", "{}",
    ))  # fmt: skip
    if one.caption:
        rows["caption"].append((own, 0, one.caption))
    rows["byline"].append((own, 0, one.author))
    texts = (one.title, one.lead, *one.body, one.caption, one.author, *one.section)
    return sum(len(text.encode()) for text in texts)


def _last(archive: Archive, count: int) -> list[tuple[int, int]]:
    """The articles that are put in one by one, with their versions."""
    return [
        (row[0], row[1])
        for row in archive.conn.execute(
            "SELECT id, version_id FROM article ORDER BY id DESC LIMIT ?", (count,)
        )
    ]


def _put(archive: Archive, article_id: int, version_id: int) -> float:
    began = time.perf_counter()
    with archive.transaction() as conn:
        conn.execute("UPDATE article SET version_id = ? WHERE id = ?", (version_id, article_id))
        index.put(archive, version_id)
    return time.perf_counter() - began


def _tables(conn: sqlite3.Connection) -> dict[str, int]:
    """Bytes of each table of the index."""
    return {
        row[0]: int(row[1])
        for row in conn.execute(
            """SELECT name, sum(pgsize) FROM dbstat
               WHERE name LIKE 'search%' OR name LIKE 'past%' OR name LIKE 'sqlite_auto%_search%'
               GROUP BY name"""
        )
    }
