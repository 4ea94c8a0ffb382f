"""Readings: what waits is found again after a kill, and what was read need not be read twice."""

from __future__ import annotations

import pytest
from strategies import Walker

from archive import readings
from archive.db import Archive


@pytest.fixture
def walker(archive: Archive) -> Walker:
    return Walker.begin(archive)


def test_waiting_in_order_by_site(walker: Walker) -> None:
    archive = walker.archive
    other = Walker.begin(archive, "khac")
    numbers = [walker.look(f"http://x.vn/{n}").capture_id for n in range(3)]
    far = other.look("http://y.vn/").capture_id
    for number in (*reversed(numbers), far):
        readings.wait(archive, number)
    assert readings.waiting(archive, walker.site_id, 9) == numbers
    assert readings.waiting(archive, walker.site_id, 2) == numbers[:2]
    assert readings.waiting(archive, other.site_id, 9) == [far]
    readings.done(archive, numbers[0], "article", "r1")
    readings.failed(archive, numbers[1], "it broke")
    assert readings.waiting(archive, walker.site_id, 9) == numbers[2:]
    rows = archive.conn.execute("SELECT * FROM reading ORDER BY capture_id").fetchall()
    assert [tuple(row)[1:] for row in rows[:2]] == [
        ("read", "article", "r1", 0, None), ("failed", None, None, 1, "it broke"),
    ]  # fmt: skip


def test_a_page_that_kills_its_reader_is_left_alone(walker: Walker) -> None:
    number = walker.look("http://x.vn/").capture_id
    readings.wait(walker.archive, number)
    counted = []
    while readings.waiting(walker.archive, walker.site_id, 9):
        counted.append(readings.attempt(walker.archive, number))
    assert counted == [1, 2, 3]
    readings.wait(walker.archive, number)  # asked for again: it starts anew
    assert readings.waiting(walker.archive, walker.site_id, 9) == [number]
    assert readings.attempt(walker.archive, 99) == 0


def test_what_was_read_stands_for_the_same_payload(walker: Walker) -> None:
    archive, url = walker.archive, "http://x.vn/a"
    first = walker.look(url, b"one").capture_id
    assert not readings.stands(archive, first)
    unread = walker.look(url, b"one").capture_id
    assert not readings.stands(archive, unread)
    readings.done(archive, first, "article", "r1")
    assert readings.stands(archive, unread)
    assert readings.stands(archive, walker.look(url, unchanged=True).capture_id)
    assert readings.stands(archive, walker.look(url, b"one").capture_id)
    walker.look(url, b"gone", status=404)
    assert readings.stands(archive, walker.look(url, b"one").capture_id)
    assert not readings.stands(archive, walker.look(url, b"two").capture_id)
    # what was read of it is true, but it is not what the page showed last
    assert not readings.stands(archive, walker.look(url, b"one").capture_id)
    assert not readings.stands(archive, walker.look("http://x.vn/b", b"one").capture_id)


def test_a_failed_reading_does_not_stand(walker: Walker) -> None:
    first = walker.look("http://x.vn/a", b"one").capture_id
    readings.failed(walker.archive, first, "it broke")
    assert not readings.stands(walker.archive, walker.look("http://x.vn/a", b"one").capture_id)
    with pytest.raises(KeyError):
        readings.stands(walker.archive, 99)
