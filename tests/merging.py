"""Archives that are merged, and what is compared of them: all but row numbers and journals."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from rereading import Day, Eyes, Inline, Known, Step

from archive import seals
from archive.cli.progress import Progress
from archive.clock import Clock, FixedClock
from archive.db import Archive
from crawler.merging import FileResult, Merge, Setup
from crawler.reparse.profiles import Profiles

EYES = Eyes()
START = datetime(2026, 3, 1, 8, tzinfo=UTC)


@contextmanager
def bar(_label: str) -> Iterator[Progress]:
    yield lambda _done, _total: None


class All(Known):
    """No site is without a profile."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(archive)
        self.left: dict[str, str] = {}


def setup(eyes: Eyes = EYES, stopped: Callable[[], bool] = lambda: False) -> Setup:
    """A merge whose pages are read by those eyes, here."""
    return Setup(
        "Lò Thị Mây",
        lambda archive: cast("Profiles", All(archive)),
        lambda archive, _profiles, options: Inline(archive, options, eyes),
        bar,
        stopped,
    )


def merge(
    target: Path, *files: Path, clock: Clock | None = None, eyes: Eyes = EYES,
    stopped: Callable[[], bool] = lambda: False,
) -> list[FileResult]:  # fmt: skip
    """Merge *files* into the archive at *target*, which is made if it is not there."""
    make = Archive.open if target.exists() else Archive.create
    with make(target, clock=clock) as archive:
        return Merge(archive, setup(eyes, stopped)).run(files)


def made(
    folder: Path, steps: Iterable[Step], hours: float = 0, base: Path | None = None
) -> Path:  # fmt: skip
    """An archive in *folder* that looked at these pages, an hour apart, from *hours* on; it goes on
    from a copy of *base*."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "a.db"
    if base is not None:
        copied(base, path)
    day = Day(folder, later(hours))
    for step in steps:
        day.look(step, EYES)
    day.end().close()
    return path


def later(hours: float = 1000) -> FixedClock:
    return FixedClock(START + timedelta(hours=hours))


def copied(source: Path, target: Path) -> Path:
    """A copy of the archive, of one file."""
    target.parent.mkdir(exist_ok=True, parents=True)
    with closing(sqlite3.connect(source)) as conn, closing(sqlite3.connect(target)) as copy:
        conn.backup(copy)
    return target


# What a row number stands for in the queries below: PAGE(page.found_on) names that page.
NAMES = {
    "PAGE": "SELECT x.method || ' ' || x.url || x.body_digest FROM page x WHERE x.id =",
    "CAPTURE": "SELECT x.identity FROM capture x WHERE x.id =",
    "PAYLOAD": "SELECT x.digest FROM payload x WHERE x.id =",
    "KEY": "SELECT x.key FROM article x WHERE x.id =",
    "STORY": "SELECT x.key FROM story x WHERE x.id =",
    "SITE": "SELECT x.slug FROM site x WHERE x.id =",
    "SEAL": "SELECT x.digest FROM seal x WHERE x.crawl_id =",
    "FIRST": "SELECT y.identity FROM version x JOIN capture y ON y.id = x.first_capture_id"
    " WHERE x.id =",
    "CAUSE": "SELECT x.time || x.reason || x.names FROM withdrawal x WHERE x.id =",
    "NAME": "SELECT x.name FROM collection x WHERE x.id =",
}
OPEN = "article.page_id NOT IN (SELECT page_id FROM withdrawn_page)"

QUERIES = {
    "site": """SELECT slug, name, province_then, province_now, state, state_since, committee_then,
        committee_now, dissolved, merged, successor, predecessors FROM site""",
    "page": """SELECT PAGE(page.id), SITE(page.site_id), found_url, kind, how, PAGE(page.found_on),
        found_at, depth, state, due, failures, pinned, PAGE(page.root_id), backfilled,
        CAPTURE(page.last_answer_id), CAPTURE(page.last_capture_id), lastmod, told FROM page""",
    "listing": "SELECT PAGE(listing_page.page_id), items, pages, total FROM listing_page",
    "listed": "SELECT PAGE(listed.root_id), PAGE(listed.page_id) FROM listed",
    "crawl": """SELECT SITE(crawl.site_id), why, started, ended, agent, settings, figures, outcome,
        SEAL(crawl.id) FROM crawl""",
    "payload": "SELECT digest, size, length(data) > 0 FROM payload",
    "capture": """SELECT identity, PAGE(capture.page_id), SEAL(capture.crawl_id), time, source,
        PAYLOAD(capture.payload_id) FROM capture""",
    "seal": "SELECT digest, previous, archive_id, leaves, root, time FROM seal",
    "reading": "SELECT CAPTURE(reading.capture_id), state, kind, reader FROM reading",
    "article": f"""SELECT key, SITE(article.site_id), PAGE(article.page_id),
        CASE WHEN {OPEN} THEN state END, CASE WHEN {OPEN} THEN state_since END,
        FIRST(article.version_id), STORY(article.story_id) FROM article""",
    "address": "SELECT PAGE(article_page.page_id), key, KEY(article_page.article_id)"
    " FROM article_page",
    # which of two addresses that are closed was the article's own is told by who knew it
    "version": f"""SELECT CASE WHEN {OPEN} THEN article.key END, CAPTURE(first_capture_id),
        CAPTURE(last_capture_id), digest, text_digest, reader, title, lead, body,
        canonical, evidence FROM version JOIN article ON article.id = article_id""",
    "link": f"""SELECT KEY(link.article_id), kind, target, title, position,
        CAPTURE(link.first_capture_id), CAPTURE(link.last_capture_id)
        FROM link JOIN article ON article.id = article_id WHERE {OPEN}""",
    "story": "SELECT key, first_seen, first_dated FROM story",
    "pair": "SELECT min(KEY(one_id), KEY(other_id)), shared, of FROM copy_pair",
    "index": "SELECT KEY(search_row.article_id) FROM search_row",
    "schedule": "SELECT SITE(schedule.site_id), cron, set_at FROM schedule",
    "note": "SELECT article_key, text, agent, time, retracted, retracted_by FROM note",
    "collection": "SELECT name, about, agent, time FROM collection",
    "collected": """SELECT NAME(collection_id), article_key, agent, time, taken_out, taken_out_by
        FROM collected""",
    "synonym": "SELECT short, long, holds, agent, time FROM synonym",
    "watch": "SELECT key, name, query, filters, agent, added, removed, removed_by FROM watch",
    "withdrawal": "SELECT time, agent, reason, what, names FROM withdrawal",
    "closed": "SELECT PAGE(withdrawn_page.page_id), CAUSE(withdrawal_id) FROM withdrawn_page",
    "withheld": """SELECT PAYLOAD(withdrawn_payload.payload_id), CAUSE(withdrawal_id)
        FROM withdrawn_payload""",
    "withdrawn": """SELECT article_key, CAPTURE(first_capture_id), CAPTURE(last_capture_id), digest
        FROM withdrawn_version""",
}


def _named(sql: str) -> str:
    return re.sub(
        r"([A-Z]+)\(([a-z_.]+)\)",
        lambda found: f"({NAMES[found[1]]} {found[2]})" if found[1] in NAMES else found[0],
        sql,
    )


def dump(path: Path) -> dict[str, Sequence[Any]]:
    """What an archive says, by what its rows are known by."""
    with Archive.open(path, readonly=True) as archive:
        return {
            name: sorted((tuple(row) for row in archive.conn.execute(_named(sql))), key=repr)
            for name, sql in QUERIES.items()
        }


def leaves(path: Path) -> dict[str, list[bytes]]:
    """By seal the captures under it, in their order."""
    with Archive.open(path, readonly=True) as archive:
        rows = archive.conn.execute("SELECT digest, crawl_id FROM seal").fetchall()
        return {row["digest"]: list(seals.leaves(archive, row["crawl_id"])) for row in rows}


def problems(path: Path) -> list[str]:
    """What `luutru verify` finds wrong, but for the pages read again."""
    from archive.ops.verify import verify

    with Archive.open(path, readonly=True) as archive:
        return [f"{one.check}: {text}" for one in verify(archive) for text in one.found]


def told(path: Path, after: int = 0) -> list[tuple[str, bool]]:
    """The kinds of events after that number, and whether a merge told them."""
    with closing(sqlite3.connect(path)) as conn:
        return [
            (kind, bool(merged))
            for kind, merged in conn.execute(
                "SELECT kind, json_extract(data, '$.merged') FROM event WHERE number > ?"
                " ORDER BY number",
                (after,),
            )
        ]
