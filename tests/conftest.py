"""Fixtures that several files share: a new archive, and a clock that is told the time."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawling import DemoDays, demo_days_of
from hypothesis import settings

from archive.clock import FixedClock
from archive.db import Archive

# A property's single example may take longer than 200 ms on a machine that others use as well.
# Where nothing may be missing each run looks at the same examples, so that it fails for what was
# changed since the last one; all other runs look at new ones.
settings.register_profile("luutru", deadline=None, derandomize="LUUTRU_TESTS_STRICT" in os.environ)
settings.load_profile("luutru")

# What a shell starts in the background ignores SIGINT, and so would every process that the tests
# start and then interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def clock() -> FixedClock:
    """Stands at 1 March 2026, 08:00 UTC, until it is told to advance."""
    return FixedClock(datetime(2026, 3, 1, 8, tzinfo=UTC))


@pytest.fixture
def archive(tmp_path: Path, clock: FixedClock) -> Iterator[Archive]:
    """A new, empty archive in `tmp_path / "test.db"`."""
    with Archive.create(tmp_path / "test.db", clock) as made:
        yield made


@pytest.fixture(scope="session")
def demo_days(tmp_path_factory: pytest.TempPathFactory) -> DemoDays:
    """The sample sites, crawled four times; made once for all workers. For reading alone."""
    return demo_days_of(tmp_path_factory)
