"""WARC and WACZ files made byte by byte, as other tools write them, and their import."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.clock import FixedClock
from crawler import ingest_reading
from crawler.ingest import ingest
from crawler.ingest_result import FileResult
from crawler.ingest_sites import Sites
from crawler.profile import load

ingest_reading.WORKERS = 1  # a process takes half a second to start, and tests have few pages

HOST = "https://khoi-van-son.example"
HTML = ("Content-Type", "text/html; charset=utf-8")
PNG = ("Content-Type", "image/png")
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
UNMODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
Pair = tuple[str, str]


def sha1(data: bytes) -> str:
    return f"sha1:{base64.b32encode(hashlib.sha1(data).digest()).decode()}"


def record(kind: str, block: bytes, *fields: Pair, version: str = "1.1") -> bytes:
    """A record; Content-Length and WARC-Block-Digest are added unless they are named."""
    named = {name for name, _ in fields}
    more = [("WARC-Block-Digest", sha1(block)), ("Content-Length", str(len(block)))]
    pairs = [("WARC-Type", kind), *fields, *(pair for pair in more if pair[0] not in named)]
    head = "".join(f"{name}: {value}\r\n" for name, value in pairs)
    return f"WARC/{version}\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def http(first: str, body: bytes, *headers: Pair) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def named(name: str) -> Pair:
    return "WARC-Record-ID", f"<urn:uuid:{name}>"


def answer(
    name: str, path: str, body: bytes, *headers: Pair, time: str = "2024-05-06T07:08:09Z",
    status: str = "200 OK", fields: Sequence[Pair] = (), host: str = HOST,
) -> bytes:  # fmt: skip
    """A `response` record called *name*; its type is HTML unless *headers* say another."""
    block = http(f"HTTP/1.1 {status}", body, *(headers or [HTML]))
    return record(
        "response", block, named(name), ("WARC-Date", time),
        ("WARC-Target-URI", f"{host}{path}"),
        ("Content-Type", "application/http; msgtype=response"), *fields,
    )  # fmt: skip


def revisit(
    name: str, path: str, *fields: Pair, time: str = "2024-06-06T07:08:09Z",
    status: str = "200 OK", headers: Sequence[Pair] = (PNG,), profile: str = SAME,
) -> bytes:  # fmt: skip
    return record(
        "revisit", http(f"HTTP/1.1 {status}", b"", *headers), named(name), ("WARC-Date", time),
        ("WARC-Target-URI", f"{HOST}{path}"), ("WARC-Profile", profile),
        ("Content-Type", "application/http; msgtype=response"), *fields,
    )  # fmt: skip


def request(
    path: str, *headers: Pair, to: str | None = None, method: str = "GET", body: bytes = b"",
) -> bytes:  # fmt: skip
    beside = [("WARC-Concurrent-To", f"<urn:uuid:{to}>")] if to else []
    return record(
        "request", http(f"{method} {path} HTTP/1.1", body, *headers), named(f"asked-{path}-{to}"),
        ("WARC-Date", "2024-05-06T07:08:09Z"), ("WARC-Target-URI", f"{HOST}{path}"),
        ("Content-Type", "application/http; msgtype=request"), *beside,
    )  # fmt: skip


INFO = record("warcinfo", b"software: test\r\n", ("WARC-Date", "2024-05-06T07:08:09Z"), named("i"))


def zipped(*records: bytes) -> bytes:
    """A gzip member a record."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def article(number: int, words: str = "", links: Sequence[str] = ()) -> bytes:
    """A page of which the generic rules find title, date and body."""
    body = "".join(
        f"<p>Đoạn {n} của bài {number}: đồng chí Bí thư phát biểu chỉ đạo hội nghị và giao nhiệm "
        f"vụ trọng tâm của quý tới cho các chi bộ. {words}</p>"
        for n in range(4)
    )
    anchors = "".join(f'<a href="{link}">Xem thêm tin khác</a>' for link in links)
    return (
        f'<!DOCTYPE html><html lang="vi"><head><title>Hội nghị số {number}</title>'
        '<meta property="og:type" content="article"></head><body><article>'
        f"<h1>Hội nghị số {number}</h1>"
        '<time datetime="2024-05-02T08:00:00+07:00">02/05/2024 08:00</time>'
        f"{body}</article>{anchors}</body></html>"
    ).encode()


def write(path: Path, *records: bytes) -> Path:
    path.write_bytes(zipped(INFO, *records))
    return path


def wacz(path: Path, entries: dict[str, bytes], claims: dict[str, str] | None = None) -> Path:
    """A zip with *entries*; datapackage.json claims their digests, or *claims*."""
    resources = [
        {"name": name.rpartition("/")[2], "path": name, "bytes": len(data),
         "hash": (claims or {}).get(name, f"sha256:{hashlib.sha256(data).hexdigest()}")}
        for name, data in entries.items()
    ]  # fmt: skip
    package = {"profile": "data-package", "wacz_version": "1.1.1", "resources": resources}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in entries.items():
            file.writestr(name, data)
        file.writestr("datapackage.json", json.dumps(package))
    return path


def bring(
    folder: Path, *files: Path, archive: str = "a.db", site: str | None = None,
    stopped: Sequence[bool] = (),
) -> list[FileResult]:  # fmt: skip
    """Import files into *folder* / *archive*, with the profiles of *folder* / "sites" if there."""
    dirs = tuple(one for one in (folder / "sites",) if one.is_dir())
    forced = load(site, dirs) if site else None
    asked = iter(stopped)
    return ingest(
        folder / archive, files, lambda opened: Sites(opened, dirs, forced),
        lambda done, total: None, lambda: next(asked, False), FixedClock(NOW),
    )  # fmt: skip


CONTENT = {
    "capture": "SELECT identity, time, url, status, source FROM capture",
    "payload": "SELECT digest FROM payload",
    "page": """SELECT page.url, page.method, page.kind, page.state, page.due, site.slug,
                      capture.identity FROM page JOIN site ON site.id = page.site_id
               LEFT JOIN capture ON capture.id = page.last_capture_id""",
    "article": """SELECT article.key, article.state, site.slug, page.url FROM article
                  JOIN site ON site.id = article.site_id JOIN page ON page.id = article.page_id""",
    "version": """SELECT article.key, version.digest, version.title, first.identity, last.identity
                  FROM version JOIN article ON article.id = version.article_id
                  JOIN capture first ON first.id = version.first_capture_id
                  JOIN capture last ON last.id = version.last_capture_id""",
    "link": """SELECT article.key, link.kind, link.target, first.identity, last.identity FROM link
               JOIN article ON article.id = link.article_id
               JOIN capture first ON first.id = link.first_capture_id
               JOIN capture last ON last.id = link.last_capture_id""",
    "event": """SELECT event.kind, article.key, capture.identity FROM event
                LEFT JOIN article ON article.id = event.article_id
                LEFT JOIN capture ON capture.id = event.capture_id""",
    "reading": """SELECT capture.identity, reading.state, reading.kind FROM reading
                  JOIN capture ON capture.id = reading.capture_id""",
    "index": "SELECT title, body FROM search_text WHERE search_text MATCH 'hội OR đồng'",
}
"""Table -> what stands in it, row numbers apart."""


def content(path: Path, *tables: str) -> dict[str, Counter[tuple[Any, ...]]]:
    """What an archive holds, so that two can be compared."""
    conn = sqlite3.connect(path)
    try:
        return {name: Counter(conn.execute(CONTENT[name])) for name in tables or CONTENT}
    finally:
        conn.close()


def dump(path: Path) -> list[str]:
    """Every row of every table."""
    conn = sqlite3.connect(path)
    try:
        return list(conn.iterdump())
    finally:
        conn.close()
