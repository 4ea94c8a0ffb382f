"""A document's bytes to its text, through a process of its own: what kills that is the document's
problem, never a crawl's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass

from archive.types import Extracted
from crawler.documents.child import MEMORY
from crawler.documents.kinds import kind_of


@dataclass(frozen=True, slots=True)
class Limits:
    """``memory`` in bytes (of addresses, libraries included), ``cpu`` and ``wall`` in seconds;
    ``longest`` is the characters that are kept of a text."""

    memory: int = 1_000_000_000
    cpu: int = 30
    wall: float = 90.0
    longest: int = 2_000_000


LIMITS = Limits()
# How PDFium ends its process where no memory is left to go on with.
_NO_MEMORY = frozenset({signal.SIGABRT, signal.SIGTRAP, signal.SIGILL})
_SAID = 300  # characters of a reader's last words


def extract(data: bytes, limits: Limits = LIMITS) -> Extracted:
    """What *data* says. It never fails for what the document is: that is a state of the result.

    It waits for the process, so an event loop calls it in a thread.
    """
    call = [sys.executable, "-m", "crawler.documents.child",
            *map(str, (limits.memory, limits.cpu, limits.longest, os.getpid()))]  # fmt: skip
    try:
        done = subprocess.run(
            call, input=data, capture_output=True, timeout=limits.wall, check=False,
            start_new_session=True,  # Ctrl-C is for the crawl, which ends in its own order
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _stopped(data, f"it takes more than {limits.wall:g} s")
    if done.returncode == 0:
        return Extracted(**json.loads(done.stdout))
    if done.returncode == MEMORY:
        return _stopped(data, f"it asks for more than {limits.memory / 1e6:,.0f} MB of memory")
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return _stopped(data, f"it takes more than {limits.cpu} s of processor time")
    if -done.returncode in _NO_MEMORY:
        return _stopped(data, f"its reader gave up at {limits.memory / 1e6:,.0f} MB of memory")
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        return Extracted(_kind(data), "broken", problem=f"its reader died of it ({name})")
    words = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return Extracted(_kind(data), "broken", problem=f"its reader failed: {words[:_SAID]}")


def _stopped(data: bytes, why: str) -> Extracted:
    return Extracted(_kind(data), "limits", problem=why)


def _kind(data: bytes) -> str:
    """As far as the first bytes tell."""
    return {"zip": "docx", "ole": "doc"}.get(found := kind_of(data), found)
