"""Events: numbers that only grow, in commit order, and what happened in between."""

from __future__ import annotations

import pytest
from strategies import Walker, article

from archive import events
from archive.clock import FixedClock
from archive.db import Archive


def test_told_in_order(archive: Archive, clock: FixedClock) -> None:
    site = Walker.begin(archive).site_id
    with archive.transaction():
        first = events.tell(archive, "site", site_id=site, data={"state": "dying", "vì": "cũ"})
    clock.advance(5)
    with archive.transaction():
        second = events.tell(archive, "site", site_id=site)
    assert (first, second) == (1, 2)
    one, two = events.since(archive, 0)
    assert (one.number, one.kind, one.site_id) == (1, "site", site)
    assert one.data == {"state": "dying", "vì": "cũ"}
    assert (two.time - one.time).total_seconds() == 5
    assert [event.number for event in events.since(archive, 1)] == [2]
    assert list(events.since(archive, 2)) == []


def test_numbers_are_never_given_again(archive: Archive) -> None:
    with archive.transaction():
        events.tell(archive, "site", site_id=None)
        archive.conn.execute("DELETE FROM event")
    with pytest.raises(KeyError), archive.transaction():
        events.tell(archive, "site", site_id=None)
        raise KeyError
    with archive.transaction():
        assert events.tell(archive, "site", site_id=None) == 2


def test_of_one_article(archive: Archive) -> None:
    walker = Walker.begin(archive)
    for shown in (article("http://x.vn/1", "A"), article("http://x.vn/2", "B"),
                  article("http://x.vn/1", "C")):  # fmt: skip
        walker.see(shown)
    found = events.of_article(archive, 1)
    assert [(event.kind, event.version_id, event.capture_id) for event in found] == [
        ("new", 1, 1), ("changed", 3, 3),
    ]  # fmt: skip
