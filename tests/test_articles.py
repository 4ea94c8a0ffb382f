"""Articles as they are read: by reference, in turn, and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import Walker, article, texts

from archive import articles
from archive.article_json import article_from_dict, article_to_dict
from archive.db import Archive
from archive.errors import UnknownReferenceError
from archive.filters import Filters
from archive.times import sortable
from archive.types import Article, Attachment, Author, Block, Caption, Link

KEYS = [
    "url", "site", "title", "section", "lead", "published", "updated", "authors", "byline",
    "source", "body", "captions", "related", "attachments", "tags", "language", "evidence",
]  # fmt: skip


@pytest.fixture
def walker(archive: Archive) -> Walker:
    return Walker.begin(archive)


# -- references -----------------------------------------------------------------------------------


def test_by_key_and_url(walker: Walker) -> None:
    found = "http://X.vn:80/xây-dựng/1.html?utm_source=z&id=3#top"
    walker.see(article(found))
    key = articles.key_of_url(found)
    for ref in (found, key, f" {key.upper()} ", "http://x.vn/x%C3%A2y-d%e1%bb%b1ng/1.html?id=3",
                "x.vn/xây-dựng/1.html?id=3"):  # fmt: skip
        assert articles.resolve(walker.archive, ref) == 1


def test_by_a_url_of_a_site_with_rules_of_its_own(walker: Walker) -> None:
    walker.see(article("http://x.vn/1?in=1"))
    walker.archive.conn.execute("UPDATE page SET url = 'http://x.vn/1'")
    assert articles.resolve(walker.archive, "http://x.vn/1?in=1") == 1
    assert articles.resolve(walker.archive, "http://x.vn/1/") == 1


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ("0000", r"No article of this archive is named '0000'\. `luutru search`"),
        ("http://x.vn/never", r"known, but it was never captured\. `luutru crawl SITE --missing`"),
        ("http://x.vn/", r"captured, but no article was read there \(it is a listing page\)"),
        ("http://x.vn/unknown", "No article of this archive is named"),
        ("", "No article of this archive is named"),
        ("hội nghị", "No article of this archive is named"),
        ("http://[", "No article of this archive is named"),
    ],
)
def test_unknown(walker: Walker, ref: str, told: str) -> None:
    walker.see(article("http://x.vn/1"))
    walker.page("http://x.vn/never")
    walker.look("http://x.vn/", kind="listing")
    with pytest.raises(UnknownReferenceError, match=told):
        articles.resolve(walker.archive, ref)


def test_the_nearest_keys_are_told(walker: Walker) -> None:
    walker.see(article("http://x.vn/1"))
    key = articles.key_of_url("http://x.vn/1")
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    for ref in (wrong, key[:6], key.upper()[:4]):
        with pytest.raises(UnknownReferenceError, match=f"Near it: {key}"):
            articles.resolve(walker.archive, ref)


def test_rows_that_are_not_there(walker: Walker) -> None:
    for read in (articles.current, articles.version):
        with pytest.raises(KeyError):
            read(walker.archive, 7)
    assert articles.versions(walker.archive, 7) == []


# -- in turn --------------------------------------------------------------------------------------


@pytest.fixture
def library(archive: Archive) -> Archive:
    one, two = Walker.begin(archive), Walker.begin(archive, "khac")
    archive.conn.execute("UPDATE site SET province_now = 'Lạng Sơn' WHERE slug = 'khac'")
    shown = [
        (one, article("http://x.vn/1", "A", published="2026-02-27T23:30+07:00",
                      section=("Tin tức", "Hoạt động"), authors=(Author("Lò Thị Mây"),))),
        (one, article("http://x.vn/2", "B", published="2026-02-28", authors=(Author("Mai Vy"),))),
        (two, article("http://y.vn/3", "C", published="2026-03-01T00:00:30+07:00",
                      section=("Hoạt động",))),
        (two, article("http://y.vn/4", "D")),
    ]  # fmt: skip
    for walker, each in shown:
        walker.see(each)
        walker.see(replace(each, lead="Sửa."))
    return archive


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        (Filters(), "ABCD"),
        (Filters(sites=("khac",)), "CD"),
        (Filters(sites=("khac", "binh-son")), "ABCD"),
        (Filters(section="hoat dong"), "AC"),
        (Filters(section="Hoạt Động"), "AC"),
        (Filters(section="Hoát động"), ""),
        (Filters(section="hoat"), ""),
        (Filters(author="lo thi"), "A"),
        (Filters(author="Mây"), "A"),
        (Filters(author="May"), "A"),
        (Filters(author="Máy"), ""),
        (Filters(province="lang son"), "CD"),
        (Filters(province="Bình Phước"), "ABCD"),
        (Filters(since="2026-02-28"), "BC"),
        (Filters(until="2026-02-28"), "AB"),
        (Filters(since="2026-02-27", until="2026-02-27"), "A"),
        (Filters(until="2026-03-01T00:00"), "ABC"),
        (Filters(sites=("binh-son",), section="hoat dong", since="2026-01-01"), "A"),
    ],
)
def test_filters(library: Archive, filters: Filters, titles: str) -> None:
    found = list(articles.iterate(library, filters))
    assert sorted(version.article.title for version in found) == list(titles)
    assert [version.key for version in found] == sorted(version.key for version in found)
    assert all(version.article.lead == "Sửa." for version in found)


def test_no_date(library: Archive) -> None:
    with pytest.raises(ValueError, match="no date"):
        list(articles.iterate(library, Filters(since="hôm qua")))


@pytest.mark.parametrize(
    ("printed", "utc", "precision"),
    [
        ("2023-06-26T16:23+07:00", "2023-06-26T09:23:00.000000Z", "minute"),
        ("2023-06-26T16:23:05+07:00", "2023-06-26T09:23:05.000000Z", "second"),
        ("2023-06-26T16:23:05Z", "2023-06-26T16:23:05.000000Z", "second"),
        ("2023-06-26T16:23:05", "2023-06-26T09:23:05.000000Z", "second"),
        ("2023-06-26T16:23-03:00", "2023-06-26T19:23:00.000000Z", "minute"),
        ("2023-06-26", "2023-06-25T17:00:00.000000Z", "day"),
        ("0001-01-01", None, None),
        ("26/6/2023", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_dates_to_sort_by(printed: str | None, utc: str | None, precision: str | None) -> None:
    assert sortable(printed) == (utc, precision)


# -- JSON -----------------------------------------------------------------------------------------

maybe = st.none() | texts
full = st.builds(
    Article,
    url=texts,
    title=texts,
    section=st.lists(texts, max_size=2).map(tuple),
    lead=maybe,
    published=maybe,
    updated=maybe,
    authors=st.lists(st.builds(Author, texts, maybe, maybe), max_size=2).map(tuple),
    byline=maybe,
    source=maybe,
    body=st.lists(
        st.builds(Block, st.sampled_from(["paragraph", "heading", "row"]), texts), max_size=3
    ).map(tuple),
    captions=st.lists(st.builds(Caption, texts, maybe, maybe), max_size=2).map(tuple),
    related=st.lists(
        st.builds(Link, st.sampled_from(["related", "text"]), texts, texts, maybe), max_size=2
    ).map(tuple),
    attachments=st.lists(st.builds(Attachment, texts, texts), max_size=2).map(tuple),
    tags=st.lists(texts, max_size=2).map(tuple),
    language=maybe,
    evidence=st.dictionaries(texts, texts, max_size=2),
)


@given(full)
def test_json_there_and_back(one: Article) -> None:
    told = json.loads(json.dumps(article_to_dict(one, site="a", full=True)))
    assert list(told) == KEYS
    assert article_from_dict(told) == one
    plain = article_to_dict(one, site="a")
    assert plain["body"] == [block.text for block in one.body]
    assert article_from_dict(plain).title == one.title


def test_json_of_a_version(walker: Walker) -> None:
    walker.see(article("http://x.vn/1#a", "Tiêu đề", "Một.", section=("Tin",)))
    version = articles.current(walker.archive, 1)
    told = articles.to_json(version)
    assert list(told) == KEYS
    assert (told["url"], told["site"], told["section"]) == ("http://x.vn/1", "binh-son", ["Tin"])
    assert told["body"] == ["Một."]
    assert articles.to_json(version, full=True)["body"] == [{"kind": "paragraph", "text": "Một."}]
