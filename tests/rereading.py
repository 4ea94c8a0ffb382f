"""Archives built by one reader and read again by another, whose pages are small JSON objects.

A page says all that could be read of it; a reader is the set of what it has an eye for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from crawling import BASE, HTML, begun, known, seen

from archive import captures, index, sites, versions
from archive.clock import FixedClock
from archive.db import Archive
from archive.sites import Site
from archive.types import Article, Block, Exchange, Found, Page, PageKind, Reading
from crawler.profile import SiteProfile, generic
from crawler.reading import reader_identity
from crawler.reparse.choice import Options
from crawler.reparse.making import Maker
from crawler.reparse.profiles import Profiles
from crawler.reparse.run import Reparse, Result
from crawler.reparse.values import Batch, Made
from crawler.session import CrawlSession
from crawler.storing import store

OLD = "0 another reader"
PROFILE = generic(f"{BASE}/")
NEW = reader_identity(PROFILE)
TEXTS = (
    "Sáng nay, Đảng ủy xã Bình Sơn tổ chức hội nghị sơ kết công tác tuyên truyền quý một.",
    "Chiều qua, Chi bộ Trạm Y tế họp bàn việc chăm sóc người cao tuổi ở các thôn xa.",
)


@dataclass(frozen=True)
class Eyes:
    """What a reader makes of a page: without an eye for notices, one is an article to it."""

    reader: str = NEW
    lead: bool = True
    canonical: bool = True
    text: bool = True
    notice: bool = True
    doubtful: bool = True
    deaf: Callable[[str], bool] = lambda _url: False  # pages that end its process

    def read(self, exchange: Exchange) -> Reading:
        if self.deaf(exchange.url):
            from crawler.reader_pool import UnreadableError

            raise UnreadableError(f"{exchange.url}: what reads it died")
        said = json.loads(exchange.body)
        found = tuple(Found(BASE + path, "article", "link") for path in said.get("links", ()))
        if said.get("kind") == "notice" and self.notice:
            return Reading("error", self.reader, found=found)
        if said.get("kind") == "doubtful" and not self.doubtful:
            return Reading("other", self.reader, found=found)
        to = said.get("canonical")
        article = Article(
            exchange.url,
            said["title"],
            lead=said.get("lead") if self.lead else None,
            body=(Block("paragraph", said["text"]),) if self.text else (),
            canonical=BASE + to if to and self.canonical else None,
        )
        return Reading("article", self.reader, article, found=found)


Step = dict[str, Any]
"""What a page answers: its path, and the JSON of its body, or `again`, `304`, a status, `to`."""


class Day:
    """An archive to which one look after the other is added."""

    def __init__(self, folder: Path, clock: FixedClock) -> None:
        folder.mkdir(exist_ok=True)
        self.session: CrawlSession = begun(folder, clock)
        self._clock = clock
        self._last: dict[str, bytes] = {}

    def look(self, step: Step, eyes: Eyes) -> None:
        path = step["path"]
        page = known(self.session, path)
        self._clock.advance(3600)
        body = json.dumps(step.get("says", {"title": "Thông báo", "text": TEXTS[0]})).encode()
        more: dict[str, Any] = {"body": body}
        if step["how"] in ("again", "304") and path in self._last:
            more = {"body": self._last[path]}
            if step["how"] == "304":
                more = {"outcome": "unchanged", "status": 304, "body": b""}
        elif step["how"] == "gone":
            more = {"status": 404, "body": b"404"}
        elif step["how"] == "broken":
            more = {"status": 500, "body": b"500"}
        elif step["how"] == "moved":
            to = BASE + step["to"]
            more = {"status": 301, "body": b"", "headers": (("Location", to), *HTML)}
        else:
            self._last[path] = body
        captured = seen(self.session, page, **more)
        if captured.to_read:
            archive, capture_id = self.session.archive, captured.kept.capture_id
            self._reread_last(page, eyes)
            reading = eyes.read(captures.exchange(archive, capture_id))
            with archive.transaction():
                store(self.session, captured, reading)

    def _reread_last(self, page: Page, eyes: Eyes) -> None:
        archive = self.session.archive
        last = versions.last_reader(archive, page.id)
        if last is None or last[1] == eyes.reader:
            return
        reading = eyes.read(captures.exchange(archive, last[0]))
        if reading.article is not None:
            with archive.transaction():
                versions.reread(archive, last[0], reading.article, reading.reader)

    def end(self) -> Archive:
        self.session.close("finished")
        return self.session.archive


def build(
    folder: Path, clock: FixedClock, steps: Iterable[Step], eyes: Eyes, later: Eyes | None = None,
    turn: int = 10**6,
) -> Archive:  # fmt: skip
    """The archive of those looks; from step *turn* on *later* reads them."""
    day = Day(folder, clock)
    for number, step in enumerate(steps):
        day.look(step, eyes if later is None or number < turn else later)
    return day.end()


class Known:
    """In the place of `Profiles`: all pages are of one profile."""

    def __init__(self, archive: Archive) -> None:
        self.sites: list[Site] = sites.all(archive)

    def of(self, _page: Page) -> SiteProfile:
        return PROFILE

    def reader(self, _site: Site) -> str:
        return NEW


class Inline:
    """In the place of the processes: each batch is made at once, here, by those eyes."""

    places = 1

    def __init__(
        self, archive: Archive, options: Options, eyes: Eyes,
        before: Callable[[str], None] = lambda _url: None,
    ) -> None:  # fmt: skip
        self.read_urls: list[str] = []
        self._eyes, self._before = eyes, before
        # a connection of its own, as a process has
        self._archive = Archive.open(archive.path, clock=archive.clock, readonly=True)
        profiles: Any = Known(archive)
        self._maker = Maker(self._archive, profiles, options, self._read)
        self._made: dict[int, list[Made]] = {}

    def _read(
        self, _capture_id: int, exchange: Exchange, _profile: SiteProfile, _expected: PageKind
    ) -> Reading:
        self._before(exchange.url)
        self.read_urls.append(exchange.url)
        return self._eyes.read(exchange)

    def submit(self, batch: Batch, *, first: bool = False) -> None:
        self._made[batch.number] = self._maker.make(batch)

    def result(self, number: int, _stopped: Callable[[], bool]) -> list[Made]:
        return self._made.pop(number)

    def close(self) -> None:
        self._maker.close()
        self._archive.close()


def reparse(
    archive: Archive, eyes: Eyes = Eyes(), *, read_urls: list[str] | None = None, **options: Any
) -> Result:
    """One run over the archive with that reader; the URLs that it reads go into *read_urls*."""
    values = {"apply": True, "examples": 9} | options
    stopped = values.pop("stopped", lambda: False)
    places, together = values.pop("places", 1), values.pop("together", 16)
    chosen, profiles = Options(**values), cast("Profiles", Known(archive))
    with closing(Inline(archive, chosen, replace(eyes, reader=NEW))) as makers:
        makers.places = places
        if read_urls is not None:
            makers.read_urls = read_urls
        run = Reparse(archive, profiles, makers, chosen, stopped=stopped, together=together)
        return run.run()


def dump(archive: Archive) -> dict[str, Sequence[Any]]:
    """What is derived, without row numbers of its own and the journal."""
    key = "(SELECT key FROM article WHERE id = {}.article_id)"
    of_page = key.format("article_page")
    queries = {
        "article": """SELECT key, site_id, page_id, state, state_since,
            (SELECT first_capture_id FROM version WHERE id = article.version_id),
            (SELECT key FROM story WHERE id = story_id) FROM article ORDER BY key""",
        "address": f"SELECT page_id, key, {of_page} FROM article_page ORDER BY 1",
        "version": f"""SELECT {key.format("version")}, first_capture_id, last_capture_id, digest,
            text_digest, reader, title, lead, body, canonical, evidence FROM version
            ORDER BY 1, 2""",
        "link": f"""SELECT {key.format("link")}, kind, target, title, position, first_capture_id,
            last_capture_id FROM link ORDER BY 1, 2, 3""",
        "story": "SELECT key, first_seen, first_dated FROM story ORDER BY key",
        "pair": """SELECT min(one.key, other.key), max(one.key, other.key), shared, of
            FROM copy_pair JOIN article one ON one.id = one_id
            JOIN article other ON other.id = other_id ORDER BY 1, 2""",
        "reading": "SELECT capture_id, state, kind, reader FROM reading ORDER BY 1",
        "page": "SELECT id, kind, state FROM page ORDER BY id",
        "index": f"SELECT hex(digest), {key.format('search_row')} FROM search_row ORDER BY 2",
    }
    return {
        name: [tuple(row) for row in archive.conn.execute(sql)] for name, sql in queries.items()
    }


DERIVED = ("reading", "sentence", "copy_text", "copy_pair", "story", "article", "article_page",
           "version", "byline", "caption", "link", "event")  # fmt: skip


def wipe(archive: Archive) -> None:
    """Delete every row that is derived from others, the index too."""
    with archive.transaction():
        archive.conn.execute("PRAGMA defer_foreign_keys = ON")
        for table in DERIVED:
            archive.conn.execute(f"DELETE FROM {table}")
        index.clear(archive)


def told(archive: Archive, after: int = 0) -> list[str]:
    """The kinds of events after that number."""
    rows = archive.conn.execute("SELECT kind FROM event WHERE number > ? ORDER BY number", (after,))
    return [row[0] for row in rows]


def last_event(archive: Archive) -> int:
    return int(archive.conn.execute("SELECT coalesce(max(number), 0) FROM event").fetchone()[0])


def problems(archive: Archive) -> list[str]:
    """What `luutru verify` finds wrong."""
    from archive.ops.verify import verify

    return [text for check in verify(archive) for text in check.found]


def says(path: str, title: str = "Hội nghị sơ kết", text: int = 0, **more: Any) -> Step:
    """A look at a page that shows this."""
    return {"path": path, "how": "shows", "says": {"title": title, "text": TEXTS[text], **more}}


def does(path: str, how: str, **more: Any) -> Step:
    """A look at a page that shows nothing new: again, 304, gone, broken, moved (`to`)."""
    return {"path": path, "how": how, **more}
