"""The fields of a row, in their order: what each holds. Schemas, manifest and card come from here.

`url` is an address, `time` UTC in ISO 8601 with Z, `digest` is `sha256:` and 64 hex digits.
"""

from __future__ import annotations

from dataclasses import dataclass

from archive.export.record import Kind


@dataclass(frozen=True, slots=True)
class Field:
    """A field, and for a list of objects the names of their parts, all of them text.

    ``type``: `text`, `word` (one of a few texts), `time`, `number`, `flag`, `texts` (a list),
    `objects` (a list) or `map` (text to text).
    """

    name: str
    type: str
    meaning: str
    parts: tuple[str, ...] = ()


_ARTICLE = (
    Field("key", "text", "the article's name: 16 hex digits, made of its first canonical address"),
    Field("url", "text", "canonical address of the page that was captured first"),
    Field("site", "word", "the site's name in the archive"),
    Field("title", "text", "headline"),
    Field("section", "texts", "sections, the outermost first"),
    Field("lead", "text", "the summary that stands over the body"),
    Field("published", "text", "date as printed: with its offset, or a day alone; never invented"),
    Field("published_utc", "time", "the same to sort by; a day counts from midnight in Vietnam"),
    Field("published_precision", "word", "how exact the printed date is: second, minute or day"),
    Field("updated", "text", "date of the last change as printed"),
    Field("authors", "objects", "who is named, with affiliation and role",
          ("name", "affiliation", "role")),
    Field("byline", "text", "the line of the authors as printed"),
    Field("source", "text", "the medium that the text is said to come from"),
    Field("body", "objects", "the text in reading order: paragraph, heading, item, row (of a table,"
          " cells divided by tabs), quote", ("kind", "text")),
    Field("captions", "objects", "photo captions, with credit, the photo's address and the digest"
          " of the photo's bytes in the capture nearest to `last_seen`; null: it was not captured",
          ("text", "credit", "image", "payload")),
    Field("related", "objects", "links: related, newer, older, text (inside the body), part",
          ("kind", "title", "url", "published")),
    Field("attachments", "objects", "attached documents; the digest as for photos",
          ("title", "url", "payload")),
    Field("tags", "texts", "the site's own keywords"),
    Field("language", "word", "language that the page declares"),
    Field("evidence", "map", "for each field the rule that found it"),
    Field("state", "word", "of the article when the archive stood so: live, gone or moved; of one"
          " that was withdrawn from the archive, withdrawn: of its text nothing is left"),
    Field("story", "text", "equal texts at other addresses share this key; empty: it is alone"),
    Field("version", "number", "number of this version, 1 is the oldest"),
    Field("versions", "number", "how many versions of the article there are"),
    Field("withdrawn", "time", "when its text was withdrawn from the archive"),
    Field("withdrawn_why", "text", "why it was withdrawn"),
    Field("notes", "objects", "what archivists wrote about the article, by whom and when",
          ("text", "by", "time")),
    Field("collections", "texts", "the archivists' collections that the article is in"),
)  # fmt: skip

_VERSION = (
    Field("current", "flag", "whether it is the article's current version"),
    Field("change", "word", "weightiest difference from the version before: content, marks (same"
          " letters, other marks), spelling (slips of it), form (case, punctuation), space (white"
          " space, paragraphs), tone (ủy for uỷ alone), date"),
    Field("changed", "texts", "the fields that differ from the version before"),
    Field("silent", "flag", "whether the page does not say that it was changed: its own date of the"
          " last change stayed; empty: there is no version before"),
)  # fmt: skip

_PROOF = (
    Field("first_seen", "time", "the first capture that shows this version"),
    Field("last_seen", "time", "the last capture that shows this version"),
    Field("first_capture", "text", "identity of the first capture: a digest of all it says"),
    Field("last_capture", "text", "identity of the last capture"),
    Field("payload", "text", "digest of the page's bytes in the first capture"),
    Field("digest", "text", "digest of this version's content"),
    Field("reader", "text", "what read the page: extractor, digest of the site's profile, parser"),
)


def fields_of(kind: Kind) -> tuple[Field, ...]:
    """The fields of a row, in the order of its keys."""
    return (*_ARTICLE, *(_VERSION if kind == "versions" else ()), *_PROOF)
