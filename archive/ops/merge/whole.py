"""Is all that would come whole? It is read before anything is written, so that a damaged file
leaves no trace. What the archive has already is not looked at again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from archive import payloads, seals
from archive.db import Archive
from archive.errors import ArchiveError, WithdrawnError
from archive.faults import as_archive_error
from archive.ops.checks import VALUES, Look
from archive.ops.checks_kept import filed, fits_row
from archive.ops.merge.source import Source

Show = Callable[[int, int], None]


def check(source: Source, target: Archive | None, show: Show) -> None:
    """ArchiveError that names the first page or seal that is not what its digest says."""
    try:
        _captures(source, target, show)
        _seals(source, target)
    except sqlite3.Error as error:
        told = as_archive_error(error, source.path)
        if told is None:
            raise
        raise told from error
    except VALUES as error:
        raise _damaged(source, f"a row holds what nobody wrote ({error})") from error


def _captures(source: Source, target: Archive | None, show: Show) -> None:
    look = Look(source.archive)
    (total,) = source.conn.execute("SELECT count(*) FROM capture").fetchone()
    for done, row in enumerate(new(source, target), 1):
        show(done, total)
        where = f"capture {row['id']} of {row['url']} at {row['time'][:19]}Z"
        if not fits_row(look, row):
            raise _damaged(source, f"{where}: its identity is not the digest of what its row says")
        if not filed(look, row):
            raise _damaged(source, f"{where}: it is filed under {row['page_url']}")
        if row["payload_id"] is not None and not has_payload(target, row["payload_digest"]):
            _payload(source, row["payload_id"], where)


def new(source: Source, target: Archive | None) -> Iterator[sqlite3.Row]:
    """The captures that are taken and that the archive does not hold."""
    for row in source.captures():
        if not has_capture(target, row["identity"]):
            yield row


def has_capture(target: Archive | None, identity: str) -> bool:
    """Whether an archive, if there is one yet, has the capture of that identity."""
    return _has(target, "capture WHERE identity = ?", identity)


def has_payload(target: Archive | None, digest: str) -> bool:
    """Whether an archive, if there is one yet, knows the payload of that digest."""
    return _has(target, "payload WHERE digest = ?", digest)


def has_seal(target: Archive | None, digest: str) -> bool:
    """Whether an archive, if there is one yet, has the seal of that digest."""
    return _has(target, "seal WHERE digest = ?", digest)


def _has(target: Archive | None, what: str, name: str) -> bool:
    if target is None:
        return False
    return target.conn.execute(f"SELECT 1 FROM {what}", (name,)).fetchone() is not None


def _payload(source: Source, payload_id: int, where: str) -> None:
    try:
        payloads.read(source.archive, payload_id)
    except WithdrawnError:
        pass
    except ArchiveError as error:
        raise _damaged(source, f"{where}: {error.what.rstrip('.')}") from error


def _seals(source: Source, target: Archive | None) -> None:
    for row in source.conn.execute(f"{seals.SEALS} ORDER BY seal.id").fetchall():
        if row["crawl_id"] not in source.crawls or has_seal(target, row["digest"]):
            continue
        crawl = f"the crawl of {row['site'] or 'several sites'} that began at {row['started']}"
        if row["ended"] is None or seals.format_of(row) is None:
            raise _damaged(source, f"the seal of {crawl} is not the digest of what it says")
        if not fits(source.archive, row["crawl_id"], row["root"]):
            raise _damaged(source, f"the captures under the seal of {crawl} are others")


def fits(archive: Archive, crawl_id: int, root: str) -> bool:
    """Whether the captures of that crawl in *archive* are those under the seal's *root*."""
    return f"sha256:{seals.merkle_root(seals.leaves(archive, crawl_id)).hex()}" == root


def _damaged(source: Source, what: str) -> ArchiveError:
    return ArchiveError(
        f"{source.path} is damaged, so nothing was taken from it: {what}.",
        f"`luutru verify --archive {source.path}` names all that is wrong; merge a backup of it.",
    )
