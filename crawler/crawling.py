"""Crawl several sites side by side: one process each, their bars, their results."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.clock import SystemClock
from archive.db import Archive
from crawler import last_chance
from crawler.entering import left_out
from crawler.job import CrawlOptions, Job
from crawler.processes import AT_ONCE, Processes, Result


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
    processes = Processes(show)
    waiting = list(jobs)
    ended: list[Result] = []
    try:
        while waiting or processes.running:
            try:
                while waiting and len(processes.running) < AT_ONCE:
                    processes.start(waiting.pop(0))
                ended += processes.wait()
            except KeyboardInterrupt:
                waiting.clear()
                processes.interrupt()
    finally:
        processes.interrupt()
    order = {job.site: n for n, job in enumerate(jobs)}
    return sorted(ended, key=lambda result: order[result.site])


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
            asked = last_chance.options(archive, site.id, options)
            counts = due.plan(archive, site.id, archive.clock.now(), asked.full, asked.missing)
            out = left_out(profile, options)
            counts = {kind: n for kind, n in counts.items() if kind not in out}
        rows.append(
            {"site": slug, "start points": len(profile.start.all), **counts}
            | {"hosts": ", ".join(profile.hosts)}
        )
    return rows


@dataclass(frozen=True, slots=True)
class DueSites:
    """*sites* with pages due now; *left_out*, in words: those with pages due and no profile;
    *unknown*: those that were never crawled; *next*: when the first page of the rest is due, and
    of which site."""

    sites: tuple[str, ...]
    left_out: tuple[str, ...]
    unknown: tuple[str, ...]
    next: tuple[datetime, str] | None


def due_sites(archive_path: Path, named: Sequence[str], sites_dirs: tuple[Path, ...]) -> DueSites:
    """The archive's sites that have pages due now and a profile; of those *named*, if any are."""
    from archive import pages
    from archive import sites as archive_sites
    from archive.errors import ProfileError
    from crawler.profile import load

    with Archive.open(archive_path, readonly=None) as archive:
        now = archive.clock.now()
        known = {
            # a last chance is not to wait until some page is due
            one.slug: now
            if last_chance.is_due(archive, one.id)
            else pages.next_due(archive, one.id)
            for one in archive_sites.all(archive)
        }
    meant = dict.fromkeys(named or known)
    unknown = [
        f"{slug} was never crawled into this archive: `luutru crawl {slug}` begins it."
        for slug in meant
        if slug not in known
    ]
    due, later, left_out = [], [], []
    for slug in meant:
        moment = known.get(slug)
        if moment is None:
            continue
        if moment > now:
            later.append((moment, slug))
            continue
        try:
            load(slug, sites_dirs)
        except ProfileError as error:
            left_out.append(f"{slug} has pages due and is left out: {error}")
        else:
            due.append(slug)
    return DueSites(tuple(due), tuple(left_out), tuple(unknown), min(later, default=None))
