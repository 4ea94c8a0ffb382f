"""`luutru merge` as a user calls it: rows, messages, exit statuses, processes that read pages."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import kept
import pytest
from crawling import HTML, article, environment
from merging import copied, dump, later, leaves

from archive import captures, crawls, pages, sites
from archive.cli.run import status_of
from archive.db import Archive
from archive.errors import CrawlError
from archive.types import Exchange, Found
from crawler.cli import group

HOST = "https://khoi-van-son.example"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str) -> tuple[int, str, str]:
        status = status_of(group, arguments)
        told = capsys.readouterr()
        return status, told.out, told.err

    return called


def archive(
    path: Path, numbers: range, hours: float, *, words: str = "", why: str = "import"
) -> Path:  # fmt: skip
    """An archive that took in these articles of a site without a profile."""
    make = Archive.open if path.exists() else Archive.create
    with make(path, clock=later(hours)) as made:
        with made.transaction():
            site_id = sites.ensure(made, "khoi-van-son.example", "khoi-van-son.example")
            crawl_id = crawls.begin(made, site_id if why == "asked" else None, why, "test", {})
        for number in numbers:
            url = f"{HOST}/tin/bai-{number}.html"
            at = later(hours + number / 3600).now()
            body = article(number, words=words).body
            with made.transaction():
                pages.add(made, site_id, [Found(url, "article", "import")], at=at)
                page = pages.by_url(made, url)
                assert page is not None
                exchange = Exchange(url, at, status=200, headers=HTML, body=body)
                captures.keep(made, exchange, page.id, crawl_id)
        crawls.end(made, crawl_id, "finished", {})
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_two_archives_into_a_new_one(call: Call, tmp_path: Path) -> None:
    archive(tmp_path / "a.db", range(4), 1)
    archive(tmp_path / "b.db", range(2, 6), 9, words="Sửa lại.")
    status, out, err = call("merge", "a.db", "b.db", "--dry-run", "--archive", "all.db",
                            "--format", "csv")  # fmt: skip
    assert (status, err, (tmp_path / "all.db").exists()) == (0, "", False)
    assert [row["captures"] for row in rows(out)] == ["4", "4"]
    status, out, err = call("merge", "a.db", "b.db", "--archive", "all.db", "--format", "csv")
    assert (status, err) == (0, "")
    one, two = rows(out)
    assert one == {
        "file": "a.db", "outcome": "merged", "captures": "4", "known": "0", "payloads": "4",
        "pages": "4", "crawls": "1", "new": "4", "changed": "0", "left": "0",
    }  # fmt: skip
    assert (two["pages"], two["new"], two["changed"]) == ("2", "2", "2")
    status, out, _ = call("merge", "b.db", "a.db", "--archive", "all.db", "--format", "json")
    assert status == 0
    assert [(row["outcome"], row["known"]) for row in json.loads(out)] == [("known", 4)] * 2
    status, out, _ = call("history", f"{HOST}/tin/bai-3.html", "--archive", "all.db")
    assert status == 0 and "(silent)" in out
    assert call("search", "quy toi", "--archive", "all.db")[0] == 0
    status, out, err = call("verify", "--all", "--archive", "all.db")
    assert status == 0, out
    assert "rederived" in out
    assert call("merge", "b.db", "a.db", "--archive", "other.db")[0] == 0
    assert dump(tmp_path / "other.db") == dump(tmp_path / "all.db")
    status, out, _ = call("stats", "--archive", "all.db", "--format", "jsonl")
    assert {"of": "crawls", "what": "came by merges", "value": 2} in map(
        json.loads, out.splitlines()
    )


def test_what_cannot_be_merged(call: Call, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.db", range(2), 1)
    status, out, err = call("merge", "missing.db", "--archive", "all.db")
    assert (status, out) == (2, "") and "There is no archive at missing.db." in err
    assert not (tmp_path / "all.db").exists()
    status, _, err = call("merge", "--archive", "all.db")
    assert status == 2 and "Name at least one FILE" in err
    status, _, err = call("merge", "a.db", "--archive", "a.db")
    assert status == 2 and "a.db is the archive itself." in err
    status, out, err = call("merge", "missing.db", "a.db", "--archive", "all.db", "--format", "csv")
    assert status == 1 and "missing.db: There is no archive" in err
    assert [row["outcome"] for row in rows(out)] == ["not merged", "merged"]
    call("backup", "a.db.zst", "--archive", "a.db")
    status, _, err = call("merge", "a.db.zst", "--archive", "all.db")
    assert status == 2 and "`luutru restore a.db.zst --archive OTHER` unpacks it" in err
    status, out, _ = call("merge", str(path), "missing.db", "--dry-run", "--archive", "x.db")
    assert status == 1


def test_a_site_whose_profile_is_not_here_waits_for_it(call: Call, tmp_path: Path) -> None:
    archive(tmp_path / "a.db", range(3), 1, why="asked")
    status, out, err = call("merge", "a.db", "--archive", "all.db", "--format", "csv")
    assert status == 1
    assert "was crawled by a profile that is not here" in err and "--sites" in err
    assert "3 pages wait to be read: `luutru merge` without FILE reads them." in err
    assert rows(out)[0]["new"] == "0" and rows(out)[0]["captures"] == "3"
    status, out, _ = call("verify", "--archive", "all.db")
    assert status == 1 and "wait to be read since a merge" in out
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "khoi-van-son.example.toml").write_text(
        f'name = "Khối"\nfamily = "generic"\nhosts = ["{HOST.split("//")[1]}"]\n'
        f'[start]\nhome = "{HOST}/"\nsitemaps = []\n[urls]\narticle = ["^/tin/"]\n'
    )
    status, out, err = call("merge", "--sites", "sites", "--archive", "all.db", "--format", "csv")
    assert (status, err) == (0, "")
    assert rows(out)[0]["new"] == "3"
    assert call("verify", "--sites", "sites", "--archive", "all.db")[0] == 0


@pytest.mark.long
def test_a_full_disk_is_told_and_loses_nothing(call: Call, tmp_path: Path) -> None:
    here = archive(tmp_path / "here.db", range(2), 1)
    archive(tmp_path / "there.db", range(2, 60), 2)
    whole = copied(here, tmp_path / "whole.db")
    assert call("merge", "there.db", "--archive", "whole.db")[0] == 0
    locks = f"import os; os.environ['LUUTRU_LOCKS'] = {str(tmp_path)!r}"
    limit = here.stat().st_size + 100_000
    done = kept.run("merge", tmp_path / "there.db", "--archive", here, before=locks, limit=limit)
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr, done.stderr
    assert "disk" in done.stderr
    assert call("merge", "there.db", "--archive", "here.db")[0] == 0
    assert dump(here) == dump(whole)
    assert call("verify", "--archive", "here.db")[0] == 0


def test_another_merge_is_waited_for(call: Call, tmp_path: Path) -> None:
    from crawler.locks import HostLocks

    archive(tmp_path / "a.db", range(2), 1)
    here = archive(tmp_path / "all.db", range(1), 2)
    with Archive.open(here) as made:
        own = made.id
    locks = HostLocks()
    assert locks.take(f"merge {own}")
    status, _, err = call("merge", "a.db", "--archive", "all.db")
    locks.release()
    assert status == CrawlError.exit_status and "Another merge or reparse is at work" in err


# -- killed ---------------------------------------------------------------------------------------


def _started(folder: Path, target: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", "from crawler.cli import main; main()", "merge",
         str(folder / "there.db"), "--archive", str(target)],
        env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


@pytest.mark.long
def test_killed_at_any_moment_and_called_again(call: Call, tmp_path: Path) -> None:
    base = archive(tmp_path / "base.db", range(40), 1)
    archive(copied(base, tmp_path / "there.db"), range(20, 300), 30, words="Sửa lại.")
    whole = copied(base, tmp_path / "whole.db")
    began = time.monotonic()
    assert _started(tmp_path, whole).wait(120) == 0
    took = time.monotonic() - began
    killed = 0
    for number in range(5):
        target = copied(base, tmp_path / f"killed-{number}.db")
        for share in (0.3 + number / 10, 0.9 - number / 10):
            process = _started(tmp_path, target)
            time.sleep(took * share)
            os.killpg(process.pid, signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
        assert _started(tmp_path, target).wait(120) == 0
        assert dump(target) == dump(whole)
        assert leaves(target) == leaves(whole)
        status, out, _ = call("verify", "--all", "--archive", str(target))
        assert status == 0, out
    assert killed > 5
