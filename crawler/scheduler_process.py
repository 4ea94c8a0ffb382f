"""The process around a scheduler: one an archive, what it checks first, the signals that end it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archive import schedules
from archive.db import Archive
from archive.errors import CrawlError, InputError, ProfileError
from crawler.locks import HostLocks
from crawler.profile import load

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextmanager
def alone(archive: Path) -> Iterator[None]:
    """Hold the archive's scheduler; CrawlError if another process has it."""
    locks = HostLocks()
    # `at_work` takes it for a moment, to see whether it is free.
    if not locks.take(_name(archive), wait=0.5):
        raise CrawlError(
            f"Another `luutru schedule run` is at work on {archive}.",
            "One is enough for all schedules; end it first if you want to start it anew.",
        )
    try:
        yield
    finally:
        locks.release()


def at_work(archive: Path) -> bool:
    """Whether a scheduler of this user is at work on the archive."""
    locks = HostLocks()
    free = locks.take(_name(archive))
    locks.release()
    return not free


def _name(archive: Path) -> str:
    """Under which the lock stands beside those of hosts: no host has a space."""
    return f"schedules of {archive.resolve()}"


def check(archive: Archive, sites_dirs: tuple[Path, ...]) -> list[str]:
    """What keeps single schedules from being run, in words; InputError if none can be run.

    A scheduler that waits for nothing would look like one that is at work.
    """
    found = schedules.all(archive)
    if not found:
        raise InputError(
            f"There is no schedule in {archive.path}.",
            '`luutru schedule set SITE "0 2 * * *"` makes one; --archive names another archive.',
        )
    problems = []
    for one in found:
        try:
            load(one.site, sites_dirs)
        except ProfileError as error:
            problems.append(f"{one.site} cannot be crawled: {error}")
    if len(problems) == len(found):
        raise InputError(
            f"No schedule in {archive.path} can be run. {problems[0]}",
            "Name the folder of your own profiles with --sites.",
        )
    return problems


@contextmanager
def signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call *stop* at SIGTERM, Ctrl-C and when the terminal closes, but for `nohup`."""
    before = {one: signal.getsignal(one) for one in SIGNALS}
    for one, handler in before.items():
        if one != signal.SIGHUP or handler != signal.SIG_IGN:
            signal.signal(one, lambda *_: stop())
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
