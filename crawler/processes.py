"""Crawl processes, one a site: started, listened to, interrupted.

A crawl whose parent died ends by itself, as by Ctrl-C: see `crawler.runner`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from crawler.job import Job

AT_ONCE = 4  # crawl processes at a time; they wait for the network most of the time

OUTCOMES = {
    "finished": None,
    "limit": None,
    "interrupted": "interrupted; crawl it again to go on where it stopped.",
    "robots": "robots.txt could not be read, so nothing may be asked for; try again later.",
    "failed": "the host gave no answer, or asked to wait; what was captured is kept, try later.",
    "killed": "its process was killed; what was committed is kept, crawl it again to go on.",
}
BUG = "its process failed; what was committed is kept. Report the lines above: this is a defect."


@dataclass
class Result:
    """How the crawl of one site went. ``outcome`` as in the table `crawl`; `held`: another crawl
    has its hosts."""

    site: str
    tally: dict[str, int] = field(default_factory=dict)
    due: int = 0  # pages that are still to be asked for
    outcome: str = "killed"  # what it stays if the process dies without a word
    problem: str | None = None
    exit_status: int = 1

    def row(self) -> dict[str, Any]:
        told = self.tally
        return {
            "site": self.site,
            "outcome": self.outcome,
            "captures": told.get("captures", 0),
            "new": told.get("new", 0),
            "changed": told.get("changed", 0),
            "not modified": told.get("not modified", 0),
            "gone": told.get("gone", 0),
            "failures": sum(n for key, n in told.items() if key.startswith("failure ")),
            "disallowed": told.get("disallowed", 0),
        }

    def told(self) -> str:
        """The tally in a few words."""
        row = self.row()
        words = [f"{row['captures']} captured", f"{row['new']} new", f"{row['changed']} changed"]
        return ", ".join(words + [f"{row[n]} {n}" for n in ("gone", "failures") if row[n]])


class Processes:
    """The crawl processes at work; *show* is called as each goes on, in the thread that waits."""

    def __init__(self, show: Callable[[Result], None] = lambda result: None) -> None:
        self._show = show
        # Its `put` may be called by a signal handler while this thread waits in `get`.
        self._news: SimpleQueue[tuple[Result, bool] | None] = SimpleQueue()
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._interrupted: set[str] = set()

    @property
    def running(self) -> frozenset[str]:
        """The sites that are being crawled."""
        return frozenset(self._running)

    def start(self, job: Job) -> None:
        # A session of its own: Ctrl-C reaches this process, which ends the children in its order.
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler.spiders", job.to_json()],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        self._running[job.site] = process
        self._interrupted.discard(job.site)
        threading.Thread(target=self._listen, args=(job.site, process), daemon=True).start()

    def wait(self, seconds: float | None = None) -> list[Result]:
        """How the next one ended; nothing if :meth:`wake` was called or *seconds* went by."""
        until = None if seconds is None else monotonic() + seconds
        while True:
            left = None if until is None else max(0.0, until - monotonic())
            try:
                news = self._news.get(timeout=left)
            except Empty:
                return []
            if news is None:
                return []
            result, over = news
            if over:
                self._end(result)
            self._show(result)
            if over:
                return [result]

    def wake(self) -> None:
        """End the wait, now or when it comes; may be called by a signal handler."""
        self._news.put(None)

    def interrupt(self) -> None:
        """Ask all to end cleanly; a second time: at once."""
        for site, process in self._running.items():
            # SIGTERM, which a crawl takes as Ctrl-C, but which is silent in one that only begins.
            process.terminate()
            self._interrupted.add(site)

    def _end(self, result: Result) -> None:
        self._running.pop(result.site).wait()
        if result.outcome != "killed":
            return
        if result.site in self._interrupted:
            result.outcome, result.problem = "interrupted", OUTCOMES["interrupted"]
        else:
            result.problem = BUG if result.exit_status > 0 else OUTCOMES["killed"]
        result.exit_status = 1

    def _listen(self, site: str, process: subprocess.Popen[str]) -> None:
        result = Result(site)
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                try:
                    message = json.loads(line)
                except ValueError:
                    sys.stderr.write(line)  # somebody's print; not ours
                    continue
                _hear(result, message)
                self._news.put((result, False))
        result.exit_status = process.wait()
        self._news.put((result, True))


def _hear(result: Result, message: dict[str, Any]) -> None:
    result.tally = message.get("tally", result.tally)
    result.due = message.get("due", result.due)
    if "outcome" in message:
        result.outcome = message["outcome"]
        result.problem = OUTCOMES[result.outcome]
    if "error" in message:
        result.outcome = "held" if message.get("held") else "failed"
        result.problem = f"{message['error']} {message['next_step']}".strip()
