"""Processes that make what a reparse writes, each with its own look at the archive.

A process that dies, or stalls over a page, costs that page alone: which capture it was reading
stands in memory that it shares with its parent. Another one takes up its pages; a capture that has
ended two is not read again in this run.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import traceback
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from archive.clock import Clock
from archive.db import Archive
from archive.errors import CrawlError
from archive.types import Exchange, PageKind, Reading
from crawler import reader_pool
from crawler.profile import SiteProfile
from crawler.reader_pool import UnreadableError
from crawler.reparse.choice import Options
from crawler.reparse.making import Maker
from crawler.reparse.profiles import Profiles
from crawler.reparse.values import Batch, Made

HELD = 2  # batches that a process has: one at work, and the next
DEATHS = 2  # of processes at one capture
MOST_DEATHS = 4  # at none, one after the other: then it is not the pages

_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Setup:
    """What a process begins with."""

    path: Path
    clock: Clock
    profiles: Profiles
    options: Options


class Processes:
    """As many processes as *workers*. Batches are submitted; results are asked for by number."""

    def __init__(self, setup: Setup, workers: int) -> None:
        self._setup, self._number = setup, workers
        self.places = workers * HELD + 2
        self._queue: deque[Batch] = deque()
        self._done: dict[int, list[Made]] = {}
        self._strikes: Counter[int] = Counter()
        self._deadly: frozenset[int] = frozenset()
        self._workers: list[_Worker] = []  # begun with the first batch

    def submit(self, batch: Batch, *, first: bool = False) -> None:
        """Put it in line; *first*: before all that no process has yet."""
        if not self._workers:
            self._workers = [_Worker(self._setup) for _ in range(self._number)]
        if first:
            self._queue.appendleft(batch)
        else:
            self._queue.append(batch)
        self._feed()

    def result(self, number: int, stopped: Callable[[], bool]) -> list[Made] | None:
        """What was made of that batch, when it is there; None if it was *stopped* before.

        An error of a process is raised here. CrawlError if processes die whatever they read.
        """
        while number not in self._done:
            if stopped():
                return None
            for ready in connection.wait([one.conn for one in self._workers], timeout=0.2):
                self._take(next(one for one in self._workers if one.conn is ready))
            self._feed()
        return self._done.pop(number)

    def close(self) -> None:
        """End them all, whatever they do: they write nothing."""
        for one in self._workers:
            one.close()

    def _feed(self) -> None:
        for held in range(HELD):  # the next goes to who has least
            for place, one in enumerate(self._workers):
                if self._queue and len(one.held) == held:
                    try:
                        one.give(self._queue.popleft(), self._deadly)
                    except OSError:
                        self._revive(place)

    def _take(self, one: _Worker) -> None:
        try:
            answer = one.conn.recv()
        except (EOFError, OSError):
            self._revive(self._workers.index(one))
            return
        batch = one.held.popleft()
        if isinstance(answer, BaseException):
            raise answer
        self._done[batch.number] = answer
        self._strikes[0] = 0

    def _revive(self, place: int) -> None:
        """Put another process in the place of one that died, and its batches in line again."""
        old = self._workers[place]
        self._queue.extendleft(reversed(old.held))
        capture_id = old.mark.value
        old.close()
        self._strikes[capture_id] += 1
        if capture_id and self._strikes[capture_id] >= DEATHS:
            self._deadly |= {capture_id}
        if not capture_id and self._strikes[0] >= MOST_DEATHS:
            raise CrawlError(
                f"The processes that read pages end by themselves (the last one with"
                f" {old.process.exitcode}).",
                "See whether there is memory enough, or call it with fewer --workers.",
            )
        self._workers[place] = _Worker(self._setup)


class _Worker:
    """One process, the pipe to it, what it holds, and the capture that it reads (0: none)."""

    def __init__(self, setup: Setup) -> None:
        self.held: deque[Batch] = deque()
        self.mark: Synchronized[int] = _SPAWN.RawValue(ctypes.c_longlong, 0)  # type: ignore[assignment]  # has a value, and no lock
        self.conn, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(
            target=_work, args=(setup, theirs, self.mark, os.getpid()), daemon=True
        )
        self.process.start()
        theirs.close()  # or its end would not be seen

    def give(self, batch: Batch, deadly: frozenset[int]) -> None:
        self.held.append(batch)
        self.conn.send((batch, deadly))

    def close(self) -> None:
        self.process.terminate()
        self.process.join()
        self.conn.close()


class _Guard:
    """Reads as `crawler.reading.read`, and leaves word of what it reads."""

    def __init__(self, mark: Synchronized[int]) -> None:
        from crawler import reading

        self._mark, self._read = mark, reading.read
        self.deadly: frozenset[int] = frozenset()

    def __call__(
        self, capture_id: int, exchange: Exchange, profile: SiteProfile, expected: PageKind
    ) -> Reading:
        if capture_id in self.deadly:
            raise UnreadableError(reader_pool.DIED.format(exchange.url, reader_pool.LONGEST))
        self._mark.value = capture_id
        # SIGALRM's own action ends the process, also one that is inside a parser's C code
        signal.setitimer(signal.ITIMER_REAL, reader_pool.LONGEST)
        try:
            return self._read(exchange, profile, expected)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._mark.value = 0


def _work(setup: Setup, conn: Any, mark: Synchronized[int], parent: int) -> None:
    reader_pool.start_worker(parent)
    try:
        _serve(setup, conn, _Guard(mark))
    except EOFError:
        return  # the parent has closed its end
    except Exception as error:  # noqa: BLE001 - it is raised where the work was asked for
        error.add_note(f"In a process that reads pages:\n{traceback.format_exc()}")
        conn.send(error)


def _serve(setup: Setup, conn: Any, guard: _Guard) -> None:
    with Archive.open(setup.path, clock=setup.clock, readonly=True) as archive:
        maker = Maker(archive, setup.profiles, setup.options, guard)
        while True:
            batch, guard.deadly = conn.recv()
            conn.send(maker.make(batch))
