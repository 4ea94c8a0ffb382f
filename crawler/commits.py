"""What gathers in one turn of the event loop is written in one transaction.

One commit for 3 to 7 operations instead of one each: .77 of bare Scrapy's speed against .66. What
has time goes with what has not: 6 % more pages a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from archive.db import Archive
from archive.errors import ArchiveError

T = TypeVar("T")


class Commits:
    """Writes to one archive, from the event loop's thread alone."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._waiting: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._due: float | None = None  # when the timer goes off, by the loop's clock

    async def run(self, work: Callable[[], T], *, wait: float = 0.0) -> T:
        """Run *work* inside the next transaction; its result, once that is committed.

        It waits up to *wait* seconds for one that has to come anyway.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append((work, future))
        due = loop.time() + wait
        if self._due is None or due < self._due:
            if self._timer is not None:
                self._timer.cancel()
            self._due = due
            self._timer = loop.call_at(due, self._flush)
        return await future

    def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        self._timer = self._due = None
        try:
            results = self._together(batch)
        except ArchiveError as error:
            # locked, full or damaged: no operation fares better alone, and each would wait as long
            for _, future in batch:
                if not future.cancelled():
                    future.set_exception(error)
            return
        except Exception:  # noqa: BLE001 - each is run again alone, and its own error is told there
            for one in batch:
                self._alone(one)
            return
        for (_, future), result in zip(batch, results, strict=True):
            _settle(future, result)

    def _together(self, batch: list[tuple[Callable[[], Any], asyncio.Future[Any]]]) -> list[Any]:
        with self._archive.transaction():
            return [work() for work, _ in batch]

    def _alone(self, one: tuple[Callable[[], Any], asyncio.Future[Any]]) -> None:
        """One bad operation must not take with it what was gathered beside it."""
        work, future = one
        try:
            with self._archive.transaction():
                result = work()
        except Exception as error:  # noqa: BLE001 - handed to who waits for it
            if not future.cancelled():
                future.set_exception(error)
            return
        _settle(future, result)


def _settle(future: asyncio.Future[Any], result: Any) -> None:
    if not future.cancelled():
        future.set_result(result)
