"""The sites: how much of each is kept, how its crawls went, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from archive import sites
from archive.clock import iso
from archive.status import SiteStatus, statuses
from archive.web.shell import page, read

if TYPE_CHECKING:
    from archive.db import Archive


@dataclass(frozen=True, slots=True)
class Row:
    """A site and how it stands; ``is_due``: its next run waits for a scheduler already."""

    site: sites.Site
    status: SiteStatus
    is_due: bool


async def view(request: Request, datasette: Any) -> Response:
    """The overview."""
    return await page(request, "sites.html", {"rows": await read(datasette, overview)})


def overview(archive: Archive) -> list[Row]:
    """Every site, by name."""
    known, now = {site.slug: site for site in sites.all(archive)}, iso(archive.clock.now())
    return [
        Row(known[one.site], one, one.next_crawl is not None and one.next_crawl <= now)
        for one in statuses(archive)
    ]
