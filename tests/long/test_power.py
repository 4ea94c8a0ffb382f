"""A cut of power: what of the log was not synced is lost from any frame on, in any write.

A crawl is stopped inside a write, its files are copied as they are on the disk, and the log is cut
at each frame that may not have been synced, or in the middle of it. Every cut must open to a state
that the archive has had, whole.

What is synced: SQLite syncs the log before it writes any of it to the file, and marks in the shared
memory how far that may have gone (https://www.sqlite.org/walformat.html, nBackfillAttempted).
"""

from __future__ import annotations

import sqlite3
import struct
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from faulty import ENDINGS, Ground, Where, committed, problems, shim

from crawler.bench.site import BenchSite
from crawler.demo.server import DemoServer

pytestmark = pytest.mark.long

HEADER, FRAME_HEADER = 32, 24
MX_FRAME, ATTEMPTED = 16, 128  # places in the shared memory, in the machine's order of bytes


@dataclass(frozen=True)
class Cut:
    """The files of a stopped crawl. Frames up to *synced* are on the disk; *last* committed."""

    file: bytes
    log: bytes
    synced: int
    last: int

    @property
    def frame(self) -> int:
        """Bytes of a frame."""
        return FRAME_HEADER + int.from_bytes(self.log[8:12])

    def write(self, path: Path, size: int) -> None:
        """The archive as it is found after the cut, *size* bytes of the log left."""
        for beside in path.parent.glob(f"{path.name}*"):
            beside.unlink()
        path.write_bytes(self.file)
        Path(f"{path}-wal").write_bytes(self.log[:size])

    def torn(self, chance: Random) -> Cut:
        """Pages that a checkpoint was writing, which the log still holds, torn on the disk."""
        file, size = bytearray(self.file), self.frame - FRAME_HEADER
        for number in range(self.synced):
            at = HEADER + number * self.frame
            page = int.from_bytes(self.log[at : at + 4])
            half = (page - 1) * size + size // 2
            if half < len(file):
                file[half : page * size] = chance.randbytes(min(size // 2, len(file) - half))
        return Cut(bytes(file), self.log, self.synced, self.last)


def stopped(ground: Ground, library: Path, ending: str, at: int) -> Cut | None:
    """The files of a crawl that is stopped inside a write, and then killed; None if it ended."""
    environment = {
        "LD_PRELOAD": str(library), "LUUTRU_FAULT": "stop", "LUUTRU_FAULT_AT": str(at),
        "LUUTRU_FAULT_FILE": ending,
    }  # fmt: skip
    process = ground.crawl(environment)
    stat, began = Path(f"/proc/{process.pid}/stat"), time.monotonic()
    try:
        while process.poll() is None and time.monotonic() - began < 120:
            if stat.read_text().rpartition(")")[2].split()[0] == "T":
                return _files(ground.archive)
            time.sleep(0.02)
    finally:
        process.kill()
        process.communicate()
    return None


def _files(path: Path) -> Cut:
    memory = Path(f"{path}-shm").read_bytes()
    (last,) = struct.unpack_from("=I", memory, MX_FRAME)
    (synced,) = struct.unpack_from("=I", memory, ATTEMPTED)
    return Cut(path.read_bytes(), Path(f"{path}-wal").read_bytes(), synced, last)


def _state(path: Path) -> set[str]:
    """The captures that are there; the file must be whole."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    return committed(path)


@pytest.mark.parametrize("where", ["log", "file"])
def test_the_log_cut_at_every_frame(tmp_path: Path, where: Where) -> None:
    library, site, chance = shim(tmp_path), BenchSite(120), Random(7)
    cuts = stops = tries = 0
    with DemoServer([site]) as server:
        ground = Ground(tmp_path, site, server.urls[site.slug])
        while stops < 3:
            tries += 1
            assert tries < 20, "hardly a crawl came to that write"
            cut = stopped(ground, library, ENDINGS[where], chance.randint(20, 250))
            if cut is None or (where == "file" and not cut.synced):
                continue  # it had ended before
            stops += 1
            copy = tmp_path / "cut.db"
            before: set[str] = set()
            for frame in range(cut.synced, cut.last + 1):
                cut.write(copy, HEADER + frame * cut.frame + chance.choice([0, cut.frame // 2]))
                now = _state(copy)
                assert before <= now, "a commit after a lost one was kept"
                before = now
                cuts += 1
            assert problems(copy, sample=20) == []
            cut.torn(chance).write(copy, len(cut.log))
            assert _state(copy) == before
            assert problems(copy, sample=20) == []
            ground.kept = committed(ground.archive)
        # The archive as the last cut leaves it, nothing of the log but what is synced: it goes on.
        cut.write(ground.archive, HEADER + cut.synced * cut.frame)
        ground.finish()
    ground.check_whole()
    assert cuts >= (30 if where == "log" else 3)  # a checkpoint syncs the whole log first
