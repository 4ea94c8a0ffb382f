"""Bytes a capture, beside a WARC.gz of the same exchanges."""

from __future__ import annotations

import io
from http import HTTPStatus
from pathlib import Path

from archive import captures
from archive.clock import iso
from archive.db import Archive
from archive.types import Exchange
from crawler.bench.measure import Figure, crawl, served
from crawler.job import CrawlOptions

# what a capture takes in the archive: its row and, once for equal ones, its payload
OWN = """
    SELECT sum(length(c.url) + length(c.time) + length(c.request_headers) + length(c.headers)
             + length(c.identity) + coalesce(length(c.wire_digest), 0) + length(c.request_body)
             + coalesce(length(c.failure), 0) + coalesce(length(c.address), 0) + 40),
           count(*) FROM capture c JOIN page p ON p.id = c.page_id
    WHERE p.kind = 'article' AND c.outcome = 'answer'"""
PAYLOADS = """
    SELECT sum(length(data)) FROM payload WHERE id IN
        (SELECT c.payload_id FROM capture c JOIN page p ON p.id = c.page_id
         WHERE p.kind = 'article' AND c.outcome = 'answer')"""


def size(pages: int) -> Figure:
    """On that many pages of one site."""
    with served(pages) as (folder, _, _):
        path = folder / "size.db"
        crawl(folder, path, CrawlOptions(read=False))
        return compare(path)


def compare(path: Path) -> Figure:
    """Article pages in an archive: their bytes there, and as WARC.gz."""
    archive = Archive.open(path, readonly=True)
    rows, count = archive.conn.execute(OWN).fetchone()
    own = (rows + archive.conn.execute(PAYLOADS).fetchone()[0]) / count
    ids = archive.conn.execute(
        """SELECT c.id FROM capture c JOIN page p ON p.id = c.page_id
           WHERE p.kind = 'article' AND c.outcome = 'answer'"""
    ).fetchall()
    warc = sum(warc_size(captures.exchange(archive, row[0])) for row in ids) / count
    archive.close()
    return Figure(
        f"bytes a capture, {count} pages of one site", f"{own:,.0f}", f"WARC.gz {warc:,.0f}",
        f"{own / warc:.2f}",
    )  # fmt: skip


def warc_size(exchange: Exchange) -> int:
    """Bytes of the gzipped response record that warcio writes for it."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    status = f"{exchange.status} {HTTPStatus(exchange.status or 200).phrase}"
    headers = StatusAndHeaders(status, list(exchange.headers), protocol="HTTP/1.1")
    record = writer.create_warc_record(
        exchange.url, "response", payload=io.BytesIO(exchange.body), http_headers=headers,
        warc_headers_dict={"WARC-Date": iso(exchange.time)},
    )  # fmt: skip
    writer.write_record(record)
    return out.tell()
