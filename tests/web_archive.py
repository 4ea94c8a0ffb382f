"""A small archive with all that a web archive must tell, and readers of what is written from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from strategies import LONG, Walker, article
from warcio.archiveiterator import ArchiveIterator

from archive import captures, crawls, pages
from archive.clock import FixedClock
from archive.db import Archive
from archive.digest import sha256
from archive.interchange.record import FAILURE, SAME_PAYLOAD, Record
from archive.interchange.records import exchange_of
from archive.types import Attachment, Caption, Exchange, Found, Headers

HOST = "https://binh-son.example"
OTHER = "https://van-son.example"
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
CSS: Headers = (("Content-Type", "text/css"),)
JPEG: Headers = (("Content-Type", "image/jpeg"), ("Content-Length", "9"))
CODED: Headers = (
    ("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "br"),
    ("Content-Length", "41"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"),
)  # fmt: skip
NEWS = (
    '<html><head><link rel="stylesheet" href="/css/a.css?b=1&amp;c=2"></head>'
    '<body><img src="/anh/logo.png"><p>Đảng ủy xã Bình Sơn</p><a href="/tin/khac.html">x</a></body>'
).encode()
MEETING = article(
    f"{HOST}/tin/hoi-nghi.html", "Hội nghị sơ kết", *LONG,
    lead="Sáng 12/5.", images=(f"{HOST}/anh/1.jpg",),
    captions=(Caption("Quang cảnh", None, f"{HOST}/anh/2.jpg"),),
    attachments=(Attachment("Báo cáo", f"{HOST}/bao-cao.pdf"),),
)  # fmt: skip
ELSEWHERE = article(f"{OTHER}/tin.html", "Đại hội chi bộ", "Chi bộ thôn Đông họp đại hội.", LONG[1])
# What belongs to the article MEETING: its page, what led there, and what it shows.
BELONGS = {
    f"{HOST}/tin/hoi-nghi.html", f"{HOST}/cu", f"{HOST}/cu-hon", f"{HOST}/anh/1.jpg",
    f"{HOST}/anh/2.jpg", f"{HOST}/bao-cao.pdf", f"{HOST}/css/a.css?b=1&c=2", f"{HOST}/css/nen.png",
    f"{HOST}/anh/logo.png",
}  # fmt: skip


def small(path: Path) -> Archive:
    """Two sites: answers, redirects, revisits of both kinds, a POST, failures."""
    archive = Archive.create(path, FixedClock(START))
    one, other = Walker.begin(archive, "binh-son"), Walker.begin(archive, "van-son")
    one.look(f"{HOST}/robots.txt", b"User-agent: *\n", kind="robots")
    moved = (("Location", "/cu"),)
    one.look(f"{HOST}/cu-hon", b"", status=301, headers=moved)
    one.look(
        f"{HOST}/cu", b"<a>there</a>", status=302, headers=(("Location", "/tin/hoi-nghi.html"),)
    )
    one.read(one.look(MEETING.url, NEWS, headers=CODED), MEETING)
    one.look(f"{HOST}/css/a.css?b=1&c=2", b"p{background:url(nen.png)}", headers=CSS, kind="asset")
    with archive.transaction():
        sheet = pages.by_url(archive, f"{HOST}/css/a.css?b=1&c=2")
        found = Found(f"{HOST}/css/nen.png", "asset", "asset")
        assert sheet is not None
        pages.add(archive, one.site_id, [found], at=archive.clock.now(), found_on=sheet.id)
    for name in ("css/nen.png", "anh/logo.png", "anh/khac.png"):
        one.look(f"{HOST}/{name}", name.encode(), headers=JPEG, kind="asset")
    for name in ("anh/1.jpg", "anh/2.jpg"):  # the same bytes at two addresses
        one.look(f"{HOST}/{name}", b"\xff\xd8photo\xff\xd9", headers=JPEG, kind="photo")
    one.look(f"{HOST}/bao-cao.pdf", b"%PDF-1.4", kind="document")
    one.look(f"{HOST}/", b"<ul>1</ul>", kind="listing")
    one.look(f"{HOST}/", b"<ul>2</ul>", kind="listing")
    one.look(f"{HOST}/gone", b"<h1>404</h1>", status=404)
    one.look(f"{HOST}/empty", b"", status=204, headers=())
    _ask(one, f"{HOST}/list.aspx", Exchange(
        f"{HOST}/list.aspx", archive.clock.now(), method="POST", status=200, body=b"<ul>3</ul>",
        request_headers=(("Content-Type", "application/x-www-form-urlencoded"),),
        request_body=b"__VIEWSTATE=%2FwEP&trang=2", address="203.0.113.5",
        wire_digest=sha256(b"x"), wire_size=7, truncated=True,
    ))  # fmt: skip
    for failure in ("dns: no such host", "too-large: 20 MB"):
        one.clock.advance(1)
        _ask(one, f"{HOST}/fails", Exchange(
            f"{HOST}/fails", archive.clock.now(), outcome="failure", failure=failure,
        ))  # fmt: skip
    one.read(one.look(MEETING.url, unchanged=True, headers=(("ETag", '"1"'),)), MEETING)
    other.read(other.look(ELSEWHERE.url, b"<p>" + NEWS), ELSEWHERE)
    for walker in (one, other):
        crawls.end(archive, walker.crawl_id, "finished", {"captures": 1})
    return archive


def _ask(walker: Walker, url: str, exchange: Exchange) -> None:
    archive = walker.archive
    found = Found(url, "listing", "pagination", exchange.method, exchange.request_body)
    with archive.transaction():
        pages.add(archive, walker.site_id, [found], at=archive.clock.now())
        page = pages.by_url(archive, url, exchange.method, exchange.request_body)
        assert page is not None
        captures.keep(archive, exchange, page.id, walker.crawl_id)


def records(path: Path) -> Iterator[Record]:
    """The records of a WARC as warcio reads them, blocks whole."""
    with path.open("rb") as file:
        for one in ArchiveIterator(file, no_record_parse=True):
            fields = [pair for pair in one.rec_headers.headers if pair[0] != "Content-Length"]
            yield Record(one.rec_type, tuple(fields[1:]), one.content_stream().read())


def groups(path: Path) -> Iterator[list[Record]]:
    """The captures of a WARC: a principal record and those that name it."""
    group: list[Record] = []
    for record in records(path):
        if group and record.field("WARC-Concurrent-To") == group[0].field("WARC-Record-ID"):
            group.append(record)
            continue
        if group:
            yield group
        begins = record.type in ("response", "revisit") or record.field("Content-Type") == FAILURE
        group = [record] if begins else []
    if group:
        yield group


def told(path: Path) -> Iterator[tuple[str, Any, Any]]:
    """Of each capture its record's id, exchange and what is said beside it."""
    payloads: dict[str | None, bytes] = {}
    for group in groups(path):
        name = group[0].field("WARC-Record-ID") or ""
        payload = b""
        if group[0].field("WARC-Profile") == SAME_PAYLOAD:
            payload = payloads[group[0].field("WARC-Refers-To")]
        exchange, said = exchange_of(group, payload)
        if group[0].type == "response":
            payloads[name] = exchange.body
        yield name, exchange, said
