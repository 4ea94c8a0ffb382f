"""The reference to one capture of an article, as it stands in a paper or a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from archive import articles, captures, citations
from archive.citations import Citation
from archive.cli.versions import chosen
from archive.clock import from_iso, iso
from archive.db import Archive
from archive.errors import InputError
from archive.times import VIETNAM, sortable
from archive.types import Capture, Version

Language = Literal["en", "vi"]

_WORDS: dict[Language, dict[str, str]] = {
    "en": {"captured": "captured", "status": "answer", "undated": "no date"},
    "vi": {"captured": "lưu ngày", "status": "trả lời", "undated": "không ghi ngày"},
}

_CAPTURES = """
SELECT capture.id, capture.time FROM article_page
JOIN capture ON capture.page_id = article_page.page_id
WHERE article_page.article_id = ? AND capture.outcome != 'failure'"""


@dataclass(frozen=True, slots=True)
class Reference:
    """A capture, the version that holds it, and who published it. ``seal``: None, not yet."""

    citation: Citation
    capture: Capture
    version: Version
    place: int  # of the version among the article's, from 1
    committee: str
    seal: str | None

    def text(self, language: Language = "en") -> str:
        """The reference in one paragraph; it ends with the citation proper."""
        words, shown, one = _WORDS[language], self.version.article, self.capture
        by = shown.byline or "; ".join(author.name for author in shown.authors)
        utc, local = one.time, one.time.astimezone(VIETNAM)
        parts = [
            by,
            f"“{shown.title}”",
            self.committee
            if self.committee == self.version.site
            else f"{self.committee} ({self.version.site})",
            shown.published or words["undated"],
            f"<{one.url}>",
            f"{words['captured']} {utc:%Y-%m-%d %H:%M:%S}Z ({local:%Y-%m-%d %H:%M:%S} +07:00)",
            f"{words['status']} {one.status}" if (one.status or 0) >= 400 else "",
            str(self.citation),
        ]
        return ", ".join(" ".join(part.split()) for part in parts if part)

    def to_json(self) -> dict[str, Any]:
        """The same by name; times as they are kept, and in Vietnam."""
        shown, one = self.version.article, self.capture
        return {
            "citation": str(self.citation),
            "archive": self.citation.archive_id,
            "key": self.version.key,
            "version": self.place,
            "site": self.version.site,
            "committee": self.committee,
            "title": shown.title,
            "byline": shown.byline,
            "authors": [author.name for author in shown.authors],
            "published": shown.published,
            "url": one.url,
            "time": iso(one.time),
            "time_in_vietnam": one.time.astimezone(VIETNAM).isoformat(),
            "outcome": one.outcome,
            "status": one.status,
            "payload": one.payload_digest,
            "identity": one.identity,
            "seal": self.seal,
        }


def refer(
    archive: Archive, ref: str, number: int | None = None, at: str | None = None
) -> Reference:
    """The reference to the capture that is meant.

    *at*: the capture nearest to that moment (ISO 8601, in Vietnam if it names no offset); else the
    one that a citation names; else the first one that shows version *number*, or the current one.
    UnknownReferenceError, InputError.
    """
    if number is not None and at is not None:
        raise InputError(
            "A version and a moment name two captures.", "Leave out VERSION or --capture."
        )
    version, _, _ = chosen(archive, ref, number)
    article_id = articles.resolve(archive, ref)
    cited = citations.parse(ref)
    if at is not None:
        capture_id = _nearest(archive, article_id, _moment(at))
    elif cited is not None and number is None:
        capture_id = citations.capture_of(archive, cited)
    else:
        capture_id = version.first_capture_id
    return _reference(archive, article_id, capture_id)


def _reference(archive: Archive, article_id: int, capture_id: int) -> Reference:
    capture = captures.get(archive, capture_id)
    found = articles.versions(archive, article_id)
    version_id = citations.version_at(archive, article_id, capture_id)
    place = next(i for i, one in enumerate(found, 1) if one.id == version_id)
    version = found[place - 1]
    row = archive.conn.execute(
        """SELECT site.name, seal.digest FROM site, crawl LEFT JOIN seal ON seal.crawl_id = crawl.id
           WHERE site.slug = ? AND crawl.id = ?""",
        (version.site, capture.crawl_id),
    ).fetchone()
    assert capture.payload_digest is not None  # failures are not cited, all else has a payload
    citation = Citation(archive.id, version.key, iso(capture.time), capture.payload_digest)
    return Reference(citation, capture, version, place, row["name"], row["digest"])


def _moment(text: str) -> datetime:
    utc, _ = sortable(text)
    if utc is None:
        raise InputError(f"{text!r} is no moment.", "Write it as in 2026-03-01T08:30+07:00.")
    return from_iso(utc)


def _nearest(archive: Archive, article_id: int, moment: datetime) -> int:
    """The capture of the article's pages nearest to *moment*, whatever the server answered."""
    chosen: tuple[timedelta, int] | None = None
    for before in (True, False):
        row = archive.conn.execute(
            f"{_CAPTURES} AND capture.time {'<=' if before else '>'} ?"
            f" ORDER BY capture.time {'DESC' if before else ''}, capture.id LIMIT 1",
            (article_id, iso(moment)),
        ).fetchone()
        if row is not None:
            away = abs(from_iso(row["time"]) - moment)
            if chosen is None or away < chosen[0]:
                chosen = (away, row["id"])
    assert chosen is not None  # an article has a version, and that a capture
    return chosen[1]
