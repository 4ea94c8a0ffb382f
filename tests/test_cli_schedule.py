"""`luutru schedule`, `crawl --due` and `status` as they are typed: what they print and refuse."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from crawling import SmallSite, article, luutru, served, value
from test_cli_crawl import damage, foreign, newer

from archive import pages, schedules, sites
from archive.cli.run import status_of
from archive.clock import FixedClock, SystemClock, from_iso
from archive.db import Archive
from archive.types import Found
from crawler.cli import group

SITE = "tinhuy-camau"  # of the package; nothing here asks it for anything
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> Call:
    """`luutru …` in an empty folder, in this process: exit status, output and messages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    for name in ("LUUTRU_ARCHIVE", "LUUTRU_SITES", "LUUTRU_CONTACT"):
        monkeypatch.delenv(name, raising=False)

    def called(*arguments: str) -> tuple[int, str, str]:
        status = status_of(group, arguments)
        return status, *capsys.readouterr()

    return called


def days_ago(path: Path, days: int, site: str = SITE, expression: str = "0 2 * * *") -> Archive:
    """An archive whose *site* got its schedule some days ago; it stays open."""
    clock = FixedClock(SystemClock().now() - timedelta(days=days))
    archive = Archive.open(path, clock=clock) if path.exists() else Archive.create(path, clock)
    with archive.transaction():
        site_id = sites.ensure(archive, site, "Tỉnh ủy Cà Mau", None, None)
    schedules.put(archive, site_id, expression)
    return archive


# -- set, list, remove ----------------------------------------------------------------------------


def test_set_makes_the_archive_and_prints_the_next_runs(call: Call, tmp_path: Path) -> None:
    status, out, err = call("schedule", "set", SITE, " 0  2 * * 1-5")
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == f"{SITE} is crawled at 0 2 * * 1-5 (Asia/Ho_Chi_Minh), next at"
    runs = [datetime.strptime(line, "  %Y-%m-%d %H:%M %z") for line in lines[1:]]
    assert len(runs) == 3 and runs == sorted(set(runs))
    assert all(run.weekday() < 5 and run.hour == 2 for run in runs)
    assert "luutru.db was not there: it is a new archive." in err
    assert "No scheduler is at work: schedules fire while `luutru schedule run` is." in err
    assert value(tmp_path / "luutru.db", "SELECT slug FROM site") == SITE
    _, _, err = call("schedule", "set", SITE, "0 3 * * *")
    assert "new archive" not in err
    assert value(tmp_path / "luutru.db", "SELECT cron FROM schedule") == "0 3 * * *"


def test_list_shows_next_and_last_run_in_every_format(call: Call, tmp_path: Path) -> None:
    with days_ago(tmp_path / "luutru.db", 3) as archive:
        site_id = schedules.all(archive)[0].site_id
        assert isinstance(archive.clock, FixedClock)
        archive.clock.advance(86_400)
        began = archive.clock.now()
        schedules.begin(archive, site_id, began)
        schedules.end(archive, site_id, began, "failed", "no answer", began)
    call("schedule", "set", "dangbo-tphcm", "0 6 * * *")
    status, out, err = call("schedule", "list")
    assert status == 0
    header, second, first = out.splitlines()
    assert header.split("  ")[0] == "site" and "next_run" in header and "outcome" in header
    assert "due since 20" in first and "02:00 +07:00" in first
    assert first.endswith("failed") and second.split()[-4:] == ["none", "yet"] * 2
    assert f"{SITE}: no answer" in err and "No scheduler is at work" in err

    _, out, _ = call("schedule", "list", "--format", "json")
    new, ran = json.loads(out)
    assert (ran["site"], ran["cron"], ran["due"]) == (SITE, "0 2 * * *", True)
    assert from_iso(ran["last_run"]) == from_iso(ran["ended"]) == began
    assert from_iso(ran["next_run"]).hour == 19, "UTC"
    assert (new["due"], new["last_run"], new["outcome"]) == (False, None, None)
    _, out, _ = call("schedule", "list", "--format", "jsonl")
    assert [json.loads(line)["site"] for line in out.splitlines()] == ["dangbo-tphcm", SITE]
    _, out, _ = call("schedule", "list", "--format", "csv")
    assert [row["outcome"] for row in csv.DictReader(io.StringIO(out))] == ["", "failed"]


def test_remove_and_an_empty_list(call: Call) -> None:
    call("schedule", "set", SITE, "0 2 * * *")
    assert call("schedule", "remove", SITE)[:2] == (0, f"{SITE} has no schedule any more.\n")
    status, out, err = call("schedule", "list")
    assert (status, out) == (0, "")
    assert 'There is no schedule. `luutru schedule set SITE "0 2 * * *"` makes one.' in err
    assert json.loads(call("schedule", "list", "--format", "json")[1]) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("set", "tinhuy-camua", "0 2 * * *"), ("no site 'tinhuy-camua'", "mean tinhuy-camau")),
        (("set", SITE, "0 0 2 * * *"), ("has 6 fields, not 5", "0 2 * * *")),
        (("set", SITE, "0 2 30 2 *"), ("never comes about", "Mend its day")),
        (("set", SITE, "mỗi ngày lúc 2 giờ"), ("its minute is wrong", "0 2 * * *")),
        (("set", SITE, "0", "2", "*", "*", "*"), ("unexpected extra arguments",)),
        (("set", SITE), ("Missing argument 'CRON'",)),
        (("set", "leer", "0 2 * * *", "--sites", "."), ("no start point", "[start]")),
        (("remove", SITE), ("There is no archive", "luutru crawl SITE")),
        (("list",), ("There is no archive", "luutru crawl SITE")),
        (("run",), ("There is no archive", "luutru crawl SITE")),
        (("run", "--once", "--archive", "none/a.db"), ("There is no archive",)),
        (("set", SITE, "0 2 * * *", "--archive", "none/a.db"), ("no folder", "Create it")),
    ],
)  # fmt: skip
def test_calls_that_cannot_be_done(
    call: Call, tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    (tmp_path / "leer.toml").write_text('name = "Leer"\nhosts = []\nstart = []\n')
    status, out, err = call("schedule", *arguments)
    assert (status, out) == (2, "")
    for word in words:
        assert word in err, err
    assert not (tmp_path / "luutru.db").exists(), "nothing is made by a wrong call"


def test_a_schedule_that_is_not_there(call: Call, tmp_path: Path) -> None:
    Archive.create(tmp_path / "luutru.db").close()
    status, _, err = call("schedule", "remove", "abc")
    assert status == 2
    assert "abc has no schedule in luutru.db. `luutru schedule list` shows them." in err


def test_run_refuses_what_would_wait_for_nothing(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "luutru.db"
    Archive.create(path).close()
    status, _, err = call("schedule", "run")
    assert status == 2
    assert "There is no schedule in luutru.db. `luutru schedule set SITE" in err
    days_ago(path, 0, "rieng").close()
    status, _, err = call("schedule", "run", "--once")
    assert status == 2
    assert "No schedule in luutru.db can be run" in err and "no site 'rieng'" in err
    assert "--sites" in err
    days_ago(path, 0).close()
    status, out, err = call("schedule", "run", "--once")
    assert (status, out) == (0, "")
    assert "rieng cannot be crawled: no site 'rieng' is known" in err
    assert "nothing is due now" in err and "next: " in err and " +07:00 " in err


# -- archives that cannot be used -----------------------------------------------------------------

CALLS = (("set", SITE, "0 2 * * *"), ("list",), ("remove", SITE), ("run",))


@pytest.mark.parametrize("arguments", CALLS, ids=lambda one: one[0])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_text("not a database"), ("not a SQLite file", "--archive")),
        (foreign, ("another program", "--archive")),
        (newer, ("later release", "schema_99", "Update Luutru")),
        (damage, ("damaged",)),
    ],
    ids=["text", "foreign", "newer", "damaged"],
)
def test_files_that_are_no_archive_of_ours(
    call: Call, tmp_path: Path, make: Any, words: tuple[str, ...], arguments: tuple[str, ...]
) -> None:
    make(tmp_path / "luutru.db")
    status, _, err = call("schedule", *arguments)
    assert status == 2
    for word in words:
        assert word in err, err
    assert call("schedule", "list")[0] == 2


def test_an_archive_that_another_program_writes_to(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.opening.BUSY_SECONDS", 0.2)
    days_ago(tmp_path / "luutru.db", 1).close()
    holder = sqlite3.connect(tmp_path / "luutru.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    for arguments in (CALLS[0], CALLS[2], ("run", "--once")):
        status, _, err = call("schedule", *arguments)
        assert status == 2 and "is in use" in err, err
    assert call("schedule", "list")[0] == 0, "reading waits for nobody"
    holder.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    point = tmp_path / "disk"
    point.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(point)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small disk (root, on Linux)")
    yield point
    subprocess.run(["umount", "-l", str(point)], check=True)


def test_a_full_disk_and_one_that_may_only_be_read(call: Call, disk: Path) -> None:
    path = disk / "a.db"
    days_ago(path, 1).close()
    with (disk / "rest").open("wb") as file, pytest.raises(OSError, match="No space"):
        file.write(b"x" * 2**20)
    status, _, err = call("schedule", "set", SITE, "0 3 * * *", "--archive", str(path))
    assert status == 2 and "disk is full" in err and "Free some space" in err
    (disk / "rest").unlink()
    assert value(path, "SELECT cron FROM schedule") == "0 2 * * *"
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    status, _, err = call("schedule", "run", "--archive", str(path))
    assert status == 2 and "read-only" in err
    status, out, _ = call("schedule", "list", "--archive", str(path))
    assert status == 0 and SITE in out


# -- crawl --due ----------------------------------------------------------------------------------


def test_crawl_due_asks_for_the_sites_whose_pages_are_due(call: Call, tmp_path: Path) -> None:
    paths = [f"/tin/bai-{n}.html" for n in range(8)]
    site = SmallSite({path: article(n) for n, path in enumerate(paths)}, links=paths)
    path = tmp_path / "a.db"
    now = SystemClock().now()
    with days_ago(path, 1, "khac") as archive, archive.transaction():
        found = [Found("http://127.0.0.1:9/", "listing", "seed")]
        pages.add(archive, schedules.all(archive)[0].site_id, found, at=now, due=now)

    where = ("--archive", "a.db", "--sites", "sites", "--format", "json")
    with served(tmp_path, site) as server:
        assert luutru(tmp_path, "crawl", "small", "--limit", "3", *where).returncode == 0
        (plan,) = json.loads(call("crawl", "--due", "--dry-run", *where)[1])
        assert plan["site"] == "small" and plan["article"] >= 1
        done = luutru(tmp_path, "crawl", "--due", *where)
        assert (done.returncode, [one["site"] for one in json.loads(done.stdout)]) == (0, ["small"])
        assert "khac has pages due and is left out: no site 'khac' is known" in done.stderr
        status, _, err = call("crawl", "--due", "--archive", "a.db")
        assert status == 2 and "khac has pages due" in err and "No page is due" not in err
        assert "Pages are due, but of no site that can be crawled. Name the folder" in err
        assert value(path, "SELECT count(*) FROM article") == 8
        server.log.clear()
        status, out, err = call("crawl", "--due", "small", *where)
        assert (status, out, server.log) == (0, "[\n]\n", [])
        assert "No page is due now; the next one is of small, at 20" in err


def test_crawl_due_with_what_makes_no_sense(call: Call, tmp_path: Path) -> None:
    for option in ("--full", "--missing"):
        status, _, err = call("crawl", "--due", option)
        assert status == 2 and "--due picks sites by what is due" in err
    status, _, err = call("crawl", "--due")
    assert status == 2 and "There is no archive at luutru.db" in err
    Archive.create(tmp_path / "luutru.db").close()
    status, _, err = call("crawl", "--due", "tinhuy-camua")
    assert status == 2 and "no site 'tinhuy-camua'" in err
    status, out, err = call("crawl", "--due", SITE)
    assert (status, out) == (0, "")
    assert f"{SITE} was never crawled into this archive: `luutru crawl {SITE}` begins it" in err
    assert "No page is due." in err


# -- status ---------------------------------------------------------------------------------------


def test_status_shows_the_next_scheduled_crawl(call: Call, tmp_path: Path) -> None:
    with days_ago(tmp_path / "luutru.db", 0) as archive, archive.transaction():
        sites.ensure(archive, "khac", "Trang khác", None, None)
    other, planned = json.loads(call("status", "--format", "json")[1])
    assert (other["schedule"], other["next_crawl"]) == (None, None)
    assert planned["schedule"] == "0 2 * * *"
    assert timedelta(0) < from_iso(planned["next_crawl"]) - SystemClock().now() <= timedelta(days=1)
    _, out, _ = call("status", SITE)
    (line,) = [line for line in out.splitlines() if line.startswith("next crawl:")]
    assert line.endswith(" 02:00 +07:00")
    assert "schedule:    0 2 * * *" in out and "run problem: none" in out
    _, out, _ = call("status")
    assert "next_crawl" in out and out.count("02:00 +07:00") == 1


def test_an_archive_that_may_only_be_read_has_a_status(call: Call, tmp_path: Path) -> None:
    days_ago(tmp_path / "luutru.db", 1).close()
    (tmp_path / "luutru.db").chmod(0o444)
    assert call("status")[0] == 0
    assert call("schedule", "list")[0] == 0
