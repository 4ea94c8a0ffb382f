"""Pages that vanish, over days of real crawls: gone only when it is sure, moved by their text."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawling import DAY, Running, SmallSite, article, page, rows, served, value

from crawler.job import CrawlOptions

GONE = page("Không tìm thấy", status=404)


def crawled(folder: Path, day: float) -> None:
    done = Running(folder, "small", CrawlOptions(full=True), shift=day * DAY).end(120)
    assert done.outcome == "finished", done


def states(folder: Path) -> list[tuple[str, str]]:
    return rows(
        folder / "a.db",
        """SELECT replace(page.url, rtrim(page.url, replace(page.url, '/', '')), ''), article.state
           FROM article JOIN page ON page.id = article.page_id ORDER BY 1""",
    )


@pytest.fixture
def site(tmp_path: Path) -> SmallSite:
    pages = {f"/tin/bai-{n}": article(n) for n in range(3)}
    return SmallSite(pages, links=tuple(pages))


def test_an_article_is_gone_on_the_third_day(tmp_path: Path, site: SmallSite) -> None:
    with served(tmp_path, site):
        crawled(tmp_path, 0)
        site.pages["/tin/bai-1"] = GONE
        for day in (1, 2):
            crawled(tmp_path, day)
            assert {state for _, state in states(tmp_path)} == {"live"}
        crawled(tmp_path, 3)
    assert states(tmp_path) == [("bai-0", "live"), ("bai-1", "gone"), ("bai-2", "live")]
    assert value(tmp_path / "a.db", "SELECT count(*) FROM event WHERE kind = 'gone'") == 1


@pytest.mark.long
def test_its_text_at_a_new_address_is_the_same_article(tmp_path: Path, site: SmallSite) -> None:
    with served(tmp_path, site):
        crawled(tmp_path, 0)
        site.pages["/tin/moi"] = site.pages.pop("/tin/bai-1")
        site.links = ("/tin/bai-0", "/tin/bai-2", "/tin/moi", "/tin/bai-1")
        site.pages["/tin/bai-1"] = GONE
        crawled(tmp_path, 1)
        crawled(tmp_path, 2)
    assert states(tmp_path) == [("bai-0", "live"), ("bai-2", "live"), ("moi", "live")]
    assert value(tmp_path / "a.db", "SELECT count(*) FROM event WHERE kind = 'moved'") == 1
