"""The captures of a page in order, and the one of a URL that is nearest to a moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_room import START
from strategies import Walker

from archive import timeline
from archive.clock import FixedClock
from archive.db import Archive

HOST = "https://a.example"
DAY = timedelta(days=1)


@pytest.fixture
def walker(archive: Archive) -> Walker:
    return Walker.begin(archive)


def one(walker: Walker, url: str, at: object, **more: object) -> int | None:
    want = {"want": "page", **more}
    return timeline.nearest(walker.archive, [url], at, **want).get(url)  # type: ignore[arg-type]


def test_a_page_s_captures_in_order(walker: Walker) -> None:
    first = walker.look(f"{HOST}/a", b"1")
    walker.look(f"{HOST}/b", b"1")
    again = walker.look(f"{HOST}/a", b"1")
    same = walker.look(f"{HOST}/a", unchanged=True)
    other = walker.look(f"{HOST}/a", b"22", status=404)
    line = timeline.of_page(walker.archive, walker.page_id(f"{HOST}/a"))
    assert [(entry.id, entry.outcome, entry.status, entry.size, entry.same) for entry in line] == [
        (first.capture_id, "answer", 200, 1, False),
        (again.capture_id, "answer", 200, 1, True),
        (same.capture_id, "unchanged", 304, 1, True),
        (other.capture_id, "answer", 404, 2, False),
    ]


def test_the_nearest_before_or_after(walker: Walker) -> None:
    ids, times = [], []
    for _ in range(3):
        walker.clock.advance(86_400)
        ids.append(walker.look(f"{HOST}/a", b"1").capture_id)
        times.append(walker.clock.now())
    assert one(walker, f"{HOST}/a", times[0] - DAY * 9) == ids[0]
    assert one(walker, f"{HOST}/a", times[1] - DAY * 0.4) == ids[1]
    assert one(walker, f"{HOST}/a", times[1] + DAY * 0.6) == ids[2]
    assert one(walker, f"{HOST}/a", times[2] + DAY * 9) == ids[2]
    assert one(walker, f"{HOST}/b", times[0]) is None


def test_content_is_what_came_well_and_redirects_are_followed(walker: Walker) -> None:
    lost = walker.look(f"{HOST}/x.jpg", b"404", status=404).capture_id
    at = walker.clock.now()
    assert one(walker, f"{HOST}/x.jpg", at) == lost
    assert one(walker, f"{HOST}/x.jpg", at, want="content") is None
    to_y = (("Location", "/y.jpg"),)
    walker.look(f"{HOST}/old.jpg", b"", status=301, headers=to_y)
    assert one(walker, f"{HOST}/old.jpg", at, want="content") is None
    photo = walker.look(f"{HOST}/y.jpg", b"photo").capture_id
    assert one(walker, f"{HOST}/old.jpg", at, want="content") == photo
    walker.look(f"{HOST}/ring", b"", status=302, headers=(("Location", "/ring"),))
    assert one(walker, f"{HOST}/ring", at, want="content") is None


def test_other_spellings_of_an_address(walker: Walker) -> None:
    kept = walker.look(f"{HOST}/muc", b"1").capture_id
    at = walker.clock.now()
    for url in (
        f"{HOST}/muc/",
        "http://a.example/muc",
        f"{HOST}/muc?utm_source=x#y",
        f"{HOST}/./muc",
    ):
        assert one(walker, url, at) == kept, url
    for url in ("mailto:a@a.example", "", f"{HOST}/muc?a=1", "http://"):
        assert one(walker, url, at) is None, url


def test_as_first_found_where_a_site_drops_parameters(walker: Walker) -> None:
    kept = walker.look(f"{HOST}/a.css", b"1").capture_id
    with walker.archive.transaction() as conn:  # as a profile's drop_params has it
        conn.execute("UPDATE page SET found_url = ?", (f"{HOST}/a.css?b=6201",))
    at = walker.clock.now()
    assert one(walker, f"{HOST}/a.css?b=6201", at) is None
    assert one(walker, f"{HOST}/a.css?b=6201", at, site_id=walker.site_id) == kept


def test_thousands_of_addresses_at_once(walker: Walker) -> None:
    kept = {f"{HOST}/{n}": walker.look(f"{HOST}/{n}", b"1").capture_id for n in range(0, 1000, 100)}
    urls = [f"{HOST}/{n}" for n in range(3000)]
    found = timeline.nearest(
        walker.archive, urls, walker.clock.now(), want="page", site_id=walker.site_id
    )
    assert found == kept


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(-5, 45))
def test_none_is_nearer(tmp_path_factory: pytest.TempPathFactory, days: list[int], at: int) -> None:
    path = tmp_path_factory.mktemp("near") / "a.db"
    with Archive.create(path, FixedClock(START)) as archive:
        walker, seen = Walker.begin(archive), {}
        for day in sorted(days):
            clock = walker.clock = FixedClock(START + DAY * day)
            seen[walker.look(f"{HOST}/a", b"1").capture_id] = clock.now()
        moment = START + DAY * at
        found = one(walker, f"{HOST}/a", moment)
        assert found is not None
        assert abs(seen[found] - moment) == min(abs(time - moment) for time in seen.values())
