"""A citation bundle: one capture with all that shows it to stand under a seal, in one JSON file.

    reference   what :mod:`archive.proof.citation` says: for people, under no seal
    captures    the cited one, all that its identity is the digest of; behind an `unchanged` one
                (304) the answer that it names, whose identity is part of its own
    payload     digest, size and the bytes, gzip in base64; no bytes if they were withdrawn
    inclusion   the capture's place among those of its crawl, and the hashes beside its way up to
                the root (RFC 9162, section 2.1.3)
    seals       the one over it, then each that follows in its archive, each naming the one before
    checksum    of all of the above: damage to what is under no seal shows too

`check_bundle.py` reads it without this package; it must go on reading what was ever written.
"""

from __future__ import annotations

import base64
import gzip
import json
import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import Any

from archive import captures, identity, payloads, seals
from archive.db import Archive
from archive.digest import canonical_json, sha256
from archive.errors import ArchiveError, InputError
from archive.export.files import check_target, replacing
from archive.proof import check_bundle
from archive.proof.citation import Reference

FORMAT = 1
MOST_SEALS = 200  # that follow and are put in unasked, some 0.7 kB each
_VERIFY = "`luutru verify` names what was changed."


def script() -> str:
    """The program that checks a bundle: plain Python, nothing but its standard library."""
    return (files("archive.proof") / "check_bundle.py").read_text(encoding="utf-8")


def bundle(archive: Archive, reference: Reference, *, chain: bool | None = None) -> dict[str, Any]:
    """The bundle of a capture. *chain*: with all seals that follow, with none; None: if few do.

    InputError if the capture is not sealed yet; ArchiveError if anything of it is damaged.
    """
    conn = archive.conn
    capture = reference.capture
    own = conn.execute(f"{seals.SEALS} WHERE seal.crawl_id = ?", (capture.crawl_id,)).fetchone()
    if own is None:
        raise InputError(
            f"The crawl of that capture ({reference.citation.time}) is not sealed yet.",
            "Call again when it has ended; if it was killed, the next `luutru crawl` of that site,"
            " or for an import the next `luutru import`, seals it.",
        )
    leaves = list(seals.leaves(archive, capture.crawl_id))
    index = leaves.index(capture.identity.encode())
    shown, payload = _captures(archive, capture.id)
    made: dict[str, Any] = {
        "luutru_bundle": FORMAT,
        "reference": reference.to_json(),
        "captures": shown,
        "payload": payload,
        "inclusion": {
            "index": index,
            "path": [one.hex() for one in seals.inclusion_proof(leaves, index)],
        },
        "seals": [_sealed(own), *_after(archive, own, chain)],
    }
    made["checksum"] = sha256(canonical_json(made))
    try:
        check_bundle.check(made)
    except ValueError as error:
        raise ArchiveError(
            f"The capture of {reference.citation.time} cannot be proved: {error}.", _VERIFY
        ) from error
    return made


def write(archive: Archive, made: dict[str, Any], path: Path) -> int:
    """Write a bundle to *path*, whole or not at all; its size in bytes. InputError."""
    check_target(path, archive.path)
    data = json.dumps(made, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass") + b"\n"
    with replacing(path) as part:
        part.write_bytes(data)
    return len(data)


def _captures(archive: Archive, capture_id: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The capture and the earlier one that it names, and the payload."""
    conn = archive.conn
    row = conn.execute("SELECT * FROM capture WHERE id = ?", (capture_id,)).fetchone()
    payload, earlier = None, None
    behind: list[dict[str, Any]] = []
    about: dict[str, Any] = {}
    if row["payload_id"] is not None:
        about = _payload(archive, row["payload_id"])
        payload = about["digest"]
    elif row["earlier_id"] is not None:
        behind, about = _captures(archive, row["earlier_id"])
        earlier = captures.get(archive, row["earlier_id"]).identity
    exchange = captures.without_body(archive, row)
    return [identity.identified(exchange, payload, earlier), *behind], about


def _payload(archive: Archive, payload_id: int) -> dict[str, Any]:
    row = archive.conn.execute(
        "SELECT digest, size, length(data) AS stored FROM payload WHERE id = ?", (payload_id,)
    ).fetchone()
    about: dict[str, Any] = {"digest": row["digest"], "size": row["size"], "gzip": None}
    if row["stored"]:  # else it was withdrawn: a frame of zstd is never empty
        packed = gzip.compress(payloads.read(archive, payload_id), mtime=0)
        about["gzip"] = base64.b64encode(packed).decode("ascii")
    return about


def _after(archive: Archive, own: sqlite3.Row, chain: bool | None) -> list[dict[str, Any]]:
    """The seals that follow in the same archive."""
    if chain is False:
        return []
    following = list(seals.following(archive, own["archive_id"], own["digest"]))
    if chain is None and len(following) > MOST_SEALS:
        return []
    sql = f"{seals.SEALS} WHERE seal.digest = ?"
    return [_sealed(archive.conn.execute(sql, (one,)).fetchone()) for one in following]


def _sealed(row: sqlite3.Row) -> dict[str, Any]:
    version = seals.format_of(row)
    if version is None:
        raise ArchiveError(f"Seal {row['id']} does not fit its digest.", _VERIFY)
    return seals.sealed(row, version)
