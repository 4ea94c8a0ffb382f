"""What an article shows and hands out: where the photos and documents of a version are kept.

A version names them by their addresses; the capture nearest to the time of the version shows what
stood there then. What was refused, or never came, is told in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import captures, documents, timeline
from archive.content import address

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.types import Extracted, Version


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A photo or document of a version. ``payload`` is a digest; ``why`` says why there is none.

    ``document`` is what was read out of it.
    """

    url: str
    capture_id: int | None = None
    payload: str | None = None
    why: str | None = None
    refused: bool = False  # it was asked for, and did not come or was not kept
    document: Extracted | None = None

    @property
    def told(self) -> str:
        """Its state in a few words."""
        if self.payload is None:
            return f"not captured: {self.why}"
        if self.document is None:
            return "captured"
        if self.document.state != "text":
            return f"captured; no text: {self.document.problem or self.document.state}"
        count = f"{len(self.document.text.split()):,} words"
        return f"captured, text of {count}{', cut off there' if self.document.cut else ''}"


def of_version(archive: Archive, version: Version) -> Mapping[str, Enclosure]:
    """The photos and attachments of a version, by address; what was read of its documents."""
    article = version.article
    urls = [one.image for one in article.captions if one.image]
    urls += [*article.images, *(one.url for one in article.attachments)]
    site_id = site_of(archive, version)
    found = payloads(archive, urls, version, site_id)
    out: dict[str, Enclosure] = {}
    attached = {one.url for one in article.attachments}
    for url in dict.fromkeys(urls):
        capture_id, digest = found.get(url, (None, None))
        if digest is None:
            why, refused = _why(archive, url)
            out[url] = Enclosure(url, why=why, refused=refused)
            continue
        text = documents.of_payload(archive, digest) if url in attached else None
        out[url] = Enclosure(url, capture_id, digest, document=text)
    return out


def payloads(
    archive: Archive, urls: Iterable[str], version: Version, site_id: int
) -> dict[str, tuple[int, str]]:
    """URL -> the capture that shows it at the version's time and its payload's digest; what was
    never captured well is left out."""
    found = timeline.nearest(archive, urls, version.last_seen, want="content", site_id=site_id)
    shown: dict[str, tuple[int, str]] = {}
    for url, capture_id in found.items():
        digest = captures.get(archive, capture_id).payload_digest
        if digest is not None:
            shown[url] = (capture_id, digest)
    return shown


def digests(archive: Archive, version: Version) -> dict[str, str]:
    """Address -> digest of the payload, of a version's captioned photos and its attachments."""
    article = version.article
    urls = [one.image for one in article.captions if one.image]
    urls += [one.url for one in article.attachments]
    if not urls:
        return {}
    found = payloads(archive, urls, version, site_of(archive, version))
    return {url: digest for url, (_, digest) in found.items()}


def site_of(archive: Archive, version: Version) -> int:
    """The row of the version's site."""
    row = archive.conn.execute("SELECT id FROM site WHERE slug = ?", (version.site,)).fetchone()
    return int(row[0])


def _why(archive: Archive, url: str) -> tuple[str, bool]:
    """Why nothing was captured at an address, and whether it was refused."""
    row = archive.conn.execute(
        """SELECT page.state, page.due, last.outcome, last.status, last.failure FROM page
           LEFT JOIN capture last ON last.id = page.last_capture_id
           WHERE page.url = ? OR page.found_url = ? ORDER BY page.id LIMIT 1""",
        (address(url), url),
    ).fetchone()
    if row is None:
        return "its address is not known to any crawl", False
    if row["state"] == "disallowed":
        return "robots.txt forbids it", True
    if row["outcome"] is None:
        return "no crawl has asked for it yet", False
    if row["outcome"] == "failure":
        kind, _, words = row["failure"].partition(":")
        about = f" ({words.strip()})" if words.strip() else ""
        return f"{_FAILURES.get(kind, kind)}{about}", True
    return f"the server answered {row['status']}", True


_FAILURES = {
    "too-large": "it is larger than the profile allows",
    "wrong-type": "it is no photo",
    "timeout": "the server took too long",
    "dns": "its host has no address",
}
