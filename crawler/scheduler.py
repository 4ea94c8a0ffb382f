"""`luutru schedule run`: the loop around `crawler.schedule`, one crawl process a site.

What a run does is written before it begins and after it ended, so nothing is kept in memory that a
restart could lose. The table is read anew in each turn, and nothing is held open between turns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from archive import cron, schedules
from archive.db import Archive
from archive.errors import ArchiveError
from archive.faults import mended
from crawler.job import CrawlOptions, Job
from crawler.processes import AT_ONCE, Processes, Result
from crawler.schedule import HELD_AGAIN, Due, decide
from crawler.scheduler_log import Log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.clock import Clock

LOOK = 30.0  # seconds after which the table is looked at again: a schedule may have changed
LATE = timedelta(minutes=1)  # a run that begins later than this says for when it was due

Wait = Callable[[float], list[Result]]
"""Wait for so many seconds, or until a crawl ends: what :meth:`Processes.wait` does."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run at work."""

    due: Due
    started: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What every run of this scheduler has in common."""

    archive: Path
    sites_dirs: tuple[Path, ...] = ()
    contact: str | None = None

    def job(self, site: str, clock: Clock) -> Job:
        dirs = tuple(map(str, self.sites_dirs))
        options = CrawlOptions(contact=self.contact, why="schedule")
        return Job(site, str(self.archive), dirs, options, clock.shift)


class Scheduler:
    """Starts the crawls that are due, AT_ONCE at a time, until it is stopped."""

    def __init__(
        self,
        plan: Plan,
        clock: Clock,
        processes: Processes,
        wait: Wait | None = None,
        log: Log | None = None,
    ) -> None:
        self._plan = plan
        self._clock = clock
        self._processes = processes
        self._wait = wait or processes.wait
        self._log = log or Log(clock)
        self._since = clock.now()
        self._stops = 0
        self._runs: dict[str, Run] = {}
        self._ended: list[Result] = []  # not written down yet
        self._held: dict[str, datetime] = {}
        self._only: set[str] | None = None  # of `once`: what it still has to start
        self._worst = 0

    def stop(self) -> None:
        """End all crawls cleanly and return from `run`; a second time: at once. For handlers."""
        self._stops += 1
        self._processes.wake()

    def run(self) -> None:
        """Until `stop`. A failing archive is told, and tried again."""
        try:
            while not self._stops:
                self._pass(self._turn())
            self._finish()
        finally:
            self._processes.interrupt()

    def once(self) -> int:
        """Run what is due now, to its end; the worst exit status. ArchiveError ends it."""
        try:
            with self._opened() as archive:
                due = decide(schedules.all(archive), self._clock.now()).due
            self._only = {one.site for one in due}
            if not due:
                self._log("nothing is due now")
            pause = self._look()
            while (self._only or self._runs) and not self._stops:
                self._pass(pause)
                pause = self._look()
            self._finish()
        finally:
            self._processes.interrupt()
        return self._worst

    # -- a turn ------------------------------------------------------------------------------------

    def _turn(self) -> float:
        try:
            pause = self._look()
        except ArchiveError as error:
            self._log.trouble(str(error), LOOK)
            return LOOK
        self._log.no_trouble()
        return pause

    def _look(self) -> float:
        """Write down what ended, start what is due; how long to wait, in seconds."""
        with self._opened() as archive:
            self._write_ends(archive)
            now = self._clock.now()
            self._since = min(self._since, now)
            decision = decide(
                schedules.all(archive), now,
                since=self._since, running=self._runs.keys(), held=self._held,
            )  # fmt: skip
            due = self._chosen(decision.due)
            free = AT_ONCE - len(self._processes.running)
            for one in due[:free]:
                self._start(archive, one)
            self._log.queue([one.site for one in due[free:]], AT_ONCE)
            self._write_ends(archive)
        self._log.next(decision.next)
        if self._ended or decision.next is None:
            return LOOK
        return min(LOOK, max(0.0, (decision.next[0] - self._clock.now()).total_seconds()))

    def _chosen(self, due: Sequence[Due]) -> list[Due]:
        if self._stops:
            return []
        if self._only is None:
            return list(due)
        self._only &= {one.site for one in due}
        return [one for one in due if one.site in self._only]

    def _start(self, archive: Archive, due: Due) -> None:
        now = self._clock.now()
        schedules.begin(archive, due.schedule.site_id, now)
        self._runs[due.site] = Run(due, now)
        if self._only is not None:
            self._only.discard(due.site)
        late = now - due.occurrence > LATE
        self._log(f"{due.site}: started" + (f", due {cron.local(due.occurrence)}" * late))
        try:
            self._processes.start(self._plan.job(due.site, self._clock))
        except OSError as error:  # no memory, no process left: the next occurrence may be luckier
            problem = f"its process could not be started: {error}."
            self._note([Result(due.site, outcome="failed", problem=problem)])

    def _pass(self, seconds: float) -> None:
        self._note(self._wait(seconds))

    def _note(self, ended: Sequence[Result]) -> None:
        for result in ended:
            took = max(0.0, (self._clock.now() - self._runs[result.site].started).total_seconds())
            self._log(f"{result.site}: {result.outcome} after {took:.0f} s, {result.told()}")
            if self._cut_off(result):
                result.problem = "it goes on where it stopped when the scheduler is started again."
            elif result.outcome == "held":
                result.problem = (
                    f"{result.problem} It is tried again in {HELD_AGAIN.seconds // 60} minutes."
                )
            if result.problem:
                self._log(f"{result.site}: {result.problem}")
            self._ended.append(result)
            self._worst = max(self._worst, result.exit_status)

    def _write_ends(self, archive: Archive) -> None:
        while self._ended:
            result = self._ended[0]
            run = self._runs[result.site]
            stays_due = result.outcome == "held" or self._cut_off(result)
            done = None if stays_due else run.due.occurrence
            schedules.end(
                archive, run.due.schedule.site_id, run.started, result.outcome, result.problem, done
            )
            if result.outcome == "held":
                self._held[result.site] = self._clock.now()
            else:
                self._held.pop(result.site, None)
            self._ended.pop(0)
            del self._runs[result.site]

    def _cut_off(self, result: Result) -> bool:
        """The end of this scheduler ended it: nobody wanted that crawl to stop."""
        return self._stops > 0 and result.outcome in ("interrupted", "killed")

    def _finish(self) -> None:
        """End what is at work and write it down; what was interrupted stays due."""
        asked = 0
        if self._processes.running:
            self._log(f"ending {', '.join(sorted(self._processes.running))}")
        while self._processes.running:
            if asked < self._stops:
                self._processes.interrupt()
                asked = self._stops
            self._pass(LOOK)
        if self._ended:
            try:
                with self._opened() as archive:
                    self._write_ends(archive)
            except ArchiveError as error:  # its rows say `started`: it is run once more
                self._log(str(error))
        if self._stops:
            self._log("stopped")

    @contextmanager
    def _opened(self) -> Iterator[Archive]:
        path = self._plan.archive
        with mended(path), Archive.open(path, clock=self._clock) as archive:
            yield archive
