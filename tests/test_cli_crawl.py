"""`luutru crawl` as it is typed: what its options do, and what it says to wrong input."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from crawling import ROOT, SmallSite, article, crawl, environment, luutru, rows, served, value

from archive.clock import SystemClock
from archive.db import Archive

PATHS = [f"/tin/bai-{n}.html" for n in range(10)]
ROOM = 3_000_000  # bytes of the disk that fills up


def small():
    pages = {path: article(n) for n, path in enumerate(PATHS)}
    return SmallSite(pages, links=PATHS)


def call(folder, *more, **env):
    return luutru(folder, "crawl", *more, "--archive", "a.db", "--format", "json", **env)


def row(done):
    (only,) = json.loads(done.stdout)
    return only


# -- options --------------------------------------------------------------------------------------


def test_limit_missing_full_and_dry_run(tmp_path):
    with served(tmp_path, small()) as server:
        sites = ("small", "--sites", "sites")

        plan = row(call(tmp_path, *sites, "--dry-run"))
        assert (plan["start points"], server.log) == (1, [])
        assert not (tmp_path / "a.db").exists(), "a dry run writes nothing"

        some = call(tmp_path, *sites, "--limit", "4", "--contact", "me@example.org")
        assert some.returncode == 0
        assert row(some)["outcome"] == "limit"
        assert 4 <= row(some)["captures"] <= 4 + 4, "what is on its way is still captured"
        assert {one.user_agent for one in server.log} == {server.log[0].user_agent}
        assert "me@example.org" in server.log[0].user_agent
        first = {one.path for one in server.log}

        plan = json.loads(call(tmp_path, *sites, "--missing", "--dry-run").stdout)
        assert {one["url"].removeprefix(server.urls["small"]) for one in plan} == (
            set(PATHS) - first
        )
        assert {(one["site"], one["kind"], one["how"], one["why"]) for one in plan} == {
            ("small", "article", "link", "never asked for")
        }
        server.log.clear()
        done = call(tmp_path, *sites, "--missing")
        missing = row(done)
        assert done.stderr == (f"small: {len(plan)} got; 0 still missing, 0 not to be had.\n")
        asked = {one.path for one in server.log}
        assert asked == set(PATHS) - first | {"/robots.txt"}
        assert missing["captures"] == len(asked) - 1 == len(plan)
        assert value(tmp_path / "a.db", "SELECT count(*) FROM article") == 10

        plan = row(call(tmp_path, *sites, "--full", "--dry-run"))
        server.log.clear()
        full = row(call(tmp_path, *sites, "--full"))
        assert (plan["article"], full["new"], full["changed"]) == (10, 0, 0)
        assert set(PATHS) < {one.path for one in server.log}

        server.log.clear()
        again = call(tmp_path, *sites)
        assert not set(PATHS) & {one.path for one in server.log}, "they are not due yet"
        assert row(again)["outcome"] == "finished" and again.stderr == ""


def test_several_sites_at_once_and_one_of_them_fails(tmp_path):
    other = SmallSite({"/tin/1.html": article(1)}, slug="hai", links=["/tin/1.html"])
    with served(tmp_path, small(), other):
        (tmp_path / "sites" / "ba.toml").write_text('name = "Ba"\nhosts = []\nstart = []\n')
        done = call(tmp_path, "hai", "ba", "small", "hai", "--sites", "sites")
    found = json.loads(done.stdout)
    assert [one["site"] for one in found] == ["hai", "ba", "small"]
    assert [one["outcome"] for one in found] == ["finished", "failed", "finished"]
    assert done.returncode == 1
    assert "ba: " in done.stderr and "no start point" in done.stderr
    assert value(tmp_path / "a.db", "SELECT count(*) FROM article") == 11


def test_scrapys_own_command_is_the_same_crawl(tmp_path):
    shutil.copy(ROOT / "scrapy.cfg", tmp_path)
    with served(tmp_path, small()) as server:
        env = environment(
            tmp_path, LUUTRU_ARCHIVE="a.db", LUUTRU_SITES="sites", LUUTRU_CONTACT="me@example.org"
        )
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "site", "-a", "site=small"],
            cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert "me@example.org" in server.log[0].user_agent
    path = tmp_path / "a.db"
    assert rows(path, "SELECT outcome FROM crawl") == [("finished",)]
    assert value(path, "SELECT count(*) FROM article") == 10
    assert value(path, "SELECT count(*) FROM seal") == 1


# -- wrong input ----------------------------------------------------------------------------------


def refused(done, *words):
    """A clear error: status 2, what is wrong and what to do, no traceback."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dangbokhoi-lang-son",), ("no site 'dangbokhoi-lang-son'", "mean", "dangbokhoi-langson")),
        (("zzzzzzzzz",), ("no site 'zzzzzzzzz'", "luutru sites list")),
        ((), ("Name at least one SITE", "luutru sites list")),
        (("small", "--limit", "0"), ("--limit", "0 is not in the range")),
        (("small", "--limit", "many"), ("--limit", "not a valid integer")),
        (("small", "--sites", "nowhere"), ("nowhere", "no such folder of profiles")),
        (("small", "--full", "--missing"), ("--full", "--missing")),
        (("small", "--gaps"), ("--gaps", "--missing")),
    ],
)  # fmt: skip
def test_calls_that_cannot_be_done(tmp_path, arguments, words):
    refused(call(tmp_path, *arguments), *words)


def test_a_folder_of_profiles_that_is_not_there_by_the_environment(tmp_path):
    done = call(tmp_path, "small", LUUTRU_SITES=str(tmp_path / "weg"))
    refused(done, "weg", "LUUTRU_SITES")


def test_a_profile_with_a_wrong_key(tmp_path):
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "small.toml").write_text(
        'name = "x"\nhosts = ["a.vn"]\n[crawl]\ndelai = 2\n'
    )
    refused(call(tmp_path, "small", "--sites", "sites"), "small.toml", "crawl.delai", "'delay'")


def damage(path):
    Archive.create(path, SystemClock()).close()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE big (t)")
        db.executemany("INSERT INTO big VALUES (?)", [("x" * 4000,)] * 200)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(8192 * 12))


def newer(path):
    Archive.create(path, SystemClock()).close()
    with sqlite3.connect(path) as db:
        columns = [c[1] for c in db.execute("PRAGMA table_info(_sqlite_migrations)")]
        last = dict(
            zip(columns, db.execute("SELECT * FROM _sqlite_migrations").fetchall()[-1], strict=True)
        )
        last |= {"name": "schema_99"} | ({"id": 99} if "id" in last else {})
        marks = ", ".join("?" * len(last))
        db.execute(f"INSERT INTO _sqlite_migrations ({', '.join(last)}) VALUES ({marks})",
                   tuple(last.values()))  # fmt: skip
    db.close()


def foreign(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (a)")
    db.close()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_text("not a database"), ("not a SQLite file", "--archive")),
        (foreign, ("another program", "--archive")),
        (newer, ("later release", "schema_99", "Update Luutru")),
        (lambda path: path.mkdir(), ("is a directory", "--archive")),
        (damage, ("damaged", "backup")),
    ],
    ids=["text", "foreign", "newer", "folder", "damaged"],
)
def test_files_that_are_no_archive_of_ours(tmp_path, make, words):
    make(tmp_path / "a.db")
    with served(tmp_path, small()) as server:
        before = (tmp_path / "a.db").read_bytes() if (tmp_path / "a.db").is_file() else b""
        refused(call(tmp_path, "small", "--sites", "sites"), *words)
        assert not server.log, "nothing is asked for that cannot be kept"
    if make is not damage:
        after = (tmp_path / "a.db").read_bytes() if before else b""
        assert after == before, "the file is left as it is"


def test_an_archive_in_a_folder_that_is_not_there(tmp_path):
    done = luutru(tmp_path, "crawl", "dangbokhoi-langson", "--archive", "weg/a.db")
    refused(done, "no folder", "Create it")


@pytest.fixture
def mounted(tmp_path):
    """Mount a small file system of its own: `mounted(options)`; skips where that is not allowed."""
    points: list[Path] = []

    def mount(options: str) -> Path:
        point = tmp_path / f"disk{len(points)}"
        point.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(point)]
        if (
            shutil.which("mount") is None
            or subprocess.run(command, capture_output=True, check=False).returncode
        ):
            pytest.skip("needs the right to mount a small disk (root, on Linux)")
        points.append(point)
        return point

    yield mount
    for point in points:
        subprocess.run(["umount", "-l", str(point)], check=True)


def test_a_folder_that_may_only_be_read(tmp_path, mounted):
    disk = mounted("size=4m")
    Archive.create(disk / "a.db", SystemClock()).close()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with served(tmp_path, small()) as server:
        call_at = ("crawl", "small", "--sites", "sites", "--archive")
        refused(luutru(tmp_path, *call_at, str(disk / "a.db")), "read-only")
        refused(luutru(tmp_path, *call_at, str(disk / "new.db")), "read-only")
        assert not server.log


@pytest.mark.long
def test_a_disk_that_fills_up_in_the_middle(tmp_path, mounted):
    disk = mounted(f"size={ROOM}")
    paths = [f"/tin/bai-{n}.html" for n in range(60)]
    # incompressible text, so that each page needs its room
    pages = {p: article(n, words=os.urandom(20_000).hex()) for n, p in enumerate(paths)}
    site = SmallSite(pages, links=paths)
    archive = str(disk / "a.db")
    with served(tmp_path, site) as server:
        done = luutru(tmp_path, "crawl", "small", "--sites", "sites", "--archive", archive)
        refused(done, "disk is full", "Free some space")
        asked = len(server.log)
        assert 3 < asked < 60, "it stops when nothing more can be kept"
        kept = rows(disk / "a.db", "SELECT count(*) FROM capture")[0][0]
        assert kept > 2
        assert rows(disk / "a.db", "PRAGMA integrity_check") == [("ok",)]
        subprocess.run(["mount", "-o", "remount,size=60m", str(disk)], check=True)
        again = crawl(tmp_path, archive=archive)
        assert (again.status, again.outcome) == (0, "finished")
    path = disk / "a.db"
    assert rows(path, "SELECT count(*), count(DISTINCT page_id) FROM article") == [(60, 60)]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "SELECT outcome FROM crawl ORDER BY id") in (
        [("killed",), ("finished",)], [("failed",), ("finished",)],
    )  # fmt: skip
    assert rows(path, "SELECT count(*) FROM reading WHERE state != 'read'") == [(0,)]
