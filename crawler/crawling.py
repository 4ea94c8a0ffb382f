"""Crawl several sites side by side: one process each, their bars, their results."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Any

from archive.clock import SystemClock
from archive.db import Archive
from crawler.job import CrawlOptions, Job

AT_ONCE = 4  # crawl processes at a time; they wait for the network most of the time
CONTENT = ("new", "changed", "unchanged", "back", "gone")


@dataclass
class Result:
    """How the crawl of one site went."""

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


OUTCOMES = {
    "finished": None,
    "limit": None,
    "interrupted": "interrupted; crawl it again to go on where it stopped.",
    "robots": "robots.txt could not be read, so nothing may be asked for; try again later.",
    "failed": "the host gave no answer, or asked to wait; what was captured is kept, try later.",
    "killed": "its process was killed; what was committed is kept, crawl it again to go on.",
}


BUG = "its process failed; what was committed is kept. Report the lines above: this is a defect."


def crawl_sites(
    archive_path: Path,
    sites: Sequence[str],
    sites_dirs: tuple[Path, ...],
    options: CrawlOptions,
    clock_shift: float = 0.0,
) -> list[Result]:
    """Crawl each site in a process of its own; Ctrl-C ends them all cleanly."""
    if not archive_path.exists():
        Archive.create(archive_path, SystemClock()).close()
    jobs = [
        Job(site, str(archive_path), tuple(map(str, sites_dirs)), options, clock_shift)
        for site in dict.fromkeys(sites)
    ]
    with _bars([job.site for job in jobs]) as show, _term_is_interrupt():
        return _run_all(jobs, show)


@contextmanager
def _term_is_interrupt() -> Iterator[None]:
    """SIGTERM ends a crawl as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run_all(jobs: list[Job], show: Callable[[Result], None]) -> list[Result]:
    """Start up to AT_ONCE, and the next when one ends; no child outlives this."""
    news: Queue[tuple[Result, bool]] = Queue()
    waiting = list(jobs)
    running: dict[str, subprocess.Popen[str]] = {}
    ended: list[Result] = []
    try:
        while waiting or running:
            try:
                while waiting and len(running) < AT_ONCE:
                    job = waiting.pop(0)
                    running[job.site] = _start(job, news)
                result, over = news.get()
                if over:
                    running.pop(result.site).wait()
                    ended.append(result)
                show(result)
            except KeyboardInterrupt:
                waiting.clear()
                _interrupt(running.values())
    finally:
        _interrupt(running.values())
    order = {job.site: n for n, job in enumerate(jobs)}
    return sorted(ended, key=lambda result: order[result.site])


def _start(job: Job, news: Queue[tuple[Result, bool]]) -> subprocess.Popen[str]:
    # A session of its own: Ctrl-C reaches this process, which ends the children in its order.
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.runner", job.to_json()],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    threading.Thread(target=_listen, args=(job.site, process, news), daemon=True).start()
    return process


def _listen(site: str, process: subprocess.Popen[str], news: Queue[tuple[Result, bool]]) -> None:
    result = Result(site)
    assert process.stdout is not None
    for line in process.stdout:
        try:
            message = json.loads(line)
        except ValueError:
            sys.stderr.write(line)  # somebody's print; not ours
            continue
        result.tally = message.get("tally", result.tally)
        result.due = message.get("due", result.due)
        if "outcome" in message:
            result.outcome = message["outcome"]
            result.problem = OUTCOMES[result.outcome]
        if "error" in message:
            result.outcome = "failed"
            result.problem = f"{message['error']} {message['next_step']}".strip()
        news.put((result, False))
    result.exit_status = process.wait()
    if result.outcome == "killed":
        bug = result.exit_status > 0
        result.exit_status, result.problem = 1, BUG if bug else OUTCOMES["killed"]
    news.put((result, True))


def _interrupt(processes: Iterable[subprocess.Popen[str]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGINT)


@contextmanager
def _bars(sites: Sequence[str]) -> Iterator[Callable[[Result], None]]:
    """Bars on a terminal; a line for each site's end elsewhere."""
    if not sys.stderr.isatty():
        yield lambda result: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=None),
        TextColumn("{task.fields[told]}"), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks = {site: progress.add_task(site, total=None, told="") for site in sites}

        def show(result: Result) -> None:
            told = result.tally
            words = f"{told.get('captures', 0)} captured, {told.get('new', 0)} new"
            done, left = told.get("captures", 0), result.due
            progress.update(
                tasks[result.site], told=words, completed=done, total=(done + left) or None
            )

        yield show


def plan_rows(
    archive_path: Path, sites: Sequence[str], sites_dirs: tuple[Path, ...], options: CrawlOptions
) -> list[dict[str, Any]]:
    """What a crawl would ask for now, by site and kind; asks for nothing and writes nothing."""
    from archive import due
    from archive import sites as archive_sites
    from crawler.profile import load

    rows: list[dict[str, Any]] = []
    archive = Archive.open(archive_path, readonly=True) if archive_path.exists() else None
    for slug in sites:
        profile = load(slug, sites_dirs)
        site = archive_sites.get(archive, slug) if archive is not None else None
        counts: dict[str, int] = {}
        if archive is not None and site is not None:
            counts = due.plan(archive, site.id, archive.clock.now(), options.full, options.missing)
        rows.append(
            {"site": slug, "start points": len(profile.start.all), **counts}
            | {"hosts": ", ".join(profile.hosts)}
        )
    return rows
