"""One file merged into the archive: all that is kept. What is derived is made by who reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from archive.db import Archive
from archive.faults import mended
from archive.ops.merge.captures import Captures
from archive.ops.merge.crawls import Crawls
from archive.ops.merge.listings import merge_listings
from archive.ops.merge.pages import merge_pages, merge_sites
from archive.ops.merge.people import merge_people
from archive.ops.merge.seals import merge_seals
from archive.ops.merge.source import Source, opened
from archive.ops.merge.whole import check, has_capture, has_payload, has_seal
from archive.ops.merge.withdrawing import Withdrawing

Bar = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


@dataclass
class Merged:
    """What came of one file, which holds the archive ``archive_id``.

    ``tally``: captures, known, payloads, pages, crawls. ``left``: crawls that have not ended there,
    and stay. ``dirty``: bytes of what was withdrawn may be left in this archive's file.
    """

    path: Path
    archive_id: str
    tally: Counter[str] = field(default_factory=Counter)
    left: int = 0
    dirty: bool = False


def merge(target: Archive, path: Path, agent: str, bar: Bar, stopped: Callable[[], bool]) -> Merged:
    """Take all that the archive at *path* keeps and this one does not; call it under its lock.

    ArchiveError or InputError, without anything written, if the file cannot be used or is damaged.
    """
    with opened(path, target.path, target.clock) as source, mended(path):
        done = Merged(path, source.archive.id, left=source.left)
        with bar(f"Checking {path.name}") as show:
            check(source, target, show)
        _take(source, target, agent, done, bar, stopped)
    return done


def _take(
    source: Source,
    target: Archive,
    agent: str,
    done: Merged,
    bar: Bar,
    stopped: Callable[[], bool],
) -> None:
    with bar(f"Pages of {source.path.name}") as show:
        merge_sites(source, target)
        merge_pages(source, target, done.tally, show)
        merge_listings(source, target)
    withdrawing = Withdrawing(source, target)
    done.dirty = withdrawing.begin()
    crawls = Crawls(source, target, agent)
    crawls.merge(done.tally)
    with bar(f"Captures of {source.path.name}") as show:
        coming = Captures(source, target, crawls, withdrawing, stopped)
        if not coming.merge(done.tally, show):
            return
    withdrawing.end()
    merge_seals(source, target, crawls)
    merge_people(source, target)


def plan(target: Archive | None, path: Path, source: Source) -> Merged:
    """What a merge would bring; nothing is read apart, and nothing written."""
    done = Merged(path, source.archive.id, left=source.left)
    digests: set[str] = set()
    for row in source.captures():
        known = has_capture(target, row["identity"])
        done.tally["known" if known else "captures"] += 1
        digest = row["payload_digest"]
        if digest is not None and not has_payload(target, digest):
            digests.add(digest)
    done.tally["payloads"] = len(digests)
    done.tally["pages"] = _missing(source, target, "page", "method, url, body_digest")
    done.tally["crawls"] = sum(not has_seal(target, seal) for seal in source.crawls.values())
    return done


def _missing(source: Source, target: Archive | None, table: str, names: str) -> int:
    rows = source.conn.execute(f"SELECT {names} FROM {table}")
    if target is None:
        return sum(1 for _ in rows)
    sql = f"SELECT 1 FROM {table} WHERE ({names}) = (?, ?, ?)"
    return sum(target.conn.execute(sql, tuple(row)).fetchone() is None for row in rows)
