"""What an import would bring, by site: nothing is read apart, and nothing written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from archive.db import Archive
from archive.interchange.looks import Look
from archive.interchange.reading import Wrong
from crawler.ingest_files import Show, Told, checked, summed
from crawler.ingest_originals import known
from crawler.ingest_result import FileResult
from crawler.ingest_sites import Sites


def plan(
    archive_path: Path,
    files: Sequence[Path],
    sites: Callable[[Archive | None], Sites],
    show: Show,
) -> tuple[list[dict[str, Any]], list[FileResult]]:
    """Rows by site, and a result for each file with what is wrong with it; errors of `ingest`."""
    results, sources = checked(files)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    tell = summed(show, sources)
    with ExitStack() as stack:
        archive = None
        if archive_path.exists():
            archive = stack.enter_context(Archive.open(archive_path, readonly=True))
        found = sites(archive)
        for result, source in zip(results, sources, strict=True):
            found.next_file()
            for item in source.items() if source is not None else ():
                tell()
                if isinstance(item, Look):
                    _count(archive, found, item, counts)
                elif isinstance(item, Told):
                    found.tell(item.site)
                elif isinstance(item, Wrong):
                    result.wrong(item)
    names = ("captures", "known", "articles", "listings", "photos")
    rows = [{"site": slug} | {name: told[name] for name in names} for slug, told in counts.items()]
    return sorted(rows, key=lambda row: str(row["site"])), results


def _count(
    archive: Archive | None, sites: Sites, look: Look, counts: defaultdict[str, Counter[str]]
) -> None:
    try:
        home = sites.home(look)
    except ValueError:
        return
    told = counts[home.profile.slug]
    if archive is not None and known(archive, look, sites.page(home)):
        told["known"] += 1
        return
    told["captures"] += 1
    told[f"{home.found.kind}s"] += 1
