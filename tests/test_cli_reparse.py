"""`luutru reparse` as it is called: its rows, its words, Ctrl-C, and kill -9 amid its work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import importing
import pytest
from crawling import environment, luutru, value
from rereading import dump, problems

from archive import captures, crawls, pages, readings, sites, versions
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import Exchange, Found, Reading
from crawler.profile import SiteProfile, generic
from crawler.reading import read

SITE = "khoi-van-son.example"
OLD = "0 another reader"
# Else a quick machine is done with all pages before it can be interrupted: 160 are ten batches.
SLOW = """
import sys, time
from archive.db import Archive
pause = float(sys.argv.pop(1))
begin = Archive.transaction

def slowly(self, *arguments, **options):
    time.sleep(pause)
    return begin(self, *arguments, **options)

Archive.transaction = slowly
if __name__ == "__main__":
    from crawler.cli import main
    main()
"""
NEW_READ = "SELECT count(*) FROM reading WHERE reader != ?"


def poorer(exchange: Exchange, profile: SiteProfile) -> Reading:
    """An older reader: no date, and no article where a number ends in 3."""
    found = read(exchange, profile, "article")
    article = found.article
    if article is None or article.title.endswith("3"):
        return replace(found, kind="other", article=None, reader=OLD)
    article = replace(article, published=None, body=article.body[1:])
    return replace(found, article=article, reader=OLD)


def better(exchange: Exchange, profile: SiteProfile) -> Reading:
    return read(exchange, profile, "article")


def build(path: Path, count: int, reader=poorer) -> Path:
    """An import of *count* articles from a host without a profile, as *reader* read them."""
    profile = replace(generic(f"{importing.HOST}/"), slug=SITE)
    clock = FixedClock(datetime(2026, 3, 1, 8, tzinfo=UTC))
    with Archive.create(path, clock) as archive:
        with archive.transaction():
            site_id = sites.ensure(archive, SITE, "Đảng bộ khối")
            crawl_id = crawls.begin(archive, None, "import", "test", {})
            for number in range(count):
                clock.advance(1)
                url = f"{importing.HOST}/tin/{number}.html"
                exchange = Exchange(
                    url, clock.now(), status=200, headers=(importing.HTML,),
                    body=importing.article(number),
                )  # fmt: skip
                found = [Found(url, "article", "import")]
                (page,) = pages.add(archive, site_id, found, at=clock.now())
                kept = captures.keep(archive, exchange, page.id, crawl_id)
                reading = reader(exchange, profile)
                readings.done(archive, kept.capture_id, reading.kind, reading.reader)
                if reading.article is not None:
                    shown = reading.article
                    versions.store(archive, kept.capture_id, shown, reading.reader)
        crawls.end(archive, crawl_id, "finished", {})
    return path


def derived(path: Path) -> dict:
    with Archive.open(path, readonly=True) as archive:
        assert problems(archive) == []
        return {name: rows for name, rows in dump(archive).items() if name != "page"}


def test_the_report_then_apply_then_nothing_to_do(tmp_path):
    build(tmp_path / "luutru.db", 8)
    before = derived(tmp_path / "luutru.db")
    done = luutru(tmp_path, "reparse", "--format", "json", "--examples", "1", "--workers", "1")
    assert done.returncode == 0, done.stderr
    rows = {row["field"]: row for row in json.loads(done.stdout)}
    assert list(rows["article"])[:6] == ["site", "field", "gained", "lost", "changed", "same"]
    assert (rows["article"]["gained"], rows["article"]["same"]) == (1, 7)
    assert (rows["published"]["gained"], rows["body"]["changed"]) == (7, 7)
    (example,) = rows["published"]["examples"]
    assert example["before"] == "" and example["after"].startswith("2024-05-02")
    assert "nothing is changed" in done.stderr
    assert derived(tmp_path / "luutru.db") == before
    applied = luutru(tmp_path, "reparse", "--apply", "--workers", "1")
    assert applied.returncode == 0, applied.stderr
    assert "8 articles are rewritten" in applied.stderr and "gained article" in applied.stderr
    build(tmp_path / "fresh.db", 8, better)
    assert derived(tmp_path / "luutru.db") == derived(tmp_path / "fresh.db")
    again = luutru(tmp_path, "reparse", "--apply")
    assert (again.returncode, again.stdout) == (0, "")
    assert "Nothing to do: of 8 captures" in again.stderr


def begun(folder: Path, most: int, pause: float, *arguments: str) -> subprocess.Popen[str]:
    """The command at work, once that many pages are done; in a group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(pause), "reparse", "--apply", "--workers", "1",
         *arguments],
        cwd=folder, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    limit = time.monotonic() + 60
    while value(folder / "luutru.db", NEW_READ, OLD) < most:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < limit
        time.sleep(0.002)
    return process


@pytest.mark.long
def test_killed_and_called_again_it_goes_on(tmp_path):
    build(tmp_path / "luutru.db", 160)
    for done in (15, 60):
        process = begun(tmp_path, done, 0.2)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert done <= value(tmp_path / "luutru.db", NEW_READ, OLD) < 160
        derived(tmp_path / "luutru.db")
    ended = luutru(tmp_path, "reparse", "--apply", "--workers", "1")
    assert ended.returncode == 0, ended.stderr
    build(tmp_path / "fresh.db", 160, better)
    assert derived(tmp_path / "luutru.db") == derived(tmp_path / "fresh.db")
    assert value(tmp_path / "luutru.db", "SELECT count(*) FROM event WHERE kind = 'changed'") == 0


@pytest.mark.long
def test_ctrl_c_keeps_what_is_done(tmp_path):
    build(tmp_path / "luutru.db", 160)
    process = begun(tmp_path, 20, 0.6)
    other = luutru(tmp_path, "reparse", "--apply")
    assert other.returncode == 1 and "Another reparse is at work" in other.stderr
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and "Interrupted. Call it again to go on." in err
    assert "published" in out and "Traceback" not in err
    assert 20 <= value(tmp_path / "luutru.db", NEW_READ, OLD) < 160
    derived(tmp_path / "luutru.db")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--site", "khong-co"), "There is no site `khong-co`"),
        (("--since", "hôm qua"), "is no day"),
        (("--archive", "khong-co.db"), "There is no archive"),
    ],
)
def test_slips_are_told_with_the_next_step(tmp_path, arguments, words):
    build(tmp_path / "luutru.db", 1)
    done = luutru(tmp_path, "reparse", *arguments)
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
