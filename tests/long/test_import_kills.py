"""Imports that are killed, or write beside a crawl: what comes of them is what one gives alone."""

import time

import pytest
from crawling import rows, value
from import_process import file, start, wait_for_readings
from importing import bring, content, dump

from archive import crawls
from archive.clock import SystemClock
from archive.db import Archive

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The file, and what one import of it gives."""
    folder = tmp_path_factory.mktemp("import")
    bring(folder, file(folder), archive="one.db")
    return folder


def test_killed_at_any_moment_it_goes_on_where_it_stopped(folder, tmp_path):
    (tmp_path / "a.warc.gz").symlink_to(folder / "a.warc.gz")
    there = 0
    for more in (1, 0, 33, 7, 1, 40, 0, 15):  # 0: while it starts, or reads what the last one left
        process = start(tmp_path)
        wait_for_readings(tmp_path, process, there + more)
        process.kill()
        process.communicate()
        there = value(tmp_path / "a.db", "SELECT count(*) FROM reading WHERE state = 'read'")
    process = start(tmp_path, "--format", "csv")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines()[1].startswith("a.warc.gz,whole,")
    for table, once in content(folder / "one.db").items():
        assert content(tmp_path / "a.db", table)[table] == once, table
    outcomes = [outcome for (outcome,) in rows(tmp_path / "a.db", "SELECT outcome FROM crawl")]
    assert outcomes[-1] == "finished"
    assert outcomes.count("killed") == len(outcomes) - 1 >= 4
    assert value(tmp_path / "a.db", "SELECT count(*) FROM seal") == len(outcomes)
    assert rows(tmp_path / "a.db", "PRAGMA integrity_check") == [("ok",)]
    assert rows(tmp_path / "a.db", "PRAGMA foreign_key_check") == []
    before = dump(tmp_path / "a.db")
    bring(tmp_path, tmp_path / "a.warc.gz")
    assert dump(tmp_path / "a.db") == before


def test_it_writes_beside_a_crawl(folder, tmp_path):
    """Another's transactions wait for no page to be read, and no import for a crawl's end."""
    path = tmp_path / "a.db"
    (tmp_path / "a.warc.gz").symlink_to(folder / "a.warc.gz")
    with Archive.create(path, SystemClock()) as archive:
        process = start(tmp_path)
        wait_for_readings(tmp_path, process, 10)
        slowest, begun = 0.0, 0
        while process.poll() is None:
            before = time.monotonic()
            crawl_id = crawls.begin(archive, None, "test", "a crawl beside it", {})
            crawls.end(archive, crawl_id, "finished")
            time.sleep(0.02)
            slowest, begun = max(slowest, time.monotonic() - before), begun + 1
        assert process.wait() == 0
        process.communicate()
        assert begun > 5
        assert slowest < 5.0, "the time that SQLite waits for another's transaction"
    tables = ("capture", "article", "version", "event")
    assert content(path, *tables) == content(folder / "one.db", *tables)
