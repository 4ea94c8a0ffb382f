"""Versions: content makes them, noise never does, and a change of the reader is no change."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indexed import wrong
from strategies import LONG, Walker, article

from archive import articles, captures, events, versions
from archive.db import Archive
from archive.types import Article, Attachment, Author, Block, Caption, Link

URL = "http://x.vn/tin/1.html"
FULL = article(
    URL,
    "Hội nghị sơ kết",
    section=("Tin tức",),
    lead="Tóm tắt.",
    published="2026-02-28T09:30+07:00",
    byline="Lò Thị Mây",
    authors=(Author("Lò Thị Mây", "Ban Tuyên giáo"),),
    captions=(Caption("Quang cảnh", "Ảnh: A", "http://x.vn/1.jpg"),),
    attachments=(Attachment("Báo cáo", "http://x.vn/a.pdf"),),
    related=(
        Link("text", "xem", "http://x.vn/xem"),
        Link("older", "Tin cũ", "http://x.vn/tin/0.html", "2026-01-01"),
    ),
    tags=("hội nghị",),
    images=("http://x.vn/1.jpg",),
)


@pytest.fixture
def walker(archive: Archive) -> Walker:
    return Walker.begin(archive)


def told(archive: Archive, after: int = 0) -> list[str]:
    return [event.kind for event in events.since(archive, after)]


def healthy(archive: Archive) -> None:
    assert wrong(archive) == []
    assert archive.conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_new_article(walker: Walker) -> None:
    stored = walker.see(FULL)
    assert stored.outcome == "new"
    version = articles.current(walker.archive, stored.article_id)
    assert version.article == FULL
    assert (version.url, version.site, version.state) == (URL, "binh-son", "live")
    assert version.first_capture_id == version.last_capture_id == 1
    row = walker.archive.conn.execute("SELECT * FROM version").fetchone()
    assert row["published_utc"] == "2026-02-28T02:30:00.000000Z"
    assert row["published_precision"] == "minute"
    healthy(walker.archive)


CONTENT = {
    "title": {"title": "Hội nghị tổng kết"},
    "tone mark": {"title": "Hội nghi sơ kết"},
    "section": {"section": ("Tin tức", "Hoạt động")},
    "lead": {"lead": None},
    "published": {"published": "2026-02-28T09:31+07:00"},
    "updated": {"updated": "2026-03-01"},
    "body": {"body": (Block("paragraph", LONG[0]),)},
    "kind of block": {"body": (Block("paragraph", LONG[0]), Block("quote", LONG[1]))},
    "caption": {"captions": (Caption("Quang cảnh hội nghị", "Ảnh: A", "http://x.vn/1.jpg"),)},
    "photo": {"captions": (Caption("Quang cảnh", "Ảnh: A", "http://x.vn/2.jpg"),)},
    "byline": {"byline": "Lò Thị Mai"},
    "attachment": {"attachments": ()},
    "link in the text": {"related": (Link("text", "xem", "http://x.vn/khac"),)},
}


@pytest.mark.parametrize("change", CONTENT.values(), ids=CONTENT.keys())
def test_content_makes_a_version(walker: Walker, change: dict[str, object]) -> None:
    walker.see(FULL)
    stored = walker.see(replace(FULL, **change))  # type: ignore[arg-type]  # fields of Article
    assert stored.outcome == "changed"
    event = list(events.since(walker.archive, 0))[-1]
    names = {"related": "links"}
    assert event.data["fields"] == [names.get(name, name) for name in change]
    assert (event.data["silent"], bool(event.data["kind"])) == (
        "updated" not in change and "published" not in change,
        True,
    )
    history = articles.versions(walker.archive, stored.article_id)
    assert history[0].article == FULL
    assert len(history) == 2
    healthy(walker.archive)


NOISE = {
    "nothing": {},
    "link box": {
        "related": (
            Link("text", "đọc", "http://x.vn/xem?utm_source=1#a"),
            Link("older", "Tin khác", "http://x.vn/tin/7.html"),
            Link("newer", "Tin mới", "http://x.vn/tin/8.html"),
            Link("related", "Tin", "http://x.vn/tin/9.html"),
        )
    },
    "tags": {"tags": ()},
    "evidence": {"evidence": {"title": "another rule"}},
    "language": {"language": "vi"},
    "canonical": {"canonical": URL},
    "photos without caption": {"images": ()},
    "a photo's cache number": {
        "captions": (Caption("Quang cảnh", "Ảnh: A", "http://x.vn/1.jpg?t=170000"),)
    },
    "white space": {"title": "  Hội nghị\n sơ\u00a0kết "},
    "decomposed letters": {"title": unicodedata.normalize("NFD", FULL.title)},
    "session in an attachment": {
        "attachments": (Attachment("Báo cáo", "http://x.vn/a.pdf;jsessionid=9"),)
    },
    "authors under one byline": {"authors": (Author("Lò Thị Mây", "Ban khác"),)},
}


@pytest.mark.parametrize("change", NOISE.values(), ids=NOISE.keys())
def test_noise_makes_none(walker: Walker, change: dict[str, object]) -> None:
    walker.see(FULL)
    stored = walker.see(replace(FULL, **change))  # type: ignore[arg-type]  # fields of Article
    assert stored.outcome == "unchanged"
    (version,) = articles.versions(walker.archive, stored.article_id)
    assert (version.first_capture_id, version.last_capture_id) == (1, 2)
    assert told(walker.archive) == ["new"]
    healthy(walker.archive)


def test_who_has_no_byline_is_compared_by_authors(walker: Walker) -> None:
    plain = replace(FULL, byline=None)
    walker.see(plain)
    assert walker.see(replace(plain, authors=(Author("Vàng A Páo"),))).outcome == "changed"


def test_there_and_back_again(walker: Walker) -> None:
    other = replace(FULL, title="Khác")
    outcomes = [walker.see(one).outcome for one in (FULL, other, FULL, FULL)]
    assert outcomes == ["new", "changed", "changed", "unchanged"]
    history = articles.versions(walker.archive, 1)
    assert [version.article.title for version in history] == [FULL.title, "Khác", FULL.title]
    assert history[0].digest == history[2].digest
    assert history[2].last_capture_id == 4
    healthy(walker.archive)


def test_links_know_when_they_were_shown(walker: Walker) -> None:
    walker.see(FULL)
    fewer = replace(FULL, related=(FULL.related[0], Link("older", "B", "http://x.vn/tin/2.html")))
    walker.see(fewer)
    rows = walker.archive.conn.execute(
        "SELECT kind, target, first_capture_id, last_capture_id FROM link ORDER BY kind, target"
    ).fetchall()
    assert [tuple(row) for row in rows] == [
        ("attachment", "http://x.vn/a.pdf", 1, 2),
        ("older", "http://x.vn/tin/0.html", 1, 1),
        ("older", "http://x.vn/tin/2.html", 2, 2),
        ("text", "http://x.vn/xem", 1, 2),
    ]
    assert articles.current(walker.archive, 1).article.related == fewer.related


# -- the same bytes again -------------------------------------------------------------------------


def test_shown_again(walker: Walker) -> None:
    walker.read(walker.look(URL, b"one"), FULL)
    for kept in (walker.look(URL, b"one"), walker.look(URL, unchanged=True)):
        with walker.archive.transaction():
            versions.shown_again(walker.archive, kept.capture_id)
    (version,) = articles.versions(walker.archive, 1)
    assert version.last_capture_id == 3
    assert {row[0] for row in walker.archive.conn.execute("SELECT last_capture_id FROM link")} == {
        3
    }
    assert version.article.related == FULL.related
    assert told(walker.archive) == ["new"]


def test_shown_again_on_a_page_without_article(walker: Walker) -> None:
    kept = walker.look("http://x.vn/", b"home")
    with walker.archive.transaction():
        versions.shown_again(walker.archive, kept.capture_id)
    assert told(walker.archive) == []


def test_a_not_found_page_shown_again_brings_nothing_back(walker: Walker) -> None:
    walker.see(FULL)
    assert walker.lose(URL, "Không tìm thấy".encode())
    kept = walker.look(URL, "Không tìm thấy".encode(), status=404)
    with walker.archive.transaction():
        versions.shown_again(walker.archive, kept.capture_id)
    assert told(walker.archive) == ["new", "gone"]


# -- gone, back -----------------------------------------------------------------------------------


def go(walker: Walker, url: str = URL, status: int = 404) -> bool:
    return walker.lose(url, status=status)


def test_gone_once_and_back(walker: Walker) -> None:
    walker.see(FULL)
    assert go(walker)
    assert not go(walker, status=410)
    assert articles.current(walker.archive, 1).state == "gone"
    assert walker.see(FULL).outcome == "back"
    assert articles.current(walker.archive, 1).state == "live"
    assert go(walker)
    assert walker.see(replace(FULL, title="Khác")).outcome == "changed"
    assert told(walker.archive) == ["new", "gone", "back", "gone", "back", "changed"]
    first = next(event for event in events.since(walker.archive, 1))
    assert (first.kind, first.data) == ("gone", first.data)
    assert (first.data["why"], first.data["looks"]) == ("missing", 3)
    healthy(walker.archive)


def test_back_by_the_same_payload(walker: Walker) -> None:
    walker.read(walker.look(URL, b"one"), FULL)
    assert go(walker)
    kept = walker.look(URL, b"one")
    with walker.archive.transaction():
        versions.shown_again(walker.archive, kept.capture_id)
    assert told(walker.archive) == ["new", "gone", "back"]


def test_gone_without_article(walker: Walker) -> None:
    assert not go(walker, "http://x.vn/nothing")
    assert told(walker.archive) == []


# -- readers --------------------------------------------------------------------------------------


def test_a_change_of_the_reader_is_told_as_reread(walker: Walker) -> None:
    walker.see(FULL)
    walker.see(FULL)
    page = walker.page_id(URL)
    assert versions.last_reader(walker.archive, page) == (2, "r1")
    better = replace(FULL, lead="Tóm tắt đầy đủ hơn.")
    with walker.archive.transaction():
        assert versions.reread(walker.archive, 2, better, "r2")
        assert not versions.reread(walker.archive, 2, better, "r3")
    assert versions.last_reader(walker.archive, page) == (2, "r3")
    (version,) = articles.versions(walker.archive, 1)
    assert (version.article, version.first_capture_id) == (better, 1)
    event = list(events.since(walker.archive, 1))
    assert [(one.kind, one.data) for one in event] == [("reread", {"fields": ["lead"]})]
    assert walker.see(better, "r3").outcome == "unchanged"
    healthy(walker.archive)


def test_an_older_version_is_reread_where_it_stands(walker: Walker) -> None:
    walker.see(FULL)
    walker.see(replace(FULL, title="Khác"))
    better = replace(FULL, lead=None, authors=(), captions=())
    with walker.archive.transaction():
        assert versions.reread(walker.archive, 1, better, "r2")
    history = articles.versions(walker.archive, 1)
    assert [one.article.lead for one in history] == [None, "Tóm tắt."]
    assert history[0].article.captions == ()
    healthy(walker.archive)


def test_without_rereading_a_difference_is_no_change_of_the_site(walker: Walker) -> None:
    walker.see(FULL)
    assert walker.see(replace(FULL, lead=None), "r2").outcome == "reread"
    assert told(walker.archive) == ["new", "reread"]
    assert len(articles.versions(walker.archive, 1)) == 2


def test_the_same_capture_stored_again(walker: Walker) -> None:
    kept = walker.look(URL)
    assert walker.read(kept, FULL).outcome == "new"
    assert walker.read(kept, FULL).outcome == "unchanged"
    assert walker.read(kept, replace(FULL, lead=None), "r2").outcome == "reread"
    assert len(articles.versions(walker.archive, 1)) == 1
    healthy(walker.archive)


def test_nothing_to_reread(walker: Walker) -> None:
    kept = walker.look("http://x.vn/")
    assert versions.last_reader(walker.archive, walker.page_id("http://x.vn/")) is None
    with pytest.raises(ValueError, match="no version"), walker.archive.transaction():
        versions.reread(walker.archive, kept.capture_id, FULL, "r2")


# -- the whole ------------------------------------------------------------------------------------


def test_an_old_capture_finds_its_place(walker: Walker) -> None:
    now = walker.clock.now()
    walker.see(FULL)
    walker.clock.advance(-900)
    assert walker.see(replace(FULL, title="Trước")).outcome == "changed"
    walker.clock.advance(60)
    assert walker.see(replace(FULL, title="Trước")).outcome == "unchanged"
    assert walker.see(FULL).outcome == "unchanged"
    history = articles.versions(walker.archive, 1)
    assert [(one.article.title, one.first_capture_id, one.last_capture_id) for one in history] == [
        ("Trước", 2, 3), (FULL.title, 4, 1),
    ]  # fmt: skip
    assert articles.current(walker.archive, 1).article.title == FULL.title
    assert walker.clock.now() < now
    healthy(walker.archive)


def test_it_is_one_transaction(walker: Walker) -> None:
    kept = walker.look(URL)
    with pytest.raises(RuntimeError, match="transaction"):
        versions.store(walker.archive, kept.capture_id, FULL, "r1")
    with pytest.raises(KeyError), walker.archive.transaction():
        versions.store(walker.archive, kept.capture_id, FULL, "r1")
        raise KeyError
    for table in ("article", "article_page", "version", "link", "byline", "event", "search_row"):
        assert walker.archive.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
    assert captures.get(walker.archive, kept.capture_id).status == 200


def test_an_old_capture_between_two_looks_at_one_version(walker: Walker) -> None:
    for _ in range(3):
        walker.see(FULL)
        walker.clock.advance(60)
    walker.clock.advance(-100)
    assert walker.see(replace(FULL, lead="Chen giữa.")).outcome == "changed"
    history = articles.versions(walker.archive, 1)
    assert [(one.article.lead, one.first_capture_id, one.last_capture_id) for one in history] == [
        ("Tóm tắt.", 1, 2), ("Chen giữa.", 4, 4), ("Tóm tắt.", 3, 3),
    ]  # fmt: skip
    assert articles.current(walker.archive, 1) == history[-1]
    assert history[-1].article == history[0].article == FULL
    walker.clock.advance(200)
    assert walker.see(FULL).outcome == "unchanged"
    healthy(walker.archive)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.sampled_from("AB"), min_size=1, max_size=7), st.randoms())
def test_history_does_not_depend_on_the_order_of_arrival(walker: Walker, titles, chance) -> None:
    url = f"http://x.vn/{walker.clock.now()}"
    begin = walker.clock.now()
    walker.clock.advance(1000)
    order = list(enumerate(titles))
    chance.shuffle(order)
    for number, title in order:
        walker.clock.advance((begin - walker.clock.now()).total_seconds() + 10 * number)
        stored = walker.see(article(url, title, LONG[0]))
    walker.clock.advance((begin - walker.clock.now()).total_seconds() + 2000)
    runs = [t for n, t in enumerate(titles) if n == 0 or titles[n - 1] != t]
    history = articles.versions(walker.archive, stored.article_id)
    assert [version.article.title for version in history] == runs
    assert articles.current(walker.archive, stored.article_id) == history[-1]
    for before, after in pairwise(history):
        assert before.last_seen < after.first_seen


titles = st.lists(st.sampled_from("ABC"), min_size=1, max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(titles, st.data())
def test_a_version_for_each_difference(walker: Walker, titles: list[str], data: st.DataObject):
    url = f"http://x.vn/{len(list(events.since(walker.archive, 0)))}-{walker.clock.now()}"
    for title in titles:
        stored = walker.see(article(url, title, data.draw(st.just("đủ ")) + LONG[0]))
    runs = [t for n, t in enumerate(titles) if n == 0 or titles[n - 1] != t]
    history = articles.versions(walker.archive, stored.article_id)
    assert [version.article.title for version in history] == runs
    for before, after in pairwise(history):
        assert before.last_seen < after.first_seen
    assert history[-1].id == articles.current(walker.archive, stored.article_id).id


def test_settling_keeps_the_cells_of_a_row(walker: Walker) -> None:
    table = Article(url=URL, title="Bảng", body=(Block("row", " a \t\n b\t"),))
    walker.see(table)
    assert articles.current(walker.archive, 1).article.body == (Block("row", "a\tb\t"),)
