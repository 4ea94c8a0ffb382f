"""Whoever reads an archive again leaves what it would hold, had this reader built it."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import rereading
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from rereading import OLD, Eyes, Step, build, does, dump, last_event, problems, says, told, wipe

from archive.clock import FixedClock

PATHS = tuple(f"/tin/{n}.html" for n in range(4))

paths = st.sampled_from(PATHS)
shown = st.builds(
    says,
    paths,
    st.sampled_from(["Hội nghị sơ kết", "Hội nghị tổng kết"]),
    st.integers(0, 1),
    lead=st.sampled_from([None, "Lời dẫn."]),
    kind=st.sampled_from([None, None, None, "notice", "doubtful"]),
    canonical=st.sampled_from([None, None, *PATHS]),
)
done = st.builds(
    does, paths, st.sampled_from(["again", "304", "gone", "broken", "moved"]), to=paths
)
histories = st.lists(shown | shown | done, min_size=1, max_size=12)
# pages of a batch, and batches that are made before the first of them is written
ROOMS = tuple({"together": one, "places": other} for one in (1, 16) for other in (1, 4))
readers = st.builds(
    Eyes, lead=st.booleans(), canonical=st.booleans(), text=st.booleans(), notice=st.booleans(),
    doubtful=st.booleans(),
)  # fmt: skip


def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 1, 8, tzinfo=UTC))


def old(eyes: Eyes) -> Eyes:
    return Eyes(OLD, eyes.lead, eyes.canonical, eyes.text, eyes.notice, eyes.doubtful)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(histories, readers, readers, st.integers(0, 12), st.sampled_from(ROOMS))
@example([says(PATHS[0]), says(PATHS[0], lead="a")], Eyes(lead=False), Eyes(), 12, ROOMS[0])
# each is made without the other's new text, by which they are one
@example(
    [says(PATHS[0]), does(PATHS[0], "gone"), says(PATHS[1])],
    Eyes(text=False), Eyes(), 12, {"together": 1, "places": 4},
)  # fmt: skip
# the page of an article that moved shows another one since
@pytest.mark.long
@example(
    [
        says(PATHS[3], canonical=PATHS[2]),
        says(PATHS[0], canonical=PATHS[2]),
        does(PATHS[0], "moved", to=PATHS[1]),
        does(PATHS[1], "again"),
        *(says(PATHS[0], "Hội nghị tổng kết", text) for text in (0, 0, 1)),
    ],
    Eyes(),
    Eyes(),
    12,
    ROOMS[0],
)
def test_as_if_built_by_the_new_reader(
    steps: list[Step], before: Eyes, after: Eyes, turn: int, room: dict[str, int]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = build(folder / "old", clock(), steps, old(before), after, turn)
        fresh = build(folder / "new", clock(), steps, after)
        try:
            _check(archive, fresh, after, room)
        finally:
            archive.close()
            fresh.close()


def _check(archive: Any, fresh: Any, after: Eyes, room: dict[str, int]) -> None:
    number = last_event(archive)
    same = dump(archive)["version"] == dump(fresh)["version"]
    event("nothing to change" if same else "something to change")
    report = rereading.reparse(archive, after, apply=False, **room)
    assert last_event(archive) == number
    rereading.reparse(archive, after, **room)
    assert dump(archive) == dump(fresh)
    assert set(told(archive, number)) <= {"reread", "story"}
    assert problems(archive) == []
    assert report.problems == []
    again = dump(archive), last_event(archive)
    rereading.reparse(archive, after)
    rereading.reparse(archive, after, all=True)
    assert (dump(archive), last_event(archive)) == again


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(histories, readers, st.sampled_from(ROOMS))
# moved, as its text tells; and one article at two addresses
@example([says(PATHS[0]), does(PATHS[0], "gone"), says(PATHS[1])], Eyes(), ROOMS[1])
@example([says(PATHS[0]), says(PATHS[1], canonical=PATHS[0])], Eyes(), ROOMS[3])
def test_a_rebuild_from_what_is_kept_is_the_same(
    steps: list[Step], eyes: Eyes, room: dict[str, int]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        archive = build(Path(name) / "a", clock(), steps, eyes)
        try:
            before, number = dump(archive), last_event(archive)
            wipe(archive)
            result = rereading.reparse(archive, eyes, all=True, **room)
            assert result.problems == []
            assert dump(archive) == before
            assert problems(archive) == []
            assert archive.conn.execute("SELECT min(number) FROM event").fetchone()[0] in (
                None, number + 1,
            ), "numbers only grow"  # fmt: skip
        finally:
            archive.close()
