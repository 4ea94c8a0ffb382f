"""One candidate as a hit: what is told of it beside the piece of text that shows the match."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from archive import as_of
from archive.candidates import Candidate
from archive.index_text import Text, entry_of
from archive.matching import DOCUMENT
from archive.scopes import Scope
from archive.snippets import Snippet
from archive.types import Hit

if TYPE_CHECKING:
    from archive.db import Archive


def text(archive: Archive, candidate: Candidate) -> Text:
    """Its text as the index has it: documents stand with current versions alone."""
    return entry_of(archive, candidate.version_id, None if candidate.is_current else ()).text


def bare(archive: Archive, scope: Scope, candidate: Candidate) -> Hit:
    """A hit without anything of its text."""
    row = archive.conn.execute(
        "SELECT a.key, s.slug, p.url, v.title, v.section, v.published, a.state, v.article_id"
        " FROM version v JOIN article a ON a.id = v.article_id JOIN site s ON s.id = a.site_id"
        " JOIN article_page own ON own.key = a.key JOIN page p ON p.id = own.page_id"
        " WHERE v.id = ?",
        (candidate.version_id,),
    ).fetchone()
    moment = scope.versions
    return Hit(
        key=row["key"],
        site=row["slug"],
        url=row["url"],
        title=row["title"],
        section=tuple(json.loads(row["section"])),
        published=row["published"],
        snippet="",
        marks=(),
        title_marks=(),
        state=row["state"],
        score=0.0,
        version=as_of.place(archive, candidate.version_id),
        current=candidate.is_current,
        state_then=as_of.state(archive, row["article_id"], moment)
        if isinstance(moment, datetime)
        else None,
    )


def attachment(archive: Archive, candidate: Candidate, shown: Snippet) -> str | None:
    """The title of the attachment that a snippet is of, if it is of one."""
    if shown.column is None or not shown.column.startswith(DOCUMENT):
        return None
    number = int(shown.column.removeprefix(DOCUMENT))
    return text(archive, candidate).documents[number].title
