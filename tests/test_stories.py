"""Stories: one text, wherever it stands, whoever came first."""

from __future__ import annotations

from datetime import UTC, datetime
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Walker, article

from archive import articles, events
from archive.clock import FixedClock
from archive.db import Archive

TEXT = "Đảng ủy xã Bình Sơn tổ chức hội nghị sơ kết công tác sáu tháng."


@pytest.fixture
def walker(archive: Archive) -> Walker:
    return Walker.begin(archive)


def stories(archive: Archive) -> list[tuple[object, ...]]:
    """Each story: its key, its members' keys, when its text was first seen and dated."""
    rows = archive.conn.execute(
        """SELECT story.key, group_concat(article.key), story.first_seen, story.first_dated
           FROM story JOIN article ON article.story_id = story.id
           GROUP BY story.id ORDER BY story.key"""
    )
    return [(row[0], tuple(sorted(row[1].split(","))), row[2], row[3]) for row in rows]


def test_copies_on_two_sites(walker: Walker) -> None:
    other = Walker.begin(walker.archive, "khac")
    walker.see(article("http://x.vn/1", "Hội nghị", TEXT, published="2026-02-28"))
    assert stories(walker.archive) == []
    # in another spelling, case and punctuation, dated earlier
    copy = TEXT.replace("ủy", "uỷ").replace("hội nghị", "Hội nghị,")
    other.see(article("http://y.vn/1", "HỘI NGHỊ", copy, published="2026-02-27T10:00+07:00"))
    keys = sorted(articles.key_of_url(url) for url in ("http://x.vn/1", "http://y.vn/1"))
    first_seen = "2026-03-01T08:00:01.000000Z"
    assert stories(walker.archive) == [(keys[0], tuple(keys), first_seen, "2026-02-27T10:00+07:00")]
    news = [event for event in events.since(walker.archive, 0) if event.kind == "story"]
    assert [event.article_id for event in news] == [1, 2]
    assert all(event.data == {"story": keys[0], "members": keys} for event in news)
    walker.see(article("http://x.vn/3", "Hội nghị", TEXT))
    news = [event for event in events.since(walker.archive, 0) if event.kind == "story"]
    assert [event.article_id for event in news] == [1, 2, 3]


def test_an_edited_copy_leaves_the_story(walker: Walker) -> None:
    for number in range(3):
        walker.see(article(f"http://x.vn/{number}", "Hội nghị", TEXT))
    smallest = stories(walker.archive)[0][0]
    url = next(u for u in (f"http://x.vn/{n}" for n in range(3))
               if articles.key_of_url(u) == smallest)  # fmt: skip
    walker.see(article(url, "Hội nghị", TEXT + " Sửa."))
    (left,) = stories(walker.archive)
    assert len(left[1]) == 2
    assert smallest not in left[1]
    rest = next(u for u in (f"http://x.vn/{n}" for n in range(3)) if u != url)
    walker.see(article(rest, "Hội nghị", TEXT + " Sửa."))
    assert len(stories(walker.archive)) == 1  # of the two edited ones; the third stands alone
    assert walker.archive.conn.execute("SELECT count(*) FROM story").fetchone()[0] == 1


def test_short_or_other_texts_are_no_story(walker: Walker) -> None:
    walker.see(article("http://x.vn/1", "Thông báo", "Xem tệp đính kèm."))
    walker.see(article("http://x.vn/2", "Thông báo", "Xem tệp đính kèm."))
    walker.see(article("http://x.vn/3", "Hội nghị", TEXT))
    walker.see(article("http://x.vn/4", "Hội nghị", TEXT + " Hết."))
    walker.see(article("http://x.vn/5", "Hội nghị một", TEXT))
    assert stories(walker.archive) == []


@settings(max_examples=15)
@given(st.permutations(range(6)), st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_the_order_of_arrival_does_not_matter(order: list[int], texts: list[int]) -> None:
    def arrive(numbers: list[int]) -> list[tuple[object, ...]]:
        clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
        with TemporaryDirectory() as folder, Archive.create(f"{folder}/a.db", clock) as archive:
            walker = Walker.begin(archive)
            for number in numbers:
                day = f"2026-01-0{number + 1}"
                shown = article(f"http://x.vn/{number}", "Tin", f"{TEXT} {texts[number]}",
                                published=day)  # fmt: skip
                walker.see(shown)
            return [(key, members, dated) for key, members, _, dated in stories(archive)]

    assert arrive(order) == arrive(list(range(6)))
