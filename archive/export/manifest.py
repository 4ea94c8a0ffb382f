"""The manifest of an exported file: what it is, what it holds, what it was made of and by.

It tells the archive's state, never the time of the export: the same archive and selection give the
same manifest.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import sites
from archive.content import TEXT_FORMAT
from archive.digest import CONTENT_FORMAT
from archive.export.fields import fields_of
from archive.export.record import Kind
from archive.export.selection import Selection, cursor, understood
from archive.export.tally import SiteTally, Span, Tally
from archive.filters import Filters, prepare, where
from archive.status import statuses
from archive.vietnamese import RULES_VERSION

if TYPE_CHECKING:
    from archive.db import Archive

FORMAT = 1
"""Grows when a key of the manifest gets another meaning."""


def describe(
    archive: Archive, file: Path, name: str, format_: str, kind: Kind, selection: Selection,
    tally: Tally,
) -> dict[str, Any]:  # fmt: skip
    """The manifest of the whole *file*, which will be called *name*."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {
        "manifest": FORMAT,
        "file": name,
        "format": format_,
        "kind": kind,
        "bytes": file.stat().st_size,
        "sha256": digest,
        "counts": {
            "rows": tally.rows,
            "articles": tally.articles,
            "versions": tally.rows,
            "states": dict(sorted(tally.states.items())),
            **({"changes": dict(sorted(tally.changes.items()))} if kind == "versions" else {}),
        },
        "selection": {
            "given": dict(selection.given),
            "understood": understood(archive, selection),
        },
        "published": _span(tally.published),
        "seen": _span(tally.seen),
        "archive": _state(archive),
        "sites": list(_sites(archive, selection, tally)),
        "readers": sorted(tally.readers),
        "rules": {
            "words": RULES_VERSION,
            "content_digest": CONTENT_FORMAT[0],
            "text_digest": TEXT_FORMAT[0],
        },
        "software": _software(format_),
        "fields": [
            {
                "name": field.name,
                "type": field.type,
                **({"parts": list(field.parts)} if field.parts else {}),
                "meaning": field.meaning,
                "filled": tally.filled[field.name],
            }
            for field in fields_of(kind)
        ],
    }


def _state(archive: Archive) -> dict[str, Any]:
    """Where the archive stood; a look at an unchanged page tells no event, but is a capture."""
    captures, last = archive.conn.execute("SELECT count(*), max(time) FROM capture").fetchone()
    return {
        "id": archive.id,
        "cursor": cursor(archive),
        "captures": captures,
        "last_capture": last,
    }


def _sites(archive: Archive, selection: Selection, tally: Tally) -> Iterator[dict[str, Any]]:
    """The sites that the selection could mean, with what of them is here and what is missing.

    ``known``, ``captured`` and ``never_captured`` count pages of articles, photos and documents.
    """
    prepare(archive)
    one = selection.filters
    condition, values = where(Filters(sites=one.sites, province=one.province))
    rows = archive.conn.execute(f"SELECT slug FROM site WHERE {condition}", values)
    meant = {row[0] for row in rows}
    known = {site.slug: site for site in sites.all(archive)}
    for status in statuses(archive):
        if status.site not in meant:
            continue
        site = known[status.site]
        found = tally.sites.get(status.site, SiteTally())
        yield {
            "site": site.slug,
            "name": site.name,
            "province_then": site.province_then,
            "province_now": site.province_now,
            "body": asdict(site.body) | {"predecessors": list(site.body.predecessors)},
            "rows": found.rows,
            "articles": found.articles,
            "published": _span(found.published),
            "known": status.known,
            "captured": status.captured,
            "never_captured": status.missing,
            "gone": status.gone,
            "problems": dict(sorted(status.problems.items())),
        }


def _software(format_: str) -> dict[str, str]:
    """What the bytes depend on."""
    made = {"luutru": version("luutru")}
    if format_ == "parquet":
        made["pyarrow"] = version("pyarrow")
    elif format_ == "sqlite":
        made["sqlite"] = sqlite3.sqlite_version
    return made


def _span(span: Span | None) -> dict[str, str] | None:
    return {"first": span[0], "last": span[1]} if span else None
