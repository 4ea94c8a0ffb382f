"""Articles that go through the store as a crawl takes them: page, capture, version, event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from archive import absence, captures, crawls, pages, sites, versions
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import (
    Article,
    Attachment,
    Author,
    Block,
    Caption,
    Exchange,
    Found,
    Link,
    PageKind,
)

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
HOST = "https://binh-son.example"

ARTICLE = Article(
    url=f"{HOST}/tin/hoi-nghi.html",
    title="Đảng ủy xã Bình Sơn sơ kết công tác tuyên truyền miệng",
    section=("Tin tức", "Hoạt động"),
    lead="Sáng 28/2, hội nghị sơ kết diễn ra tại hội trường xã.",
    published="2026-02-28T09:30+07:00",
    authors=(Author("Lò Thị Mây", "Ban Xây dựng Đảng"),),
    byline="Lò Thị Mây – Ban Xây dựng Đảng",
    body=(
        Block("paragraph", "Dự hội nghị có đồng chí Bí thư Đảng uỷ và 40 báo cáo viên."),
        Block("heading", "Kết quả nổi bật"),
        Block("paragraph", "Cả xã đã tổ chức 12 buổi tuyên truyền miệng cho 900 lượt người."),
        Block("item", "Chuyển đổi số"),
        Block("row", "Tháng\tBuổi"),
        Block("paragraph", "Hội nghị kết thúc trong buổi sáng."),
    ),
    captions=(Caption("Quang cảnh hội nghị", "Ảnh: Vàng A Páo", f"{HOST}/anh/1.jpg"),),
    related=(Link("related", "Tin khác", f"{HOST}/tin/khac.html"),),
    attachments=(Attachment("Báo cáo sơ kết", f"{HOST}/bao-cao.pdf"),),
    tags=("tuyên truyền",),
    evidence={"title": "test"},
)
EDITED = replace(
    ARTICLE,
    title="Đảng ủy xã Bình Sơn tổng kết công tác tuyên truyền miệng",
    body=(
        ARTICLE.body[0],
        ARTICLE.body[1],
        replace(ARTICLE.body[2], text=ARTICLE.body[2].text.replace("12 buổi", "15 buổi")),
        *ARTICLE.body[3:],
    ),
)


class Store:
    """An archive and the crawl that fills it; each look advances the clock by a day."""

    def __init__(self, path: Path) -> None:
        self.clock = FixedClock(START)
        self.archive = Archive.create(path, self.clock)
        with self.archive.transaction():
            self.site_id = sites.ensure(
                self.archive, "binh-son", "Đảng ủy xã Bình Sơn", "Hòa Bình", "Phú Thọ"
            )
            self.crawl_id = crawls.begin(self.archive, self.site_id, "asked", "test", {})

    def see(self, article: Article | None, url: str = ARTICLE.url, status: int = 200) -> int:
        """Look at a page that shows *article* (None: it shows none); the capture's number.

        A page that is no more is looked at on as many days as it takes to be sure of that.
        """
        for _ in range(absence.LOOKS - 1 if article is None and status >= 400 else 0):
            self._see(None, f"{HOST}/muc/", 200, kind="listing")
            self._see(None, url, status)
        if article is None:
            self._see(None, f"{HOST}/muc/", 200, kind="listing")
        return self._see(article, url, status)

    def _see(
        self, article: Article | None, url: str, status: int, kind: PageKind = "article"
    ) -> int:
        self.clock.advance(86_400 if kind == "article" else 0)
        archive = self.archive
        with archive.transaction():
            page = pages.by_url(archive, url)
            if page is None:
                found = Found(url, kind, "listing")
                (page,) = pages.add(archive, self.site_id, [found], at=self.clock.now())
            kept = captures.keep(
                archive,
                Exchange(url, self.clock.now(), status=status, body=repr(article).encode()),
                page.id,
                self.crawl_id,
            )
            if article is not None:
                versions.store(archive, kept.capture_id, replace(article, url=url), "test 1")
            elif status >= 400:
                versions.gone(archive, page.id, kept.capture_id)
        return kept.capture_id

    def end(self) -> None:
        """End the crawl and close the file."""
        crawls.end(self.archive, self.crawl_id, "finished", {})
        self.archive.close()
