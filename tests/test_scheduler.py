"""The scheduler's loop: what it starts, what it writes, and what does not stop it."""

from __future__ import annotations

from pathlib import Path

import pytest
from scheduling import NIGHTLY, Instant, Machine, at

from archive import schedules
from archive.db import Archive
from archive.errors import ArchiveError
from crawler.processes import AT_ONCE
from crawler.scheduler import LOOK


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_what_was_missed_is_run_once_then_each_in_its_time(machine: Machine) -> None:
    machine.set("dem", NIGHTLY)
    machine.set("gio", "30 * * * *")
    machine.clock.to("2026-03-05 01:20")
    crawls = Instant()
    steps = machine.until(lambda: machine.clock.now() >= at("2026-03-05 02:31"), crawls)
    assert crawls.started == ["dem", "gio", "gio", "dem", "gio"]
    assert machine.said("dem: started, due 2026-03-04 02:00 +07:00") == 1
    assert machine.said("gio: started, due 2026-03-05 00:30 +07:00") == 1
    assert "next: gio at 2026-03-05 01:30 +07:00" in machine.lines
    assert "next: dem at 2026-03-05 02:00 +07:00" in machine.lines
    assert max(steps.asked) <= LOOK
    assert machine.rows()["dem"].done == at("2026-03-05 02:00")
    assert {job.options.why for job in crawls.jobs} == {"schedule"}
    assert {job.options.contact for job in crawls.jobs} == {"archive@example.org"}
    again = Instant()
    machine.until(lambda: True, again)
    assert again.started == [], "a restart runs nothing twice"


def test_a_changed_schedule_counts_without_a_restart(machine: Machine) -> None:
    machine.set("dem", NIGHTLY)
    crawls = Instant()
    scheduler, steps = machine.scheduler(crawls)

    def change(seconds: float) -> None:
        if len(steps.asked) == 3:
            machine.set("dem", "10 15 * * *")
            machine.set("moi", "5 15 * * *")
        elif machine.said("dem: finished"):
            with Archive.open(machine.path) as archive:
                for site in machine.rows():
                    schedules.remove(archive, site)
        if machine.said("no schedule is left"):
            scheduler.stop()

    steps.then = change
    scheduler.run()
    assert crawls.started == ["moi", "dem"]
    assert machine.clock.now() <= at("2026-03-01 15:11")
    assert machine.lines[-1] == "stopped"


def test_a_slow_site_delays_no_other_and_four_are_at_work_at_most(machine: Machine) -> None:
    for site in ("a", "b", "c", "d", "e", "f"):
        machine.set(site, NIGHTLY)
    machine.clock.to("2026-03-02 02:00")
    crawls = Instant()
    crawls.slow = {"a"}
    most = 0

    def ready() -> bool:
        nonlocal most
        most = max(most, len(crawls.running))
        return machine.said("finished") == 5

    machine.until(ready, crawls)
    assert most <= AT_ONCE
    assert sorted(crawls.started) == ["a", "b", "c", "d", "e", "f"]
    assert machine.said("4 crawls are at work, e, f will follow") == 1
    rows = machine.rows()
    assert {site for site, row in rows.items() if row.done} == {"b", "c", "d", "e", "f"}
    assert rows["a"].outcome == "interrupted"
    again = Instant()
    machine.until(lambda: machine.said("a: finished"), again)
    assert again.started == ["a"], "what the end of the scheduler cut off is taken up again"


def test_a_site_that_fails_is_told_and_waits_for_its_next_time(machine: Machine) -> None:
    for site in ("failed", "killed", "interrupted", "no process", "finished"):
        machine.set(site, NIGHTLY)
    machine.clock.to("2026-03-02 02:00")
    crawls = Instant({name: name for name in ("failed", "killed", "interrupted", "no process")})
    machine.until(lambda: machine.clock.now() > at("2026-03-02 03:00"), crawls)
    assert len(crawls.started) == 4
    assert all(row.done == at("2026-03-02 02:00") for row in machine.rows().values())
    assert machine.rows()["no process"].outcome == "failed"
    assert machine.said("Resource temporarily unavailable") == 1
    assert machine.rows()["interrupted"].outcome == "interrupted", "by somebody, on purpose"


def test_held_hosts_are_tried_again_every_five_minutes(machine: Machine) -> None:
    machine.set("dem", NIGHTLY)
    machine.clock.to("2026-03-02 02:00")
    crawls = Instant({"dem": "held"})

    def ready() -> bool:
        if machine.clock.now() >= at("2026-03-02 02:11"):
            crawls.outcomes.clear()
        return machine.said("dem: finished")

    machine.until(ready, crawls)
    assert crawls.started == ["dem"] * 4
    assert at("2026-03-02 02:15") <= machine.clock.now() < at("2026-03-02 02:16")
    assert machine.rows()["dem"].done == at("2026-03-02 02:00")


def test_a_clock_set_back_and_a_machine_that_slept(machine: Machine) -> None:
    machine.set("dem", NIGHTLY)
    machine.clock.to("2026-03-02 02:00")
    crawls = Instant()
    scheduler, steps = machine.scheduler(crawls)
    times = ["2026-03-01 23:00", "2026-03-02 01:59", "2026-03-02 09:00", "2026-03-06 09:00"]

    def jump(seconds: float) -> None:
        if not crawls.running and len(steps.asked) % 5 == 0:
            machine.clock.to(times.pop(0)) if times else scheduler.stop()

    steps.then = jump
    scheduler.run()
    assert crawls.started == ["dem", "dem"]
    assert machine.rows()["dem"].done == at("2026-03-06 02:00")


def test_an_archive_that_cannot_be_used_for_a_while_is_waited_for(machine: Machine) -> None:
    machine.set("dem", NIGHTLY)
    machine.clock.to("2026-03-02 01:55")
    away = machine.path.with_name("away.db")
    crawls = Instant()

    def ready() -> bool:
        now = machine.clock.now()
        if now >= at("2026-03-02 01:58") and not away.exists() and not machine.said("again"):
            machine.path.rename(away)
        if now >= at("2026-03-02 02:04") and away.exists():
            away.rename(machine.path)
        return machine.said("dem: finished")

    machine.until(ready, crawls)
    assert machine.said("There is no archive at") == 1, "told once"
    assert machine.said("can be used again") == 1
    assert crawls.started == ["dem"]
    assert machine.rows()["dem"].outcome == "finished"
    assert machine.said("due 2026-03-02 02:00") == 1


def test_an_end_that_cannot_be_written_is_written_later(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.set("dem", NIGHTLY)
    machine.clock.to("2026-03-02 02:00")
    real, tries = schedules.end, []

    def full(*arguments: object) -> None:
        tries.append(arguments)
        if len(tries) < 4:
            raise ArchiveError("a.db cannot grow: the disk is full.", "Free some space.")
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(schedules, "end", full)
    crawls = Instant()
    machine.until(lambda: machine.rows()["dem"].ended, crawls)
    assert crawls.started == ["dem"]
    assert machine.said("the disk is full") == 1 and len(tries) == 4


def test_once_runs_what_is_due_now_and_ends(machine: Machine) -> None:
    for site in ("a", "b", "c", "d", "e", "f"):
        machine.set(site, NIGHTLY)
    scheduler, _ = machine.scheduler(Instant())
    assert scheduler.once() == 0
    assert machine.lines == ["nothing is due now", "next: a at 2026-03-02 02:00 +07:00"]
    machine.clock.to("2026-03-04 09:00")
    crawls = Instant({"b": "held"})
    scheduler, _ = machine.scheduler(crawls)
    scheduler.once()
    assert sorted(crawls.started) == ["a", "b", "c", "d", "e", "f"]
    assert [site for site, row in machine.rows().items() if row.done is None] == ["b"]
    crawls = Instant()
    machine.scheduler(crawls)[0].once()
    assert crawls.started == ["b"]
