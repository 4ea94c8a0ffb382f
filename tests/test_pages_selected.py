"""Fields that a profile's selectors correct, and what follows from a correction."""

from __future__ import annotations

from datetime import UTC, date, datetime

from archive.types import Article, Exchange
from crawler.pages.document import Document
from crawler.pages.extract import extract

SEEN = datetime(2024, 3, 5, 3, 0, tzinfo=UTC)
TEXT = "<p>Đồng chí Nguyễn Văn An, Bí thư Chi bộ phát biểu tại hội nghị, nêu rõ ba việc.</p>" * 4


class Selecting:
    """A profile of these selectors."""

    def __init__(self, **fields: str) -> None:
        self.fields = {name: (selector,) for name, selector in fields.items()}

    def fields_at(self, day: date | None) -> dict[str, tuple[str, ...]]:
        return self.fields


def article(inner: str, head: str = "", **fields: str) -> Article:
    page = (
        f"<html lang=vi><head><meta charset=utf-8>{head}</head><body>"
        f"<h1>Hội nghị sơ kết công tác của chi bộ</h1>{inner}</body></html>"
    )
    exchange = Exchange("https://a.vn/tin/hoi-nghi-12.html", SEEN, status=200, body=page.encode())
    found = extract(Document.parse(exchange), Selecting(**fields))
    assert found is not None
    return found


def test_a_byline_that_is_pointed_at_is_printed_and_names_its_people() -> None:
    """A line that no generic rule would take for names."""
    line = "<div class=ky>Q.Như-N.Phương</div>"
    found = article(f"{TEXT}<p>Hết.</p>{line}", byline="div.ky")
    assert found.byline == "Q.Như-N.Phương"
    assert [one.name for one in found.authors] == ["Q.Như", "N.Phương"]
    assert found.evidence["byline"] == found.evidence["authors"] == "profile: div.ky"


def test_authors_that_are_pointed_at_stay_beside_a_byline() -> None:
    lines = "<div class=ky>Theo Hà Anh</div><b class=tg>Trần Bình</b>"
    found = article(f"{TEXT}{lines}", byline="div.ky", authors="b.tg")
    assert found.byline == "Theo Hà Anh"
    assert [one.name for one in found.authors] == ["Trần Bình"]


def test_a_time_element_that_shows_less_than_it_knows() -> None:
    shown = '<time class=d datetime="2024-03-04T10:47:00+07:00">04/03/2024</time>'
    assert article(shown + TEXT, published="time.d").published == "2024-03-04T10:47:00+07:00"
    other = '<time class=d datetime="2019-01-01T10:47:00+07:00">04/03/2024</time>'
    assert article(other + TEXT, published="time.d").published == "2024-03-04"  # what is shown


def test_an_edit_before_the_corrected_publication_is_none() -> None:
    head = (
        '<meta property="article:published_time" content="2024-02-01T08:00:00+07:00">'
        '<meta property="article:modified_time" content="2024-02-02T08:00:00+07:00">'
    )
    shown = "<i class=d>04/03/2024 10:47</i>"
    found = article(shown + TEXT, head, published="i.d")
    assert (found.published, found.updated) == ("2024-03-04T10:47+07:00", None)
    assert "updated" not in found.evidence
