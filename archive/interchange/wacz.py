"""WACZ 1.1.1: a WARC with its index and its pages in one ZIP, for ReplayWeb.page and others.

https://specs.webrecorder.net/wacz/1.1.1/. The WARC and the index are stored as they are, so that a
reader can fetch parts of them; no entry holds a time, so the same captures give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from archive import captures
from archive.export.files import replacing
from archive.export.rows import article_ids, records
from archive.interchange import selection, warc
from archive.interchange.cdx import Index
from archive.snapshot import snapshot

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.export.record import Record
    from archive.filters import Filters
    from archive.interchange.selection import Choice, Exported

VERSION = "1.1.1"
_WARC = "data.warc.gz"
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # where the ZIP format begins to count
_READABLE = 0o644 << 16


def export(
    archive: Archive,
    path: Path,
    filters: Filters,
    query: str | None = None,
    progress: warc.Progress | None = None,
) -> Exported:
    """Write the captures that *filters* and *query* select to *path*, whole or not at all.

    Its pages are the articles of the selection. Errors as in :func:`warc.export`.
    """
    with snapshot(archive), replacing(path) as part:
        choice = selection.choose(archive, filters, query)
        ids = article_ids(archive, filters, query)
        with zipfile.ZipFile(part, "x") as package:
            count = _Package(package).fill(archive, choice, ids, progress)
        with part.open("rb") as whole:
            digest = hashlib.file_digest(whole, "sha256").hexdigest()
        size = part.stat().st_size
    return selection.Exported(choice.captures, count, size, f"sha256:{digest}")


class _Package:
    """A ZIP that is being filled, and what datapackage.json will say of its files."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._resources: list[dict[str, Any]] = []

    def fill(
        self,
        archive: Archive,
        choice: Choice,
        ids: list[int],
        progress: warc.Progress | None,
    ) -> int:
        """Write all entries; the number of WARC records."""
        index = Index(archive, _WARC)
        count = 0
        with self._entry(f"archive/{_WARC}", stored=True) as out:
            for written in warc.write(archive, choice, out, progress):
                index.add(written)
                count += 1
        self._index(index)
        with self._entry("pages/pages.jsonl") as out:
            for line in _pages(archive, ids):
                out.write(_json(line) + b"\n")
        self._describe(choice)
        return count

    def _index(self, index: Index) -> None:
        keys = ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}']
        with self._entry("indexes/index.cdx.gz", stored=True) as out:
            for first, block in index.blocks():
                place = {"offset": out.bytes, "length": len(block)}
                keys.append(f"{first} {json.dumps(place)}")
                out.write(block)
        with self._entry("indexes/index.idx") as out:
            out.write("".join(f"{key}\n" for key in keys).encode())

    def _describe(self, choice: Choice) -> None:
        told = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": "; ".join(site["name"] for site in choice.sites) or "Nothing was selected",
            "description": f"Selected: {json.dumps(choice.asked, ensure_ascii=False)}",
            "software": warc.software(),
            "created": f"{choice.time:%Y-%m-%dT%H:%M:%SZ}",
            "resources": self._resources,
        }
        described = _json(told)
        digest = {
            "path": "datapackage.json",
            "hash": f"sha256:{hashlib.sha256(described).hexdigest()}",
        }
        for name, data in (("datapackage.json", described),
                           ("datapackage-digest.json", _json(digest))):  # fmt: skip
            with self._open(name, stored=False) as out:
                out.write(data)

    @contextmanager
    def _entry(self, path: str, *, stored: bool = False) -> Iterator[warc.Counted]:
        with self._open(path, stored=stored) as raw:
            out = warc.Counted(raw)
            yield out
        name = path.rpartition("/")[2]
        self._resources.append({"name": name, "path": path, "hash": out.sha256, "bytes": out.bytes})

    def _open(self, path: str, *, stored: bool) -> IO[bytes]:
        info = zipfile.ZipInfo(path, _NO_TIME)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        info.external_attr = _READABLE
        info.create_system = 3  # Unix, whatever the machine
        return self._package.open(info, "w", force_zip64=True)


def _pages(archive: Archive, ids: list[int]) -> Iterator[dict[str, Any]]:
    """The header of pages.jsonl and an entry for each article, at its current version."""
    yield {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}
    for record in records(archive, ids):
        if selection.holds(archive, record.version.first_capture_id):
            yield _page(archive, record)


def _page(archive: Archive, record: Record) -> dict[str, Any]:
    version = record.version
    article = version.article
    texts = [article.lead or "", *(one.text for one in article.body),
             *(one.text for one in article.captions)]  # fmt: skip
    return {
        "id": version.key,
        "url": captures.get(archive, version.first_capture_id).url,
        "ts": f"{version.first_seen:%Y-%m-%dT%H:%M:%SZ}",
        "title": article.title,
        "text": "\n".join(filter(None, texts)),
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
