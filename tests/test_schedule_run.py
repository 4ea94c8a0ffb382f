"""`luutru schedule run` with real crawls of real sites: days on a fake clock, signals and kills."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from crawling import SmallSite, article, environment, rows, served, value
from scheduling import NIGHTLY, Instant, Machine, at

from archive.cli.run import status_of
from archive.clock import ShiftedClock, SystemClock, from_iso
from archive.cron import ZONE
from crawler.cli import group
from crawler.locks import HostLocks
from crawler.processes import Processes, Result
from crawler.scheduler import Scheduler
from crawler.scheduler_log import Log

SLOW = "delay = 0.1\nconcurrency = 2"


@pytest.fixture(autouse=True)
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))


def site(slug: str = "small", count: int = 2, pace: str = "delay = 0.0") -> SmallSite:
    pages = {f"/tin/bai-{n}.html": article(n) for n in range(count)}
    return SmallSite(dict(pages), slug, list(pages), pace)


def missed(folder: Path, *slugs: str) -> Machine:
    """An archive whose sites were to be crawled last night, as the machine's clock has it."""
    yesterday = SystemClock().now() - timedelta(days=1, hours=1)
    machine = Machine(folder)
    machine.clock.advance((yesterday - machine.clock.now()).total_seconds())
    for slug in slugs:
        # Twice due by now, and then not for a day: nothing comes due while a test runs.
        due = (yesterday + timedelta(minutes=30)).astimezone(ZONE)
        machine.set(slug, f"{due.minute} {due.hour} * * *")
    return machine


def run(folder: Path, *more: str) -> subprocess.Popen[str]:
    """`luutru schedule run` in a process of its own."""
    call = ["schedule", "run", "--sites", "sites", "--archive", "a.db", *more]
    return subprocess.Popen(
        [sys.executable, "-c", "from crawler.cli import main; main()", *call],
        cwd=folder, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip


def until(ready: Callable[[], object], process: Any = None, timeout: float = 40) -> None:
    limit = time.monotonic() + timeout
    while not ready():
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < limit
        time.sleep(0.02)


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`luutru schedule …` in this process: exit status, standard output and error."""

    def called(*arguments: str) -> tuple[int, str, str]:
        path = str(tmp_path / "a.db")
        status = status_of(group, ["schedule", *arguments, "--archive", path])
        return status, *capsys.readouterr()

    return called


def shown(call: Any) -> tuple[str, bool]:
    """How the only schedule's last run went, and whether one is due now."""
    (row,) = json.loads(call("list", "--format", "json")[1])
    return row["outcome"], row["due"]


def check_whole(folder: Path, articles: int) -> None:
    path = folder / "a.db"
    count = f"SELECT count(*), count(DISTINCT page_id), {articles} FROM article"
    assert rows(path, count) == [(articles, articles, articles)]
    assert rows(path, "SELECT count(*) FROM event WHERE kind = 'new'") == [(articles,)]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "SELECT count(*) FROM crawl") == rows(path, "SELECT count(*) FROM seal")
    assert rows(path, "SELECT count(*) FROM site WHERE holder IS NOT NULL") == [(0,)]


@pytest.mark.long
def test_two_sites_over_days_with_real_crawls(tmp_path: Path) -> None:
    with served(tmp_path, site("mot"), site("hai")) as server:
        machine = Machine(tmp_path)
        machine.set("mot", NIGHTLY)
        machine.set("hai", "30 * * * *")
        machine.set("lac", NIGHTLY)  # its profile was lost
        machine.clock.to("2026-03-05 01:40")
        other = HostLocks()
        assert other.take(server.urls["hai"].removeprefix("http://"))

        def ready() -> bool:
            if machine.said("hai: held"):
                other.release()
            return machine.said("finished") == 3

        machine.until(ready)
    path = tmp_path / "a.db"
    crawls = rows(
        path,
        "SELECT slug, why, outcome, started FROM crawl JOIN site ON site.id = site_id"
        " ORDER BY crawl.id",
    )
    assert [crawl[:3] for crawl in crawls] == [
        ("mot", "schedule", "finished"),  # three nights were missed
        ("hai", "schedule", "finished"),
        ("mot", "schedule", "finished"),
    ]
    for crawl, due in zip(crawls, ("01:40", "01:45", "02:00"), strict=True):
        late = (from_iso(crawl[3]) - at(f"2026-03-05 {due}")).total_seconds()
        assert 0 <= late < 60, "crawls live on the scheduler's clock"
    assert value(path, "SELECT count(*) FROM article") == 4
    found = machine.rows()
    assert found["mot"].done == at("2026-03-05 02:00")
    assert found["lac"].outcome == "failed"
    assert "no site 'lac' is known" in str(found["lac"].problem)
    assert machine.said("mot: finished after 0 s, 3 captured, 2 new, 0 changed") == 1
    assert machine.said("hai: Another crawl is at work on 127.0.0.1:") == 1
    assert machine.said("It is tried again in 5 minutes.") == 1
    assert machine.said("next: hai at 2026-03-05 02:30 +07:00") == 1


def test_sigterm_ends_it_cleanly_and_the_next_start_goes_on(tmp_path: Path, call: Any) -> None:
    with served(tmp_path, site(count=24, pace=SLOW)) as server:
        missed(tmp_path, "small")
        process = run(tmp_path)
        until(lambda: len(server.log) > 9, process)
        assert shown(call) == ("running", True)
        status, _, err = call("run", "--sites", str(tmp_path / "sites"))
        assert status == 1
        assert "Another `luutru schedule run` is at work on" in err and "One is enough" in err
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        out, err = process.communicate(timeout=30)
        assert time.monotonic() - began < 8
        assert (process.returncode, out) == (0, "")
        assert [line[27:].split(" after ")[0] for line in err.splitlines()[2:]] == [
            "ending small",
            "small: interrupted",
            "small: it goes on where it stopped when the scheduler is started again.",
            "stopped",
        ]
        assert shown(call) == ("interrupted", True)
        kept = value(tmp_path / "a.db", "SELECT count(*) FROM article")
        assert 3 <= kept < 24
        check_whole(tmp_path, kept)
        once = run(tmp_path, "--once")
        _, err = once.communicate(timeout=25)  # less than a turn of the scheduler's loop
        assert once.returncode == 0, err
        check_whole(tmp_path, 24)
        assert shown(call) == ("finished", False)
        assert len(server.log) <= 24 + 3 + 6, "what was on its way is asked for again, no more"


@pytest.mark.long
def test_a_killed_scheduler_loses_nothing_and_is_caught_up_once(tmp_path: Path, call: Any) -> None:
    with served(tmp_path, site(count=24, pace=SLOW)) as server:
        missed(tmp_path, "small")
        process = run(tmp_path)
        until(lambda: len(server.log) > 9, process)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
        until(lambda: value(tmp_path / "a.db", "SELECT outcome FROM crawl") == "interrupted")
        assert shown(call) == ("cut off", True)
        machine = Machine(tmp_path)
        machine.clock.advance((SystemClock().now() - machine.clock.now()).total_seconds())
        machine.until(lambda: machine.said("small: finished"))
        check_whole(tmp_path, 24)
        machine.until(lambda: True)
        # the killed one's crawl may still be ending, and hold its host when the next one looks
        assert machine.said("started") - machine.said("small: held") == 1, machine.lines
    outcomes = rows(tmp_path / "a.db", "SELECT outcome FROM crawl ORDER BY id")
    assert outcomes == [("interrupted",), ("finished",)]


@pytest.mark.long
def test_a_signal_to_all_processes_at_once_breaks_nothing(tmp_path: Path) -> None:
    """As some service managers do it: the crawl is told by them, then by the scheduler."""
    with served(tmp_path, site(count=24, pace=SLOW)) as server:
        missed(tmp_path, "small")
        process = run(tmp_path)
        until(lambda: len(server.log) > 9, process)
        agent = value(tmp_path / "a.db", "SELECT agent FROM crawl")
        os.kill(int(agent.rsplit(" ", 1)[1]), signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in err and "small: interrupted after" in err
    assert rows(tmp_path / "a.db", "PRAGMA integrity_check") == [("ok",)]
    assert rows(tmp_path / "a.db", "SELECT outcome, done FROM schedule") == [("interrupted", None)]


class Sleeping(Instant):
    """Crawls that need no process, and a wait that is real."""

    def wait(self, seconds: float | None = None) -> list[Result]:
        return super().wait() if self.running else Processes().wait(seconds)


def test_it_really_waits(tmp_path: Path) -> None:
    now = SystemClock().now()
    clock = ShiftedClock(118 - now.second - now.microsecond / 1e6)  # two seconds to the minute
    machine = Machine(tmp_path)
    machine.clock.advance((clock.now() - machine.clock.now()).total_seconds())
    machine.set("small", "* * * * *")
    started: list[float] = []

    def say(line: str) -> None:
        machine.lines.append(line)
        if line == "small: started":
            started.append(clock.now().timestamp() % 60)
        if line.startswith("small: finished"):
            scheduler.stop()

    crawls: Any = Sleeping()
    scheduler = Scheduler(machine.plan, clock, crawls, log=Log(clock, say))
    scheduler.run()
    assert len(started) == 1 and started[0] < 5
    assert machine.lines[0].startswith("next: small at ") and machine.lines[-1] == "stopped"
