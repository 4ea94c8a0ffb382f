"""Imports that are interrupted, or led astray by a page: called again, they end as one."""

import signal

import pytest
from crawling import rows, value
from import_process import PAGES, file, start, wait_for_readings
from importing import HOST, bring, content


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The file, and what one import of it gives."""
    folder = tmp_path_factory.mktemp("import")
    bring(folder, file(folder), archive="one.db")
    return folder


def test_ctrl_c_ends_it_at_a_record(folder, tmp_path):
    (tmp_path / "a.warc.gz").symlink_to(folder / "a.warc.gz")
    process = start(tmp_path, "--format", "csv")
    wait_for_readings(tmp_path, process, 20)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out.splitlines()[1].startswith("a.warc.gz,interrupted,")
    assert err == "a.warc.gz: interrupted; import it again to go on where it stopped.\n"
    assert rows(tmp_path / "a.db", "SELECT outcome FROM crawl") == [("interrupted",)]
    assert value(tmp_path / "a.db", "SELECT count(*) FROM reading WHERE state = 'waiting'") == 0
    assert 20 <= value(tmp_path / "a.db", "SELECT count(*) FROM capture") < PAGES
    bring(tmp_path, tmp_path / "a.warc.gz")
    assert content(tmp_path / "a.db") == content(folder / "one.db")


DEADLY = """
import os
import crawler.reading
gentle = crawler.reading.read

def read(exchange, profile, expected="other"):
    if exchange.url.endswith("/tin/bai-8.html"):
        os.kill(os.getpid(), 9)
    if exchange.url.endswith("/tin/bai-9.html"):
        raise ValueError("a defect of a reader")
    return gentle(exchange, profile, expected)

crawler.reading.read = read
"""


@pytest.mark.long
def test_pages_that_kill_or_break_their_reader_are_noted_and_the_rest_is_read(folder, tmp_path):
    (tmp_path / "a.warc.gz").symlink_to(folder / "a.warc.gz")
    process = start(tmp_path, script=DEADLY)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "pages that could not be read apart, and whose captures are kept: 2." in err
    assert "ValueError: a defect of a reader" in err, "a bug keeps its traceback"
    failed = rows(
        tmp_path / "a.db",
        "SELECT DISTINCT url FROM capture JOIN reading ON capture_id = id WHERE state = 'failed'"
        " ORDER BY url",
    )
    assert failed == [(f"{HOST}/tin/bai-8.html",), (f"{HOST}/tin/bai-9.html",)]
    captures = content(tmp_path / "a.db", "capture")
    assert captures == content(folder / "one.db", "capture")
    (told,) = bring(tmp_path, tmp_path / "a.warc.gz")
    assert told.outcome == "whole", "they end no later import"
