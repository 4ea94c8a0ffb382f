"""Pages that kill or stall the process that reads them: noted, and the crawl goes on."""

import asyncio
from datetime import UTC, datetime

import pytest
from crawling import SmallSite, article, crawl, rows, served

from archive.types import Exchange
from crawler.profile import generic
from crawler.reader_pool import ReaderPool

DEADLY = """
import os, time
import crawler.reader_pool, crawler.reading
crawler.reader_pool.LONGEST = 3.0
gentle = crawler.reading.read

def read(exchange, profile, expected="other"):
    if exchange.url.endswith("/chet.html"):
        os.kill(os.getpid(), 9)
    if exchange.url.endswith("/ngu.html"):
        time.sleep(60)
    if exchange.url.endswith("/loi.html"):
        raise ValueError("a defect of a reader")
    return gentle(exchange, profile, expected)

crawler.reading.read = read
"""
BROKEN = """
import crawler.pipelines
import pytest
keep, store = crawler.pipelines.keep, crawler.pipelines.store

def broken_keep(session, page, exchange):
    if exchange.url.endswith("/giu.html"):
        raise ValueError("a defect of keeping")
    return keep(session, page, exchange)

def broken_store(session, captured, reading):
    learned = store(session, captured, reading)
    if captured.exchange.url.endswith("/cat.html"):
        raise ValueError("a defect of storing")
    return learned

crawler.pipelines.keep, crawler.pipelines.store = broken_keep, broken_store
"""


@pytest.mark.long
def test_what_kills_or_stalls_a_reader_is_noted_and_the_crawl_goes_on(tmp_path):
    bad = ("/tin/chet.html", "/tin/ngu.html", "/tin/loi.html")
    good = [f"/tin/bai-{n}.html" for n in range(12)]
    pages = {path: article(n) for n, path in enumerate([*good, *bad])}
    order = [*good[:2], bad[0], *good[2:5], bad[1], *good[5:7], bad[2], *good[7:]]
    with served(tmp_path, SmallSite(pages, links=order)):
        done = crawl(tmp_path, patch=DEADLY, timeout=90)
        assert (done.status, done.outcome) == (0, "finished")
        assert done.tally["new"] == 12
        assert done.tally["unreadable"] == 3
        assert "a defect of a reader" in done.stderr, "a bug keeps its traceback"
        found = dict(
            rows(
                tmp_path / "a.db",
                """SELECT capture.url, problem FROM reading JOIN capture ON capture.id = capture_id
                   WHERE reading.state = 'failed'""",
            )
        )
        assert {url.rsplit("/", 1)[1] for url in found} == {"chet.html", "ngu.html", "loi.html"}
        assert all(found.values())
        assert rows(tmp_path / "a.db", "SELECT count(*) FROM reading WHERE state = 'waiting'") == [
            (0,)
        ]
        # the next crawl does not fall over them again
        assert crawl(tmp_path).outcome == "finished"


@pytest.mark.long
def test_a_defect_at_one_page_ends_neither_this_crawl_nor_the_next(tmp_path):
    paths = ["/tin/1.html", "/tin/giu.html", "/tin/cat.html", "/tin/2.html"]
    pages = {path: article(n) for n, path in enumerate(paths)}
    with served(tmp_path, SmallSite(pages, links=paths)) as server:
        done = crawl(tmp_path, patch=BROKEN, timeout=30)
        assert (done.status, done.outcome) == (0, "finished")
        assert (done.tally["new"], done.tally["errors"], done.tally["unreadable"]) == (2, 1, 1)
        assert "a defect of keeping" in done.stderr and "a defect of storing" in done.stderr
        assert [one.path for one in server.log].count("/tin/giu.html") == 1
        # once the defect is mended
        again = crawl(tmp_path)
        assert (again.outcome, again.tally["new"]) == ("finished", 1)
    assert rows(
        tmp_path / "a.db", "SELECT state, count(*) FROM reading WHERE state != 'read' GROUP BY 1"
    ) == [("failed", 1)]


def exchange(number):
    answer = article(number)
    return Exchange(
        f"https://example.vn/tin/bai-so-{number}.html", datetime(2026, 3, 1, tzinfo=UTC),
        status=200, headers=answer.headers, body=answer.body,
    )  # fmt: skip


def test_a_pool_reads_on_after_its_process_was_killed():
    async def work():
        pool = ReaderPool(generic("https://example.vn/"), 1)
        try:
            first = await pool.read(exchange(1), "article")
            for process in list(pool._pool._processes.values()):
                process.kill()
            readings = await asyncio.gather(*(pool.read(exchange(n), "article") for n in range(5)))
            return first, readings
        finally:
            pool.close()

    first, readings = asyncio.run(work())
    assert first.article is not None and first.article.title == "Hội nghị số 1"
    assert [r.article.title for r in readings] == [f"Hội nghị số {n}" for n in range(5)]
