"""Citations: the words that name one capture of one article in every archive that holds it.

    luutru:<archive id>:<article key>@<capture time>#<payload digest>

The capture's time and its payload's digest say which capture is meant; the key only helps to find
it. So a citation outlives what gives an article another key or its versions other borders: a merge,
a reparse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.db import Archive
from archive.errors import UnknownReferenceError

_CITATION = re.compile(
    r"luutru:([0-9a-f]{16}):([0-9a-f]{16})@(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"
    r"#(sha256:[0-9a-f]{64})"
)
# What a mail, a word processor or a web page puts into long words: line ends and the marks of a
# quoted line, the zero-width space, the soft hyphen. None of it can be part of a citation.
_BREAKS = re.compile("[\\s>\u200b\u00ad\u2060]+")

_BY_KEY = """
SELECT capture.id FROM article_page JOIN capture ON capture.page_id = article_page.page_id
LEFT JOIN capture earlier ON earlier.id = capture.earlier_id
JOIN payload ON payload.id = coalesce(capture.payload_id, earlier.payload_id)
WHERE article_page.key = ? AND capture.time = ? AND payload.digest = ? ORDER BY capture.id"""

# An `unchanged` capture has no index of what it names, but that is of the same page.
_BY_DIGEST = """
SELECT capture.id FROM payload JOIN capture answer ON answer.payload_id = payload.id
JOIN capture ON capture.page_id = answer.page_id
LEFT JOIN article_page ON article_page.page_id = capture.page_id
WHERE capture.time = ? AND payload.digest = ?
  AND (capture.id = answer.id OR capture.earlier_id = answer.id)
ORDER BY article_page.page_id IS NULL, capture.id"""

# The last version that was there by then: where none shows a capture (404), the one before it.
_VERSION = """
SELECT version.id FROM version JOIN capture first ON first.id = version.first_capture_id
WHERE version.article_id = ?
  AND (first.time, first.id) <= (SELECT time, id FROM capture WHERE id = ?)
ORDER BY first.time DESC, first.id DESC LIMIT 1"""

_FIRST = """
SELECT version.id FROM version JOIN capture first ON first.id = version.first_capture_id
WHERE version.article_id = ? ORDER BY first.time, first.id LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Citation:
    """One capture of an article: *time* as it is kept, *payload* ``sha256:<hex>``."""

    archive_id: str
    key: str
    time: str
    payload: str

    def __str__(self) -> str:
        return f"luutru:{self.archive_id}:{self.key}@{self.time}#{self.payload}"


def parse(text: str) -> Citation | None:
    """The first citation in *text*, which may be a whole reference, broken into lines, quoted."""
    found = _CITATION.search(_BREAKS.sub("", text))
    return Citation(*found.groups()) if found else None


def capture_of(archive: Archive, cited: Citation) -> int:
    """The row number of the capture that is meant; UnknownReferenceError if it is not here."""
    for sql, values in (
        (_BY_KEY, (cited.key, cited.time, cited.payload)),
        (_BY_DIGEST, (cited.time, cited.payload)),
    ):
        row = archive.conn.execute(sql, values).fetchone()
        if row is not None:
            return int(row[0])
    whose = "this archive" if cited.archive_id == archive.id else f"archive {cited.archive_id}"
    raise UnknownReferenceError(
        f"No capture here is of {cited.time} with the payload {cited.payload}: the citation was"
        f" made from {whose}.",
        "Name that archive with --archive FILE, or the article by its key or address.",
    )


def article_of(archive: Archive, cited: Citation) -> int:
    """The row number of the article whose page the cited capture shows."""
    row = archive.conn.execute(
        """SELECT article_page.article_id, capture.url FROM capture
           LEFT JOIN article_page ON article_page.page_id = capture.page_id WHERE capture.id = ?""",
        (capture_of(archive, cited),),
    ).fetchone()
    if row["article_id"] is None:
        raise UnknownReferenceError(
            f"The capture of {cited.time} is here, but no article is read at {row['url']} now.",
            "`luutru serve` shows the page as it was captured.",
        )
    return int(row["article_id"])


def version_at(archive: Archive, article_id: int, capture_id: int) -> int:
    """The row number of the version that holds a capture of the article's pages."""
    conn = archive.conn
    row = conn.execute(_VERSION, (article_id, capture_id)).fetchone()
    row = row or conn.execute(_FIRST, (article_id,)).fetchone()
    return int(row[0])
