"""What a scheduler says: a line an event on standard error, in the time of Asia/Ho_Chi_Minh."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime

from archive import cron
from archive.clock import Clock


class Log:
    """Says each thing once, until it changes; *say* takes a line, instead of standard error."""

    def __init__(self, clock: Clock, say: Callable[[str], None] | None = None) -> None:
        self._clock = clock
        self._say = say or self._write
        self._next: tuple[datetime, str] | None = None
        self._queue: Sequence[str] = ()
        self._trouble = ""

    def __call__(self, line: str) -> None:
        self._say(line)

    def next(self, following: tuple[datetime, str] | None) -> None:
        """When the next run is due, and of which site."""
        if following == self._next:
            return
        self._next = following
        if following is None:
            self._say("no schedule is left; nothing is crawled until one is set")
        else:
            self._say(f"next: {following[1]} at {cron.local(following[0])}")

    def queue(self, sites: Sequence[str], at_once: int) -> None:
        """Which sites are due and wait until another's crawl ends."""
        if new := [site for site in sites if site not in self._queue]:
            self._say(f"{at_once} crawls are at work, {', '.join(new)} will follow")
        self._queue = sites

    def trouble(self, what: str, again: float) -> None:
        """The archive cannot be used; *again*: seconds until it is tried again."""
        if what != self._trouble:
            self._say(f"{what} It is tried again every {again:.0f} s.")
        self._trouble = what

    def no_trouble(self) -> None:
        if self._trouble:
            self._say("the archive can be used again")
        self._trouble = ""

    def _write(self, line: str) -> None:
        moment = self._clock.now().astimezone(cron.ZONE)
        sys.stderr.write(f"{moment:%Y-%m-%d %H:%M:%S} +07:00 {line}\n")
        sys.stderr.flush()
