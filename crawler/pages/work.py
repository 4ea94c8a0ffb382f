"""What the steps of an extraction hand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from archive.types import ReadKind
from crawler.pages.document import Document
from crawler.pages.metadata import Metadata
from crawler.pages.region import Ground
from crawler.pages.title import Title


class Profile(Protocol):
    """What of a `SiteProfile` matters here: selectors by field, as of a day."""

    def fields_at(self, day: date | None) -> Mapping[str, tuple[str, ...]]: ...


@dataclass(slots=True)
class Work:
    """A page as walked and weighed, with its title and the lines of its text."""

    doc: Document
    fields: Mapping[str, tuple[str, ...]]
    meta: Metadata
    ground: Ground
    outer: int
    first: int
    last: int
    head: Title | None
    told: ReadKind | None  # the kind, by what the page says of itself
    bare: bool = False  # an article without a text: photos, a video, a document
    evidence: dict[str, str] = field(default_factory=dict)
