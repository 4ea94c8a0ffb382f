"""Ctrl-C, a killed process, two crawls at once: nothing is lost, and the next crawl goes on."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from crawling import Running, SmallSite, article, crawl, environment, luutru, rows, served

PATHS = [f"/tin/bai-{n}.html" for n in range(40)]
CALL = ("crawl", "small", "--sites", "sites", "--archive", "a.db", "--format", "json")


@pytest.fixture
def site():
    pages = {path: article(n) for n, path in enumerate(PATHS)}
    return SmallSite(pages, links=PATHS, pace="delay = 0.1\nconcurrency = 2")


def start(folder):
    """`luutru crawl` in a process of its own, as at a terminal."""
    return subprocess.Popen(
        [sys.executable, "-c", "from crawler.cli import main; main()", *CALL],
        cwd=folder, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip


def until(ready, process, timeout=40):
    limit = time.monotonic() + timeout
    while not ready():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < limit
        time.sleep(0.02)


def children(pid):
    """Processes whose parent it is, by /proc."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(rest[1]) == pid and rest[0] != "Z":
            found.append(int(status.parent.name))
    return found


def check_whole(folder, log):
    """Everything is there once, no page was fetched twice, and every crawl is sealed."""
    path = folder / "a.db"
    assert rows(path, "SELECT count(*), count(DISTINCT page_id) FROM article") == [(40, 40)]
    assert rows(path, "SELECT count(*) FROM event WHERE kind = 'new'") == [(40,)]
    assert rows(path, "SELECT count(*) FROM reading WHERE state != 'read'") == [(0,)]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "SELECT count(*) FROM crawl") == rows(path, "SELECT count(*) FROM seal")
    assert rows(path, "SELECT count(*) FROM site WHERE holder IS NOT NULL") == [(0,)]
    return Counter(one.path for one in log if one.path in PATHS)


def test_ctrl_c_ends_it_with_a_tally_and_the_next_crawl_goes_on(tmp_path, site):
    with served(tmp_path, site) as server:
        process = start(tmp_path)
        until(lambda: len(server.log) > 12, process)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        out, err = process.communicate(timeout=30)
        assert time.monotonic() - began < 8
        assert process.returncode == 1
        assert "Traceback" not in err
        assert "interrupted" in err and "go on" in err
        assert '"outcome": "interrupted"' in out
        assert rows(tmp_path / "a.db", "SELECT outcome FROM crawl") == [("interrupted",)]
        kept = rows(tmp_path / "a.db", "SELECT count(*) FROM article")[0][0]
        assert 5 <= kept < 40
        again = crawl(tmp_path)
        assert (again.outcome, again.tally["new"]) == ("finished", 40 - kept)
        asked = check_whole(tmp_path, server.log)
    assert sum(asked.values()) <= 40 + 3, "what was on its way may be asked for again"


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="finds the child in /proc")
def test_a_killed_child_is_told_and_loses_nothing(tmp_path, site):
    with served(tmp_path, site) as server:
        process = start(tmp_path)
        until(lambda: len(server.log) > 12, process)
        (child,) = children(process.pid)
        readers = children(child)
        assert readers
        os.kill(child, signal.SIGKILL)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "small: its process was killed" in err and "Traceback" not in err
        assert '"outcome": "killed"' in out
        limit = time.monotonic() + 5
        while any(Path(f"/proc/{pid}/exe").exists() for pid in readers):
            assert time.monotonic() < limit, "a reader outlived its crawl"
            time.sleep(0.05)
        assert rows(tmp_path / "a.db", "SELECT outcome, ended FROM crawl") == [(None, None)]
        kept = rows(tmp_path / "a.db", "SELECT count(*) FROM capture WHERE status = 200")[0][0]
        again = crawl(tmp_path)
        assert again.outcome == "finished"
        assert rows(tmp_path / "a.db", "SELECT outcome FROM crawl") == [("killed",), ("finished",)]
        asked = check_whole(tmp_path, server.log)
    assert kept >= 8
    assert sum(asked.values()) <= 40 + 4


@pytest.mark.long
def test_a_host_is_crawled_by_one_at_a_time_whatever_the_archive(tmp_path, site):
    site.pace = "delay = 1.0\nconcurrency = 1"  # it is at work for 40 s, unless it is ended
    with served(tmp_path, site) as server:
        first = Running(tmp_path)
        first.wait_for(lambda: len(server.log) > 2)
        other = luutru(tmp_path, *CALL[:-3], "b.db")
        same = crawl(tmp_path)
        first.signal(signal.SIGTERM)
        ended = first.end()
    assert other.returncode == 1
    assert "Another crawl is at work on 127.0.0.1:" in other.stderr
    assert "Wait until it ends" in other.stderr and "Traceback" not in other.stderr
    assert same.status == 1 and "at work" in same.error["error"]
    assert rows(tmp_path / "b.db", "SELECT count(*) FROM capture") == [(0,)]
    assert ended.outcome == "interrupted", "a service manager's TERM ends it as Ctrl-C does"
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM crawl") == [(1,)]
