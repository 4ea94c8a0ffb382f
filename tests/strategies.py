"""What the tests of the archive are made of: articles, exchanges, and a small crawl by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from archive import absence, captures, crawls, pages, readings, sites, versions
from archive.captures import Kept
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import Article, Block, Exchange, Found, Headers, Page, PageKind
from archive.urls import origin
from archive.versions import Stored

HTML: Headers = (("Content-Type", "text/html; charset=utf-8"),)

LONG = (
    "Sáng 12/5, Đảng ủy xã Bình Sơn tổ chức hội nghị sơ kết công tác tuyên truyền.",
    "Dự hội nghị có 40 đại biểu của các chi bộ trực thuộc.",
)


def article(url: str, title: str = "Hội nghị sơ kết", *body: str, **more: object) -> Article:
    """An article whose body is long enough to be told from others, unless another is given."""
    blocks = tuple(Block("paragraph", text) for text in body or LONG)
    return Article(url=url, title=title, body=blocks, **more)  # type: ignore[arg-type]  # fields


@dataclass
class Walker:
    """One site in an archive and a crawl of it; looks at pages, one second after another."""

    archive: Archive
    clock: FixedClock
    site_id: int
    crawl_id: int

    @classmethod
    def begin(cls, archive: Archive, slug: str = "binh-son") -> Walker:
        clock = archive.clock
        assert isinstance(clock, FixedClock)
        with archive.transaction():
            site_id = sites.ensure(archive, slug, f"Đảng bộ {slug}", "Bình Phước", "Đồng Nai")
            crawl_id = crawls.begin(archive, site_id, "asked", "test", {})
        return cls(archive, clock, site_id, crawl_id)

    def page(self, url: str, kind: PageKind = "article") -> Page:
        found = [Found(url, kind, "listing")]
        with self.archive.joined():
            new = pages.add(self.archive, self.site_id, found, at=self.clock.now())
        if new:
            return new[0]
        known = self.archive.conn.execute("SELECT id FROM page WHERE found_url = ?", (url,))
        return pages.get(self.archive, known.fetchone()[0])

    def look(
        self,
        url: str,
        body: bytes = b"<html>",
        *,
        status: int = 200,
        headers: Headers = HTML,
        unchanged: bool = False,
        kind: PageKind = "article",
    ) -> Kept:
        page = self.page(url, kind)
        self.clock.advance(1)
        exchange = Exchange(
            url,
            self.clock.now(),
            outcome="unchanged" if unchanged else "answer",
            status=304 if unchanged else status,
            headers=headers,
            body=b"" if unchanged else body,
        )
        with self.archive.transaction():
            return captures.keep(self.archive, exchange, page.id, self.crawl_id)

    def read(self, kept: Kept, shown: Article, reader: str = "r1") -> Stored:
        with self.archive.transaction():
            readings.done(self.archive, kept.capture_id, "article", reader)
            return versions.store(self.archive, kept.capture_id, shown, reader)

    def see(self, shown: Article, reader: str = "r1") -> Stored:
        """Capture the article's page, with bytes of their own each time, and store the article."""
        body = f"<html>{self.clock.now()} {shown.title}".encode()
        return self.read(self.look(shown.url, body), shown, reader)

    def lose(self, url: str, body: bytes = b"gone", *, status: int = 404) -> bool:
        """Look at a page that says it is no more on as many days as that takes, while its site is
        up; whether its article is gone by it, and was not before."""
        gone = False
        for _ in range(absence.LOOKS):
            self.clock.advance(86_400)
            self.look(f"{origin(url)}/con-song/", b"<html>up", kind="listing")
            kept = self.look(url, body, status=status)
            with self.archive.transaction():
                pages.set_state(self.archive, self.page_id(url), state="gone")
                gone |= versions.gone(self.archive, self.page_id(url), kept.capture_id)
        return gone

    def page_id(self, url: str) -> int:
        return self.page(url).id


# -- properties -----------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)

names = st.sampled_from(["Server", "server", "Vary", "ETag", "Content-Type"]) | texts
headers = st.lists(st.tuples(names, texts | st.sampled_from(["nginx", "*"])), max_size=4).map(tuple)

times = st.integers(946_684_800_000_000, 1_900_000_000_000_000).map(
    lambda microseconds: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
)

exchanges = st.builds(
    Exchange,
    url=texts,
    time=times,
    outcome=st.sampled_from(["answer", "failure"]),
    method=st.sampled_from(["GET", "POST"]),
    request_headers=headers,
    request_body=st.binary(max_size=10),
    status=st.none() | st.integers(100, 599),
    headers=headers,
    body=st.binary(max_size=20),
    wire_digest=st.none() | texts,
    wire_size=st.none() | st.integers(0, 10**6),
    truncated=st.booleans(),
    failure=st.none() | texts,
    address=st.none() | texts,
    source=texts,
    clock_shift=st.floats(0, 1e6),
)

paths = st.text("abc/.;%é ?&=#()@_-~:+2FfDđ\\", max_size=30)
urls = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "hTTps"]),
    st.sampled_from(["tinhuy.vn", "Tinhuy.VN.", "x.vn:80", "x.vn:443", "tỉnhủy.vn", "[::1]:8080"]),
    st.sampled_from(["/", "?", "//", "#"]),
    paths,
)
