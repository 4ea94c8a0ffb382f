"""What one crawl is asked to do, as one process hands it to another."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

GAP_BUDGET = 200
"""Numbers between known articles that `luutru crawl --missing --gaps` may probe at once."""


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What the caller of one crawl asks for."""

    limit: int | None = None  # captures, robots.txt not counted
    full: bool = False  # every known page again, every listing to its end
    missing: bool = False  # only what is known and was never captured
    gaps: int = 0  # of a crawl of missing pages: numbers between known articles that it may probe
    contact: str | None = None  # goes into the User-Agent
    why: str = "asked"
    workers: int = 1  # processes that read pages apart
    read: bool = True  # False: articles are only kept; the next crawl reads them
    photos: bool = True  # False: photos are entered, and not asked for
    documents: bool = True  # False: the same of documents
    follow: bool = True  # False: the start points alone, and where they redirect; none is read


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl, as one process hands it to another."""

    site: str
    archive: str
    sites_dirs: tuple[str, ...] = ()
    options: CrawlOptions = field(default_factory=CrawlOptions)
    clock_shift: float = 0.0
    log_level: str = "ERROR"

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Job:
        values = json.loads(text)
        values["options"] = CrawlOptions(**values["options"])
        values["sites_dirs"] = tuple(values["sites_dirs"])
        return cls(**values)
