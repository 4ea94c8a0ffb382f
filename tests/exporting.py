"""An archive to export, and how its files are written and read back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from stored import ARTICLE, EDITED, HOST, START, Store

from archive import articles
from archive.clock import FixedClock
from archive.db import Archive
from archive.export import dataset
from archive.export.dataset import Wanted
from archive.types import Article, Attachment, Author, Block, Caption, Link

OTHER = f"{HOST}/tin/khac.html"
BARE = Article(url=OTHER, title="Tin không có gì", body=())
NASTY = replace(
    ARTICLE,
    title='=HYPERLINK("http://x.example"), "hai" | `ba`; <b>',
    lead="+84 🇻🇳 \u200fעברית \u202e|",
    authors=(Author("A, B", None, "photo"), Author("=C")),
    body=(Block("paragraph", "một"), Block("row", "x\ty"), Block("quote", "  'hai' \\ ")),
    captions=(Caption("Ảnh 1; Ảnh 2", None, None), Caption("@sum")),
    attachments=(Attachment("-1", f"{HOST}/a%20b.pdf?x=1&y=2"),),
    related=(
        Link("newer", "Mới", f"{HOST}/tin/moi.html", "2026-03-01"),
        Link("related", "Cũ", f"{HOST}/tin/cu.html", "2020-01-01T00:00+07:00"),
    ),
    tags=("a; b", "đ"),
    published="2025-12-31",
    updated="2026-01-01T07:00:01+07:00",
    language="vi",
)

# Which page shows what at which hour.
LOOKS = (
    (1, ARTICLE.url, ARTICLE), (2, OTHER, BARE), (3, f"{HOST}/nasty.html", NASTY),
    (4, ARTICLE.url, EDITED), (5, OTHER, None), (6, f"{HOST}/copy.html", EDITED),
    (7, f"{HOST}/tone.html", ARTICLE), (8, f"{HOST}/tone.html",
     replace(ARTICLE, lead=(ARTICLE.lead or "").replace("hội trường xã", "Uỷ ban xã"))),
)  # fmt: skip


def store_of(path: Path, looks: Iterable[tuple[int, str, Article | None]] = LOOKS) -> Store:
    """An archive with *looks* at pages, each at its own hour whatever its place."""
    store = Store(path)
    for hour, url, article in looks:
        at(store, START + timedelta(hours=hour))
        store.see(article, url, 200 if article else 404)
    return store


def at(store: Store, moment: datetime) -> None:
    """Set the clock so that the next look falls on *moment*."""
    store.clock = FixedClock(moment - timedelta(days=1))
    store.archive.clock = store.clock


def export(archive: Archive, path: Path, **wanted: Any) -> dict[str, Any]:
    """Write a dataset by the ending of *path*; its manifest."""
    return dataset.write(archive, path, Wanted(path.suffix[1:], **wanted), lambda done, total: None)


def expected(archive: Archive) -> dict[str, Article]:
    """Each article as the archive gives it, by key."""
    return {one.key: one.article for one in articles.iterate(archive)}
