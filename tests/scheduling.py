"""A scheduler in this process, on a clock that is told the time, for tests of `schedule run`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive import schedules, sites
from archive.clock import FixedClock, SystemClock
from archive.db import Archive
from archive.schedules import Schedule
from crawler.job import Job
from crawler.processes import Processes, Result
from crawler.scheduler import Plan, Scheduler
from crawler.scheduler_log import Log

NIGHTLY = "0 2 * * *"


def at(text: str) -> datetime:
    """A moment in the time of Asia/Ho_Chi_Minh."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


class Days(FixedClock):
    """Stands still until it is told to advance; crawl processes are started that far ahead."""

    @property
    def shift(self) -> float:
        return (self.now() - SystemClock().now()).total_seconds()

    def to(self, text: str) -> None:
        self.advance((at(text) - self.now()).total_seconds())


class Steps:
    """The wait of a scheduler: real while crawls are at work, else the clock goes on by itself.

    After each, *then* may stop the scheduler or change the world; it is given the seconds.
    """

    def __init__(self, clock: FixedClock, processes: Any) -> None:
        self.clock = clock
        self.processes = processes
        self.asked: list[float] = []
        self.then: Callable[[float], object] = lambda seconds: None

    def __call__(self, seconds: float) -> list[Result]:
        self.asked.append(seconds)
        assert len(self.asked) < 5_000, "nobody stops it"
        ended: list[Result] = []
        if self.processes.running:
            ended = self.processes.wait(30)
        else:
            self.clock.advance(seconds)
        self.then(seconds)
        return ended


class Machine:
    """An archive in *folder* and what a scheduler on it says, line by line."""

    def __init__(self, folder: Path, start: str = "2026-03-01 15:00") -> None:
        self.path = folder / "a.db"
        self.plan = Plan(self.path, (folder / "sites",), "archive@example.org")
        self.clock = Days(at(start))
        self.lines: list[str] = []
        if not self.path.exists():
            Archive.create(self.path, self.clock).close()

    def set(self, site: str, expression: str) -> None:
        with Archive.open(self.path, clock=self.clock) as archive:
            with archive.transaction():
                site_id = sites.ensure(archive, site, site, None, None)
            schedules.put(archive, site_id, expression)

    def scheduler(self, processes: Any = None) -> tuple[Scheduler, Steps]:
        """A new one, as after a restart, and its wait."""
        processes = processes or Processes()
        steps = Steps(self.clock, processes)
        log = Log(self.clock, self.lines.append)
        return Scheduler(self.plan, self.clock, processes, steps, log), steps

    def until(self, ready: Callable[[], object], processes: Any = None) -> Steps:
        """Run a new scheduler until *ready* after one of its waits, then stop it."""
        scheduler, steps = self.scheduler(processes)
        steps.then = lambda seconds: scheduler.stop() if ready() else None
        scheduler.run()
        return steps

    def rows(self) -> dict[str, Schedule]:
        with Archive.open(self.path, readonly=True) as archive:
            return {one.site: one for one in schedules.all(archive)}

    def said(self, words: str) -> int:
        return sum(words in line for line in self.lines)


class Instant:
    """Crawls that need no process: they end when they are told to, or at the next wait."""

    def __init__(self, outcomes: dict[str, str] | None = None) -> None:
        self.outcomes = outcomes or {}
        self.slow: set[str] = set()  # these end only when they are interrupted
        self.jobs: list[Job] = []
        self._running: list[str] = []

    @property
    def running(self) -> frozenset[str]:
        return frozenset(self._running)

    @property
    def started(self) -> list[str]:
        return [job.site for job in self.jobs]

    def start(self, job: Job) -> None:
        if self.outcomes.get(job.site) == "no process":
            raise OSError("Resource temporarily unavailable")
        self.jobs.append(job)
        self._running.append(job.site)

    def wait(self, seconds: float | None = None) -> list[Result]:
        for site in self._running:
            if site not in self.slow:
                self._running.remove(site)
                return [Result(site, outcome=self.outcomes.get(site, "finished"), exit_status=0)]
        return []

    def wake(self) -> None: ...

    def interrupt(self) -> None:
        self.outcomes |= dict.fromkeys(self._running, "interrupted")
        self.slow.clear()
