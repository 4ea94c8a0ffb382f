"""The processes of a reparse: what ends one costs a page; and pages that need no replay."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawling import environment
from test_cli_reparse import OLD, build, derived

from archive import captures, pages
from archive import derived as derived_
from archive.clock import FixedClock
from archive.db import Archive
from crawler.bench.reread import reading_again
from crawler.bench.stored import build as build_stored
from crawler.bench.stored import of_corpora
from crawler.reading import read
from crawler.reparse.replay import Scratch
from crawler.reparse.single import CAPTURES, single

DEADLY = """
import os, time
import crawler.reader_pool, crawler.reading
crawler.reader_pool.LONGEST = 1.0
gentle = crawler.reading.read

def read(exchange, profile, expected="other"):
    if exchange.url.endswith("/2.html"):
        os.kill(os.getpid(), 9)
    if exchange.url.endswith("/4.html"):
        time.sleep(60)
    if exchange.url.endswith("/5.html"):
        raise ValueError("a defect of a reader")
    return gentle(exchange, profile, expected)

crawler.reading.read = read
"""
DYING = """
import os
import crawler.reparse.making
crawler.reparse.making.Maker.make = lambda *_: os._exit(3)
"""
FAULTY = """
import crawler.reparse.making

def make(self, batch):
    raise ZeroDivisionError("a defect of ours")

crawler.reparse.making.Maker.make = make
"""


def patched(folder: Path, patch: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command after *patch*, which its processes run too."""
    script = folder / "patched.py"
    run = "from crawler.cli import main\n    main()"
    script.write_text(f"{patch}\nif __name__ == '__main__':\n    {run}\n", encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(script), "reparse", *arguments], cwd=folder, timeout=60,
        env=environment(folder), capture_output=True, text=True, check=False,
    )  # fmt: skip


def readers(path: Path) -> dict[str, str]:
    with Archive.open(path, readonly=True) as archive:
        rows = archive.conn.execute(
            "SELECT url, reader FROM capture JOIN reading ON reading.capture_id = capture.id"
        ).fetchall()
    return {row[0].rsplit("/", 1)[1]: row[1] for row in rows}


@pytest.mark.parametrize(("count", "bad"), [(4, 1), pytest.param(9, 3, marks=pytest.mark.long)])
def test_what_kills_or_stalls_a_process_costs_its_page_alone(tmp_path, count, bad):
    build(tmp_path / "luutru.db", count)
    done = patched(tmp_path, DEADLY, "--apply", "--workers", "1", "--format", "json")
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("Left as it was:") == bad
    assert "/2.html: what reads it died, or took more than 1 s, twice" in done.stderr
    left = {name for name, one in readers(tmp_path / "luutru.db").items() if one == OLD}
    assert left == {"2.html", "4.html", "5.html"} & {f"{number}.html" for number in range(count)}
    assert ("/4.html: what reads it died" in done.stderr) == (count > 4)
    assert ("a defect of a reader" in done.stderr) == (count > 5)
    rows = {row["field"]: row for row in json.loads(done.stdout)}
    assert (
        sum(rows["article"][name] for name in ("gained", "lost", "changed", "same")) == count - bad
    )
    derived(tmp_path / "luutru.db")


@pytest.mark.long
def test_processes_that_die_whatever_they_read_end_the_run(tmp_path):
    build(tmp_path / "luutru.db", 2)
    done = patched(tmp_path, DYING, "--apply", "--workers", "1")
    assert done.returncode == 1 and "end by themselves (the last one with 3)" in done.stderr
    assert "--workers" in done.stderr and "Traceback" not in done.stderr
    assert set(readers(tmp_path / "luutru.db").values()) == {OLD}


def test_a_defect_in_a_process_keeps_its_traceback(tmp_path):
    build(tmp_path / "luutru.db", 2)
    done = patched(tmp_path, FAULTY, "--workers", "1")
    assert done.returncode == 1 and "a defect of ours" in done.stderr
    assert "In a process that reads pages" in done.stderr and "in make" in done.stderr


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored")
    source = of_corpora(folder, 40, ())
    build_stored(folder / "a.db", source)
    with Archive.open(folder / "a.db", clock=FixedClock(datetime(2026, 11, 1, tzinfo=UTC))) as one:
        yield source.profile(), one


def test_a_page_looked_at_once_needs_no_replay(stored):
    profile, archive = stored
    looked = 0
    with Scratch(archive.clock) as scratch:
        for (page_id,) in archive.conn.execute("SELECT DISTINCT page_id FROM capture").fetchall():
            page = pages.get(archive, page_id)
            looks = archive.conn.execute(CAPTURES, (page_id,)).fetchall()
            reading = read(captures.exchange(archive, looks[0]["id"]), profile, page.kind)
            old = derived_.load(archive, {page_id})
            made = single(page, looks, old, {looks[0]["id"]: reading})
            replayed = scratch.replay(
                archive, {page_id}, lambda _: profile, {looks[0]["id"]: reading}, ()
            )
            assert made is not None
            assert {key: one.says() for key, one in made.articles.items()} == {
                key: one.says() for key, one in replayed.articles.items()
            }
            assert [v.links for a in made.articles.values() for v in a.versions] == [
                v.links for a in replayed.articles.values() for v in a.versions
            ]
            assert (made.captures, made.readings) == (replayed.captures, replayed.readings)
            looked += bool(made.articles)
    assert looked > 30


def test_what_was_looked_at_twice_or_is_another_kind_now_is_replayed(stored):
    profile, archive = stored
    page = pages.get(archive, 1)
    looks = archive.conn.execute(CAPTURES, (1,)).fetchall()
    reading = read(captures.exchange(archive, looks[0]["id"]), profile, page.kind)
    old = derived_.load(archive, {1})
    taken = {looks[0]["id"]: reading}
    assert single(page, looks, old, taken) is not None
    assert single(page, looks * 2, old, taken) is None
    assert single(page, looks, old, {}) is None
    assert single(replace(page, kind="photo"), looks, old, taken) is None
    assert single(page, looks, old, {looks[0]["id"]: replace(reading, kind="other")}) is None


@pytest.mark.long
def test_reading_again_is_measured_beside_extraction_alone():
    figures = reading_again(64, 1)
    assert len(figures) == 4 and all("pages/s" in one.ours for one in figures)
